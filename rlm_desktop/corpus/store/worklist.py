"""What one ingest has to do: the files of a scan, which of them are known, and what came of the others."""

import os
import time
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from rlm_desktop.corpus.conversion import READERS_VERSION, Conversion, Extract
from rlm_desktop.corpus.gathering import FoundFile, shown_path
from rlm_desktop.corpus.store.catalogue import Catalogue, transaction
from rlm_desktop.corpus.store.manifest import facts_of, written
from rlm_desktop.corpus.store.packs import checked_name
from rlm_desktop.trace.facts import SkippedFile

_DAY = 86_400.0


class Held(NamedTuple):
    """A document that the catalogue holds for a file of this ingest."""

    position: int
    name: str
    path: str
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
        with catalogue.explaining():
            self._connection = catalogue.connect()
            self._connection.execute(_WANTED)

    def close(self) -> None:
        """Let go of the catalogue."""
        self._connection.close()

    def fill(self, *, again: bool) -> list[int]:
        """Note all files, and give the places of those to convert: the new and the changed ones, or all."""
        rows = (
            (place, os.fsencode(file.path), file.name, file.size_bytes, file.mtime_ns, str(file.inode))
            for place, file in enumerate(self.files)
        )
        with self._catalogue.explaining(), transaction(self._connection):
            self._connection.executemany("INSERT INTO wanted VALUES (?, ?, ?, ?, ?, ?, NULL)", rows)
            if not again:
                self._connection.execute(_RECOGNISE, (READERS_VERSION,))
            self._connection.execute(_SEEN, (time.time(), time.time() - _DAY))
            missing = self._connection.execute("SELECT position FROM wanted WHERE source IS NULL ORDER BY position")
            return [place for (place,) in missing]

    def keep(self, done: Sequence[tuple[int, Conversion]]) -> None:
        """Keep what came of files, given with their places, in one transaction."""
        with self._catalogue.explaining(), transaction(self._connection):
            for place, conversion in done:
                self._keep(place, conversion)

    def held(self) -> Iterator[Held]:
        """Give all documents that are ready, in the order of the scan."""
        with self._catalogue.explaining():
            for position, path, *rest in self._connection.execute(_HELD):
                yield Held(position, rest[0], shown_path(Path(os.fsdecode(path))), *rest[1:])

    def skipped(self) -> list[SkippedFile]:
        """Give what could not be read, in the order of the scan."""
        with self._catalogue.explaining():
            return [SkippedFile(path=path, reason=reason) for path, reason in self._connection.execute(_SKIPPED)]

    def skipped_at(self) -> Iterator[tuple[int, SkippedFile]]:
        """Give what could not be read with the place of its file."""
        with self._catalogue.explaining():
            for place, path, reason in self._connection.execute(_SKIPPED_AT):
                yield place, SkippedFile(path=path, reason=reason)

    def _keep(self, place: int, conversion: Conversion) -> None:
        source = self._source(conversion)
        for position, extract in enumerate(conversion.extracts):
            self._keep_extract(source, position, extract)
        skips = [(source, number, one.path, one.reason) for number, one in enumerate(conversion.skipped)]
        if skips:
            self._connection.executemany("INSERT INTO skips VALUES (?, ?, ?, ?)", skips)
        self._connection.execute("UPDATE wanted SET source = ? WHERE position = ?", (source, place))

    def _source(self, conversion: Conversion) -> int:
        path = os.fsencode(conversion.file.path)
        values = (conversion.size_bytes, conversion.mtime_ns, str(conversion.inode), READERS_VERSION, time.time())
        known = self._connection.execute("SELECT id FROM sources WHERE path = ?", (path,)).fetchone()
        if known is None:
            return int(self._connection.execute(_NEW_SOURCE, (path, *values)).lastrowid or 0)
        self._connection.execute(_NEWER_SOURCE, (*values, *known))
        self._connection.execute("DELETE FROM extracts WHERE source = ?", known)
        self._connection.execute("DELETE FROM skips WHERE source = ?", known)
        return int(known[0])

    def _keep_extract(self, source: int, position: int, extract: Extract) -> None:
        text = extract.text
        digest = bytes.fromhex(extract.text_digest)
        row = (digest, self._pack(text.pack), text.start, text.size_bytes)
        # Equal content is kept once.
        self._connection.execute("INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?, 0)", row)
        origin = bytes.fromhex(extract.source_digest)
        extract_row = (source, position, extract.inner, digest, origin, written(facts_of(extract)))
        self._connection.execute("INSERT INTO extracts VALUES (?, ?, ?, ?, ?, ?)", extract_row)

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


_WANTED = """CREATE TEMP TABLE wanted (position INTEGER PRIMARY KEY, path BLOB, name TEXT, size_bytes INTEGER,
mtime_ns INTEGER, inode TEXT, source INTEGER)"""
_RECOGNISE = """UPDATE wanted SET source = (SELECT id FROM sources WHERE sources.path = wanted.path
AND sources.size_bytes = wanted.size_bytes AND sources.mtime_ns = wanted.mtime_ns AND sources.inode = wanted.inode
AND sources.readers = ? AND sources.mtime_ns != 0)"""
_SEEN = "UPDATE sources SET seen_at = ? WHERE seen_at < ? AND id IN (SELECT source FROM wanted)"
_HELD = """SELECT wanted.position, wanted.path, wanted.name, inner_name, source_digest, texts.size_bytes, facts
FROM wanted JOIN extracts USING (source) JOIN texts ON texts.digest = text_digest
ORDER BY wanted.position, extracts.position"""
_SKIPPED = """SELECT skips.path, reason FROM wanted JOIN skips USING (source)
ORDER BY wanted.position, skips.position"""
_SKIPPED_AT = """SELECT wanted.position, skips.path, reason FROM wanted JOIN skips USING (source)
ORDER BY wanted.position, skips.position"""
_NEW_SOURCE = """INSERT INTO sources (path, size_bytes, mtime_ns, inode, readers, seen_at) VALUES (?, ?, ?, ?, ?, ?)"""
_NEWER_SOURCE = """UPDATE sources SET size_bytes = ?, mtime_ns = ?, inode = ?, readers = ?, seen_at = ? WHERE id = ?"""
