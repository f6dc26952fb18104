"""Asks until there is a reply: again when a failure may pass, after what the provider asks for, else longer each time.

Twenty lines of our own, because tenacity, which does the same, takes a third of a call's processor time.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Protocol

from rlm_desktop.lm.limiting import Held, Limiter
from rlm_desktop.lm.protocol import LM, LmError, OnText, RateLimited, Reply, Request, StreamCut, Unreachable
from rlm_desktop.lm.slots import Slots

ATTEMPTS = 12
_ATTEMPTS_WHERE_FEWER = {Unreachable: 3, StreamCut: 2}
"""So often may a call fail in one of these ways."""
_LONGEST_WAIT_SECONDS = 120.0
_FIRST_WAIT_SECONDS = 0.1
_GROWTH = 1.8
_LONGEST_OWN_WAIT_SECONDS = 30.0


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
    slots: Slots,
    on_text: OnText | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Reply:
    """Ask until there is a reply, a failure that does not pass, or too many failures; the last one is raised.

    An attempt holds one of the slots and goes through the limiter; the wait between two holds neither.
    """

    failures: Counter[type[LmError]] = Counter()
    for number in count(1):
        try:
            async with slots.place(is_again=number > 1):
                return await _attempt(lm, watch, limiter, on_text)
        except LmError as error:
            failures[type(error)] += 1
            if number >= ATTEMPTS or not _can_pass(error, failures[type(error)]):
                raise
            wait_seconds = _wait_seconds(error, number)
            watch.retries(number, error, wait_seconds)
        await sleep(wait_seconds)
    raise AssertionError("counting has no end")


async def _attempt(lm: LM, watch: Watch, limiter: Limiter, on_text: OnText | None) -> Reply:
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


def _can_pass(error: LmError, times: int) -> bool:
    """Tell whether another attempt makes sense after so many failures of this kind."""
    asked = error.retry_after_seconds if isinstance(error, RateLimited) else None
    most = _ATTEMPTS_WHERE_FEWER.get(type(error), ATTEMPTS)
    return error.can_retry and times < most and (asked or 0) <= _LONGEST_WAIT_SECONDS


def _wait_seconds(error: LmError, number: int) -> float:
    most = min(_LONGEST_OWN_WAIT_SECONDS, _FIRST_WAIT_SECONDS * _GROWTH ** (number - 1))
    own = random.uniform(0, most)  # noqa: S311 (spreads calls; it is no secret)
    asked = error.retry_after_seconds if isinstance(error, RateLimited) else None
    # Jitter above what was asked for keeps many waiting calls from coming back all at once.
    return own if asked is None else asked + min(own, 0.25 * asked)
