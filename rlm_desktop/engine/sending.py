"""Sends one prompt to an LM: retried where that helps, and told as events from start to end."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from rlm_desktop.engine.budget import Budget, Reservation, time_is_up
from rlm_desktop.engine.metering import Metered, added
from rlm_desktop.engine.orders import STREAMED_ROLES, CallOrder, Heard
from rlm_desktop.engine.previews import first_sentence
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.engine.stops import WorkStopped
from rlm_desktop.engine.streaming import GrowingReply
from rlm_desktop.engine.thinking import split_thinking
from rlm_desktop.lm.prices import call_cost
from rlm_desktop.lm.protocol import ChatMessage, LmError, Reply, Request
from rlm_desktop.lm.retrying import ask_with_retries
from rlm_desktop.trace.events import CallFinished, CallRetried, CallStarted
from rlm_desktop.trace.facts import CallStatus, Usage
from rlm_desktop.trace.ids import CallId
from rlm_desktop.trace.wording import one_line


class Sending:
    """One call under way."""

    def __init__(self, recorder: Recorder, budget: Budget, order: CallOrder, reservation: Reservation) -> None:
        self._recorder = recorder
        self._budget = budget
        self._order = order
        self._reservation = reservation
        self._meter = Metered(order.lm, budget)
        self._call = CallId(recorder.new_id())
        self._started = time.monotonic()

    async def run(self, on_sent: Callable[[CallOrder], None]) -> Heard:
        """Send it, and tell of its start and its end. Raises `LmError` or `WorkStopped`."""
        self._tell_start()
        on_sent(self._order)
        try:
            reply = await self._reply_in_time()
        except LmError as error:
            self._finish("failed", cost=self._cost_of(Usage()), error=str(error), error_kind=type(error).__name__)
            raise
        except WorkStopped as stop:
            self._finish("failed", cost=self._cost_of(Usage()), error=str(stop))
            raise
        except TimeoutError:
            late = time_is_up(self._budget.limits)
            self._finish("cancelled", cost=self._cost_when_aborted(), error=str(late))
            raise late from None
        except asyncio.CancelledError:
            self._finish("cancelled", cost=self._cost_when_aborted())
            raise
        return self._heard(reply)

    async def _reply_in_time(self) -> Reply:
        end = self._budget.ends_at if self._order.role == "final" else self._budget.work_ends_at
        request = Request(
            messages=tuple(map(_sendable, self._order.messages)),
            output_limit_tokens=self._reservation.output_tokens,
            schema=self._order.schema,
        )
        growing = GrowingReply(self._recorder, self._call)
        on_text = growing.grew if self._order.role in STREAMED_ROLES else None
        try:
            async with asyncio.timeout_at(end):
                return await ask_with_retries(self._meter, request, on_text=on_text, on_retry=self._tell_retry)
        finally:
            growing.close()

    def _heard(self, reply: Reply) -> Heard:
        thought = split_thinking(reply.text)
        reasoning = "\n\n".join(filter(None, (reply.reasoning, thought.reasoning)))
        preview = first_sentence(thought.said) if self._order.role == "root" else one_line(thought.said)
        self._finish(
            "done",
            usage=reply.usage,
            cost=None if reply.cost_nano_usd is None else reply.cost_nano_usd + self._meter.lost_nano_usd,
            said=thought.said,
            reasoning=reasoning,
            preview=preview,
            cut=reply.cut,
        )
        return Heard(text=thought.said, cut=reply.cut)

    def _tell_start(self) -> None:
        order = self._order
        self._recorder.emit(
            CallStarted(
                call=self._call,
                parent=order.parent,
                role=order.role,
                model=order.lm.facts.name,
                prompt=self._recorder.keep_messages(order.messages),
                label=one_line(order.label),
                batch=order.batch,
                position=order.position,
            )
        )

    def _tell_retry(self, attempt: int, reason: str, wait_seconds: float) -> None:
        self._recorder.emit(CallRetried(call=self._call, attempt=attempt, reason=reason, wait_seconds=wait_seconds))

    def _finish(
        self,
        status: CallStatus,
        *,
        cost: int | None,
        usage: Usage = Usage(),  # noqa: B008 (immutable)
        said: str = "",
        reasoning: str = "",
        error: str | None = None,
        **more: Any,
    ) -> None:
        usage = added(self._meter.lost, usage)
        left_to_pay = None if cost is None else cost - self._meter.lost_nano_usd
        self._budget.settle(self._reservation, usage, left_to_pay)
        self._recorder.emit(
            CallFinished(
                call=self._call,
                status=status,
                seconds=time.monotonic() - self._started,
                reply=self._recorder.keep(said) if status == "done" else None,
                reasoning=self._recorder.keep(reasoning) if reasoning else None,
                usage=usage,
                cost_nano_usd=cost,
                error=error,
                **more,
            )
        )

    def _cost_of(self, usage: Usage) -> int | None:
        return call_cost(self._order.lm.facts, added(self._meter.lost, usage))

    def _cost_when_aborted(self) -> int | None:
        """Nobody says what an aborted request cost, unless the model is free or none was out."""
        facts = self._order.lm.facts
        is_free = facts.input_price == 0 and facts.output_price == 0
        return self._cost_of(Usage()) if is_free or not self._meter.is_out else None


def _sendable(message: ChatMessage) -> ChatMessage:
    """Replace what UTF-8 cannot carry: half characters that a model may have written."""
    text = message.text
    if text.isascii():
        return message
    return ChatMessage(message.role, text.encode("utf-8", "replace").decode("utf-8"))
