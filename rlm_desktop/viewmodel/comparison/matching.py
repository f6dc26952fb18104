"""Puts the steps of two runs beside each other by how alike their code is, and compares what they did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rlm_desktop.viewmodel.comparison.alignment import Gain, Pair, align, align_equal
from rlm_desktop.viewmodel.comparison.alikeness import Bag, alikeness, bag_of
from rlm_desktop.viewmodel.comparison.steps import StepSide
from rlm_desktop.viewmodel.comparison.text_diff import TextDiff, alone, diff_texts
from rlm_desktop.viewmodel.comparison.texts import SideTexts, is_too_large, size_in_words

StepChange = Literal["same", "output", "code", "left", "right"]
CHANGES: dict[StepChange, str] = {
    "same": "same",
    "output": "same code, other output",
    "code": "code changed",
    "left": "only in the first run",
    "right": "only in the second run",
}
MOST_WEIGHED = 250_000
"""So many pairs of steps are weighed against each other, about 500 steps a run; it takes a second."""
_ALIKE = 0.4
"""Steps whose code shares so many of its words may be one step that changed."""
_TIE = 0.05
"""The most that equal intents weigh: enough to choose between equal codes, no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPair:
    """A step of the left run beside one of the right; None is a gap."""

    left: StepSide | None
    right: StepSide | None
    change: StepChange
    alike: float
    """How much of their code both share, from 0 to 1."""
    code: TextDiff
    output: TextDiff

    @property
    def words(self) -> str:
        """Say how the two sides stand to each other."""
        more = f", {self.alike:.0%} alike" if self.change == "code" else ""
        return f"{CHANGES[self.change]}{more}"


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A step with what its code and intent are weighed by."""

    side: StepSide
    code: str | None
    """None where its text is missing."""
    words: Bag
    intent: Bag

    @property
    def likeness(self) -> tuple[bool, str]:
        """Equal for steps whose code is equal."""
        if self.side.code is None:
            return (False, self.side.intent)
        return (True, self.side.code.digest)


def match_steps(
    left: Sequence[StepSide],
    right: Sequence[StepSide],
    texts: tuple[SideTexts, SideTexts],
    check: Callable[[], None],
) -> tuple[tuple[StepPair, ...], str]:
    """Pair the steps, each exactly once, in order; give also what was not weighed, in words."""
    ours = [_weigh(side, texts[0]) for side in left]
    theirs = [_weigh(side, texts[1]) for side in right]
    pairs, note = _pairs(ours, theirs, check)
    found = []
    for one, other in pairs:
        check()
        found.append(_compare(None if one is None else ours[one], None if other is None else theirs[other], texts))
    return tuple(found), note


def _weigh(side: StepSide, texts: SideTexts) -> _Weighed:
    code = None
    if side.code is not None and not is_too_large(side.code):
        code = texts.text(side.code)
    words = bag_of(side.title if code is None else code)
    return _Weighed(side, code, words, bag_of(side.intent))


def _pairs(ours: list[_Weighed], theirs: list[_Weighed], check: Callable[[], None]) -> tuple[list[Pair], str]:
    head = _equal_from_start(ours, theirs)
    tail = _equal_from_start(ours[head:][::-1], theirs[head:][::-1])
    lefts, rights = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    gain = _gain(lefts, rights)
    note = ""
    if len(lefts) * len(rights) > MOST_WEIGHED:
        middle = align_equal([repr(one.likeness) for one in lefts], [repr(one.likeness) for one in rights], gain)
        note = (
            f"{len(lefts):,} steps on the left and {len(rights):,} on the right are too many to be weighed against "
            "each other: they are matched by equal code, and between that by their order."
        )
    else:
        middle = align(len(lefts), len(rights), gain, check)
    moved = [_moved(pair, head) for pair in middle]
    ends = zip(range(len(ours) - tail, len(ours)), range(len(theirs) - tail, len(theirs)), strict=True)
    return [*((place, place) for place in range(head)), *moved, *ends], note


def _moved(pair: Pair, by: int) -> Pair:
    left, right = pair
    return (None if left is None else left + by, None if right is None else right + by)


def _equal_from_start(ours: list[_Weighed], theirs: list[_Weighed]) -> int:
    count = 0
    for one, other in zip(ours, theirs, strict=False):
        if one.likeness != other.likeness or one.side.intent != other.side.intent:
            break
        count += 1
    return count


def _gain(ours: list[_Weighed], theirs: list[_Weighed]) -> Gain:
    def gain(left: int, right: int) -> float:
        alike = _alike(ours[left], theirs[right])
        return alike + _TIE * alikeness(ours[left].intent, theirs[right].intent) if alike >= _ALIKE else 0.0

    return gain


def _alike(one: _Weighed, other: _Weighed) -> float:
    """Give how alike two steps are: by their code, or by their intent where both have none."""
    if (one.side.code is None) != (other.side.code is None):
        return 0.0
    if one.likeness == other.likeness:
        return 1.0
    if one.side.code is None:
        return alikeness(one.intent, other.intent)
    return alikeness(one.words, other.words)


def _compare(one: _Weighed | None, other: _Weighed | None, texts: tuple[SideTexts, SideTexts]) -> StepPair:
    if one is not None and other is not None:
        return _compare_both(one, other, texts)
    is_left = one is not None
    only = one or other
    assert only is not None
    code = TextDiff(note=_no_code(only)) if only.code is None else alone(only.code, is_left=is_left)
    return StepPair(
        left=one.side if one is not None else None,
        right=other.side if other is not None else None,
        change="left" if is_left else "right",
        alike=0.0,
        code=code,
        output=_output_alone(only.side, texts[0 if is_left else 1], is_left=is_left),
    )


def _compare_both(one: _Weighed, other: _Weighed, texts: tuple[SideTexts, SideTexts]) -> StepPair:
    is_same_code = one.likeness == other.likeness
    is_same_output = one.side.output == other.side.output and one.side.error == other.side.error
    code, output = _code(one, other), TextDiff()
    if not is_same_output:
        output = _outputs(one.side, other.side, texts)
        is_same_output = output.is_same and not output.note
    return StepPair(
        left=one.side,
        right=other.side,
        change="code" if not is_same_code else "same" if is_same_output else "output",
        alike=_alike(one, other),
        code=code,
        output=output,
    )


def _code(one: _Weighed, other: _Weighed) -> TextDiff:
    if one.code is not None and other.code is not None:
        return diff_texts(one.code, other.code)
    notes = dict.fromkeys(filter(None, (_no_code(one), _no_code(other))))
    return TextDiff(note=" ".join(notes))


def _no_code(weighed: _Weighed) -> str:
    """Say why there is no code to show; empty if there is some, or none was written."""
    if weighed.code is not None or weighed.side.code is None:
        return ""
    if is_too_large(weighed.side.code):
        return f"The code of {weighed.side.place} is too long to be compared."
    return f"The code of {weighed.side.place} is missing; it is matched by its first line."


def _outputs(one: StepSide, other: StepSide, texts: tuple[SideTexts, SideTexts]) -> TextDiff:
    if is_too_large(*one.output) or is_too_large(*other.output):
        sizes = f"{size_in_words(one.output)} on the left and {size_in_words(other.output)} on the right"
        return TextDiff(note=f"The outputs differ; with {sizes} they are too long to be compared.")
    left, right = texts[0].texts(one.output), texts[1].texts(other.output)
    if left is None or right is None:
        return TextDiff(note="An output is missing, so the two cannot be compared.")
    found = diff_texts(_with_error(left, one), _with_error(right, other))
    dropped = one.dropped + other.dropped
    note = f"{dropped:,} characters were printed but not kept, and are not compared." if dropped else ""
    return TextDiff(lines=found.lines, note=" ".join(filter(None, (found.note, note))))


def _output_alone(side: StepSide, texts: SideTexts, *, is_left: bool) -> TextDiff:
    if is_too_large(*side.output):
        return TextDiff(note=f"The output of {size_in_words(side.output)} is too long to be shown here.")
    text = texts.texts(side.output)
    if text is None:
        return TextDiff(note="The output is missing.")
    return alone(_with_error(text, side), is_left=is_left)


def _with_error(text: str, side: StepSide) -> str:
    shown = text.rstrip("\n")
    return "\n".join(filter(None, (shown, f"✕ {side.error}" if side.error else "")))
