"""The files in which texts lie one after another: finding one, and checking that it is what it is said to be."""

import mmap
import os
import re
import sqlite3
from collections import OrderedDict
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from rlm_desktop.corpus.errors import StoreBroken, StoreError

PACKS = "packs"
_MOST_OPEN = 64
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


class Texts:
    """Gives texts by their digest, as views of mapped packs. What was never checked is checked."""

    def __init__(self, store: Path, connection: sqlite3.Connection) -> None:
        self._store = store
        self._connection = connection
        self._packs: OrderedDict[tuple[str, str], memoryview] = OrderedDict()
        self.checked: list[str] = []
        """Those that were checked for the first time."""
        self._new_packs: set[tuple[str, str]] = set()

    def find(self, digest: str) -> Located:
        """Tell where a text lies; raises `TextLost`."""
        found = self._connection.execute(_FIND, (bytes.fromhex(digest),)).fetchone()
        if found is None:
            raise TextLost(digest)
        return Located(*found)

    def view(self, digest: str) -> memoryview:
        """Show the UTF-8 of a text, to be released before this is closed; raises `TextLost`."""
        place = self.find(digest)
        text = self._pack(place, digest)[place.start : place.start + place.size_bytes]
        if len(text) != place.size_bytes:
            raise TextLost(digest)
        if not place.is_checked:
            self._check(text, digest)
            self._new_packs.add((place.session, place.pack))
        return text

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
        for pack in self._packs.values():
            pack.release()
        self._packs.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check(self, text: memoryview, digest: str) -> None:
        if blake2b(text, digest_size=16).hexdigest() != digest:
            raise TextLost(digest)
        self.checked.append(digest)

    def _pack(self, place: Located, digest: str) -> memoryview:
        key = place.session, place.pack
        known = self._packs.get(key)
        if known is None or len(known) < place.start + place.size_bytes:
            known = self._packs[key] = memoryview(self._mapped(place, digest))
            while len(self._packs) > _MOST_OPEN:
                self._packs.popitem(last=False)
        return known

    def _mapped(self, place: Located, digest: str) -> mmap.mmap:
        path = spool_of(self._store, place.session) / place.pack
        try:
            # A converter that went astray must not make us read through a link of its making.
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise TextLost(digest) from error
        try:
            return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise TextLost(digest) from error
        finally:
            os.close(descriptor)


def forget_text(connection: sqlite3.Connection, digest: str) -> None:
    """Forget a lost text, and what was read from each file that held it, so that it is read again."""
    key = bytes.fromhex(digest)
    connection.execute("DELETE FROM texts WHERE digest = ?", (key,))
    connection.execute(
        "UPDATE sources SET mtime_ns = 0 WHERE id IN (SELECT source FROM extracts WHERE text_digest = ?)", (key,)
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
