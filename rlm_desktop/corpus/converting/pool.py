"""Converters: a pool of workers that scan and convert for the store, and can be ended at any time."""

import asyncio
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path

from rlm_desktop.corpus.conversion import Conversion
from rlm_desktop.corpus.converting.batches import Batches
from rlm_desktop.corpus.converting.labour import Labour
from rlm_desktop.corpus.converting.looking import OnFound, look
from rlm_desktop.corpus.converting.patience import Patience
from rlm_desktop.corpus.gathering import FoundFile, Gathered

FRAMES_AHEAD = 8
MOST_ROOTS = 500

_Outcome = list[Conversion] | BaseException | None


def _tell_nobody(_: int, __: int) -> None:
    return


class Converters:
    """Scans and converts in worker processes, which write texts into folders of their own in the spool."""

    def __init__(self, spool: Path, *, workers: int | None = None, patience: Patience = Patience()) -> None:  # noqa: B008 -- frozen
        self._spool = spool
        self._number = workers or os.cpu_count() or 1
        self._patience = patience
        self._under_way: set[asyncio.Task[None]] = set()

    async def scan(self, paths: Sequence[Path], tell: OnFound = _tell_nobody) -> Gathered:
        """Find the files below these paths; a folder that does not answer is told, and the rest goes on.

        `tell` hears now and then how many files were found so far, and their bytes.
        """
        return await look(self._spool, paths, self._patience, tell)

    async def convert(self, files: Sequence[FoundFile], roots: Sequence[Path] = ()) -> AsyncGenerator[Conversion, None]:
        """Convert files, giving each when it is done; closing the iterator ends the work at once.

        `roots` are the paths that the user gave: workers can read below them only. Raises `OSError` when the spool
        has no room, `ConverterBroken` when no worker starts.
        """
        batches, readable = Batches(files), _readable(files, roots)
        done: asyncio.Queue[_Outcome] = asyncio.Queue(FRAMES_AHEAD)
        number = min(self._number, max(1, len(files)))
        tasks = [asyncio.create_task(self._work(batches, readable, done)) for _ in range(number)]
        self._under_way.update(tasks)
        try:
            while number:
                match await done.get():
                    case None:
                        number -= 1
                    case BaseException() as fault:
                        raise fault
                    case conversions:
                        for conversion in conversions:
                            yield conversion
        finally:
            await self._end(tasks)

    async def close(self) -> None:
        """End all work."""
        await self._end(list(self._under_way))

    async def _work(self, batches: Batches, roots: Sequence[str], done: "asyncio.Queue[_Outcome]") -> None:
        labour = Labour(self._spool, roots, self._patience)
        try:
            while batch := batches.next():
                async with aclosing(labour.convert(batch, batches)) as pieces:
                    async for piece in pieces:
                        await done.put(piece)
        except Exception as fault:  # noqa: BLE001 -- it is raised where the results are awaited
            await done.put(fault)
        finally:
            await labour.close()
        await done.put(None)

    async def _end(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        for task in tasks:
            # A second time would break off the burying of its worker.
            if not task.cancelling():
                task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._under_way.difference_update(tasks)


def _readable(files: Sequence[FoundFile], roots: Sequence[Path]) -> list[str]:
    """Give what workers may read: the roots, or else the files themselves, of very many their folders."""
    if roots:
        return [str(root) for root in roots]
    if len(files) <= MOST_ROOTS:
        return [file.path for file in files]
    folders = sorted({os.path.dirname(file.path) for file in files})  # noqa: PTH120 -- of very many
    tops: list[str] = []
    for folder in folders:
        if not tops or not folder.startswith(tops[-1].rstrip("/") + "/"):
            tops.append(folder)
    return tops
