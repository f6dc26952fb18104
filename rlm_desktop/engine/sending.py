"""Sends one prompt to an LM: retried where that helps, paid for, and told as events from start to end."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from rlm_desktop.engine.budget import Budget, time_is_up
from rlm_desktop.engine.choices import Choices
from rlm_desktop.engine.experience import Experience
from rlm_desktop.engine.orders import STREAMED_ROLES, CallOrder, Heard
from rlm_desktop.engine.paying import Account, Bill
from rlm_desktop.engine.previews import first_sentence
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.engine.replies import KnownReply, Replies
from rlm_desktop.engine.request import Control
from rlm_desktop.engine.stops import WorkStopped, finish_asked
from rlm_desktop.engine.streaming import GrowingReply
from rlm_desktop.engine.thinking import split_thinking
from rlm_desktop.engine.window_check import check_window
from rlm_desktop.engine.worst_case import Need, Reservation, counted
from rlm_desktop.lm.limiting import Limiters
from rlm_desktop.lm.protocol import ChatMessage, LmError, Reply, Request
from rlm_desktop.lm.retrying import ask_with_retries
from rlm_desktop.lm.slots import Slots
from rlm_desktop.trace.events import CallFinished, CallHeld, CallReleased, CallRetried, CallStarted
from rlm_desktop.trace.facts import CallStatus
from rlm_desktop.trace.ids import CallId
from rlm_desktop.trace.wording import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What all calls of a run tree go through."""

    recorder: Recorder
    budget: Budget
    control: Control
    choices: Choices
    replies: Replies
    limiters: Limiters
    slots: Slots
    experience: Experience
    on_sent: Callable[[CallOrder], None]
    """Called with each prompt that goes out, once for every attempt."""
    on_answered: Callable[[CallOrder], None]
    """Called with each prompt that got its reply, from an LM or from what is known."""


