"""Where a text's characters come from, and the sizes that decide what is made in memory."""

from collections.abc import Iterator
from typing import Protocol

IN_MEMORY_BYTES = 64_000_000
"""Bytes of UTF-8 up to which a corpus is one `str`; the text of a larger one stays in its files."""

WHOLE = 1_000_000
"""Characters up to which a part of a text is a real `str`."""

LIMIT = 64_000_000
"""Characters that any one operation may make in memory."""

PIECE = 1 << 18
"""Characters, or bytes, of a piece when a text is gone through."""


class Source(Protocol):
    """Characters by offset; a blob is one, and so is a text that is changed only where it is looked at."""

    @property
    def characters(self) -> int:
        """How many there are. It may take a pass over the text to know."""

    @property
    def is_ascii(self) -> bool:
        """Whether all are certain to be ASCII."""

    def slice(self, start: int, end: int) -> str:
        """Give the characters from `start` up to `end`, neither of them negative."""

    def pieces(self, start: int, end: int | None) -> Iterator[str]:
        """Give the same in pieces of a few hundred thousand characters; None is the end of the text."""


def slices(source: Source, start: int, end: int | None) -> Iterator[str]:
    """Go through a source whose slices are cheap."""
    stop = source.characters if end is None else min(end, source.characters)
    for at in range(start, stop, PIECE):
        yield source.slice(at, min(at + PIECE, stop))
