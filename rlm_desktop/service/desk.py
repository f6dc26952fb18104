"""What the engine process does on command: begins, stops and finishes runs, lists models; of documents, `documents`."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.store.seen import Seen
from rlm_desktop.engine.request import Control
from rlm_desktop.lm.protocol import LmError
from rlm_desktop.repl.host import Child, StartChild
from rlm_desktop.service.documents import DocumentsDesk
from rlm_desktop.service.errors import ServiceError
from rlm_desktop.service.estimating import estimate
from rlm_desktop.service.messages import (
    CacheTold,
    ClearCache,
    Command,
    DecideRun,
    EngineFault,
    EstimateRun,
    FinishRun,
    RunAccepted,
    RunEnded,
    RunRefused,
    StartRun,
    StopRun,
)
from rlm_desktop.service.model_messages import CheckModel, ForgetKey, KeepKey, ListModels
from rlm_desktop.service.models_desk import ModelsDesk
from rlm_desktop.service.outbox import Outbox
from rlm_desktop.service.reading import read_for_run
from rlm_desktop.service.reask_messages import ReaskCalls, ReaskOver, ReaskWeighed, WeighReask
from rlm_desktop.service.reasking import reask_recorded, weigh
from rlm_desktop.service.running import Kept, check, run_recorded
from rlm_desktop.service.sealing import make_skeleton
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.replies import ReplyStore
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import RunId

log = logging.getLogger(__name__)

_BUSY = "This run still goes on, or calls of it are asked again already. Wait until that has ended."
_BROKEN = "RLM Desktop failed while calls were asked again. What came back is kept."


@dataclass(slots=True)
class _Job:
    """A run from the command that began it to its end."""

    control: Control = field(default_factory=Control)
    task: asyncio.Task[None] | None = None
    is_accepted: bool = False
    refusal: str = "It was stopped before it began."
    refusal_kind: str = ""


class Desk:
    """Owns every task that a command began; `leave` ends them."""

    def __init__(self, kept: Kept, outbox: Outbox) -> None:
        self.kept = kept
        self.outbox = outbox
        self.start_child: StartChild = Child.start
        self._documents = DocumentsDesk(kept.store, kept.indexer, outbox, self._begin)
        self._models = ModelsDesk(kept.access, outbox, self._begin)
        self._jobs: dict[RunId, _Job] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_leaving = False

    def obey(self, command: Command) -> None:
        """Begin what a command asks for; its facts follow."""
        match command:
            case StartRun():
                self._start(command)
            case ReaskCalls():
                self._start_reask(command)
            case WeighReask():
                self._begin(self._weigh(command))
            case StopRun() | FinishRun() | DecideRun():
                self._steer(command)
            case ListModels() | CheckModel() | KeepKey() | ForgetKey():
                self._models.obey(command)
            case EstimateRun():
                self._begin(self._estimate(command))
            case ClearCache():
                self._tell_cache(command)
            case _:
                self._documents.obey(command)

    @property
    def is_idle(self) -> bool:
        """Whether nothing that was asked for is under way."""
        return not self._tasks

    async def leave(self, seconds: float) -> None:
        """Stop everything, and wait so long for it to end well."""
        self._is_leaving = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_done)
        return task

    def _on_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("A task of the engine failed.", exc_info=error)
            self.outbox.say(EngineFault(text=f"The engine failed: {type(error).__name__}: {error}"))

    def _start(self, command: StartRun) -> None:
        if command.run in self._jobs:
            self.outbox.say(RunRefused(run=command.run, reason="This run has begun already."))
            return
        job = self._jobs[command.run] = _Job()
        job.task = self._begin(self._run(command, job))
        # Not in the task: one that is cancelled before its first step runs no `finally`.
        job.task.add_done_callback(partial(self._on_run_done, command.run, job))

    def _start_reask(self, command: ReaskCalls) -> None:
        run = command.spec.run
        if run in self._jobs:
            self.outbox.say(ReaskOver(run=run, problem=_BUSY))
            return
        job = self._jobs[run] = _Job(refusal="")
        job.task = self._begin(self._reask(command, job))
        job.task.add_done_callback(partial(self._on_reask_done, run, job))

    def _steer(self, command: StopRun | FinishRun | DecideRun) -> None:
        job = self._jobs.get(command.run)
        if job is None:
            return
        match command:
            case StopRun() if job.task is not None:
                job.task.cancel()
            case FinishRun():
                job.control.finish_now()
            case DecideRun():
                job.control.decide(command.choice, command.decision)

    async def _run(self, command: StartRun, job: _Job) -> None:
        try:
            # In a thread: a keyring may be slow, or ask the user.
            await asyncio.to_thread(check, command.spec, self.kept.access)
            await run_recorded(
                command.spec,
                run=command.run,
                corpus=await read_for_run(self.kept.store, command.spec, _tell_nobody),
                kept=self.kept,
                on_entry=partial(self._on_entry, command.run, job),
                control=job.control,
                start_child=self.start_child,
            )
        except (ServiceError, LmError, StorageError, CorpusError) as error:
            job.refusal, job.refusal_kind = str(error), type(error).__name__
            if job.is_accepted:
                self.outbox.say(EngineFault(text=job.refusal))

    async def _reask(self, command: ReaskCalls, job: _Job) -> None:
        run = command.spec.run
        try:
            await reask_recorded(self.kept, command.spec, partial(self.outbox.add_entry, run))
        except (ServiceError, LmError, StorageError, CorpusError) as error:
            job.refusal = str(error)

    def _on_reask_done(self, run: RunId, job: _Job, task: asyncio.Task[None]) -> None:
        del self._jobs[run]
        if self._is_leaving:
            return
        broken = not task.cancelled() and task.exception() is not None
        self._begin(self._seal_reask(run, _BROKEN if broken else job.refusal))

    async def _seal_reask(self, run: RunId, problem: str) -> None:
        """Tell that it is over once a large run can be opened again with what came."""
        await make_skeleton(self.kept.database, run)
        self.outbox.say(ReaskOver(run=run, problem=problem))

    async def _weigh(self, command: WeighReask) -> None:
        try:
            weighed = await weigh(self.kept, command.spec)
        except (ServiceError, LmError, StorageError, CorpusError) as error:
            weighed = ReaskWeighed(run=command.spec.run, problem=str(error))
        self.outbox.say(weighed)

    def _on_run_done(self, run: RunId, job: _Job, task: asyncio.Task[None]) -> None:
        del self._jobs[run]
        if job.is_accepted:
            self.outbox.say(RunEnded(run=run))
            if not self._is_leaving:
                self._begin(make_skeleton(self.kept.database, run))
        elif task.cancelled() or task.exception() is None:
            self.outbox.say(RunRefused(run=run, reason=job.refusal, error_kind=job.refusal_kind))
        else:
            self.outbox.say(RunRefused(run=run, reason="RLM Desktop failed before the run began."))

    def _on_entry(self, run: RunId, job: _Job, entry: Entry) -> None:
        if not job.is_accepted:
            job.is_accepted = True
            self.outbox.say(RunAccepted(run=run))
        self.outbox.add_entry(run, entry)

    async def _estimate(self, command: EstimateRun) -> None:
        self.outbox.say(await asyncio.to_thread(estimate, self.kept, command))

    def _tell_cache(self, command: ClearCache) -> None:
        store = ReplyStore(self.kept.database)
        try:
            if not command.only_tell:
                store.clear()
            size = store.size()
        except StorageError as error:
            self.outbox.say(EngineFault(text=str(error)))
            return
        self.outbox.say(CacheTold(replies=size.replies, size_bytes=size.size_bytes))


def _tell_nobody(_seen: Seen) -> None:
    return None
