"""What a pattern needs of a text and how far it looks, read from its parse tree.

From it the scan knows which words every match holds, which characters can stand before and after them, and how much
text must be at hand so that matches in a window are the matches in the whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import _constants as ops  # type: ignore[attr-defined]  # the parser is not public, but the same since 3.11
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_WIDE = 20_000
"""Characters from which a bounded repeat counts as an unbounded one."""

_CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
}
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_SINGLE = (ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN)
_BINDING = (ops.ASSERT, ops.ASSERT_NOT, ops.ATOMIC_GROUP, ops.POSSESSIVE_REPEAT)
"""Items whose own success is final, so that all they look at decides on the match."""

_KIND_FLAGS = int(re.IGNORECASE | re.DOTALL | re.ASCII)
_MOST_STEPS = 200
_LONG = 16
"""Characters of one kind that a shape takes from a repeat."""

_ANYTHING = r"[\s\S]"


@dataclass(frozen=True, slots=True)
class Need:
    """Words of which every match holds one, and the kinds of characters a match may have before and after them."""

    words: tuple[tuple[str, bool], ...]
    before: frozenset[str]
    after: frozenset[str]
    fewest_before: int = 0
    shape: tuple[str, ...] = ()
    """Instead of words: the kinds of characters that stand one after another in every match."""


Step = int | frozenset[str]
"""What a match passes at most: so many characters, or all that follow of these kinds."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a pattern looks: forward by `steps`, one after another, and `behind` so many characters.

    `ahead` are the kinds of characters by which it decides without taking them, or without going back.
    """

    steps: tuple[Step, ...]
    behind: int
    ahead: frozenset[str]

    @property
    def longest(self) -> int | None:
        """How many characters a match has at most, if that is bounded."""
        return _sum(self.steps)


def parse(pattern: re.Pattern[str]) -> Any:
    """Parse a pattern once more, each reference to a group as any repeat of what the group takes."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    _open_references(tree, pattern.flags, {})
    return tree


def _open_references(tree: Any, flags: int, groups: dict[int, Any]) -> None:
    for place, (op, value) in enumerate(tree):
        if op is ops.GROUPREF and value in groups and not flags & ~groups[value][1][1] & re.IGNORECASE:
            tree[place] = (ops.MAX_REPEAT, (0, ops.MAXREPEAT, parser.SubPattern(tree.state, [groups[value]])))
            continue
        for inner, inner_flags in _inner(op, value, flags):
            _open_references(inner, inner_flags, groups)
            if op is ops.SUBPATTERN and value[0] is not None:
                kept = inner_flags & _KIND_FLAGS
                groups[value[0]] = (ops.SUBPATTERN, (None, kept, _KIND_FLAGS & ~kept, inner))


def kinds_in(tree: Any, flags: int) -> frozenset[str]:
    """Collect what single characters of a tree may be, each as a pattern; looking around included."""
    return frozenset(_kinds(tree, flags))


def _kinds(tree: Any, flags: int) -> Iterator[str]:
    for op, value in tree:
        if op in _SINGLE:
            yield _kind(op, value, flags)
        elif op is ops.GROUPREF:
            yield _ANYTHING
        else:
            for inner, inner_flags in _inner(op, value, flags):
                yield from _kinds(inner, inner_flags)


def reach_of(tree: Any, flags: int) -> Reach:
    """Measure how far a tree looks."""
    steps: list[Step] = []
    behind, ahead = 0, frozenset[str]()
    for op, value in tree:
        if op in _SINGLE:
            steps.append(1)
        elif op is ops.GROUPREF:
            steps.append(frozenset((_ANYTHING,)))
        reaches = [reach_of(inner, inner_flags) for inner, inner_flags in _inner(op, value, flags)]
        steps += _steps(op, value, flags, reaches)
        behind = max([behind, *(reach.behind for reach in reaches)])
        ahead = ahead.union(*(reach.ahead for reach in reaches))
        if op in (ops.ASSERT, ops.ASSERT_NOT) and value[0] < 0:
            behind = max(behind, reaches[0].behind + (reaches[0].longest or 0))
        elif op in _BINDING:
            ahead |= kinds_in([(op, value)], flags)
    return Reach(_merged(steps, tree, flags), behind, ahead)


