"""Asks again when a failure may pass: waits what the provider asks for, else longer each time, with jitter."""

import asyncio
from collections.abc import Awaitable, Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from rlm_desktop.lm.protocol import LM, LmError, OnText, RateLimited, Reply, Request, StreamCut, Unreachable

OnRetry = Callable[[int, str, float], None]
"""Told of each failed attempt (from 1), its reason, and the seconds until the next."""

ATTEMPTS = 6
_ATTEMPTS_WHERE_FEWER = {Unreachable: 3, StreamCut: 2}
_LONGEST_WAIT_SECONDS = 120.0

_growing = wait_random_exponential(multiplier=0.5, max=30.0)


async def ask_with_retries(
    lm: LM,
    request: Request,
    on_text: OnText | None = None,
    on_retry: OnRetry | None = None,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Reply:
    """Ask until there is a reply, a failure that does not pass, or too many failures; the last one is raised."""
    attempts = AsyncRetrying(
        retry=retry_if_exception(_can_pass),
        stop=_had_enough,
        wait=_wait_seconds,
        sleep=sleep,
        before_sleep=lambda state: _tell(on_retry, state),
        reraise=True,
    )
    return await attempts(lm.ask, request, on_text)


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


def _tell(on_retry: OnRetry | None, state: RetryCallState) -> None:
    if on_retry is not None:
        wait_seconds = state.next_action.sleep if state.next_action else 0.0
        on_retry(state.attempt_number, str(_fault_of(state)), wait_seconds)


def _fault_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None
