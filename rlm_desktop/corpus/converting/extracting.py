"""In a worker: from one file to the texts in it, as lists that go to the host as JSON."""

import os
import stat
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO, Protocol

from rlm_desktop.corpus.conversion import CHANGED_WHILE_READ
from rlm_desktop.corpus.converting.noting import CONVERTING
from rlm_desktop.corpus.converting.packing import Packs, digest_of
from rlm_desktop.corpus.converting.plainness import characters_of_plain, has_controls
from rlm_desktop.corpus.converting.streaming import STREAMED_KINDS, TextStream, pieces_of
from rlm_desktop.corpus.converting.unpacking import DEEPEST, TOO_DEEP, Bounds, members
from rlm_desktop.corpus.documents import Mark
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.gathering import NOT_A_FILE, explain
from rlm_desktop.corpus.identity import inode_of
from rlm_desktop.corpus.kinds import (
    ArchiveKind,
    archive_kind,
    is_table,
    kind_inside,
    kind_of,
    plain_kind_of,
    unread_kind,
)
from rlm_desktop.corpus.readers.draft import counted
from rlm_desktop.corpus.reading import LARGEST_BYTES, NO_TEXT, TOO_LARGE, convert
from rlm_desktop.corpus.tokens import estimate_tokens_in

TOO_MUCH_MEMORY = "needs more memory than a conversion may take"
MOST_MARKS = 100_000
PIECE_BYTES = 4_000_000
HEAD_BYTES = 4_096
TAIL_BYTES = 200_000

Extracted = list[Any]
"""An `Extract` as a list, in the order of its fields; its text as pack number, start and size."""


class Told(Protocol):
    """Hears what becomes of a file."""

    def give(self, extracted: Extracted) -> None:
        """A document is in a pack."""

    def refuse(self, inner: str, reason: str) -> None:
        """A document, or the whole file, cannot be read."""

    def at(self, step: int) -> None:
        """Another piece was read, or (`CONVERTING` and below) a reader is about to see to the next document."""


# The host's own text ends every line in `\n` and holds no controls; a library may have let one through.
_STRAYS = {**dict.fromkeys(range(32), " "), 0x7F: " ", **dict.fromkeys(b"\r\v\f", "\n"), 9: "\t", 10: "\n"}


