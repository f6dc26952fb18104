"""Runs one code block in the child as a step: its events, its output, its limits."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rlm_desktop.engine.budget import time_is_up
from rlm_desktop.engine.feedback import StepResult
from rlm_desktop.engine.outputs import OutputLog
from rlm_desktop.engine.previews import title_of_code
from rlm_desktop.engine.shared import Shared, Standing
from rlm_desktop.engine.stops import sentence
from rlm_desktop.engine.subcalls import Means, Subcalls
from rlm_desktop.repl.exchange import MEMORY_UP, TIME_UP
from rlm_desktop.repl.host import BlockReport, Child
from rlm_desktop.trace.events import LimitReached, StepFinished, StepStarted
from rlm_desktop.trace.facts import CodeError, CodeFinding, LimitName, VariableChange
from rlm_desktop.trace.ids import StepId, TurnId

_GRACE = 0.25
"""The share of the time set aside that a block gets to end by itself once its sub-calls are refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block about to run, and its place."""

    turn: TurnId
    number: int
    code: str
    history: list[dict[str, Any]] | None = None


class Stepper:
    """Runs the blocks of one run in its child."""

    def __init__(self, shared: Shared, standing: Standing, child: Child, means: Means) -> None:
        self._shared = shared
        self._standing = standing
        self._child = child
        self._means = means
        self.look: Callable[[str], tuple[CodeFinding, ...]] = _no_look
        """Looks at code before it runs."""
        self.draft = ""
        """What stood in `answer["content"]` after the last block."""

    async def run(self, block: Block) -> tuple[StepId, StepResult]:
        """Run it to its end, its limit, or the end of the run's time."""
        step = self._tell_start(block)
        log = OutputLog(self._shared.recorder, step)
        started = time.monotonic()
        try:
            report = await self._report(block, step, log)
        except asyncio.CancelledError:
            log.flush()
            self._tell_end(step, BlockReport(seconds=time.monotonic() - started, killed=True))
            raise
        except TimeoutError:
            report = self._out_of_time(time.monotonic() - started)
        log.flush()
        self.draft = report.draft
        self._tell_end(step, report)
        self._tell_limit(report)
        result = StepResult(
            number=block.number,
            code=block.code,
            report=report,
            stdout=log.text("stdout"),
            stderr=log.text("stderr"),
        )
        return step, result

    async def value_of(self, name: str) -> str | None:
        """Give a variable as text; `answer` stands for its content."""
        return self.draft if name == "answer" else await self._child.value_of(name)

    async def _report(self, block: Block, step: StepId, log: OutputLog) -> BlockReport:
        answerer = Subcalls(self._shared, self._standing, step, self._means)
        async with self._shared.budget.clock.until(self._end):
            return await self._child.run_block(
                block.code, answerer=answerer, on_output=log.print, history=block.history
            )

    def _end(self) -> float | None:
        """Give the moment until which a block may run on after the sub-calls' time is over."""
        clock = self._shared.budget.clock
        work_end, end = clock.work_ends_at, clock.ends_at
        return None if work_end is None or end is None else work_end + (end - work_end) * _GRACE

    def _out_of_time(self, seconds: float) -> BlockReport:
        stop = time_is_up(self._shared.limits)
        self._standing.stopped(self._shared, stop)
        reason = f"The block was stopped: {stop.text}."
        return BlockReport(seconds=seconds, killed=True, killed_reason=reason, draft=self.draft)

    def _tell_start(self, block: Block) -> StepId:
        recorder = self._shared.recorder
        step = StepId(recorder.new_id())
        recorder.emit(
            StepStarted(
                step=step,
                turn=block.turn,
                number=block.number,
                code=recorder.keep(block.code),
                title=title_of_code(block.code),
                findings=self.look(block.code),
            )
        )
        return step

    def _tell_end(self, step: StepId, report: BlockReport) -> None:
        self._shared.recorder.emit(
            StepFinished(
                step=step,
                seconds=report.seconds,
                error=_code_error(report),
                killed=report.killed,
                variables=_changes(report),
                lost=report.lost,
                output_dropped=report.output_dropped,
            )
        )

    def _tell_limit(self, report: BlockReport) -> None:
        """A block's own limits are told, but they do not end the run or make its answer partial."""
        limit = self._limit_of(report)
        if limit is not None:
            text = report.killed_reason or (report.error.message if report.error else "")
            self._shared.recorder.emit(LimitReached(run=self._standing.run, limit=limit, text=sentence(text or limit)))

    def _limit_of(self, report: BlockReport) -> LimitName | None:
        if report.killed and report.seconds >= self._shared.limits.block_seconds:
            return "block-seconds"
        kinds: dict[str, LimitName] = {TIME_UP: "block-seconds", MEMORY_UP: "block-memory"}
        return kinds.get(report.error.type) if report.error else None


def _no_look(_code: str) -> tuple[CodeFinding, ...]:
    return ()


def _code_error(report: BlockReport) -> CodeError | None:
    error = report.error
    if error is None:
        return None
    return CodeError(type=error.type, message=error.message, line=error.line, traceback=error.traceback)


def _changes(report: BlockReport) -> tuple[VariableChange, ...]:
    return tuple(
        VariableChange(
            name=note.name,
            change=note.change,
            type=note.type,
            size=note.size,
            preview=note.preview,
            fingerprint=note.fingerprint,
        )
        for note in report.variables
    )
