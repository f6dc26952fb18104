"""What every run goes through, a child run too: it starts, works, gives its answer, and always finishes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from rlm_desktop.engine.endings import Ending
from rlm_desktop.engine.shared import Shared, Standing
from rlm_desktop.engine.stops import sentence
from rlm_desktop.engine.task import Task
from rlm_desktop.trace.events import AnswerGiven, RunFinished, RunStarted
from rlm_desktop.trace.facts import MOST_LISTED, RunStatus, Strategy
from rlm_desktop.trace.ids import BatchId, StepId
from rlm_desktop.trace.wording import one_line

STOPPED = "stopped by the user"
_BROKEN = "an error in RLM Desktop itself stopped the run; the log has the details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """Where a run comes from and how it will work."""

    strategy: Strategy
    strategy_reason: str = ""
    parent: StepId | None = None
    batch: BatchId | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One run from its first event to its last."""

    shared: Shared
    standing: Standing
    task: Task
    birth: Birth

    async def live(
        self,
        work: Callable[[], Awaitable[Ending]],
        check: Callable[[Ending], Awaitable[None]] | None = None,
        farewell: Callable[[], Awaitable[None]] | None = None,
    ) -> Ending:
        """Work, then have the answer checked; whatever happens, the farewell and the run's last event are told."""
        started = time.monotonic()
        status: RunStatus = "failed"
        reason = _BROKEN
        self._tell_start()
        try:
            ending = self._complete(await work())
            self._tell_answer(ending)
            if check is not None:
                await check(ending)
            status, reason = status_of(ending), ending.reason
        except asyncio.CancelledError:
            status, reason = "cancelled", STOPPED
            raise
        finally:
            seconds = time.monotonic() - started
            await self._say_farewell(farewell)
            self.shared.recorder.emit(
                RunFinished(run=self.standing.run, status=status, seconds=seconds, reason=_said(reason))
            )
        return ending

    async def _say_farewell(self, farewell: Callable[[], Awaitable[None]] | None) -> None:
        if farewell is not None:
            with suppress(asyncio.CancelledError):
                await farewell()

    def _complete(self, ending: Ending) -> Ending:
        """An answer of a run in which a limit refused work is a partial one."""
        reason = ending.reason or self.standing.partial_reason or ""
        return Ending(answer=ending.answer, source=ending.source, step=ending.step, reason=reason, value=ending.value)

    def _tell_start(self) -> None:
        recorder, task, birth = self.shared.recorder, self.task, self.birth
        recorder.emit(
            RunStarted(
                run=self.standing.run,
                parent=birth.parent,
                batch=birth.batch,
                position=birth.position,
                depth=self.standing.depth,
                question=recorder.keep(task.question),
                title=one_line(task.question),
                strategy=birth.strategy,
                strategy_reason=birth.strategy_reason,
                root=task.root.facts,
                worker=self.shared.models.worker.facts,
                others=tuple(lm.facts for lm in self.shared.models.further),
                cache=self.shared.request.cache,
                limits=self.shared.limits,
                corpus=task.material.corpus.digest,
                documents=task.material.facts.documents,
                document_count=task.material.facts.document_count,
                skipped=task.material.corpus.skipped[:MOST_LISTED],
                skipped_count=len(task.material.corpus.skipped),
                characters=task.material.facts.characters,
                isolation=self.shared.request.isolation,
            )
        )

    def _tell_answer(self, ending: Ending) -> None:
        if ending.answer is None:
            return
        self.shared.recorder.emit(
            AnswerGiven(
                run=self.standing.run,
                answer=self.shared.recorder.keep(ending.answer),
                preview=one_line(ending.answer),
                source=ending.source,
                step=ending.step,
                partial=_said(ending.reason) or None,
            )
        )


def status_of(ending: Ending) -> RunStatus:
    """Name how a run came out."""
    if ending.answer is None:
        return "failed"
    return "partial" if ending.reason else "answered"


def _said(reason: str) -> str:
    return sentence(reason) if reason else ""