class Extractor:
    """Reads files and writes their texts into packs."""

    def __init__(self, packs: Packs, told: Told) -> None:
        self._packs = packs
        self._told = told
        self._documents = 0

    def file(self, path: str) -> tuple[int, int, int]:
        """Convert a file, giving and refusing what is in it; returns its time of change, inode and size."""
        try:
            with open(path, "rb", buffering=0, opener=_open) as file:
                return self._opened(os.path.basename(path), file.fileno())  # noqa: PTH119
        except OSError as fault:
            self._told.refuse("", explain(fault))
        return 0, 0, 0

    def _opened(self, name: str, file: int) -> tuple[int, int, int]:
        before = os.fstat(file)
        if not stat.S_ISREG(before.st_mode):
            self._told.refuse("", NOT_A_FILE)
            return 0, 0, 0
        self._documents = 0
        try:
            self._read(name, file, before)
        except Unreadable as reason:
            self._told.refuse("", str(reason))
        except MemoryError:
            self._told.refuse("", TOO_MUCH_MEMORY)
        return before.st_mtime_ns, inode_of(before), before.st_size

    def _read(self, name: str, file: int, before: os.stat_result) -> None:
        data = os.read(file, min(PIECE_BYTES, before.st_size + 1))
        if is_table(name, data):
            self._streamed(kind_of(name, data), file, before, partial(self._take_table, file, data))
            return
        if len(data) < PIECE_BYTES:
            _refuse_changed(file, before, len(data))
            self.document("", name, data, Bounds(len(data)), 0)
            return
        ends = data[:HEAD_BYTES] + _read_at(file, max(HEAD_BYTES, before.st_size - TAIL_BYTES), TAIL_BYTES)
        if kind := archive_kind(name, ends):
            os.lseek(file, 0, os.SEEK_SET)
            self._archive("", kind, name, open(file, "rb", closefd=False), Bounds(before.st_size), 1)  # noqa: SIM115
            _refuse_changed(file, before, before.st_size)
        elif _streamed_kind(name, ends):
            take = partial(self._take_text, file, data, before.st_size)
            self._streamed(kind_of(name, data[:1024]), file, before, take)
        else:
            whole = self._read_on(data, file, before.st_size)
            _refuse_changed(file, before, len(whole))
            self.document("", name, whole, Bounds(len(whole)), 0)

    def document(self, inner: str, name: str, data: bytes, bounds: Bounds, depth: int) -> None:
        """Convert the bytes of one document or archive; raises `Unreadable` with the reason."""
        if not data:
            raise Unreadable("empty")
        if kind := plain_kind_of(name, data):
            characters = characters_of_plain(data)
            if characters is not None and data[257:262] != b"ustar":
                self._plain(inner, kind, data, characters)
                return
        self._tell_on()
        if packed := archive_kind(name, data):
            self._archive(inner, packed, name, BytesIO(data), bounds, depth + 1)
        else:
            self._converted(inner, name, data)

    def _plain(self, inner: str, kind: str, data: bytes, characters: int) -> None:
        if data.isspace():
            raise Unreadable(NO_TEXT)
        digest, size, newlines = digest_of(data), len(data), data.count(b"\n")
        self._packs.write(data)
        place = self._packs.keep()
        tokens = estimate_tokens_in(data)
        self._told.give([inner, kind, *place, digest, size, digest, characters, newlines, tokens, (), ()])

    def _converted(self, inner: str, name: str, data: bytes) -> None:
        kind, made = convert(name, data)
        text = made.text
        utf8 = text.encode("utf-8", "replace")
        if has_controls(utf8):
            text = text.translate(_STRAYS)
            utf8 = text.encode("utf-8", "replace")
        self._packs.write(utf8)
        place = self._packs.keep()
        sizes = (len(text), utf8.count(b"\n"), estimate_tokens_in(utf8))
        parts = (marks_as_lists(made.marks), counted(made.lost))
        self._told.give([inner, kind, *place, digest_of(data), len(data), digest_of(utf8), *sizes, *parts])

    def _archive(self, inner: str, kind: ArchiveKind, name: str, file: BinaryIO, bounds: Bounds, depth: int) -> None:
        if depth > DEEPEST:
            raise Unreadable(TOO_DEEP)
        seen: dict[str, int] = {}
        self._tell_on()
        for member in members(kind, name, file, bounds):
            seen[member.path] = seen.get(member.path, 0) + 1
            again = f" ({seen[member.path]})" if seen[member.path] > 1 else ""
            path = f"{inner}/{member.path}{again}".lstrip("/")
            self._tell_on()
            try:
                if member.reason:
                    raise Unreadable(member.reason)
                self.document(path, member.path.rpartition("/")[2], member.data, bounds, depth)
            except Unreadable as reason:
                self._told.refuse(path, str(reason))
            except MemoryError:
                self._told.refuse(path, TOO_MUCH_MEMORY)

    def _tell_on(self) -> None:
        """Say that another document is begun, which has its own time."""
        self._documents += 1
        self._told.at(CONVERTING - self._documents % 1_000_000)

    def _streamed(self, kind: str, file: int, before: os.stat_result, take: Callable[[TextStream], None]) -> None:
        """Have a text written piece by piece; it is kept when all went well."""
        stream = TextStream(kind, self._packs, before.st_size)
        try:
            take(stream)
            _refuse_changed(file, before, stream.source_bytes)
            source_digest, text_digest, marks = stream.done()
        except BaseException:
            self._packs.drop()
            raise
        place = self._packs.keep()
        sizes = (stream.characters, stream.newlines, stream.tokens)
        digests = (source_digest, stream.source_bytes, text_digest)
        self._told.give(["", kind, *place, *digests, *sizes, marks_as_lists(marks), ()])

    def _take_text(self, file: int, first: bytes, size: int, stream: TextStream) -> None:
        for number, piece in enumerate(pieces_of(first, partial(os.read, file, PIECE_BYTES)), 1):
            stream.take(piece)
            self._told.at(number)
            if stream.source_bytes > size:
                return

    def _take_table(self, file: int, first: bytes, stream: TextStream) -> None:
        # The library is only wanted for such tables.
        from rlm_desktop.corpus.readers.table_reader import table_pieces  # noqa: PLC0415

        stream.source(first)
        while piece := os.read(file, PIECE_BYTES):
            stream.source(piece)
            self._tell_on()
        with open(file, "rb", closefd=False) as source:
            source.seek(0)
            for text in table_pieces(source):
                stream.take_text(text)
                self._tell_on()

    def _read_on(self, first: bytes, file: int, size: int) -> bytes:
        if size > LARGEST_BYTES:
            raise Unreadable(TOO_LARGE)
        pieces = [first]
        while (piece := os.read(file, PIECE_BYTES)) and len(pieces) * PIECE_BYTES <= size:
            pieces.append(piece)
            self._told.at(len(pieces))
        return b"".join(pieces)


def marks_as_lists(marks: tuple[Mark, ...]) -> list[tuple[int, str, str]]:
    """Give marks as they are sent; of very many, every so many-th."""
    step = -(-len(marks) // MOST_MARKS) or 1
    return [(mark.start, mark.label, mark.kind) for mark in marks[::step]]


def _open(path: str, flags: int) -> int:
    # A pipe that has come into a file's place must not make us wait.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _read_at(file: int, place: int, size: int) -> bytes:
    """Read from elsewhere in a file, and go back."""
    here = os.lseek(file, 0, os.SEEK_CUR)
    os.lseek(file, place, os.SEEK_SET)
    data = os.read(file, size)
    os.lseek(file, here, os.SEEK_SET)
    return data


def _refuse_changed(file: int, before: os.stat_result, read_bytes: int) -> None:
    after = os.fstat(file)
    if (after.st_mtime_ns, after.st_size) != (before.st_mtime_ns, read_bytes):
        raise Unreadable(CHANGED_WHILE_READ)


def _streamed_kind(name: str, ends: bytes) -> bool:
    """Tell whether this is a plain text, of which pieces can be read by themselves."""
    if unread_kind(name, ends[:1024]) or kind_inside(ends):
        return False
    return kind_of(name, ends[:1024]) in STREAMED_KINDS
