"""What a comparison shows, row by row: each row has a left and a right half, or a gap in place of one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.comparison.alikeness import Spans
from rlm_desktop.viewmodel.comparison.compare import Comparison
from rlm_desktop.viewmodel.comparison.figures import Figure
from rlm_desktop.viewmodel.comparison.matching import StepChange, StepPair
from rlm_desktop.viewmodel.comparison.settings import Setting
from rlm_desktop.viewmodel.comparison.steps import StepSide
from rlm_desktop.viewmodel.comparison.text_diff import DiffLine, LineKind, TextDiff

RowKind = Literal["section", "note", "figure", "setting", "step", "label", "line", "prose", "fold"]
Sign = Literal["", "=", "≠", "−", "+"]
IsOpen = Callable[[str, bool], bool]
"""Whether what has this key is open, if by default it is so or so."""

CONTEXT = 2
"""So many equal lines stay in sight around those that differ."""
WHOLE = 40
"""So many lines of a text that is the same on both sides are in sight once it is opened."""
DIFFERING = 24
"""So many lines in a row that differ are in sight."""
MOST_OPEN = 5
"""So many changed steps are open from the start."""
_SIGNS: dict[StepChange, Sign] = {"same": "=", "output": "≠", "code": "≠", "left": "−", "right": "+"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One side of a row. `note` stands at its right end; `node` is where a click leads."""

    text: str
    name: str = ""
    """A word in front: a figure's name, a step's place."""
    note: str = ""
    share: str = ""
    """A change in percent."""
    sign: Sign = ""
    spans: Spans = ()
    node: NodeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareRow:
    """One row. Rows without halves have `text` over the whole width."""

    kind: RowKind
    key: str = ""
    """What opens and closes with it; empty where nothing does."""
    is_open: bool | None = None
    text: str = ""
    note: str = ""
    left: Half | None = None
    right: Half | None = None
    differs: bool = False

    @property
    def has_halves(self) -> bool:
        """Whether it has sides; one of them may be a gap."""
        return self.left is not None or self.right is not None

    @property
    def words(self) -> str:
        """Say the whole row aloud."""
        parts = [self.text, *self._sides(), self.note]
        if self.is_open is not None:
            parts.append("expanded" if self.is_open else "collapsed")
        return ", ".join(part for part in parts if part)

    def _sides(self) -> Iterator[str]:
        if not self.has_halves:
            return
        if self.left is not None and self.right is not None and _spoken(self.left) == _spoken(self.right):
            yield f"both: {_spoken(self.left)}"
            return
        for name, half in (("first run", self.left), ("second run", self.right)):
            yield f"{name}: {_spoken(half) if half is not None else 'nothing here'}"


def _spoken(half: Half) -> str:
    return " ".join(part for part in (half.name, half.text or "empty line", half.note, half.share) if part)


def rows_of(comparison: Comparison, is_open: IsOpen) -> Iterator[CompareRow]:
    """Give the rows that are in sight, in order."""
    yield from _figures(comparison, is_open)
    yield from _settings(comparison, is_open)
    yield from _answer(comparison, is_open)
    yield from _steps(comparison, is_open)


def _section(key: str, text: str, note: str, is_open: IsOpen, by_default: bool = True) -> CompareRow:
    return CompareRow(kind="section", key=key, is_open=is_open(key, by_default), text=text, note=note)


def _figures(comparison: Comparison, is_open: IsOpen) -> Iterator[CompareRow]:
    differing = sum(figure.differs for figure in comparison.figures)
    head = _section("figures", "Figures", _differ(differing), is_open)
    yield head
    if head.is_open:
        yield from map(_figure, comparison.figures)


def _differ(count: int) -> str:
    return f"{count:,} {'differs' if count == 1 else 'differ'}" if count else "all the same"


def _figure(figure: Figure) -> CompareRow:
    return CompareRow(
        kind="figure",
        left=Half(name=figure.name, text=figure.left),
        right=Half(text=figure.right, note=figure.change, share=figure.percent),
        differs=figure.differs,
    )


def _settings(comparison: Comparison, is_open: IsOpen) -> Iterator[CompareRow]:
    differing = [setting for setting in comparison.settings if setting.differs]
    others = [setting for setting in comparison.settings if not setting.differs]
    is_whole = not differing and comparison.documents.is_same
    head = _section("settings", "Settings", _differ(len(differing)), is_open, by_default=not is_whole)
    yield head
    if not head.is_open:
        return
    yield from map(_setting, differing)
    yield from _texts("documents", "Documents", comparison.documents, is_open)
    if is_whole:
        yield from map(_setting, others)
    elif others:
        yield from _folded("settings/same", f"{plural(len(others), 'setting')} the same", is_open)
        if is_open("settings/same", False):
            yield from map(_setting, others)


def _folded(key: str, text: str, is_open: IsOpen) -> Iterator[CompareRow]:
    yield CompareRow(kind="fold", key=key, is_open=is_open(key, False), text=text)


def _setting(setting: Setting) -> CompareRow:
    return CompareRow(
        kind="setting",
        left=Half(name=setting.name, text=setting.left),
        right=Half(text=setting.right),
        differs=setting.differs,
    )


