"""The files in which texts lie one after another: finding one, and checking that it is what it is said to be."""

import os
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from io import RawIOBase
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from rlm_desktop.corpus.errors import StoreBroken, StoreError

PACKS = "packs"
NEVER_READ = 0
"""The version of the readers by which a source must be read (again), even when its file has not changed."""
_MOST_OPEN = 64
_PIECE = 1 << 16
_POSSIBLE_NAME = re.compile(r"\w[\w-]*(/\w[\w-]*)?(\.pack)?")


class TextLost(StoreError):
    """A text does not lie where it should, or is another; `digest` names it."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"The text {digest} is missing in the store or damaged; its file must be read again.")
        self.digest = digest


class Located(NamedTuple):
    """Where a text lies."""

    session: str
    pack: str
    start: int
    size_bytes: int
    is_checked: bool


def spool_of(store: Path, session: str) -> Path:
    """Give the folder in which a session's converters write their packs."""
    return store / PACKS / session


def checked_name(pack: str) -> str:
    """Refuse a name that would lead out of the spool; converters are not trusted with it."""
    if not _POSSIBLE_NAME.fullmatch(pack):
        raise StoreBroken(f"A converter named an impossible pack: {pack!r}.")
    return pack


class Packed:
    """The UTF-8 of a text in its pack, read where it is looked at: a map would end us if the pack were cut short."""

    def __init__(self, pack: RawIOBase, place: Located) -> None:
        self._pack = pack
        self._place = place

    def __len__(self) -> int:
        return self._place.size_bytes

    def __getitem__(self, part: slice) -> bytes:
        start, end, _ = part.indices(len(self))
        self._pack.seek(self._place.start + start)
        return self._pack.read(max(0, end - start)) or b""

    def pieces(self) -> Iterator[bytes]:
        """Give it piece by piece."""
        for start in range(0, len(self), _PIECE):
            yield self[start : start + _PIECE]


class Texts:
    """Gives texts by their digest. What was never checked is checked when it is copied, or all is."""

    def __init__(self, store: Path, connection: sqlite3.Connection, *, check_all: bool = False) -> None:
        self._store = store
        self._connection = connection
        self._check_all = check_all
        self._packs: OrderedDict[tuple[str, str], RawIOBase] = OrderedDict()
        self.checked: list[str] = []
        """Those that were checked for the first time."""
        self._new_packs: set[tuple[str, str]] = set()

    def find(self, digest: str) -> Located:
        """Tell where a text lies; raises `TextLost`."""
        found = self._connection.execute(_FIND, (bytes.fromhex(digest),)).fetchone()
        if found is None:
            raise TextLost(digest)
        return Located(*found)

    def packed(self, digest: str) -> Packed:
        """Show a text, as long as this is open; raises `TextLost`."""
        place = self.find(digest)
        return Packed(self._pack(place, digest), place)

    def copy(self, digest: str, write: Callable[[bytes], None]) -> None:
        """Write a text piece by piece; raises `TextLost` at its end when it was another."""
        place = self.find(digest)
        packed = Packed(self._pack(place, digest), place)
        if place.is_checked and not self._check_all:
            copied = _copy(packed, write)
        else:
            copied = self._copy_checked(packed, digest, write)
            self._new_packs.add((place.session, place.pack))
        if copied != place.size_bytes:
            raise TextLost(digest)

    def sync(self) -> None:
        """Wait until what was checked for the first time is on disk: it is not checked again."""
        for session, pack in self._new_packs:
            descriptor = os.open(spool_of(self._store, session) / pack, os.O_RDWR)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def close(self) -> None:
        """Let go of the packs."""
        while self._packs:
            self._packs.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _copy_checked(self, packed: Packed, digest: str, write: Callable[[bytes], None]) -> int:
        total, copied = blake2b(digest_size=16), 0
        for piece in packed.pieces():
            total.update(piece)
            write(piece)
            copied += len(piece)
        if total.hexdigest() != digest:
            raise TextLost(digest)
        self.checked.append(digest)
        return copied

    def _pack(self, place: Located, digest: str) -> RawIOBase:
        key = place.session, place.pack
        if key not in self._packs:
            self._packs[key] = self._opened(place, digest)
            while len(self._packs) > _MOST_OPEN:
                self._packs.popitem(last=False)[1].close()
        return self._packs[key]

    def _opened(self, place: Located, digest: str) -> RawIOBase:
        try:
            # A converter that went astray must not make us read through a link of its making.
            return open(spool_of(self._store, place.session) / place.pack, "rb", buffering=0, opener=_no_links)
        except OSError as error:
            raise TextLost(digest) from error


def _no_links(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _copy(packed: Packed, write: Callable[[bytes], None]) -> int:
    copied = 0
    for piece in packed.pieces():
        write(piece)
        copied += len(piece)
    return copied


def forget_lost(store: Path, connection: sqlite3.Connection, digest: str) -> None:
    """Forget a lost text and those of its pack that are lost, too, so that their files are read again."""
    rows = connection.execute(_BESIDE, (bytes.fromhex(digest),)).fetchall()
    with Texts(store, connection, check_all=True) as texts:
        lost = [one.hex() for (one,) in rows if not _is_there(texts, one.hex())]
    for one in {digest, *lost}:
        forget_text(connection, one)


def _is_there(texts: Texts, digest: str) -> bool:
    try:
        texts.copy(digest, lambda _: None)
    except TextLost:
        return False
    return True


def forget_text(connection: sqlite3.Connection, digest: str) -> None:
    """Forget a text, and what was read from each file that held it, so that it is read again."""
    key = bytes.fromhex(digest)
    connection.execute("DELETE FROM texts WHERE digest = ?", (key,))
    connection.execute(
        "UPDATE sources SET readers = ? WHERE id IN (SELECT source FROM extracts WHERE text_digest = ?)",
        (NEVER_READ, key),
    )


def note_checked(connection: sqlite3.Connection, digests: list[str]) -> None:
    """Remember that these texts are what they are said to be."""
    rows = [(bytes.fromhex(digest),) for digest in digests]
    connection.executemany("UPDATE texts SET is_checked = 1 WHERE digest = ?", rows)


def tidy_spool(store: Path, session: str, ends: dict[str, int]) -> None:
    """Cut what the converters of an ended session wrote beyond their last kept text; `ends` has each pack's end."""
    spool = spool_of(store, session)
    for folder, _, names in os.walk(spool, topdown=False):
        for name in names:
            path = Path(folder, name)
            end = ends.get(path.relative_to(spool).as_posix(), 0)
            with suppress(FileNotFoundError):
                _cut(path, end)
        with suppress(OSError):
            Path(folder).rmdir()


def _cut(path: Path, end: int) -> None:
    if end == 0:
        path.unlink()
    elif path.stat().st_size > end:
        os.truncate(path, end)


_FIND = """SELECT session, name, start, size_bytes, is_checked FROM texts JOIN packs ON packs.id = pack
WHERE digest = ?"""
_BESIDE = "SELECT digest FROM texts WHERE pack = (SELECT pack FROM texts WHERE digest = ?)"
