"""How many calls a provider takes at once: found out as we go, and shared by all runs.

The limit grows with what the provider takes, at first quickly, and shrinks when many of the calls under way are turned
away; a wait that the provider asks for holds all calls back. Single refusals leave the limit alone: a call that is
asked again later is enough for these.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from rlm_desktop.lm.protocol import LmError, Overloaded, RateLimited, Reply

CEILING = 128
"""No provider gets more calls at once."""
_FIRST = 32
_TOO_MANY_REFUSED = 0.5
_LEAST_LOOKED_AT = 16
_LEAST_DECREASE = 0.7


class Held(Protocol):
    """Whoever waits to be let through."""

    def held(self, reason: str, seconds: float | None) -> None:
        """The provider takes no more at the moment; `seconds` is how long, if that is known."""
        ...

    def released(self) -> None:
        """It does now."""
        ...


class Limiter:
    """One provider's limit. It belongs to the event loop in which it is first used."""

    def __init__(self, ceiling: int = CEILING, first: int = _FIRST) -> None:
        self._ceiling = ceiling
        self._limit = float(min(first, ceiling))
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._closed_until = 0.0
        self._alarm: asyncio.TimerHandle | None = None
        self._is_finding_out = True
        self._taken = 0
        self._refused = 0

    @property
    def limit(self) -> int:
        """How many calls may be out now."""
        return int(self._limit)

    @asynccontextmanager
    async def passage(self, held: Held) -> AsyncIterator["Passage"]:
        """Let one call through, as soon as the provider takes it."""
        await self._enter(held)
        passage = Passage()
        try:
            yield passage
        finally:
            self._learn(passage)
            self._in_flight -= 1
            self._wake()

    def pause(self, seconds: float) -> None:
        """Let nothing through for so long."""
        self._closed_until = max(self._closed_until, asyncio.get_running_loop().time() + seconds)

    async def _enter(self, held: Held) -> None:
        if self._is_open and not self._waiting:
            self._in_flight += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._wake()
        if turn.done():
            return
        held.held(*self._reason())
        try:
            await turn
        except asyncio.CancelledError:
            self._give_up(turn)
            raise
        finally:
            held.released()

    def _give_up(self, turn: "asyncio.Future[None]") -> None:
        if turn.done() and not turn.cancelled():
            self._in_flight -= 1
        elif turn in self._waiting:
            self._waiting.remove(turn)
        self._wake()

    @property
    def _is_open(self) -> bool:
        return self._in_flight < self.limit and self._seconds_closed <= 0

    @property
    def _seconds_closed(self) -> float:
        return self._closed_until - asyncio.get_running_loop().time()

    def _reason(self) -> tuple[str, float | None]:
        seconds = self._seconds_closed
        if seconds > 0:
            return "the provider asked to wait", seconds
        return f"{self._in_flight} calls are out, and the provider takes no more at once", None

    def _wake(self) -> None:
        """Let through who may go; after a pause, let an alarm do it."""
        while self._waiting and self._is_open:
            turn = self._waiting.popleft()
            if not turn.done():
                self._in_flight += 1
                turn.set_result(None)
        if self._waiting and self._seconds_closed > 0 and self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(self._seconds_closed, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        self._wake()

    def _learn(self, passage: "Passage") -> None:
        if passage.wait_seconds:
            self.pause(passage.wait_seconds)
        if passage.was_refused is None:
            return
        self._taken += not passage.was_refused
        self._refused += passage.was_refused
        if passage.was_refused:
            self._is_finding_out = False
        elif self._in_flight >= self.limit // 2:
            self._limit = min(self._ceiling, self._limit + (1 if self._is_finding_out else 1 / self._limit))
        if self._taken + self._refused >= max(self.limit, _LEAST_LOOKED_AT):
            self._look_back()

    def _look_back(self) -> None:
        """After as many calls as may be out at once, see how many of them the provider turned away."""
        share = self._refused / (self._taken + self._refused)
        if share > _TOO_MANY_REFUSED:
            self._limit = max(1.0, self._limit * min(_LEAST_DECREASE, max(0.5, 1 - share)))
        self._taken = self._refused = 0


class Passage:
    """One call under way; tell it how the call came out."""

    def __init__(self) -> None:
        self.was_refused: bool | None = None
        """Whether the provider turned it away; None when it did not come to that."""
        self.wait_seconds = 0.0
        """How long the provider wants to be left alone."""

    def answered(self, reply: Reply) -> None:
        """The provider took the call."""
        self.was_refused = False
        self.wait_seconds = reply.pause_seconds

    def failed(self, error: LmError) -> None:
        """It did not, or the connection failed."""
        if isinstance(error, RateLimited):
            self.was_refused = True
            self.wait_seconds = error.retry_after_seconds or 0.0
        elif isinstance(error, Overloaded):
            self.was_refused = True


class Limiters:
    """The limiters of all providers."""

    def __init__(self, ceiling: int = CEILING) -> None:
        self._ceiling = ceiling
        self._limiters: dict[str, Limiter] = {}

    def of(self, provider: str) -> Limiter:
        """Give the limiter of a provider."""
        if provider not in self._limiters:
            self._limiters[provider] = Limiter(self._ceiling)
        return self._limiters[provider]
