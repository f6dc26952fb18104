"""Spreading requests over small connection pools."""

import asyncio

import httpx2
import pytest

from rlm_desktop.lm.spreading import PER_POOL, SpreadTransport


class Pool(httpx2.AsyncBaseTransport):
    """Holds every request until it is let go."""

    def __init__(self, gate: asyncio.Event) -> None:
        self.gate = gate
        self.in_flight = 0
        self.peak = 0
        self.is_closed = False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            await self.gate.wait()
            if request.url.path == "/broken":
                raise httpx2.ConnectError("broken")
            return httpx2.Response(200, stream=httpx2.ByteStream(b"ok"))
        finally:
            self.in_flight -= 1

    async def aclose(self) -> None:
        self.is_closed = True


class Bench:
    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.pools: list[Pool] = []
        self.client = httpx2.AsyncClient(transport=SpreadTransport(self._make), base_url="http://x", trust_env=False)

    def _make(self) -> Pool:
        self.pools.append(Pool(self.gate))
        return self.pools[-1]

    async def ask_many(self, count: int, path: str = "/") -> list[asyncio.Task[httpx2.Response]]:
        tasks = [asyncio.create_task(self.client.get(path)) for _ in range(count)]
        async with asyncio.timeout(5):
            while sum(pool.in_flight for pool in self.pools) < count:  # noqa: ASYNC110 - counts of several pools
                await asyncio.sleep(0)
        return tasks


async def test_no_pool_gets_more_than_it_handles_well_and_room_is_used_again():
    bench = Bench()

    for _ in range(2):
        bench.gate.clear()
        tasks = await bench.ask_many(3 * PER_POOL)
        bench.gate.set()
        await asyncio.gather(*tasks)

    assert [pool.peak for pool in bench.pools] == [PER_POOL] * 3
    await bench.client.aclose()
    assert all(pool.is_closed for pool in bench.pools)


@pytest.mark.parametrize("how", ["cancelled", "broken"])
async def test_requests_that_come_to_nothing_give_their_room_back(how):
    bench = Bench()
    tasks = await bench.ask_many(PER_POOL, "/broken")
    if how == "cancelled":
        for task in tasks:
            task.cancel()
    bench.gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)

    bench.gate.clear()
    tasks = await bench.ask_many(PER_POOL)
    bench.gate.set()
    await asyncio.gather(*tasks)

    assert len(bench.pools) == 1
    await bench.client.aclose()
