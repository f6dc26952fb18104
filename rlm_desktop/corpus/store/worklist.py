"""What one ingest has to do: the files of a scan, which of them are known, and what came of the others."""

import os
import time
from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from rlm_desktop.corpus.conversion import READERS_VERSION, Conversion
from rlm_desktop.corpus.gathering import FoundFile
from rlm_desktop.corpus.store.catalogue import Catalogue, transaction
from rlm_desktop.corpus.store.manifest import facts_of, written
from rlm_desktop.corpus.store.packs import NEVER_READ, checked_name
from rlm_desktop.trace.facts import SkippedFile

_DAY = 86_400.0


class Held(NamedTuple):
    """A document that the catalogue holds for a file of this ingest."""

    position: int
    inner_name: str
    source_digest: bytes
    text_bytes: int
    facts: str


class Worklist:
    """The rows of one ingest, in a connection of its own. Its methods may be called from any one thread at a time."""

    def __init__(self, catalogue: Catalogue, session: str, files: Sequence[FoundFile]) -> None:
        self.files = files
        self._session = session
        self._catalogue = catalogue
        self._packs: dict[str, int] = {}
        self._sources = array("q")
        self._new_text = _NEW_TEXT
        with catalogue.explaining():
            self._connection = catalogue.connect()
            self._connection.execute(_WANTED)

    def close(self) -> None:
        """Let go of the catalogue."""
        self._connection.close()

    def fill(self, *, again: bool) -> Sequence[int]:
        """Note all files, and give the places of those to convert: the new and the changed ones, or all."""
        rows = (
            (place, os.fsencode(file.path), file.size_bytes, file.mtime_ns, str(file.inode))
            for place, file in enumerate(self.files)
        )
        with self._catalogue.explaining(), transaction(self._connection):
            self._connection.executemany("INSERT INTO wanted VALUES (?, ?, ?, ?, ?, NULL, 0)", rows)
            self._connection.execute(_NEW_SOURCES, (NEVER_READ, time.time()))
            self._connection.execute(_RECOGNISE, (not again, READERS_VERSION))
            self._connection.execute(_SEEN, (time.time(), time.time() - _DAY))
            self._sources = array("q", (source for (source,) in self._connection.execute(_SOURCES)))
            missing = array("q", (place for (place,) in self._connection.execute(_MISSING)))
        # Who has all read again may do so because what is kept is damaged.
        self._new_text = _ANOTHER_TEXT if again else _NEW_TEXT
        return missing

    def keep(self, done: Sequence[tuple[int, Conversion]]) -> None:
        """Keep what came of files, given with their places, in one transaction."""
        with self._catalogue.explaining(), transaction(self._connection):
            known = [(self._sources[place], conversion) for place, conversion in done]
            for forget in (_FORGET_EXTRACTS, _FORGET_SKIPS):
                self._connection.executemany(forget, [(source,) for source, _ in known])
            self._connection.executemany(_NEWER_SOURCE, [_source_row(*one) for one in known])
            self._connection.executemany(self._new_text, [row for _, one in known for row in self._text_rows(one)])
            self._connection.executemany(_NEW_EXTRACT, [row for one in known for row in _extract_rows(*one)])
            self._connection.executemany(_NEW_SKIP, [row for one in known for row in _skip_rows(*one)])
            self._connection.executemany(_READY, [(place,) for place, _ in done])

    def held(self) -> Iterator[Held]:
        """Give all documents that are ready, in the order of the scan."""
        with self._catalogue.explaining():
            yield from map(Held._make, self._connection.execute(_HELD))

    def skipped(self) -> Iterator[tuple[int, SkippedFile]]:
        """Give what could not be read with the place of its file, in the order of the scan."""
        with self._catalogue.explaining():
            for place, path, reason in self._connection.execute(_SKIPPED):
                yield place, SkippedFile(path=path, reason=reason)

    def _text_rows(self, conversion: Conversion) -> Iterator[tuple[object, ...]]:
        for extract in conversion.extracts:
            text = extract.text
            yield bytes.fromhex(extract.text_digest), self._pack(text.pack), text.start, text.size_bytes

    def _pack(self, name: str) -> int:
        if name not in self._packs:
            key = self._session, checked_name(name)
            self._connection.execute("INSERT OR IGNORE INTO packs (session, name) VALUES (?, ?)", key)
            (number,) = self._connection.execute("SELECT id FROM packs WHERE session = ? AND name = ?", key).fetchone()
            self._packs[name] = number
        return self._packs[name]