def _answer(comparison: Comparison, is_open: IsOpen) -> Iterator[CompareRow]:
    answer = comparison.answer
    head = _section("answer", "Answer", answer.words, is_open)
    yield head
    if head.is_open:
        yield from _lines("answer", answer.text, "prose", is_open)


def _steps(comparison: Comparison, is_open: IsOpen) -> Iterator[CompareRow]:
    changed = sum(pair.change != "same" for pair in comparison.steps)
    note = f"{changed:,} of {len(comparison.steps):,} differ" if changed else "all the same"
    head = _section("steps", "Steps", note if comparison.steps else "none", is_open)
    yield head
    if not head.is_open:
        return
    if comparison.steps_note:
        yield CompareRow(kind="note", text=comparison.steps_note)
    left = MOST_OPEN
    for pair in comparison.steps:
        by_default = pair.change != "same" and left > 0
        left -= by_default
        yield from _step(pair, is_open, by_default)


def _step(pair: StepPair, is_open: IsOpen, by_default: bool) -> Iterator[CompareRow]:
    key = f"step {pair.left.node if pair.left else ''}|{pair.right.node if pair.right else ''}"
    row = CompareRow(
        kind="step",
        key=key,
        is_open=is_open(key, by_default),
        left=_step_half(pair.left, _SIGNS[pair.change]),
        right=_step_half(pair.right, _SIGNS[pair.change]),
        note=pair.words,
        differs=pair.change != "same",
    )
    yield row
    if not row.is_open:
        return
    is_left, is_right = pair.left is not None, pair.right is not None
    yield from _texts(f"{key} code", "Code", pair.code, is_open, is_left, is_right)
    yield from _texts(f"{key} output", "Output", pair.output, is_open, is_left, is_right)
    if not (pair.output.lines or pair.output.note) and pair.left is not None and pair.right is not None:
        yield _same_output(pair.left)


def _same_output(side: StepSide) -> CompareRow:
    characters = sum(text.characters for text in side.output)
    words = f"Same output of {plural(characters, 'character')}" if characters else "No output on either side"
    return CompareRow(kind="note", text=f"{words}{f'; both stopped: {side.error}' if side.error else ''}")


def _step_half(side: StepSide | None, sign: Sign) -> Half | None:
    if side is None:
        return None
    title = side.intent or side.title or "no words"
    return Half(name=side.place, text=title, note=side.figures, sign=sign, node=side.node)


def _texts(
    key: str, label: str, diff: TextDiff, is_open: IsOpen, is_left: bool = True, is_right: bool = True
) -> Iterator[CompareRow]:
    if not diff.lines and not diff.note:
        return
    differing = sum(line.kind != "same" for line in diff.lines)
    note = f"{plural(differing, 'line')} {'differs' if differing == 1 else 'differ'}" if differing else "the same"
    if not is_left or not is_right or (diff.note and not diff.lines):
        note = ""
    yield CompareRow(
        kind="label",
        left=Half(text=label, note=note) if is_left else None,
        right=Half(text=label, note="" if is_left else note) if is_right else None,
    )
    yield from _lines(key, diff, "line", is_open)


def _lines(key: str, diff: TextDiff, kind: Literal["line", "prose"], is_open: IsOpen) -> Iterator[CompareRow]:
    if diff.note:
        yield CompareRow(kind="note", text=diff.note)
    for first, last, is_folded in _stretches(diff.lines):
        if is_folded:
            fold = f"{key}/{first}"
            is_same = diff.lines[first].kind == "same"
            words = plural(last - first, "equal line" if is_same else "more line")
            yield from _folded(fold, words if is_same else f"{words} that differ", is_open)
            if not is_open(fold, False):
                continue
        for line in diff.lines[first:last]:
            yield _line(line, kind)


def _stretches(lines: tuple[DiffLine, ...]) -> Iterator[tuple[int, int, bool]]:
    """Cut lines into stretches: those to show, and those to fold but for their ends."""
    first = 0
    while first < len(lines):
        is_same = lines[first].kind == "same"
        last = first
        while last < len(lines) and (lines[last].kind == "same") == is_same:
            last += 1
        head, tail = _kept(first, last, len(lines)) if is_same else (DIFFERING, 0)
        if last - first <= head + tail + 1:
            yield first, last, False
        else:
            yield first, first + head, False
            yield first + head, last - tail, True
            yield last - tail, last, False
        first = last


def _kept(first: int, last: int, count: int) -> tuple[int, int]:
    """Tell how many lines of an equal stretch stay in sight at its beginning and at its end."""
    if not first and last == count:
        return (WHOLE, 0)
    return (CONTEXT if first else 0, CONTEXT if last < count else 0)


_LINE_SIGNS: dict[LineKind, tuple[Sign, Sign]] = {
    "same": ("", ""),
    "changed": ("−", "+"),
    "apart": ("−", "+"),
    "left": ("−", ""),
    "right": ("", "+"),
}


def _line(line: DiffLine, kind: Literal["line", "prose"]) -> CompareRow:
    signs = _LINE_SIGNS[line.kind]
    return CompareRow(
        kind=kind,
        left=None if line.left is None else Half(text=line.left, sign=signs[0], spans=line.left_spans),
        right=None if line.right is None else Half(text=line.right, sign=signs[1], spans=line.right_spans),
        differs=line.kind != "same",
    )
