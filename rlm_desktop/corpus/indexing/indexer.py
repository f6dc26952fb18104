"""Has the indexes of stored texts made, each in a process of its own, and tells when they are there."""

import asyncio
import os
import subprocess
import threading
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from rlm_desktop.corpus.converting.launching import KEPT_ENVIRONMENT
from rlm_desktop.corpus.errors import IndexNotMade
from rlm_desktop.corpus.indexing.kinds import KINDS, IndexKind, is_made
from rlm_desktop.processes import apart, own_command

_CLOSING_SECONDS = 5.0


class Indexer:
    """Starts what is missing at the first wish; `close` ends what is not done. To be used from any thread."""

    def __init__(self) -> None:
        self._making: dict[Path, _Making] = {}
        self._lock = threading.Lock()

    def begin(self, folder: Path) -> None:
        """Have the indexes of this text made, unless they are there or on their way."""
        with self._lock:
            making = self._making.get(folder)
            if (making is None or making.is_over) and not all(is_made(folder, kind) for kind in KINDS):
                self._making[folder] = _Making(folder)

    def wait(self, folder: Path, kind: IndexKind) -> None:
        """Wait in this thread until an index is there; raises IndexNotMade."""
        if not is_made(folder, kind):
            self._made(folder, kind).result()

    async def until(self, folder: Path, kind: IndexKind) -> None:
        """Wait until an index is there; raises IndexNotMade."""
        if is_made(folder, kind):
            return
        made = await asyncio.to_thread(self._made, folder, kind)
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        made.add_done_callback(lambda _: _tell(loop, done))
        await done.wait()
        made.result()

    def close(self) -> None:
        """End the processes; what they have not finished begins anew another time."""
        with self._lock:
            for making in self._making.values():
                making.close()
            self._making.clear()

    def _made(self, folder: Path, kind: IndexKind) -> "Future[None]":
        self.begin(folder)
        with self._lock:
            making = self._making.get(folder)
        return making.made[kind] if making is not None else _done()


class _Making:
    """One process at work on one text."""

    def __init__(self, folder: Path) -> None:
        self.made: dict[IndexKind, Future[None]] = {kind: Future() for kind in KINDS}
        self._process = subprocess.Popen(
            [*own_command(), "--index", str(folder)],
            env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **apart(),
        )
        self._following = threading.Thread(target=self._follow, name="indexing", daemon=True)
        self._following.start()

    @property
    def is_over(self) -> bool:
        """Whether the process has ended, well or not."""
        return all(future.done() for future in self.made.values())

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._following.join(_CLOSING_SECONDS)

    def _follow(self) -> None:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with process.stdout, process.stderr:
            for line in process.stdout:
                for kind in KINDS:
                    if line.strip() == kind:
                        self.made[kind].set_result(None)
            said = process.stderr.read().strip().splitlines()
        process.wait()
        with suppress(OSError):
            process.stdin.close()
        reason = said[-1] if said else "the process was ended"
        for kind, future in self.made.items():
            if not future.done():
                future.set_exception(IndexNotMade(f"The index for {_PURPOSES[kind]} could not be made: {reason}"))


_PURPOSES: dict[IndexKind, str] = {"blocks": "evidence", "search": "search"}


def _done() -> "Future[None]":
    future: Future[None] = Future()
    future.set_result(None)
    return future


def _tell(loop: asyncio.AbstractEventLoop, done: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop has ended: nobody waits any more
        loop.call_soon_threadsafe(done.set)
