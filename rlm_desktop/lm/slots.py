"""How many calls of one run are out at once; those that are asked again go first, so that few are left for the end."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """A number of places in one event loop."""

    def __init__(self, count: int) -> None:
        self._free = max(1, count)
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def are_all_taken(self) -> bool:
        """Whether the next one has to wait."""
        return self._free == 0

    @asynccontextmanager
    async def place(self, *, is_again: bool) -> AsyncIterator[None]:
        """Hold a place as long as it takes; one that comes again is first in the queue."""
        await self._enter(is_again)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, is_again: bool) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        (self._waiting.appendleft if is_again else self._waiting.append)(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
