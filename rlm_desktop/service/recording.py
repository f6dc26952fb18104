"""Between a run and its journal: events gather for a moment, are written in one transaction, and only then shown."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.events import Entry, Event, RunFinished
from rlm_desktop.trace.ids import NodeId, RunId, RunNodeId

OnEntry = Callable[[Entry], None]
GATHERING_SECONDS = 0.025
"""So long an event may wait to be written; a commit for each would cost a busy run a sixth of its computing."""
_ROOT = RunNodeId(NodeId(1))
T = TypeVar("T")


class Recording:
    """Records one run; a run that began is never left without an end. One that is over may get more all the same."""

    def __init__(self, journal: Journal, run: RunId, on_entry: OnEntry, *, is_over: bool = False) -> None:
        self._journal = journal
        self._run = run
        self._on_entry = on_entry
        self._waiting: list[tuple[float, Event]] = []
        self._has_some = asyncio.Event()
        self._began_at: float | None = None
        self._has_ended = is_over
        journal.begin(run)

    def record(self, event: Event) -> None:
        """Take an event in, with the time of now."""
        now = time.time()
        self._began_at = self._began_at or now
        self._has_ended = self._has_ended or (isinstance(event, RunFinished) and event.run == _ROOT)
        self._waiting.append((now, event))
        self._has_some.set()

    async def during(self, work: Coroutine[Any, Any, T]) -> T:
        """Do the work that records; a journal that cannot be written ends it, and the reason is raised."""
        try:
            async with asyncio.TaskGroup() as tasks:
                writing = tasks.create_task(self._keep_writing())
                try:
                    return await work
                finally:
                    writing.cancel()
        except BaseExceptionGroup as group:
            error = group.exceptions[0]
            self._end_with(error)
            raise error from None
        finally:
            self._write()

    async def _keep_writing(self) -> None:
        while True:
            await self._has_some.wait()
            await asyncio.sleep(GATHERING_SECONDS)
            self._write()

    def _write(self) -> None:
        self._has_some.clear()
        entries = self._journal.record_all(self._run, self._waiting)
        self._waiting.clear()
        for entry in entries:
            self._on_entry(entry)

    def _end_with(self, error: BaseException) -> None:
        if self._began_at is not None and not self._has_ended:
            reason = f"RLM Desktop failed: {type(error).__name__}: {error}"
            seconds = time.time() - self._began_at
            self.record(RunFinished(run=_ROOT, status="failed", seconds=seconds, reason=reason))