class Sending:
    """One call under way. It watches its own attempts."""

    def __init__(self, post: Post, order: CallOrder) -> None:
        self._post = post
        self._order = order
        self._account = Account(order.lm.facts, post.budget)
        self._call = CallId(post.recorder.new_id())
        self._lost = Bill()
        self._is_told = False
        self._started = time.monotonic()

    async def run(self) -> Heard:
        """Send it, and tell of its start and its end. Raises `LmError` or `WorkStopped`."""
        try:
            reply = await self._reply_in_time()
        except LmError as error:
            self._finish("failed", error=str(error), error_kind=type(error).__name__)
            raise
        except WorkStopped as stop:
            self._finish("failed", error=str(stop))
            raise
        except TimeoutError:
            late = time_is_up(self._post.budget.limits)
            self._finish("cancelled", error=str(late))
            raise late from None
        except asyncio.CancelledError:
            self._finish("cancelled")
            raise
        return self._heard(reply)

    async def _reply_in_time(self) -> Reply:
        order, clock = self._order, self._post.budget.clock
        growing = GrowingReply(self._post.recorder, self._call)
        try:
            async with clock.until(lambda: clock.ends_at if order.role == "final" else clock.work_ends_at):
                reply = await ask_with_retries(
                    order.lm,
                    self,
                    limiter=self._post.limiters.of(order.lm.provider),
                    slots=self._post.slots,
                    on_text=growing.grew if order.role in STREAMED_ROLES else None,
                    sleep=self._post.control.sleep,
                )
        finally:
            growing.close()
        return reply

    # What each attempt goes through

    async def before_attempt(self) -> Request:
        """Hold back what the attempt may cost, and say what to send."""
        order = self._order
        if self._post.control.is_finishing and order.role != "final":
            raise finish_asked()
        reservation = await self._reservation()
        self._account.hold(reservation)
        self._tell_start()
        check_window(order.lm.facts, order.messages)
        return Request(
            messages=tuple(map(_sendable, order.messages)),
            output_limit_tokens=reservation.output_tokens,
            schema=order.schema,
            goes_on=order.role == "root",
        )

    def sent(self) -> None:
        """The attempt goes out."""
        self._account.sent()
        self._post.on_sent(self._order)

    def failed(self, error: LmError) -> None:
        """Pay for an attempt that failed."""
        self._lost = self._account.failed(error)

    def retries(self, attempt: int, error: LmError, wait_seconds: float) -> None:
        """Tell that another attempt follows."""
        lost = self._lost
        self._post.recorder.emit(
            CallRetried(
                call=self._call,
                attempt=attempt,
                reason=str(error),
                wait_seconds=wait_seconds,
                usage=lost.usage,
                cost_nano_usd=lost.cost_nano_usd,
            )
        )

    def held(self, reason: str, seconds: float | None) -> None:
        """Tell that the provider takes no more at the moment."""
        self._post.recorder.emit(CallHeld(call=self._call, reason=reason, seconds=seconds))

    def released(self) -> None:
        """Tell that it does now."""
        self._post.recorder.emit(CallReleased(call=self._call))

    async def _reservation(self) -> Reservation:
        """Reserve the worst case. Where it does not fit, count exactly; where that does not help, ask the user."""
        order, post = self._order, self._post
        need = Need(
            facts=order.lm.facts,
            messages=order.messages,
            output_tokens=order.output_tokens,
            is_last=order.role == "final",
            schema=order.schema,
        )
        while True:
            limits = post.budget.limits
            try:
                return await post.budget.reserve(need)
            except WorkStopped as stop:
                exact = await asyncio.to_thread(counted, need) if stop.limit == "money" else need
                if exact is not need:
                    need = exact
                elif need.is_last or not await post.choices.is_raised(stop, limits):
                    raise

    # What is told

    def _heard(self, reply: Reply) -> Heard:
        self._account.answered(reply)
        thought = split_thinking(reply.text)
        reasoning = "\n\n".join(filter(None, (reply.reasoning, thought.reasoning)))
        heard = Heard(text=thought.said, cut=reply.cut, call=self._call, cost_nano_usd=reply.cost_nano_usd)
        self._finish("done", reply=reply, said=thought.said, reasoning=reasoning)
        self._post.on_answered(self._order)
        if self._order.role == "worker":
            self._post.experience.note(reply.usage, time.monotonic() - self._started)
        if not (heard.cut or heard.is_empty):
            known = KnownReply(text=thought.said, reasoning=reasoning, cost_nano_usd=reply.cost_nano_usd)
            self._post.replies.keep(self._order, known)
        return heard

    def _tell_start(self) -> None:
        if not self._is_told:
            self._is_told = True
            self._started = time.monotonic()
            self._post.recorder.emit(start_of(self._call, self._order, self._post.recorder))

    def _finish(
        self,
        status: CallStatus,
        *,
        reply: Reply | None = None,
        said: str = "",
        reasoning: str = "",
        error: str | None = None,
        error_kind: str = "",
    ) -> None:
        self._account.close()
        if not self._is_told:
            return
        self._post.budget.calls += 1
        keep, bill = self._post.recorder.keep, self._account.bill
        finished = CallFinished(
            call=self._call,
            status=status,
            seconds=time.monotonic() - self._started,
            usage=bill.usage,
            cost_nano_usd=bill.cost_nano_usd,
            price_source=self._order.lm.facts.price_source,
            error=error,
            error_kind=error_kind,
        )
        if reply is not None:
            finished = replace(
                finished,
                reply=keep(said),
                reasoning=keep(reasoning) if reasoning else None,
                preview=preview_of(self._order, said),
                price_source=reply.price_source,
                cut=reply.cut,
            )
        self._post.recorder.emit(finished)


def start_of(call: CallId, order: CallOrder, recorder: Recorder) -> CallStarted:
    """Tell of a call's start."""
    return CallStarted(
        call=call,
        parent=order.parent,
        role=order.role,
        model=order.lm.facts.name,
        prompt=recorder.keep_messages(order.messages),
        label=one_line(order.label),
        batch=order.batch,
        position=order.position,
        reask_of=order.reask_of,
    )


def preview_of(order: CallOrder, said: str) -> str:
    """Give one line of a reply; of a root's, its first sentence."""
    return first_sentence(said) if order.role == "root" else one_line(said)


def _sendable(message: ChatMessage) -> ChatMessage:
    """Replace what UTF-8 cannot carry: half characters that a model may have written."""
    text = message.text
    if text.isascii():
        return message
    return ChatMessage(message.role, text.encode("utf-8", "replace").decode("utf-8"))
