"""A text too long to be shown at once, or even loaded at once: only the stretch that is looked at is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.wording import plural

_AT_AN_END = 200_000
"""Characters in which the first and the last lines of a long text are looked for."""


@dataclass(frozen=True, slots=True)
class LongText:
    """Kept texts that follow each other; equal when they are the same texts, whoever loads them."""

    pieces: tuple[TextRef, ...]
    load: Callable[[TextRef], str] = field(compare=False, repr=False)

    @property
    def characters(self) -> int:
        """How long all of it is."""
        return sum(piece.characters for piece in self.pieces)

    def stretch(self, start: int, end: int) -> str:
        """Give a stretch of it; other pieces than those it lies in are not loaded."""
        found: list[str] = []
        first = 0
        for piece in self.pieces:
            last = first + piece.characters
            if first < end and last > start:
                found.append(self.load(piece)[max(0, start - first) : end - first])
            first = last
        return "".join(found)

    def excerpt(self, head: int = 40, tail: int = 10) -> tuple[str, str]:
        """Give the first and last lines with a mark between them, and in words what was left out."""
        beginning = self.stretch(0, _AT_AN_END).split("\n")[:head]
        end = self.stretch(self.characters - _AT_AN_END, self.characters).rstrip("\n").split("\n")[-tail:]
        above, below = "\n".join(beginning), "\n".join(end)
        left_out = f"{plural(self.characters - len(above) - len(below), 'character')} left out"
        return f"{above}\n… {left_out} …\n{below}", left_out
