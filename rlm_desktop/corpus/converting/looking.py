"""A scan in a worker: a network folder that does not answer keeps nobody waiting."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from rlm_desktop.corpus.converting import noting
from rlm_desktop.corpus.converting.checking import found_in, list_in, number_in, skipped_in
from rlm_desktop.corpus.converting.frames import BadFrame
from rlm_desktop.corpus.converting.holding import RootSilent, Worker, WorkerGone
from rlm_desktop.corpus.converting.patience import Patience
from rlm_desktop.corpus.errors import ConverterBroken
from rlm_desktop.corpus.gathering import FoundFile, Gathered, shown_path
from rlm_desktop.trace.facts import SkippedFile

SILENT = "the folder does not answer"
MOST_SILENT = 20

OnFound = Callable[[int, int], None]
"""Hears how many files were found so far, and their bytes."""


class _Silent(Exception):
    """Nothing is heard of this folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


async def look(spool: Path, paths: Sequence[Path], patience: Patience, tell: OnFound) -> Gathered:
    """Find the files below these paths. A folder that is silent is left out, and the search begins anew."""
    silent: list[Path] = []
    while True:
        try:
            found = await _look_once(spool, [path for path in paths if path not in silent], silent, patience, tell)
        except _Silent as one:
            silent.append(one.folder)
            if len(silent) > MOST_SILENT:
                raise ConverterBroken(f"Too many folders do not answer, {one.folder} among them.") from one
            continue
        told = tuple(SkippedFile(path=shown_path(folder), reason=SILENT) for folder in silent)
        return Gathered(files=found.files, skipped=(*found.skipped, *told))


async def _look_once(
    spool: Path, paths: Sequence[Path], silent: Sequence[Path], patience: Patience, tell: OnFound
) -> Gathered:
    try:
        worker = await Worker.start(spool, [str(path) for path in paths], patience)
    except RootSilent as silent_root:
        raise _Silent(Path(silent_root.root)) from silent_root
    try:
        worker.send({"scan": [str(path) for path in paths], "silent": [str(path) for path in silent]})
        return await _receive(worker, paths, patience, tell)
    except (WorkerGone, BadFrame) as fault:
        raise ConverterBroken(f"The search for files broke off: {fault}") from fault
    finally:
        await worker.close()


async def _receive(worker: Worker, paths: Sequence[Path], patience: Patience, tell: OnFound) -> Gathered:
    files: list[FoundFile] = []
    skipped: list[SkippedFile] = []
    loop = asyncio.get_running_loop()
    note, since = b"", loop.time()
    while True:
        message = await worker.frame(patience.seconds_between_looks)
        if message is None:
            if (new := worker.note()) != note:
                note, since = new, loop.time()
            elif loop.time() - since > patience.quiet_seconds:
                raise _Silent(_place(worker, paths))
            continue
        since = loop.time()
        if "found" in message:
            tell(number_in(message["found"]), number_in(message.get("size_bytes")))
            continue
        files += map(found_in, list_in(message, "files"))
        skipped += map(skipped_in, list_in(message, "skipped"))
        if message.get("is_last") is True:
            return Gathered(files=tuple(files), skipped=tuple(skipped))


def _place(worker: Worker, paths: Sequence[Path]) -> Path:
    """Give the folder the worker is at, if it is one of those to be searched."""
    noted = noting.path_in(worker.note())
    if noted is not None and any(noted.is_relative_to(path) for path in paths):
        return noted
    return paths[0]
