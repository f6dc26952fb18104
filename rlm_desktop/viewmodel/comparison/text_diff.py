"""Two texts line by line, with the words that differ in lines that are alike; large texts are guarded, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.comparison.alignment import Pair, align
from rlm_desktop.viewmodel.comparison.alikeness import Spans, alikeness, bag_of, differing_words
from rlm_desktop.viewmodel.guarded_text import guard

LineKind = Literal["same", "changed", "apart", "left", "right"]

MOST_CHARACTERS = 1_000_000
"""Of each text; what follows is not compared."""
MOST_LINES = 3_000
"""Between the equal beginning and the equal end; difflib's worst case grows with the square."""
SHOWN_LINES = 60
"""So many lines of what is not compared are shown."""
_MOST_WEIGHED = 10_000
"""In a block that differs, so many pairs of lines are weighed against each other."""
_ALIKE = 0.5
"""Lines that share so much are one line that changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A line of the left text beside one of the right; None is a gap. Spans are the pieces that differ."""

    left: str | None
    right: str | None
    left_spans: Spans = ()
    right_spans: Spans = ()
    is_alike: bool = True
    """Whether both are one line that changed, rather than two lines that happen to stand beside each other."""

    @property
    def kind(self) -> LineKind:
        """How the two sides stand to each other."""
        if self.right is None:
            return "left"
        if self.left is None:
            return "right"
        if self.left == self.right:
            return "same"
        return "changed" if self.is_alike else "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDiff:
    """All lines of two texts, beside each other. `note` says in words what was not compared or is not shown."""

    lines: tuple[DiffLine, ...] = ()
    note: str = ""

    @property
    def is_same(self) -> bool:
        """Whether nothing differs, as far as was compared."""
        return all(line.kind == "same" for line in self.lines)


def diff_texts(left: str, right: str) -> TextDiff:
    """Compare two texts."""
    ours, theirs = guard(left, MOST_CHARACTERS), guard(right, MOST_CHARACTERS)
    note = ""
    if ours.left_out or theirs.left_out:
        note = (
            f"Only the first {MOST_CHARACTERS:,} characters are compared, "
            f"of {ours.total:,} on the left and {theirs.total:,} on the right."
        )
    lines, more = _diff_lines(_lines(ours.text), _lines(theirs.text))
    return TextDiff(lines=tuple(lines), note=" ".join(filter(None, (note, more))))


def beside(left: str, right: str) -> TextDiff:
    """Put two texts that have little in common beside each other, line by line, without comparing them."""
    ours, theirs = guard(left, MOST_CHARACTERS), guard(right, MOST_CHARACTERS)
    shown = _side_by_side(_lines(ours.text), _lines(theirs.text))
    rest = max(0, len(shown) - MOST_LINES)
    left_out = f"{plural(rest, 'line')} more, in the answers of the runs" if rest else ""
    return TextDiff(lines=tuple(shown[:MOST_LINES]), note=left_out)


def alone(text: str, *, is_left: bool) -> TextDiff:
    """Show a text that the other side has nothing beside."""
    lines = _lines(guard(text, MOST_CHARACTERS).text)
    shown = [DiffLine(left=line if is_left else None, right=None if is_left else line) for line in lines[:MOST_LINES]]
    rest = len(lines) - len(shown)
    note = f"{plural(rest, 'line')} more, in the trace of the run" if rest else ""
    return TextDiff(lines=tuple(shown), note=note)


def _lines(text: str) -> list[str]:
    shown = text.rstrip("\n")
    return shown.split("\n") if shown else []


def _diff_lines(left: list[str], right: list[str]) -> tuple[list[DiffLine], str]:
    head = _common(left, right)
    tail = _common(left[head:][::-1], right[head:][::-1])
    ours, theirs = left[head : len(left) - tail], right[head : len(right) - tail]
    note = ""
    if max(len(ours), len(theirs)) > MOST_LINES:
        note = (
            f"Between their equal beginning and end, {len(ours):,} lines on the left and {len(theirs):,} on the right "
            f"are too many to be compared one by one; the first {SHOWN_LINES} are shown."
        )
        middle = _side_by_side(ours[:SHOWN_LINES], theirs[:SHOWN_LINES])
    else:
        middle = list(_compared(ours, theirs))
    return [*_equal(left[:head]), *middle, *_equal(left[len(left) - tail :])], note


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """Count the lines with which both begin."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _equal(lines: Sequence[str]) -> list[DiffLine]:
    return [DiffLine(left=line, right=line) for line in lines]


def _compared(left: list[str], right: list[str]) -> Iterator[DiffLine]:
    # Lines that are frequent in long texts are left to difflib's own guard: without it, some thousand take minutes.
    for kind, first, last, other_first, other_last in SequenceMatcher(None, left, right).get_opcodes():
        if kind == "equal":
            yield from _equal(left[first:last])
        else:
            yield from _replaced(left[first:last], right[other_first:other_last])


def _replaced(left: list[str], right: list[str]) -> Iterator[DiffLine]:
    if not left or not right or len(left) * len(right) > _MOST_WEIGHED:
        yield from _side_by_side(left, right)
        return
    ours, theirs = [bag_of(line) for line in left], [bag_of(line) for line in right]

    def gain(one: int, other: int) -> float:
        alike = alikeness(ours[one], theirs[other])
        return alike if alike >= _ALIKE and ours[one] else float(left[one].strip() == right[other].strip())

    yield from _rows(left, right, align(len(left), len(right), gain))


def _rows(left: list[str], right: list[str], pairs: list[Pair]) -> Iterator[DiffLine]:
    """Lines without a partner that stand between the same pairs share rows."""
    ours: list[str] = []
    theirs: list[str] = []
    for one, other in pairs:
        if one is not None and other is not None:
            yield from _side_by_side(ours, theirs)
            ours, theirs = [], []
            yield _changed(left[one], right[other])
        elif one is not None:
            ours.append(left[one])
        elif other is not None:
            theirs.append(right[other])
    yield from _side_by_side(ours, theirs)


def _changed(left: str, right: str) -> DiffLine:
    differing = differing_words(left, right)
    spans = differing if differing is not None else (((0, len(left)),), ((0, len(right)),))
    return DiffLine(left=left, right=right, left_spans=spans[0], right_spans=spans[1])


def _side_by_side(left: Sequence[str], right: Sequence[str]) -> list[DiffLine]:
    rows = max(len(left), len(right))
    return [
        DiffLine(
            left=left[row] if row < len(left) else None, right=right[row] if row < len(right) else None, is_alike=False
        )
        for row in range(rows)
    ]
