"""One ingest from its scan to the version of the corpus."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Event

from rlm_desktop.corpus.conversion import Converting
from rlm_desktop.corpus.gathering import FoundFile, Gathered
from rlm_desktop.corpus.kinds import kind_by_name
from rlm_desktop.corpus.store.catalogue import Catalogue
from rlm_desktop.corpus.store.choosing import Choice
from rlm_desktop.corpus.store.manifest import read_facts
from rlm_desktop.corpus.store.packs import TextLost
from rlm_desktop.corpus.store.reading import Reading
from rlm_desktop.corpus.store.seen import FileSeen, ScanFound, Seen
from rlm_desktop.corpus.store.telling import failed, queued, ready, unpacked
from rlm_desktop.corpus.store.versions import Versions
from rlm_desktop.corpus.store.worklist import Worklist
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.corpus.tokens import tokens_in_bytes

_MOST_TRIES = 2
_AT_ONCE = 2_000
_TELLING_BYTES = 100_000
"""Files of this size are hardly ever as large as another by chance."""

log = logging.getLogger(__name__)


class Ingest:
    """Takes paths to a version, telling about each file as it comes."""

    def __init__(
        self,
        store: Path,
        catalogue: Catalogue,
        versions: Versions,
        converting: Converting,
        spool: str,
        tell: Callable[[Seen], None],
    ) -> None:
        self._store = store
        self._catalogue = catalogue
        self._versions = versions
        self._converting = converting
        self._spool = spool
        self._tell = tell
        self._lost: Counter[str] = Counter()
        """How often a text was not what its converter had said."""

    async def run(
        self, paths: Sequence[Path], left_out: Collection[str], *, enough: asyncio.Event | None, again: bool
    ) -> StoredCorpus:
        """Scan, read what must be read, and assemble; a text that turns out to be lost is read again."""
        found = _without(await self._converting.scan(paths), left_out)
        while True:
            try:
                return await self._read(found, paths, left_out, enough=enough, again=again and not self._lost)
            except TextLost as lost:
                log.info("%s", lost)
                self._lost[lost.digest] += 1

    async def _read(
        self,
        found: Gathered,
        paths: Sequence[Path],
        left_out: Collection[str],
        *,
        enough: asyncio.Event | None,
        again: bool,
    ) -> StoredCorpus:
        worklist = await asyncio.to_thread(Worklist, self._catalogue, self._spool, found.files)
        reading = Reading(worklist, self._converting, self._store, self._tell)
        try:
            places = await reading.in_thread(partial(worklist.fill, again=again))
            await self._tell_beginning(found, places, reading)
            if places and not (enough and enough.is_set()):
                await reading.read(places, paths, enough)
            return await self._assemble(found, left_out, reading)
        finally:
            await reading.close()

    async def _tell_beginning(self, found: Gathered, places: Sequence[int], reading: Reading) -> None:
        self._tell(await asyncio.to_thread(_scan_found, found, places))
        await self._tell_all(failed(one) for one in found.skipped)
        await self._tell_all(queued(found.files[place]) for place in places)
        known = _known(reading.worklist)
        while seen := await reading.in_thread(lambda: list(islice(known, _AT_ONCE))):
            await self._tell_all(seen)

    async def _assemble(self, found: Gathered, left_out: Collection[str], reading: Reading) -> StoredCorpus:
        stop, choice = Event(), Choice(found.files, left_out, self._given_up())
        work = asyncio.ensure_future(reading.in_thread(partial(self._make, found, choice, reading.worklist, stop)))
        try:
            corpus = await asyncio.shield(work)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.gather(work, return_exceptions=True)
            raise
        await self._tell_all(choice.others)
        return corpus

    async def _tell_all(self, seen: Iterable[FileSeen]) -> None:
        """Tell of many without keeping the others of this loop waiting."""
        for number, one in enumerate(seen, 1):
            self._tell(one)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)

    def _given_up(self) -> list[str]:
        return [digest for digest, times in self._lost.items() if times >= _MOST_TRIES]

    def _make(self, found: Gathered, choice: Choice, worklist: Worklist, stop: Event) -> StoredCorpus:
        digest = self._versions.make(choice.members(worklist.held()), stop)
        skipped = (*found.skipped, *(one for _, one in worklist.skipped()), *choice.skipped())
        return self._versions.open(digest, skipped)


def _without(found: Gathered, left_out: Collection[str]) -> Gathered:
    """Leave files out only after all have their names: this changes no other file's name."""
    unwanted = frozenset(left_out)
    return Gathered(
        files=tuple(file for file in found.files if file.path not in unwanted),
        skipped=tuple(one for one in found.skipped if one.path not in unwanted),
    )


def _scan_found(found: Gathered, places: Sequence[int]) -> ScanFound:
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for file in found.files:
        count = kinds[kind_by_name(file.name)]
        count[0] += 1
        count[1] += file.size_bytes
    size_bytes = sum(file.size_bytes for file in found.files)
    by_size = sorted(kinds.items(), key=lambda item: item[1][1], reverse=True)
    return ScanFound(
        files=len(found.files),
        size_bytes=size_bytes,
        kinds=tuple((kind, files, in_bytes) for kind, (files, in_bytes) in by_size),
        tokens=tokens_in_bytes(size_bytes),
        known=len(found.files) - len(places),
        left_out=len(found.skipped),
        duplicates=_likely_duplicates(found.files),
    )


def _likely_duplicates(files: Sequence[FoundFile]) -> int:
    """Count files that look like copies before any is read: a large one by its size, a small one by its name, too."""
    looks = Counter(
        (file.size_bytes, "" if file.size_bytes >= _TELLING_BYTES else file.name.rpartition("/")[2])
        for file in files
        if file.size_bytes
    )
    return looks.total() - len(looks)


def _known(worklist: Worklist) -> Iterator[FileSeen]:
    """Tell of the files that need not be read again."""
    files = worklist.files
    told: set[int] = set()
    for held in worklist.held():
        file = files[held.position]
        if held.inner_name and held.position not in told:
            told.add(held.position)
            yield unpacked(file)
        yield ready(file, held.inner_name, read_facts(held.facts))
    for place, skipped in worklist.skipped():
        yield failed(skipped, files[place])
