"""One worker after the other at work on batches of files; whoever ends or hangs leaves a reason and a successor."""

import asyncio
import errno
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

from rlm_desktop.corpus.conversion import Conversion, Extract
from rlm_desktop.corpus.converting import noting
from rlm_desktop.corpus.converting.batches import Batches
from rlm_desktop.corpus.converting.checking import (
    LONGEST_REASON,
    MOST_EXTRACTS,
    PackSizes,
    extract_in,
    inner_name,
    list_in,
    number_in,
    text_in,
)
from rlm_desktop.corpus.converting.frames import BadFrame, picture_name
from rlm_desktop.corpus.converting.holding import RootSilent, Worker, WorkerGone
from rlm_desktop.corpus.converting.launching import tesseract
from rlm_desktop.corpus.converting.patience import Patience
from rlm_desktop.corpus.converting.recognising import recognise
from rlm_desktop.corpus.gathering import FoundFile, shown_path
from rlm_desktop.corpus.readers.recognition import MOST_PICTURES
from rlm_desktop.trace.facts import SkippedFile

CRASHED = "crashed the converter; it is damaged, or made to do harm"
SILENT = "its folder does not answer"
_MEMORY_WORDS = ("memory allocation of", "bad_alloc", "MemoryError", "out of memory")


log = logging.getLogger(__name__)


class _Stopped(Exception):
    """A worker takes too long; the text is the reason."""


class _Task:
    """A batch in a worker's hands: what is still to come of each file."""

    def __init__(self, number: int, files: Sequence[FoundFile]) -> None:
        self.number = number
        self.files = files
        self.pictures = 0
        self.waiting = dict(enumerate(files))
        self.partial: dict[int, tuple[list[Extract], list[SkippedFile]]] = {}

    def blamed(self, note: bytes) -> tuple[int, bool]:
        """Give the file that the worker was at, and whether it was converting it, not reading it."""
        index, is_converting = noting.file_in(note, self.number)
        if index is not None and index in self.waiting:
            return index, is_converting
        return next(iter(self.waiting)), is_converting


