"""Frees what nothing needs any more."""

import json
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import NamedTuple

from rlm_desktop.corpus.errors import StoreBroken
from rlm_desktop.corpus.store.catalogue import Catalogue, transaction
from rlm_desktop.corpus.store.compacting import compact
from rlm_desktop.corpus.store.corpora import Roots
from rlm_desktop.corpus.store.manifest import MANIFEST, read_manifest
from rlm_desktop.corpus.store.packs import PACKS
from rlm_desktop.corpus.store.session import Session, holding, store_lock
from rlm_desktop.corpus.store.tidying import tidy_all
from rlm_desktop.corpus.store.versions import VERSIONS

SOURCE_SECONDS = 30 * 86_400.0
"""What was read of a file outside the named corpora is kept this long after it was last asked about."""
VERSION_SECONDS = 86_400.0
"""A version that no run and no named corpus needs may still be what the user is looking at."""
_LEAST_BLOB_BYTES = 2_000_000_000

log = logging.getLogger(__name__)


class Collector:
    """Goes once through a store, while no other process assembles versions or collects."""

    def __init__(self, store: Path, catalogue: Catalogue, session: Session) -> None:
        self._store = store
        self._catalogue = catalogue
        self._session = session

    def collect(self, *, now: float | None = None, blob_bytes: int | None = None) -> int:
        """Free what nothing needs and give the bytes won. `blob_bytes` bounds the texts that could be made anew.

        Without a bound it is a quarter of what is free with them, and at least 2 GB: making 1 GB anew takes seconds,
        so they are a cache, which must never be what fills the disk.
        """
        moment = time.time() if now is None else now
        with holding(store_lock(self._store), Event()):
            before = size_of(self._store)
            tidy_all(self._store, self._catalogue)
            with self._catalogue.explaining(), closing(self._catalogue.connect()) as connection:
                self._collect(connection, moment, blob_bytes)
            return before - size_of(self._store)

    def _collect(self, connection: sqlite3.Connection, now: float, blob_bytes: int | None) -> None:
        kept = self._remove_versions(connection, now)
        with transaction(connection):
            self._forget_sources(connection, now)
            self._forget_texts(connection, kept)
        self._evict(connection, kept, self._budget() if blob_bytes is None else blob_bytes)
        compact(self._store, connection, self._session.name)

    def _remove_versions(self, connection: sqlite3.Connection, now: float) -> list[str]:
        needed = {digest for (digest,) in connection.execute(_NEEDED, (now - VERSION_SECONDS,))}
        folders = [path.name for path in (self._store / VERSIONS).iterdir() if (path / MANIFEST).exists()]
        for digest in folders:
            if digest not in needed:
                shutil.rmtree(self._store / VERSIONS / digest, ignore_errors=True)
        with transaction(connection):
            connection.execute(_FORGET_VERSIONS, (json.dumps(sorted(needed)),))
        return [digest for digest in folders if digest in needed]

    def _forget_sources(self, connection: sqlite3.Connection, now: float) -> None:
        named = [(Roots(json.loads(paths)), read_at) for paths, read_at in connection.execute(_NAMED)]
        old = connection.execute(_OLD_SOURCES, (now - SOURCE_SECONDS,)).fetchall()
        rows = [
            (source,)
            for source, path, seen_at in old
            if not any(seen_at >= read_at and roots.hold(path) for roots, read_at in named)
        ]
        for forget in _FORGET_SOURCE:
            connection.executemany(forget, rows)

    def _forget_texts(self, connection: sqlite3.Connection, versions: Collection[str]) -> None:
        """Forget the texts that no source and no version has. Texts that a damaged manifest lists cannot be known."""
        connection.execute("CREATE TEMP TABLE needed (digest BLOB PRIMARY KEY) WITHOUT ROWID")
        for version in versions:
            rows = ((digest,) for digest in self._digests(version))
            connection.executemany("INSERT OR IGNORE INTO needed VALUES (?)", rows)
        connection.execute("INSERT OR IGNORE INTO needed SELECT text_digest FROM extracts")
        for table in ("texts", "token_counts"):
            connection.execute(f"DELETE FROM {table} WHERE digest NOT IN (SELECT digest FROM needed)")  # noqa: S608

    def _digests(self, version: str) -> Iterator[bytes]:
        try:
            for member in read_manifest(self._store / VERSIONS / version):
                yield bytes.fromhex(json.loads(member.facts)[1])
        except StoreBroken as error:
            log.warning("%s", error)

    def _evict(self, connection: sqlite3.Connection, versions: Collection[str], budget: int) -> None:
        """Drop the texts of the versions longest unused beyond a budget; the newest stays."""
        blobs = sorted(self._blobs(connection, versions), key=lambda blob: blob.used_at, reverse=True)
        held = 0
        for number, blob in enumerate(blobs):
            held += blob.size_bytes
            is_spare = number > 0 and held > budget and not blob.is_used
            if is_spare and self._can_be_made_anew(connection, blob.version):
                evict(self._store / VERSIONS / blob.version)
                held -= blob.size_bytes

    def _blobs(self, connection: sqlite3.Connection, versions: Collection[str]) -> Iterator["_Blob"]:
        for digest, used_at, is_used in connection.execute(_BLOBS).fetchall():
            path = self._store / VERSIONS / digest / "text"
            if digest in versions and path.exists():
                yield _Blob(digest, used_at, bool(is_used), path.stat().st_size)

    def _can_be_made_anew(self, connection: sqlite3.Connection, version: str) -> bool:
        rows = (connection.execute(_IS_KEPT, (digest,)).fetchone() for digest in self._digests(version))
        return all(row is not None for row in rows)

    def _budget(self) -> int:
        blobs = sum(path.stat().st_size for path in (self._store / VERSIONS).glob("*/text"))
        return max(_LEAST_BLOB_BYTES, (shutil.disk_usage(self._store).free + blobs) // 4)


class _Blob(NamedTuple):
    version: str
    used_at: float
    is_used: bool
    size_bytes: int


def evict(version: Path) -> None:
    """Remove all of a version but its manifest."""
    # The description goes first: without it nothing else counts.
    (version / "meta.json").unlink(missing_ok=True)
    for path in version.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != MANIFEST:
            path.unlink(missing_ok=True)


def size_of(store: Path) -> int:
    """Add up the files of packs and versions."""
    total = 0
    for part in (PACKS, VERSIONS):
        for folder, _, names in os.walk(store / part):
            total += sum(Path(folder, name).stat().st_size for name in names)
    return total


_NEEDED = """SELECT version FROM pins UNION SELECT version FROM uses
UNION SELECT version FROM corpora WHERE version != '' UNION SELECT digest FROM versions WHERE used_at >= ?"""
# A source below a named corpus was there when that was last read, give or take the day between two notes of it.
_NAMED = "SELECT paths, CASE WHEN version = '' THEN 0 ELSE updated_at - 2 * 86400 END FROM corpora"
_OLD_SOURCES = "SELECT id, path, seen_at FROM sources WHERE seen_at < ?"
_FORGET_SOURCE = (
    "DELETE FROM extracts WHERE source = ?",
    "DELETE FROM skips WHERE source = ?",
    "DELETE FROM sources WHERE id = ?",
)
_FORGET_VERSIONS = "DELETE FROM versions WHERE digest NOT IN (SELECT value FROM json_each(?))"
_BLOBS = """SELECT digest, used_at, EXISTS (SELECT 1 FROM uses WHERE version = digest) FROM versions"""
_IS_KEPT = "SELECT 1 FROM texts WHERE digest = ?"
