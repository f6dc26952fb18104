"""A long text as a file to read: lines and pieces come one after another, as from `io.StringIO`."""

import io
from collections.abc import Iterator
from typing import Any

from rlm_desktop.text.core import TextCore


class Reader(io.TextIOBase):
    """Reads a text without holding it."""

    def __init__(self, text: TextCore) -> None:
        super().__init__()
        self._text: Any = text
        self._start(0)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read again."""
        return True

    def read(self, size: int | None = -1, /) -> str:
        """Give the next characters, or all that are left."""
        is_all = size is None or size < 0
        found: str = (
            self._text[self._position :] if is_all else self._text[self._position : self._position + (size or 0)]
        )
        self._start(self._position + len(found))
        return found

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]  # None is what StringIO takes, too
        """Give the next line with its end."""
        line = self._next_line()
        if size is not None and 0 <= size < len(line):
            self._at -= len(line) - size
            line = line[:size]
        self._position += len(line)
        return line

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go on reading somewhere else."""
        if whence != io.SEEK_SET and offset:
            raise OSError("Can't do nonzero cur-relative seeks")
        ends = {io.SEEK_SET: offset, io.SEEK_CUR: self._position, io.SEEK_END: len(self._text)}
        if whence not in ends or offset < 0:
            raise ValueError(f"Negative seek position {offset}" if offset < 0 else f"Invalid whence ({whence})")
        self._start(ends[whence])
        return self._position

    def tell(self) -> int:
        """Say where reading goes on."""
        return self._position

    def getvalue(self) -> Any:
        """Give the whole text."""
        return self._text

    def _start(self, position: int) -> None:
        self._position = position
        self._pieces: Iterator[str] = self._text.pieces(min(position, len(self._text)))
        self._held = ""
        self._at = 0

    def _next_line(self) -> str:
        while (end := self._held.find("\n", self._at)) < 0:
            piece = next(self._pieces, None)
            if piece is None:
                end = len(self._held) - 1
                break
            self._held = self._held[self._at :] + piece
            self._at = 0
        line = self._held[self._at : end + 1]
        self._at = end + 1
        return line
