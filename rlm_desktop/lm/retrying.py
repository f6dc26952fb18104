"""Asks until there is a reply, and again when a failure may pass: what the provider asks for is waited, else longer
each time, with jitter."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from rlm_desktop.lm.limiting import Held, Limiter
from rlm_desktop.lm.protocol import LM, LmError, OnText, RateLimited, Reply, Request, StreamCut, Unreachable

ATTEMPTS = 6
_ATTEMPTS_WHERE_FEWER = {Unreachable: 3, StreamCut: 2}
_LONGEST_WAIT_SECONDS = 120.0

_growing = wait_random_exponential(multiplier=0.5, max=30.0)
Slot = Callable[[], Awaitable[None]]


class Watch(Held, Protocol):
    """Who pays for the attempts of a call, and tells of them."""

    async def before_attempt(self) -> Request:
        """Say what to send; raises when nothing may be sent any more."""
        ...

    def sent(self) -> None:
        """The attempt goes out now."""
        ...

    def failed(self, error: LmError) -> None:
        """The attempt failed."""
        ...

    def retries(self, attempt: int, error: LmError, wait_seconds: float) -> None:
        """Another one follows after so long; attempts count from 1."""
        ...


async def ask_with_retries(
    lm: LM,
    watch: Watch,
    *,
    limiter: Limiter,
    slots: asyncio.Semaphore,
    on_text: OnText | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Reply:
    """Ask until there is a reply, a failure that does not pass, or too many failures; the last one is raised.

    An attempt holds one of the slots and goes through the limiter; the wait between two holds neither.
    """

    async def attempt() -> Reply:
        async with slots:
            request = await watch.before_attempt()
            async with limiter.passage(watch) as passage:
                watch.sent()
                try:
                    reply = await lm.ask(request, on_text)
                except LmError as error:
                    passage.failed(error)
                    watch.failed(error)
                    raise
                passage.answered(reply)
                return reply

    attempts = AsyncRetrying(
        retry=retry_if_exception(_can_pass),
        stop=_had_enough,
        wait=_wait_seconds,
        sleep=sleep,
        before_sleep=lambda state: _tell(watch, state),
        reraise=True,
    )
    return await attempts(attempt)


def _can_pass(fault: BaseException) -> bool:
    if isinstance(fault, RateLimited) and (fault.retry_after_seconds or 0) > _LONGEST_WAIT_SECONDS:
        return False
    return isinstance(fault, LmError) and fault.can_retry


def _had_enough(state: RetryCallState) -> bool:
    fault = _fault_of(state)
    return state.attempt_number >= _ATTEMPTS_WHERE_FEWER.get(type(fault), ATTEMPTS)


def _wait_seconds(state: RetryCallState) -> float:
    fault = _fault_of(state)
    own = float(_growing(state))
    asked = fault.retry_after_seconds if isinstance(fault, RateLimited) else None
    # Jitter above what was asked for keeps many waiting calls from coming back all at once.
    return own if asked is None else asked + min(own, 0.25 * asked)


def _tell(watch: Watch, state: RetryCallState) -> None:
    fault = _fault_of(state)
    assert isinstance(fault, LmError)
    watch.retries(state.attempt_number, fault, state.next_action.sleep if state.next_action else 0.0)


def _fault_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
