"""Converts the files of an ingest that are new or changed, and keeps what comes of them as it comes."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TypeVar

from rlm_desktop.corpus.conversion import CHANGED_WHILE_READ, Conversion, Converting
from rlm_desktop.corpus.errors import StoreFull
from rlm_desktop.corpus.gathering import shown_path
from rlm_desktop.corpus.store.clock import Clock
from rlm_desktop.corpus.store.seen import Seen
from rlm_desktop.corpus.store.telling import seen_of
from rlm_desktop.corpus.store.words import explained, no_room
from rlm_desktop.corpus.store.worklist import Worklist
from rlm_desktop.trace.facts import SkippedFile

MOST_TRIES = 3
KEEPS_CHANGING = "keeps changing while it is read"
_MOST_WAITING = 500
_COMMIT_SECONDS = 0.2

T = TypeVar("T")


class Reading:
    """Converts the files of a worklist that are new or changed; what is done is kept within a fifth of a second."""

    def __init__(self, worklist: Worklist, converting: Converting, store: Path, tell: Callable[[Seen], None]) -> None:
        self.worklist = worklist
        self._converting = converting
        self._store = store
        self._tell = tell
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="worklist")
        self._turn = asyncio.Lock()
        self._waiting: list[tuple[int, Conversion]] = []
        self._clock = Clock()

    async def read(self, places: Sequence[int], roots: Sequence[Path], enough: asyncio.Event | None) -> None:
        """Convert the files at these places. It ends early when there is enough; cancelling keeps what is done."""
        self._clock.begin([self.worklist.files[place].size_bytes for place in places])
        work = asyncio.create_task(self._convert(places, roots))
        regular = asyncio.create_task(self._keep_regularly())
        stop = asyncio.create_task(_never() if enough is None else enough.wait())
        try:
            await asyncio.wait({work, regular, stop}, return_when=asyncio.FIRST_COMPLETED)
            for task in (work, regular):
                if task.done():
                    await task
        finally:
            await _end(work, regular, stop)
            await asyncio.shield(self._keep())
            self._tell(self._clock.progress())

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do something with the worklist, in the one thread that may."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> None:
        """Let go of the worklist, once what is under way is done."""
        await asyncio.shield(self.in_thread(self.worklist.close))
        self._thread.shutdown(wait=False)

    async def _convert(self, places: Sequence[int], roots: Sequence[Path]) -> None:
        left = list(places)
        for number in range(1, MOST_TRIES + 1):
            left = await self._convert_once(left, roots, is_last=number == MOST_TRIES)
            if not left:
                return

    async def _convert_once(self, places: Sequence[int], roots: Sequence[Path], *, is_last: bool) -> list[int]:
        """Convert files once; gives those that changed meanwhile."""
        files = [self.worklist.files[place] for place in places]
        place_of = {file.name: place for file, place in zip(files, places, strict=True)}
        changed: list[int] = []
        try:
            async with aclosing(self._converting.convert(files, roots)) as conversions:
                async for conversion in conversions:
                    place = place_of[conversion.file.name]
                    if _has_changed(conversion) and not is_last:
                        changed.append(place)
                        continue
                    await self._take(place, _settled(conversion))
        except OSError as fault:
            raise explained(fault, self._store, self._clock.bytes_left) from fault
        return changed

    async def _take(self, place: int, conversion: Conversion) -> None:
        self._waiting.append((place, conversion))
        self._clock.count(conversion.file.size_bytes)
        for seen in seen_of(conversion):
            self._tell(seen)
        if len(self._waiting) >= _MOST_WAITING:
            await self._keep()

    async def _keep_regularly(self) -> None:
        while True:
            await asyncio.sleep(_COMMIT_SECONDS)
            await self._keep()
            self._tell(self._clock.progress())

    async def _keep(self) -> None:
        async with self._turn:
            done = tuple(self._waiting)
            if not done:
                return
            try:
                await self.in_thread(partial(self.worklist.keep, done))
            except StoreFull as fault:
                raise no_room(self._store, self._clock.bytes_left) from fault
            del self._waiting[: len(done)]


def _has_changed(conversion: Conversion) -> bool:
    return any(one.reason == CHANGED_WHILE_READ for one in conversion.skipped)


def _settled(conversion: Conversion) -> Conversion:
    """Say of a file that changed each time why it is not read."""
    if not _has_changed(conversion):
        return conversion
    path = shown_path(conversion.file.path)
    return Conversion(file=conversion.file, skipped=(SkippedFile(path=path, reason=KEEPS_CHANGING),))


async def _never() -> None:
    await asyncio.get_running_loop().create_future()


async def _end(*tasks: "asyncio.Task[object]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