def origin_of(source_digest: bytes, facts: str) -> bytes:
    """Give what two documents share when one is a copy of the other."""
    return blake2b(source_digest + facts.encode(), digest_size=16).digest()


def _source_row(source: int, conversion: Conversion) -> tuple[object, ...]:
    was_opened = conversion.mtime_ns or conversion.inode
    readers = READERS_VERSION if was_opened else NEVER_READ
    return conversion.size_bytes, conversion.mtime_ns, str(conversion.inode), readers, time.time(), source


def _extract_rows(source: int, conversion: Conversion) -> Iterator[tuple[object, ...]]:
    for position, extract in enumerate(conversion.extracts):
        digests = bytes.fromhex(extract.text_digest), bytes.fromhex(extract.source_digest)
        yield source, position, extract.inner, *digests, written(facts_of(extract))


def _skip_rows(source: int, conversion: Conversion) -> Iterator[tuple[object, ...]]:
    for position, skipped in enumerate(conversion.skipped):
        yield source, position, skipped.path, skipped.reason


_WANTED = """CREATE TEMP TABLE wanted (position INTEGER PRIMARY KEY, path BLOB, size_bytes INTEGER, mtime_ns INTEGER,
inode TEXT, source INTEGER, is_ready INTEGER)"""
_NEW_SOURCES = """INSERT OR IGNORE INTO sources (path, size_bytes, mtime_ns, inode, readers, seen_at)
SELECT path, 0, 0, '', ?, ? FROM wanted"""
_RECOGNISE = """UPDATE wanted SET source = sources.id, is_ready = ? AND sources.size_bytes = wanted.size_bytes
AND sources.mtime_ns = wanted.mtime_ns AND sources.inode = wanted.inode
AND sources.readers = ? FROM sources WHERE sources.path = wanted.path"""
_SEEN = "UPDATE sources SET seen_at = ? WHERE seen_at < ? AND id IN (SELECT source FROM wanted)"
_SOURCES = "SELECT source FROM wanted ORDER BY position"
_MISSING = "SELECT position FROM wanted WHERE NOT is_ready ORDER BY position"
_HELD = """SELECT wanted.position, inner_name, source_digest, texts.size_bytes, facts
FROM wanted JOIN extracts USING (source) JOIN texts ON texts.digest = text_digest WHERE is_ready
ORDER BY wanted.position, extracts.position"""
_SKIPPED = """SELECT wanted.position, skips.path, reason FROM wanted JOIN skips USING (source) WHERE is_ready
ORDER BY wanted.position, skips.position"""
_NEWER_SOURCE = """UPDATE sources SET size_bytes = ?, mtime_ns = ?, inode = ?, readers = ?, seen_at = ? WHERE id = ?"""
# Equal content is kept once.
_NEW_TEXT = "INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?, 0)"
_ANOTHER_TEXT = "INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, 0)"
_FORGET_EXTRACTS = "DELETE FROM extracts WHERE source = ?"
_FORGET_SKIPS = "DELETE FROM skips WHERE source = ?"
_NEW_EXTRACT = "INSERT INTO extracts VALUES (?, ?, ?, ?, ?, ?)"
_NEW_SKIP = "INSERT INTO skips VALUES (?, ?, ?, ?)"
_READY = "UPDATE wanted SET is_ready = 1 WHERE position = ?"
