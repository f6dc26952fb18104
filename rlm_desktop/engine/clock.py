"""A run's time: it stands still while the user is asked, and the limit may be moved meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

_SET_ASIDE = 0.15
_MOST_SET_ASIDE = 20.0


class Clock:
    """Counts the seconds of a run tree from now on. Made inside the running event loop."""

    def __init__(self, limit: Callable[[], float | None]) -> None:
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._started = self._loop.time()
        self._stopped_at: float | None = None
        self._stops = 0
        self._timeouts: dict[asyncio.Timeout, Callable[[], float | None]] = {}

    @property
    def seconds(self) -> float:
        """How long the run has gone on."""
        now = self._loop.time() if self._stopped_at is None else self._stopped_at
        return now - self._started

    @property
    def ends_at(self) -> float | None:
        """When the run must be over, by the loop's clock; None while it stands still, too."""
        limit = self._limit()
        return None if limit is None or self._stopped_at is not None else self._started + limit

    @property
    def work_ends_at(self) -> float | None:
        """When work must be over, so that there is time for a last root call."""
        limit, end = self._limit(), self.ends_at
        return None if limit is None or end is None else end - min(_MOST_SET_ASIDE, limit * _SET_ASIDE)

    def is_over(self, end: float | None) -> bool:
        """Tell whether a moment has come."""
        return end is not None and self._loop.time() >= end

    @asynccontextmanager
    async def until(self, end: Callable[[], float | None]) -> AsyncIterator[None]:
        """Give what is inside until this moment, which may move; then it is cancelled with `TimeoutError`."""
        async with asyncio.timeout_at(end()) as timeout:
            self._timeouts[timeout] = end
            try:
                yield
            finally:
                del self._timeouts[timeout]

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Let no time pass meanwhile."""
        if not self._stops:
            self._stopped_at = self._loop.time()
        self._stops += 1
        self.move()
        try:
            yield
        finally:
            self._stops -= 1
            if not self._stops and self._stopped_at is not None:
                self._started += self._loop.time() - self._stopped_at
                self._stopped_at = None
            self.move()

    def move(self) -> None:
        """Heed a changed limit."""
        for timeout, end in self._timeouts.items():
            if not timeout.expired():
                timeout.reschedule(end())
