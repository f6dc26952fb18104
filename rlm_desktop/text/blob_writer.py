"""Writes one text to disk, counting its characters and newlines as it goes."""

import codecs
import json
import os
from array import array
from pathlib import Path
from types import TracebackType
from typing import Self

from rlm_desktop.text.blob import BLOCK, CONTINUATION, FORMAT
from rlm_desktop.text.writing import sync_folder, write_synced

_PIECE = 16 * BLOCK
"""Pieces of 1 MB would leave holes in the heap: 200 MB of them for each GB written."""


class BlobWriter:
    """Takes UTF-8 piece by piece; nothing counts until `finish`, which writes the description last.

    Raises UnicodeDecodeError for what is not UTF-8. A character may lie across two pieces; `characters` counts it with
    its end.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "meta.json").unlink(missing_ok=True)
        self._file = (self._folder / "text").open("wb")
        self._counts = array("Q")
        self._characters_in_blocks = self._newlines_in_blocks = 0
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.size_bytes = self.characters = 0

    @property
    def newlines(self) -> int:
        """How many there are so far."""
        return self._newlines_in_blocks + sum(piece.count(b"\n") for piece in self._pending)

    def write(self, utf8: bytes | memoryview) -> None:
        """Append to the text."""
        for start in range(0, len(utf8), _PIECE):
            self._append(bytes(utf8[start : start + _PIECE]))

    def finish(self) -> None:
        """Make the text whole: its counts, then its description, each of them safely on disk."""
        self._decoder.decode(b"", final=True)
        self._count_blocks(b"".join(self._pending))
        self._pending.clear()
        self._counts.extend((self.characters, self.newlines))
        write_synced(self._folder / "counts", self._counts)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._describe()

    def close(self) -> None:
        """Give up what was not finished."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, piece: bytes) -> None:
        is_whole = not self._decoder.getstate()[0]
        self.characters += len(piece) if is_whole and piece.isascii() else len(self._decoder.decode(piece))
        self.size_bytes += len(piece)
        self._file.write(piece)
        self._pending.append(piece)
        self._pending_bytes += len(piece)
        if self._pending_bytes >= _PIECE:
            self._count_whole_blocks()

    def _count_whole_blocks(self) -> None:
        pending = b"".join(self._pending)
        whole = len(pending) // BLOCK * BLOCK
        self._count_blocks(pending[:whole])
        self._pending = [pending[whole:]]
        self._pending_bytes = len(pending) - whole

    def _count_blocks(self, piece: bytes) -> None:
        is_ascii = piece.isascii()
        characters, newlines = self._characters_in_blocks, self._newlines_in_blocks
        for start in range(0, len(piece), BLOCK):
            self._counts.append(characters)
            self._counts.append(newlines)
            newlines += piece.count(b"\n", start, start + BLOCK)
            characters += BLOCK if is_ascii else len(piece[start : start + BLOCK].translate(None, CONTINUATION))
        self._characters_in_blocks, self._newlines_in_blocks = characters, newlines

    def _describe(self) -> None:
        facts = {
            "format": FORMAT,
            "size_bytes": self.size_bytes,
            "characters": self.characters,
            "newlines": self.newlines,
            "is_ascii": self.characters == self.size_bytes,
        }
        new = self._folder / "meta.json.new"
        write_synced(new, json.dumps(facts).encode())
        new.replace(self._folder / "meta.json")
        sync_folder(self._folder)
