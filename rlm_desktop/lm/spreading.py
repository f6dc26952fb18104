"""Spreads many requests over small connection pools.

WORKAROUND https://github.com/encode/httpcore/pull/1035: each request looks at every connection of its pool, and for
each idle one at all of them again: 200 requests, 40 at once, cost 1.4 s of computing over one pool, 0.3 s over pools of
8 connections, 0.2 s over pools of one.
"""

from collections.abc import AsyncIterator, Callable

import httpx2
from typing_extensions import override

PER_POOL = 1


class SpreadTransport(httpx2.AsyncBaseTransport):
    """Hands each request to the first pool with room; makes pools as they are needed."""

    def __init__(self, make_pool: Callable[[], httpx2.AsyncBaseTransport]) -> None:
        self._make_pool = make_pool
        self._pools: list[_Pool] = []

    @override
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        pool = next((one for one in self._pools if one.in_flight < PER_POOL), None)
        if pool is None:
            pool = _Pool(self._make_pool())
            self._pools.append(pool)
        return await pool.send(request)

    @override
    async def aclose(self) -> None:
        for pool in self._pools:
            await pool.transport.aclose()


class _Pool:
    """One pool and how many requests it has in flight, each until its reply is read or given up."""

    def __init__(self, transport: httpx2.AsyncBaseTransport) -> None:
        self.transport = transport
        self.in_flight = 0

    async def send(self, request: httpx2.Request) -> httpx2.Response:
        self.in_flight += 1
        try:
            response = await self.transport.handle_async_request(request)
        except BaseException:
            self.in_flight -= 1
            raise
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Counted(response.stream, self._on_end)
        return response

    def _on_end(self) -> None:
        self.in_flight -= 1


class _Counted(httpx2.AsyncByteStream):
    """A reply's body that tells once when it is closed."""

    def __init__(self, stream: httpx2.AsyncByteStream, on_end: Callable[[], None]) -> None:
        self._stream = stream
        self._on_end = on_end
        self._is_closed = False

    @override
    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            yield piece

    @override
    async def aclose(self) -> None:
        try:
            await self._stream.aclose()
        finally:
            if not self._is_closed:
                self._is_closed = True
                self._on_end()