class Labour:
    """Has batches converted by a worker of its own."""

    def __init__(self, spool: Path, roots: Sequence[str], patience: Patience) -> None:
        self._spool = spool
        self._roots = roots
        self._patience = patience
        self._worker: Worker | None = None
        self._packs: PackSizes | None = None
        self._batches = 0
        self._tried: set[str] = set()

    async def convert(self, files: Sequence[FoundFile], rest: Batches) -> AsyncGenerator[list[Conversion], None]:
        """Give what comes of these files; those that the worker did not come to before it ended go to the rest."""
        await self._ready(rest)
        if silent := [file for file in files if rest.is_silent(file)]:
            yield [_refused(file, SILENT) for file in silent]
        self._batches += 1
        task = _Task(self._batches, [file for file in files if not rest.is_silent(file)])
        ending = CRASHED
        try:
            async with aclosing(self._obeyed(task)) as results:
                async for conversions in results:
                    yield conversions
            return
        except _Stopped as stopped:
            ending = str(stopped)
        except WorkerGone as gone:
            ending = self._why_gone(gone)
        except BadFrame as fault:
            log.warning("a worker broke the rules: %s", fault)
        yield await self._bury(task, ending, rest)

    async def _obeyed(self, task: "_Task") -> AsyncGenerator[list[Conversion], None]:
        worker = self._worker
        if not task.waiting or worker is None:
            return
        worker.send({"batch": task.number, "convert": [file.path for file in task.files]})
        while task.waiting:
            yield self._results(await self._patiently(worker, task), task)

    async def _bury(self, task: "_Task", ending: str, rest: Batches) -> list[Conversion]:
        """End the worker, blame the file it was at and have the others converted by the next."""
        index, _ = task.blamed(self._worker.note() if self._worker else b"")
        await self.close()
        blamed = task.waiting.pop(index)
        rest.put_back(task.waiting.values())
        if ending == CRASHED and blamed.path not in self._tried:
            # A library may have been broken by a file before: it has another chance, alone.
            self._tried.add(blamed.path)
            rest.put_back([blamed])
            return []
        if ending == SILENT:
            rest.silence(str(Path(blamed.path).parent))
        return [_refused(blamed, ending, *task.partial.get(index, ((), ())))]

    async def close(self) -> None:
        """End the worker."""
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.close()

    async def _ready(self, rest: Batches) -> None:
        while self._worker is None:
            try:
                self._worker = await Worker.start(self._spool, self._roots, self._patience)
                self._packs = PackSizes(self._worker.folder)
            except RootSilent as silent:
                rest.silence(silent.root)
                self._roots = [root for root in self._roots if root != silent.root]

    async def _patiently(self, worker: Worker, task: _Task) -> dict[str, Any]:
        """Wait for a frame; raises `_Stopped` when the worker is at the same file for longer than that may take."""
        loop = asyncio.get_running_loop()
        note, since = b"", loop.time()
        while True:
            message = await worker.frame(self._patience.seconds_between_looks)
            if message is not None and "recognise" not in message:
                return message
            if message is not None:
                await self._recognise(message, worker, task)
                # What the program takes for a picture is not the worker's time.
                since = loop.time()
            elif (new := worker.note()) != note:
                note, since = new, loop.time()
            else:
                self._refuse_to_wait(loop.time() - since, *task.blamed(note), task)

    async def _recognise(self, message: dict[str, Any], worker: Worker, task: _Task) -> None:
        """Have the text in a picture recognised that the worker asks for."""
        task.pictures += 1
        if task.pictures > MOST_PICTURES * len(task.files) or tesseract() is None:
            raise BadFrame("too many pictures")
        text = await recognise(worker.folder / picture_name(number_in(message["recognise"])))
        worker.send({"text": text})

    def _refuse_to_wait(self, seconds: float, index: int, is_converting: bool, task: _Task) -> None:
        limit = self._patience.seconds_for(task.waiting[index].size_bytes)
        if is_converting and seconds > limit:
            raise _Stopped(f"its conversion was stopped after {limit:.3g} s")
        if not is_converting and seconds > self._patience.quiet_seconds:
            raise _Stopped(SILENT)

    def _results(self, message: dict[str, Any], task: _Task) -> list[Conversion]:
        if "no_room" in message:
            raise OSError(errno.ENOSPC, text_in(message["no_room"], LONGEST_REASON))
        done: dict[int, Conversion] = {}
        for index, identity, extracts, skipped in map(_four, list_in(message, "results")):
            if type(index) is not int or index not in task.waiting or index in done:
                raise BadFrame("a file that nobody asked for")
            conversion = self._result(task, index, identity, extracts, skipped)
            if conversion is not None:
                done[index] = conversion
        # Only now, as a frame that breaks the rules counts for nothing.
        for index in done:
            del task.waiting[index]
        return list(done.values())

    def _result(self, task: _Task, index: int, identity: Any, extracts: Any, skipped: Any) -> Conversion | None:
        file = task.files[index]
        assert self._packs is not None
        got = [extract_in(one, self._packs) for one in extracts]
        refused = [_skipped(file, one) for one in skipped]
        if identity is None or index in task.partial:
            earlier = task.partial.setdefault(index, ([], []))
            earlier[0].extend(got)
            earlier[1].extend(refused)
            got, refused = earlier
            if len(got) + len(refused) > MOST_EXTRACTS:
                raise BadFrame("too many documents")
        if identity is None:
            return None
        task.partial.pop(index, None)
        changed, inode, size = map(number_in, identity)
        return Conversion(
            file=file, extracts=tuple(got), skipped=tuple(refused), mtime_ns=changed, inode=inode, size_bytes=size
        )

    def _why_gone(self, gone: WorkerGone) -> str:
        if any(word in gone.said for word in _MEMORY_WORDS):
            return f"needed more than {self._patience.memory_bytes / 1e9:.3g} GB of memory"
        return CRASHED


def _four(value: Any) -> tuple[Any, Any, Any, Any]:
    if not isinstance(value, list) or len(value) != 4 or not isinstance(value[2], list):
        raise BadFrame("no result")
    return value[0], value[1], value[2], value[3]


def _skipped(file: FoundFile, value: Any) -> SkippedFile:
    if not isinstance(value, list) or len(value) != 2:
        raise BadFrame("no refusal")
    inner, reason = inner_name(value[0]), text_in(value[1], LONGEST_REASON)
    path = shown_path(file.path)
    return SkippedFile(path=f"{path}/{inner}" if inner else path, reason=reason)


def _refused(
    file: FoundFile, reason: str, earlier: Sequence[Extract] = (), skipped: Sequence[SkippedFile] = ()
) -> Conversion:
    """Give what was told of a file before its worker ended, and why there is no more."""
    refusal = SkippedFile(path=shown_path(file.path), reason=reason)
    told = Conversion(file=file, extracts=tuple(earlier), skipped=(*skipped, refusal), size_bytes=file.size_bytes)
    if reason in {CRASHED, SILENT}:
        return told
    # It was expensive to find out, and is not to be tried again before the file changes.
    return replace(told, mtime_ns=file.mtime_ns, inode=file.inode)