def _steps(op: Any, value: Any, flags: int, reaches: list[Reach]) -> list[Step]:
    """Say how far an item with others in it goes: alternatives as if one after another, unless all are bounded."""
    lengths = [reach.longest for reach in reaches]
    if op in _REPEATS:
        most, length = int(value[1]), lengths[0]
        if value[1] == ops.MAXREPEAT or most * (len(reaches[0].steps) if length is None else length) > _WIDE:
            return [kinds_in(value[2], flags)]
        return [*reaches[0].steps] * most if length is None else [most * length]
    if lengths and None not in lengths:
        return [max(length for length in lengths if length is not None)]
    return [step for reach in reaches for step in reach.steps]


def _merged(steps: list[Step], tree: Any, flags: int) -> tuple[Step, ...]:
    merged: list[Step] = []
    for step in steps:
        if isinstance(step, int) and merged and isinstance(merged[-1], int):
            merged[-1] += step
        elif step and step not in merged[-1:]:
            merged.append(step)
    return tuple(merged) if len(merged) <= _MOST_STEPS else (kinds_in(tree, flags),)


def _sum(steps: tuple[Step, ...]) -> int | None:
    total = 0
    for step in steps:
        if not isinstance(step, int):
            return None
        total += step
    return total


def needs_of(tree: Any, flags: int) -> list[Need]:
    """List the words that every match holds: one of the words of each need."""
    items = list(_flat(tree, flags))
    needs: list[Need] = []
    place = 0
    while place < len(items):
        op, value, item_flags = items[place]
        size = _run_length(items, place)
        if size:
            words, is_caseless = _words(items[place : place + size], item_flags)
            needs.append(_need(items, place, size, ((words, is_caseless),)))
            place += size
            continue
        needs += [_around(items, place, need) for need in _needs_in(op, value, item_flags)]
        place += 1
    return needs


def shapes_of(tree: Any, flags: int) -> list[Need]:
    """List the runs of kinds of characters that every match holds, such as four digits and a dash."""
    items = list(_flat(tree, flags))
    runs: list[Need] = []
    first, shape = 0, list[str]()
    for place, (op, value, item_flags) in enumerate(items):
        single = _single(op, value)
        if op is ops.AT or (single and not single[2] == single[1] == 0 and _add(shape, single, item_flags)):
            if single and single[1] != single[2]:
                runs.append(_shaped(items, first, place, shape))
                first, shape = place, []
                _add(shape, single, item_flags)
            continue
        runs.append(_shaped(items, first, place - 1, shape))
        first, shape = place + 1, []
    return [run for run in [*runs, _shaped(items, first, len(items) - 1, shape)] if len(run.shape) > 1]


def _single(op: Any, value: Any) -> tuple[tuple[Any, Any], int, int] | None:
    """Read an item that takes single characters: which, how many at least and at most."""
    if op in _SINGLE:
        return (op, value), 1, 1
    if op in _REPEATS and len(value[2]) == 1 and value[2][0][0] in _SINGLE:
        return value[2][0], int(value[0]), int(value[1])
    return None


def _add(shape: list[str], single: tuple[tuple[Any, Any], int, int], flags: int) -> bool:
    (op, value), fewest, _ = single
    shape += [_kind(op, value, flags)] * min(fewest, _LONG)
    return fewest <= _LONG


def _shaped(items: list[Any], first: int, last: int, shape: list[str]) -> Need:
    """Make a need of a run; what begins or ends it may go on outside of it."""
    before = frozenset().union(*(_kinds_of_item(item) for item in items[: first + 1]))
    after = frozenset().union(*(_kinds_of_item(item) for item in items[max(last, 0) :]))
    fewest = sum(_fewest(op, value) for op, value, _ in items[:first])
    return Need((), before, after, fewest, tuple(shape))


def _needs_in(op: Any, value: Any, flags: int) -> list[Need]:
    if op is ops.BRANCH:
        return _needs_in_branch(value[1], flags)
    if op in _REPEATS and value[0] > 0:
        whole = kinds_in(value[2], flags) if value[1] > 1 else frozenset()
        inner = needs_of(value[2], flags)
        return [Need(need.words, need.before | whole, need.after | whole, need.fewest_before) for need in inner]
    return []


