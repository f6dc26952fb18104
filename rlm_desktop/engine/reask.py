"""Asks calls of an ended run again: as it was, in its record, at its limits; its answer stays what it was."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from rlm_desktop.engine.budget import Budget
from rlm_desktop.engine.calls import Caller
from rlm_desktop.engine.choices import Choices, FanOut, fan_out_of
from rlm_desktop.engine.experience import Experience
from rlm_desktop.engine.lifecycle import STOPPED
from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.engine.reading import Reading, tell_ledger
from rlm_desktop.engine.recorder import Emit, Recorder
from rlm_desktop.engine.replies import Replies
from rlm_desktop.engine.request import Consent, Control
from rlm_desktop.engine.run import Lasting
from rlm_desktop.engine.sending import Post
from rlm_desktop.engine.stops import WorkStopped, sentence
from rlm_desktop.engine.worst_case import Need
from rlm_desktop.lm.limiting import Limiters
from rlm_desktop.lm.protocol import LmError
from rlm_desktop.lm.slots import Slots
from rlm_desktop.trace.facts import CacheMode, Limits, ReaskStatus
from rlm_desktop.trace.ids import BatchId, NodeId, RunNodeId, StepId
from rlm_desktop.trace.reask_events import CallsReasked, ReaskEnded

_BROKEN = "an error in RLM Desktop itself stopped it; the log has the details"
_RUN = RunNodeId(NodeId(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaskRequest:
    """Which calls are asked again, and where the run stands that they belong to."""

    step: StepId
    of: BatchId
    orders: tuple[CallOrder, ...]
    """Each names the call that it asks again."""
    limits: Limits
    """Those of the run; its time is over, and the calls were counted when they were first asked."""
    spent_nano_usd: int
    """What the run has spent, unknown costs at their worst."""
    tokens: int
    cache: CacheMode
    last_id: int
    """The highest number that a part of the run has."""


def expected(request: ReaskRequest, experience: Experience) -> FanOut:
    """Say what asking again is expected to cost and may cost at most; the very same prompt is asked once."""
    needs = [_need(orders[0]) for orders in _alike(request.orders)]
    return replace(fan_out_of(needs, experience, request.limits.concurrency), calls=len(request.orders))


async def reask(request: ReaskRequest, *, reading: Reading, emit: Emit, lasting: Lasting) -> None:
    """Ask them. Cancelling stops it, with what came back so far in the record."""
    await _Reask(request, emit, reading, lasting).run()


class _Reask:
    """One batch of calls from its first event to its last."""

    def __init__(self, request: ReaskRequest, emit: Emit, reading: Reading, lasting: Lasting) -> None:
        self._request = request
        self._recorder = Recorder(emit, request.last_id)
        self._reading = reading
        self._caller = Caller(_post(request, self._recorder, reading, lasting))
        self._stops: list[WorkStopped] = []

    async def run(self) -> None:
        """Tell of the beginning, ask, and tell of the end whatever happens."""
        request, began = self._request, time.monotonic()
        batch = BatchId(self._recorder.new_id())
        calls = tuple(order.reask_of for order in request.orders if order.reask_of is not None)
        self._recorder.emit(CallsReasked(batch=batch, step=request.step, of=request.of, calls=calls))
        status, reason = _FAILED
        try:
            await self._ask_all(batch)
            status, reason = "done", self._refused()
        except asyncio.CancelledError:
            status, reason = "cancelled", STOPPED
            raise
        finally:
            with suppress(asyncio.CancelledError):
                await tell_ledger(self._reading, self._recorder, _RUN)
            self._recorder.emit(
                ReaskEnded(
                    batch=batch,
                    status=status,
                    seconds=time.monotonic() - began,
                    reason=sentence(reason) if reason else "",
                )
            )

    async def _ask_all(self, batch: BatchId) -> None:
        async with asyncio.TaskGroup() as tasks:
            for orders in _alike(self._request.orders):
                tasks.create_task(self._ask([replace(order, batch=batch) for order in orders]))

    async def _ask(self, orders: Sequence[CallOrder]) -> None:
        """Ask what all of these ask, once."""
        try:
            heard = await self._caller.ask(orders[0])
        except WorkStopped as stop:
            self._stops.append(stop)
        except LmError as error:
            for order in orders[1:]:
                self._caller.repeat_failure(order, str(error))
        else:
            for order in orders[1:]:
                self._caller.repeat(order, heard)

    def _refused(self) -> str:
        return f"not all were asked: {self._stops[0]}" if self._stops else ""


_FAILED: tuple[ReaskStatus, str] = ("failed", _BROKEN)


def _post(request: ReaskRequest, recorder: Recorder, reading: Reading, lasting: Lasting) -> Post:
    limits = replace(request.limits, seconds=None, sub_calls=None)
    budget, control = Budget(limits), Control()
    budget.spent_nano_usd, budget.tokens = request.spent_nano_usd, request.tokens
    return Post(
        recorder=recorder,
        budget=budget,
        control=control,
        choices=Choices(recorder, budget, control, Consent()),
        replies=Replies(request.cache, lasting.replies),
        limiters=lasting.limiters or Limiters(),
        slots=Slots(limits.concurrency),
        experience=Experience(),
        on_sent=reading.sent,
        on_answered=reading.answered,
    )


def _need(order: CallOrder) -> Need:
    return Need(facts=order.lm.facts, messages=order.messages, output_tokens=order.output_tokens, schema=order.schema)


def _alike(orders: Sequence[CallOrder]) -> list[list[CallOrder]]:
    """Put orders with the very same prompt for the same model together."""
    alike: dict[object, list[CallOrder]] = {}
    for order in orders:
        asked = tuple((message.role, message.text) for message in order.messages)
        alike.setdefault((order.lm.facts.name, asked), []).append(order)
    return list(alike.values())
