"""A document's text in the making: its blocks, the marks where parts begin, and what was left out."""

from collections import Counter
from dataclasses import dataclass, field

from rlm_desktop.corpus.decoding import clean
from rlm_desktop.corpus.documents import Mark, MarkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """What a reader made of a file: its text, where parts of it begin, and how much of what the text lacks.

    What is lost is named in the singular.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    lost: Counter[str] = field(default_factory=Counter)


class Draft:
    """Takes blocks of text one after the other; `begin` names the part that the next block opens."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._begun: list[tuple[MarkKind, str]] = []
        self._ended_tight = False
        self.lost: Counter[str] = Counter()

    @property
    def is_empty(self) -> bool:
        """Whether there is no text yet."""
        return self._length == 0

    def begin(self, kind: MarkKind, label: str) -> None:
        """Mark where a page, a slide, a sheet … begins."""
        self._begun.append((kind, one_line(label)))

    def block(self, text: str, *, tight: bool = False) -> None:
        """Add a block below an empty line; tight ones, such as list items, stand below each other."""
        cleaned = clean(text).rstrip()
        if not cleaned.strip():
            return
        if self._length:
            self._put("\n" if tight and self._ended_tight else "\n\n")
        self._settle()
        self._put(cleaned.lstrip("\n"))
        self._ended_tight = tight

    def include(self, part: Converted) -> None:
        """Add a whole document as a block, with its marks and losses."""
        before = len(self._marks)
        if self._length:
            self._put("\n\n")
        self._settle()
        start = self._length
        self._put(part.text.rstrip())
        self._ended_tight = False
        own = {mark.start for mark in self._marks[before:]}
        shifted = (Mark(start=start + mark.start, label=mark.label, kind=mark.kind) for mark in part.marks)
        self._marks += [mark for mark in shifted if mark.start not in own and mark.start < self._length]
        self.lost.update(part.lost)

    def done(self) -> Converted:
        """Give what was written."""
        self._settle()
        return Converted(text="".join(self._pieces), marks=tuple(self._marks), lost=self.lost)

    def _settle(self) -> None:
        self._marks += [Mark(start=self._length, label=label, kind=kind) for kind, label in self._begun]
        self._begun.clear()

    def _put(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)


def counted(lost: Counter[str]) -> tuple[str, ...]:
    """Word what was left out: `3 images`, `1 chart`."""
    return tuple(f"{number:,} {what}{'' if number == 1 else 's'}" for what, number in lost.items() if number)


def one_line(text: str, most: int = 100) -> str:
    """Make a text fit for a label."""
    joined = " ".join(clean(text).split())
    return joined if len(joined) <= most else f"{joined[: most - 1]}…"