def _needs_in_branch(branches: Any, flags: int) -> list[Need]:
    best = []
    for branch in branches:
        needs = needs_of(branch, flags)
        if not needs:
            return []
        best.append(max(needs, key=lambda need: min(len(words) for words, _ in need.words)))
    words = tuple(word for need in best for word in need.words)
    before = frozenset().union(*(need.before for need in best))
    after = frozenset().union(*(need.after for need in best))
    return [Need(words, before, after, min(need.fewest_before for need in best))]


def _need(items: list[Any], place: int, size: int, words: tuple[tuple[str, bool], ...]) -> Need:
    before = frozenset().union(*(_kinds_of_item(item) for item in items[:place]))
    after = frozenset().union(*(_kinds_of_item(item) for item in items[place + size :]))
    fewest = sum(_fewest(op, value) for op, value, _ in items[:place])
    return Need(words, before, after, fewest)


def _around(items: list[Any], place: int, need: Need) -> Need:
    outer = _need(items, place, 1, need.words)
    return Need(
        need.words, outer.before | need.before, outer.after | need.after, outer.fewest_before + need.fewest_before
    )


def _fewest(op: Any, value: Any) -> int:
    if op in _SINGLE:
        return 1
    if op in _REPEATS:
        return int(value[0] * value[2].getwidth()[0])
    return 0


def _kinds_of_item(item: Any) -> frozenset[str]:
    op, value, flags = item
    return kinds_in([(op, value)], flags)


def _flat(tree: Any, flags: int) -> Iterator[tuple[Any, Any, int]]:
    """Give the items of a tree in order, those of its groups among them."""
    for op, value in tree:
        if op is ops.SUBPATTERN:
            yield from _flat(value[3], (flags | value[1]) & ~value[2])
        elif op is ops.ATOMIC_GROUP:
            yield from _flat(value, flags)
        else:
            yield op, value, flags


def _run_length(items: list[Any], place: int) -> int:
    """Count the items from here that are literal characters, or take no characters, and agree in case."""
    size = 0
    first = items[place]
    if first[0] is not ops.LITERAL:
        return 0
    for op, value, flags in items[place:]:
        is_like = op is ops.LITERAL and not (flags ^ first[2]) & re.IGNORECASE
        if op is not ops.AT and not (is_like and (not flags & re.IGNORECASE or _is_plain(value))):
            break
        size += 1
    return size


def _is_plain(character: int) -> bool:
    """Tell whether case folding finds all that `re` takes for this letter; it does not know ı and İ for i."""
    return character < 128 and chr(character) not in "iI"


def _words(items: list[Any], flags: int) -> tuple[str, bool]:
    words = "".join(chr(value) for op, value, _ in items if op is ops.LITERAL)
    is_caseless = bool(flags & re.IGNORECASE) and words.lower() != words.upper()
    return words, is_caseless


def _inner(op: Any, value: Any, flags: int) -> Iterator[tuple[Any, int]]:
    """Give the trees within an item."""
    if op is ops.SUBPATTERN:
        yield value[3], (flags | value[1]) & ~value[2]
    elif op in _REPEATS:
        yield value[2], flags
    elif op is ops.ATOMIC_GROUP:
        yield value, flags
    elif op in (ops.ASSERT, ops.ASSERT_NOT):
        yield value[1], flags
    elif op is ops.BRANCH:
        yield from ((branch, flags) for branch in value[1])
    elif op is ops.GROUPREF_EXISTS:
        yield from ((branch, flags) for branch in value[1:] if branch is not None)


def _kind(op: Any, value: Any, flags: int) -> str:
    """Write a single character of a pattern as a pattern of its own."""
    letters = ("a" if flags & re.ASCII else "u") + "".join(
        letter for letter, flag in (("i", re.IGNORECASE), ("s", re.DOTALL)) if flags & flag
    )
    if op is ops.ANY:
        body = "."
    elif op is ops.IN:
        body = "[" + "".join(map(_written, value)) + "]"
    else:
        body = f"[{'^' if op is ops.NOT_LITERAL else ''}{_escaped(value)}]"
    return f"(?{letters}:{body})"


def _written(item: Any) -> str:
    op, value = item
    if op is ops.NEGATE:
        return "^"
    if op is ops.CATEGORY:
        return _CATEGORIES[value]
    return _escaped(value) if op is ops.LITERAL else f"{_escaped(value[0])}-{_escaped(value[1])}"


def _escaped(character: int) -> str:
    return f"\\U{character:08x}"
