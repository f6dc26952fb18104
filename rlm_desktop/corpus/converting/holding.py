"""The host's end of one worker: start it, ask it, and end it when it is silent for too long."""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rlm_desktop.corpus.converting import noting
from rlm_desktop.corpus.converting.frames import HEADER_BYTES, VERSION, BadFrame, framed, length_in, picture_name
from rlm_desktop.corpus.converting.launching import launch, orders
from rlm_desktop.corpus.converting.patience import Patience
from rlm_desktop.corpus.errors import ConverterBroken

SECONDS_TO_DIE = 1.0
"""A process that waits for a dead network disk does not even die; nobody waits for it longer than this."""
MOST_SAID = 4_000


class WorkerGone(Exception):
    """The worker ended by itself; the text is what it said last."""

    def __init__(self, status: int | None, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said


class RootSilent(Exception):
    """A path that is to be read does not answer."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.root = root


class Worker:
    """One worker process and its folder in the spool."""

    def __init__(self, folder: Path, process: asyncio.subprocess.Process) -> None:
        self.folder = folder
        self._process = process
        self._said: deque[bytes] = deque(maxlen=4)
        self._listening = asyncio.create_task(self._listen())
        self._reading: asyncio.Task[Any] | None = None

    @classmethod
    async def start(cls, spool: Path, roots: Sequence[str], patience: Patience) -> "Worker":
        """Start one in a new folder of the spool; raises `RootSilent` when one of the roots does not answer."""
        folder = spool / secrets.token_hex(8)
        folder.mkdir(mode=0o700)
        starting = asyncio.ensure_future(launch(folder))
        try:
            worker = cls(folder, await asyncio.shield(starting))
        except asyncio.CancelledError:
            await cls(folder, await starting).close()
            raise
        try:
            worker.send(orders(folder, roots, patience))
            await worker._hello(roots, patience)
        except BaseException:
            await worker.close()
            raise
        return worker

    def send(self, message: Any) -> None:
        """Send a frame; a worker that is gone is noticed when its answer is read."""
        assert self._process.stdin is not None
        self._process.stdin.write(framed(message))

    async def frame(self, seconds: float) -> dict[str, Any] | None:
        """Wait so long for a frame; gives None when none came. Raises `WorkerGone` and `BadFrame`."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        await asyncio.wait({self._reading}, timeout=seconds)
        if not self._reading.done():
            return None
        reading, self._reading = self._reading, None
        message: dict[str, Any] = reading.result()
        return message

    def note(self) -> bytes:
        """Read what it says that it is at."""
        return noting.noted(self.folder)

    def kill(self) -> None:
        """End it at once."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self._process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """End it, and leave of its folder only what was packed; a cancelling waits for that."""
        closing = asyncio.ensure_future(self._close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing
            raise

    async def _close(self) -> None:
        self.kill()
        tasks = [self._listening, *([self._reading] if self._reading else [])]
        waiting = asyncio.ensure_future(self._process.wait())
        await asyncio.wait({waiting, *tasks}, timeout=SECONDS_TO_DIE)
        for task in (waiting, *tasks):
            task.cancel()
        await asyncio.gather(waiting, *tasks, return_exceptions=True)
        self._process._transport.close()  # type: ignore[attr-defined]
        for left in (self.folder / noting.NAME, *self.folder.glob(picture_name("*"))):
            left.unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    async def _hello(self, roots: Sequence[str], patience: Patience) -> None:
        loop = asyncio.get_running_loop()
        note, started = b"", loop.time()
        since = started
        try:
            while (message := await self.frame(patience.seconds_between_looks)) is None:
                if (new := self.note()) != note:
                    note, since = new, loop.time()
                elif note and loop.time() - since > patience.quiet_seconds:
                    root = noting.path_in(note)
                    raise RootSilent(str(root) if str(root) in roots else roots[0])
                elif loop.time() - started > patience.start_seconds:
                    raise ConverterBroken("The process that reads files does not answer.")
        except WorkerGone as gone:
            last = gone.said.splitlines()[-1:]
            raise ConverterBroken(f"The process that reads files did not start: {''.join(last)}") from gone
        if message.get("hello") != VERSION:
            raise ConverterBroken("The process that reads files speaks another language.")

    async def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        try:
            header = await self._process.stdout.readexactly(HEADER_BYTES)
            message = json.loads(await self._process.stdout.readexactly(length_in(header)))
        except (asyncio.IncompleteReadError, ConnectionError):
            await asyncio.wait({self._listening}, timeout=SECONDS_TO_DIE)
            raise WorkerGone(await self._status(), self._words()) from None
        except (ValueError, RecursionError) as fault:
            raise BadFrame("no JSON") from fault
        if not isinstance(message, dict):
            raise BadFrame("no object")
        return message

    async def _status(self) -> int | None:
        with suppress(TimeoutError):
            return await asyncio.wait_for(self._process.wait(), SECONDS_TO_DIE)
        return None

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        while said := await self._process.stderr.read(MOST_SAID):
            self._said.append(said)

    def _words(self) -> str:
        return b"".join(self._said).decode("utf-8", "replace").strip()[-MOST_SAID:]
