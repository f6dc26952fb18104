"""In a worker: from one file to the texts in it, as lists that go to the host as JSON."""

import os
import stat
from typing import Any, Protocol

from rlm_desktop.corpus.conversion import CHANGED_WHILE_READ
from rlm_desktop.corpus.converting.noting import CONVERTING
from rlm_desktop.corpus.converting.packing import Packs, digest_of
from rlm_desktop.corpus.converting.plainness import characters_of_plain, has_controls
from rlm_desktop.corpus.documents import Mark
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.gathering import NOT_A_FILE, explain
from rlm_desktop.corpus.kinds import plain_kind_of
from rlm_desktop.corpus.readers.draft import Converted, counted
from rlm_desktop.corpus.reading import LARGEST_BYTES, NO_TEXT, TOO_LARGE, convert
from rlm_desktop.corpus.tokens import BYTES_PER_TOKEN

TOO_MUCH_MEMORY = "needs more memory than a conversion may take"
MOST_MARKS = 100_000
PIECE_BYTES = 4_000_000

Extracted = list[Any]
"""An `Extract` as a list, in the order of its fields; its text as pack number, start and size."""


class Told(Protocol):
    """Hears what becomes of a file."""

    def give(self, extracted: Extracted) -> None:
        """A document is in a pack."""

    def refuse(self, inner: str, reason: str) -> None:
        """A document, or the whole file, cannot be read."""

    def at(self, step: int) -> None:
        """Another piece was read, or (`CONVERTING`) a reader is about to see to all."""


# The host's own text ends every line in `\n` and holds no controls; a library may have let one through.
_STRAYS = {**dict.fromkeys(range(32), " "), 0x7F: " ", **dict.fromkeys(b"\r\v\f", "\n"), 9: "\t", 10: "\n"}


class Extractor:
    """Reads files and writes their texts into packs."""

    def __init__(self, packs: Packs, told: Told) -> None:
        self._packs = packs
        self._told = told

    def file(self, path: str) -> tuple[int, int, int]:
        """Convert a file, giving and refusing what is in it; returns its time of change, inode and size."""
        try:
            with open(path, "rb", buffering=0, opener=_open) as file:
                return self._opened(path, file.fileno())
        except OSError as fault:
            self._told.refuse("", explain(fault))
        return 0, 0, 0

    def _opened(self, path: str, file: int) -> tuple[int, int, int]:
        before = os.fstat(file)
        if not stat.S_ISREG(before.st_mode):
            self._told.refuse("", NOT_A_FILE)
            return 0, 0, 0
        try:
            data = self._read_all(file, before.st_size)
            after = os.fstat(file)
            if (after.st_mtime_ns, after.st_size) != (before.st_mtime_ns, len(data)):
                raise Unreadable(CHANGED_WHILE_READ)
            self.document("", os.path.basename(path), data)  # noqa: PTH119
        except Unreadable as reason:
            self._told.refuse("", str(reason))
        except MemoryError:
            self._told.refuse("", TOO_MUCH_MEMORY)
        return before.st_mtime_ns, before.st_ino, before.st_size

    def document(self, inner: str, name: str, data: bytes) -> None:
        """Convert the bytes of one document; raises `Unreadable` with the reason."""
        if not data:
            raise Unreadable("empty")
        kind = plain_kind_of(name, data)
        characters = characters_of_plain(data) if kind else None
        if kind is None or characters is None:
            self._told.at(CONVERTING)
            kind, made = convert(name, data)
            self._converted(inner, kind, data, made)
            return
        if data.isspace():
            raise Unreadable(NO_TEXT)
        digest = digest_of(data)
        self._packs.write(data)
        place = self._packs.keep()
        newlines = data.count(b"\n")
        size = len(data)
        self._told.give(
            [inner, kind, *place, digest, size, digest, characters, newlines, -(-size // BYTES_PER_TOKEN), (), ()]
        )

    def _read_all(self, file: int, size: int) -> bytes:
        if size > LARGEST_BYTES:
            raise Unreadable(TOO_LARGE)
        pieces: list[bytes] = []
        while piece := os.read(file, PIECE_BYTES):
            pieces.append(piece)
            if len(piece) < PIECE_BYTES:
                break
            self._told.at(len(pieces))
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _converted(self, inner: str, kind: str, data: bytes, made: Converted) -> None:
        text = made.text
        utf8 = text.encode("utf-8", "replace")
        if has_controls(utf8):
            text = text.translate(_STRAYS)
            utf8 = text.encode("utf-8", "replace")
        self._packs.write(utf8)
        place = self._packs.keep()
        sizes = (len(text), utf8.count(b"\n"), -(-len(utf8) // BYTES_PER_TOKEN))
        marks = marks_as_lists(made.marks)
        self._told.give(
            [inner, kind, *place, digest_of(data), len(data), digest_of(utf8), *sizes, marks, counted(made.lost)]
        )


def marks_as_lists(marks: tuple[Mark, ...]) -> list[tuple[int, str, str]]:
    """Give marks as they are sent; of very many, every so many-th."""
    step = -(-len(marks) // MOST_MARKS) or 1
    return [(mark.start, mark.label, mark.kind) for mark in marks[::step]]


def _open(path: str, flags: int) -> int:
    # A pipe that has come into a file's place must not make us wait.
    return os.open(path, flags | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
