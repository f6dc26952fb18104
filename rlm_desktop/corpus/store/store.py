"""The store: the texts of the user's files in a folder of the app's own, and the corpora made of them."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Self

from rlm_desktop.corpus.conversion import Converting
from rlm_desktop.corpus.converting.pool import Converters
from rlm_desktop.corpus.store.catalogue import Catalogue
from rlm_desktop.corpus.store.collecting import Collector
from rlm_desktop.corpus.store.corpora import Corpora
from rlm_desktop.corpus.store.glancing import Glance, glance
from rlm_desktop.corpus.store.ingest import Ingest
from rlm_desktop.corpus.store.packs import PACKS, spool_of
from rlm_desktop.corpus.store.seen import Seen
from rlm_desktop.corpus.store.session import Session
from rlm_desktop.corpus.store.tidying import tidy_after_crashes, tidy_session
from rlm_desktop.corpus.store.versions import SOME_RUN, VERSIONS, Versions, keep_all_versions
from rlm_desktop.corpus.store.words import explained
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.text.sources import IN_MEMORY_BYTES

MakeConverting = Callable[[Path], Converting]
"""Makes what scans and converts, given the folder for its packs."""


class Store:
    """One process's door to a store; several processes may use the same folder at once."""

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        session: Session,
        make_converting: MakeConverting,
        in_memory_bytes: int,
    ) -> None:
        self.folder = folder
        self.corpora = Corpora(catalogue)
        self._catalogue = catalogue
        self._session = session
        self._versions = Versions(folder, catalogue, session, in_memory_bytes)
        self._make_converting = make_converting
        self._converting: Converting | None = None
        self._spool: Session | None = None
        self._turn = asyncio.Lock()
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @classmethod
    def open(
        cls, folder: Path, make_converting: MakeConverting = Converters, *, in_memory_bytes: int = IN_MEMORY_BYTES
    ) -> Self:
        """Open the store in a folder, made when there is none; cleans up after processes that were killed.

        Raises a `StoreError`.
        """
        try:
            for part in (folder, folder / PACKS, folder / VERSIONS):
                part.mkdir(mode=0o700, parents=True, exist_ok=True)
            catalogue = Catalogue.open(folder)
            if catalogue.notice:
                keep_all_versions(folder, catalogue)
            tidy_after_crashes(folder, catalogue)
            catalogue.hold()
            return cls(folder, catalogue, Session(folder), make_converting, in_memory_bytes)
        except OSError as fault:
            raise explained(fault, folder) from fault

    @property
    def notice(self) -> str:
        """What the user should know about how it was opened; empty when all is well."""
        return self._catalogue.notice

    async def ingest(
        self,
        paths: Sequence[Path],
        *,
        left_out: Collection[str] = (),
        tell: Callable[[Seen], None] = lambda _: None,
        enough: asyncio.Event | None = None,
        again: bool = False,
    ) -> StoredCorpus:
        """Read what is new or changed at and below these paths, and make one corpus of all of it.

        What is read is kept as it comes: after a cancellation, a crash or a full disk the next try goes on from there.
        With `enough` set it stops reading and takes what is ready, even while another reads on. `again` looks at every
        file anew. Raises a `CorpusError` when it cannot go on.
        """
        async with self._ingesting() as (converting, spool):
            work = Ingest(self.folder, self._catalogue, self._versions, converting, spool, tell)
            corpus = await work.run(_absolute(paths), left_out, enough=enough, again=again)
        await asyncio.to_thread(self.corpora.note, [str(path) for path in paths], list(left_out), corpus)
        return corpus

    def open_version(self, digest: str) -> StoredCorpus:
        """Open the corpus that a run saw, whatever became of the files; raises `VersionGone`."""
        return self._versions.open(digest)

    def glance(self, path: str, start: int, characters: int) -> Glance | None:
        """Give a stretch of the text that a file, or a document in it, had when it was last read."""
        return glance(self.folder, self._catalogue, path, start, characters)

    def pin(self, run: str, digest: str) -> None:
        """Keep a version for as long as a run is kept."""
        with self._catalogue.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO pins VALUES (?, ?)", (run, digest))

    def release(self, run: str) -> None:
        """Forget what a run needed; it is gone."""
        with self._catalogue.writing() as connection:
            connection.execute("DELETE FROM pins WHERE run = ?", (run,))

    def pinned(self) -> set[str]:
        """Name the runs that need a version."""
        with self._catalogue.reading() as connection:
            return {run for (run,) in connection.execute("SELECT DISTINCT run FROM pins WHERE run != ?", (SOME_RUN,))}

    def release_unknown(self) -> None:
        """Forget what was kept when the catalogue was lost, once all runs have their pins again."""
        self.release(SOME_RUN)

    async def collect(self, *, now: float | None = None, blob_bytes: int | None = None) -> int:
        """Free what nothing needs any more; gives the bytes won. See `Collector.collect`."""
        async with self._alone():
            await self._rest()
            await asyncio.to_thread(self._versions.forget_unused)
            collector = Collector(self.folder, self._catalogue, self._session)
            return await asyncio.to_thread(partial(collector.collect, now=now, blob_bytes=blob_bytes))

    async def close(self) -> None:
        """End the converters and let others clean up."""
        async with self._alone():
            await self._rest()
            self._session.end()
            await asyncio.to_thread(tidy_session, self.folder, self._catalogue, self._session.name)
            self._catalogue.let_go()

    @asynccontextmanager
    async def _ingesting(self) -> AsyncIterator[tuple[Converting, str]]:
        """Do it beside other ingests: one may take what is ready while another still reads."""
        async with self._turn:
            ready = self._ready_to_convert()
            self._under_way += 1
            self._idle.clear()
        try:
            yield ready
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Do it when no ingest is under way."""
        async with self._turn:
            await self._idle.wait()
            yield

    def _ready_to_convert(self) -> tuple[Converting, str]:
        if self._converting is None or self._spool is None:
            try:
                self._spool = Session(self.folder)
                spool = spool_of(self.folder, self._spool.name)
                spool.mkdir(mode=0o700, parents=True)
            except OSError as fault:
                raise explained(fault, self.folder) from fault
            self._converting = self._make_converting(spool)
        return self._converting, self._spool.name

    async def _rest(self) -> None:
        """End the converters; their packs are never written again."""
        converting, self._converting = self._converting, None
        spool, self._spool = self._spool, None
        if converting is not None and spool is not None:
            await converting.close()
            spool.end()
            await asyncio.to_thread(tidy_session, self.folder, self._catalogue, spool.name)


def _absolute(paths: Sequence[Path]) -> list[Path]:
    """Give the paths as another process finds them; `resolve` would rename what the user gave."""
    return [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100
