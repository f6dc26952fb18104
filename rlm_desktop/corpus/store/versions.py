"""The versions of corpora: each a folder named by the digest of its manifest, made whole or not at all."""

import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from uuid import uuid4
from weakref import WeakSet

from rlm_desktop.corpus.errors import StoreBroken, VersionGone
from rlm_desktop.corpus.store.assembling import assemble_version
from rlm_desktop.corpus.store.catalogue import Catalogue, transaction
from rlm_desktop.corpus.store.manifest import MANIFEST, ManifestWriter, Member, Totals, read_manifest, totals_of
from rlm_desktop.corpus.store.packs import TextLost, Texts, forget_lost, note_checked
from rlm_desktop.corpus.store.session import Session, Stopped, holding, store_lock
from rlm_desktop.corpus.store.words import explained, no_room
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.text.errors import BlobBroken
from rlm_desktop.text.writing import sync_folder
from rlm_desktop.trace.facts import SkippedFile

VERSIONS = "versions"
UNFINISHED = "new-"
"""How the names of folders begin that are not whole yet; the session's name follows."""
_DIGEST = re.compile("[0-9a-f]{32}")
SOME_RUN = ""
"""Pins what runs may need whose names are not known."""
_BYTES_PER_DOCUMENT = 400


class Versions:
    """Makes and opens versions for one session."""

    def __init__(self, store: Path, catalogue: Catalogue, session: Session, in_memory_bytes: int) -> None:
        self._store = store
        self._catalogue = catalogue
        self._session = session
        self._in_memory_bytes = in_memory_bytes
        self._opened: dict[str, WeakSet[StoredCorpus]] = {}

    def folder_of(self, digest: str) -> Path:
        """Give the folder of a version, which need not be there."""
        return self._store / VERSIONS / digest

    def make(self, members: Iterable[Member], stop: Event) -> str:
        """Make the version of these documents, or find that it is there, and give its digest.

        Raises `TextLost`, `Stopped` or another `StoreError`.
        """
        new = self._new_folder()
        try:
            with holding(store_lock(self._store), stop):
                with ManifestWriter(new) as manifest:
                    for member in _until(stop, members):
                        manifest.add(member)
                    totals = Totals(manifest.finish(), manifest.documents, manifest.text_bytes)
                if not self._is_whole(totals.digest):
                    self._finish(new, totals, stop)
                return totals.digest
        except OSError as fault:
            raise explained(fault, self._store) from fault
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def open(self, digest: str, skipped: tuple[SkippedFile, ...] = ()) -> StoredCorpus:
        """Open a version, made anew from its manifest when its text is gone or damaged; raises `VersionGone`."""
        if not _DIGEST.fullmatch(digest):
            raise _gone(digest)
        if not self._is_whole(digest):
            self._make_anew(digest)
        corpus = StoredCorpus.open(self.folder_of(digest), skipped=skipped, in_memory_bytes=self._in_memory_bytes)
        self._opened.setdefault(digest, WeakSet()).add(corpus)
        return corpus

    def forget_unused(self) -> None:
        """Say which versions this session has open no longer, because nobody holds them any more."""
        unused = [digest for digest, corpora in list(self._opened.items()) if not corpora]
        with self._catalogue.writing() as connection:
            for digest in unused:
                del self._opened[digest]
                key = (self._session.name, digest)
                connection.execute("DELETE FROM uses WHERE session = ? AND version = ?", key)

    def _make_anew(self, digest: str) -> None:
        new = self._new_folder()
        try:
            with holding(store_lock(self._store), Event()):
                totals = totals_of(self.folder_of(digest))
                if totals.digest != digest:
                    raise _gone(digest)
                shutil.copyfile(self.folder_of(digest) / MANIFEST, new / MANIFEST)
                if not self._is_whole(digest):
                    # What is so old is looked at twice.
                    self._finish(new, totals, Event(), check_all=True)
        except OSError as fault:
            raise explained(fault, self._store) from fault
        except (StoreBroken, TextLost) as error:
            raise _gone(digest) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _finish(self, new: Path, totals: Totals, stop: Event, *, check_all: bool = False) -> None:
        """Assemble what the manifest in a new folder lists, and put it in its place."""
        needed = totals.text_bytes + totals.text_bytes // 256 + totals.documents * _BYTES_PER_DOCUMENT
        if shutil.disk_usage(self._store).free < needed:
            raise no_room(self._store, needed)
        try:
            self._assemble(new, totals.documents, stop, check_all=check_all)
        except OSError as fault:
            raise explained(fault, self._store, needed) from fault
        self._put_in_place(new, self.folder_of(totals.digest))
        if not self._is_whole(totals.digest):
            raise StoreBroken(f"The text in {self.folder_of(totals.digest)} cannot be read back.")

    def _assemble(self, new: Path, count: int, stop: Event, *, check_all: bool) -> None:
        with self._catalogue.explaining(), closing(self._catalogue.connect()) as connection:
            with Texts(self._store, connection, check_all=check_all) as texts:
                try:
                    assemble_version(new, _until(stop, read_manifest(new)), count, texts.copy)
                except TextLost as lost:
                    with transaction(connection):
                        forget_lost(self._store, connection, lost.digest)
                    raise
                texts.sync()
            with transaction(connection):
                note_checked(connection, texts.checked)

    def _put_in_place(self, new: Path, place: Path) -> None:
        if place.exists():
            # Its text is gone or damaged.
            old = self._new_folder()
            place.rename(old / "old")
            shutil.rmtree(old, ignore_errors=True)
        new.rename(place)
        sync_folder(place.parent)

    def _is_whole(self, digest: str) -> bool:
        """Tell whether a version can be opened; if so, nobody removes it while this session lives."""
        folder = self.folder_of(digest)
        if not folder.exists():
            return False
        with self._catalogue.writing() as connection:
            connection.execute(_USED, (digest, time.time()))
            connection.execute("INSERT OR IGNORE INTO uses VALUES (?, ?)", (self._session.name, digest))
        try:
            StoredCorpus.open(folder).close()
        except BlobBroken:
            return False
        return True

    def _new_folder(self) -> Path:
        folder = self._store / VERSIONS / f"{UNFINISHED}{self._session.name}-{uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        return folder


def keep_all_versions(store: Path, catalogue: Catalogue) -> None:
    """Keep what is there, pinned by some run: a new catalogue does not know which runs need it."""
    digests = [path.parent.name for path in (store / VERSIONS).glob(f"*/{MANIFEST}")]
    with catalogue.writing() as connection:
        connection.executemany("INSERT INTO versions VALUES (?, ?)", [(digest, time.time()) for digest in digests])
        connection.executemany("INSERT INTO pins VALUES (?, ?)", [(SOME_RUN, digest) for digest in digests])


def _until(stop: Event, members: Iterable[Member]) -> Iterator[Member]:
    for member in members:
        if stop.is_set():
            raise Stopped
        yield member


def _gone(digest: str) -> VersionGone:
    return VersionGone(f"The texts of the version {digest!r} are not kept any more; ask anew to read the files.")


_USED = """INSERT INTO versions VALUES (?, ?) ON CONFLICT (digest) DO UPDATE
SET used_at = excluded.used_at"""
