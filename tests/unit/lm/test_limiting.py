"""How many calls a provider takes at once."""

import asyncio
from collections.abc import Callable

import pytest

from rlm_desktop.lm.limiting import Limiter, Limiters
from rlm_desktop.lm.protocol import Overloaded, RateLimited, Reply, StreamCut
from tests.support.engine_runs import until


class Waiting:
    """Notes what it is told while it waits."""

    def __init__(self) -> None:
        self.told: list[tuple[str, float | None] | str] = []

    def held(self, reason: str, seconds: float | None) -> None:
        self.told.append((reason, seconds))

    def released(self) -> None:
        self.told.append("released")


async def pass_through(limiter: Limiter, outcome: Reply | Exception, waiting: Waiting | None = None) -> None:
    async with limiter.passage(waiting or Waiting()) as passage:
        if isinstance(outcome, Reply):
            passage.answered(outcome)
        else:
            passage.failed(outcome)  # type: ignore[arg-type]


async def crowd(limiter: Limiter, count: int, outcome: Callable[[int], Reply | Exception]) -> int:
    """Send so many calls at once; give how many were out together at most."""
    out, peak = 0, 0

    async def one(number: int) -> None:
        nonlocal out, peak
        async with limiter.passage(Waiting()) as passage:
            out += 1
            peak = max(peak, out)
            await asyncio.sleep(0)
            result = outcome(number)
            passage.answered(result) if isinstance(result, Reply) else passage.failed(result)  # type: ignore[arg-type]
            out -= 1

    await asyncio.gather(*(one(number) for number in range(count)))
    return peak


FINE = Reply(text="fine")


async def test_the_limit_doubles_with_each_round_that_is_taken():
    limiter = Limiter(ceiling=40, first=8)

    assert await crowd(limiter, 8, lambda _: FINE) == 8
    assert limiter.limit == 12  # only those count that went out while half of the limit was in use
    await crowd(limiter, 200, lambda _: FINE)

    assert limiter.limit == 40


async def test_one_call_at_a_time_teaches_nothing_about_many():
    limiter = Limiter(first=8)

    for _ in range(50):
        await pass_through(limiter, FINE)

    assert limiter.limit == 8


@pytest.mark.parametrize("error", [RateLimited("slow"), Overloaded("busy")])
async def test_many_refusals_halve_the_limit_down_to_one(error):
    limiter = Limiter(first=32)

    await crowd(limiter, 32, lambda _: error)
    assert limiter.limit == 16
    for _ in range(6):
        await crowd(limiter, 32, lambda _: error)

    assert limiter.limit == 1


async def test_a_refusal_here_and_there_leaves_the_limit_alone():
    limiter = Limiter(ceiling=32, first=32)

    for _ in range(20):
        await crowd(limiter, 32, lambda number: RateLimited("slow") if number % 5 == 0 else FINE)

    assert limiter.limit == 32


async def test_a_dropped_connection_says_nothing_about_the_limit():
    limiter = Limiter(first=4)

    await crowd(limiter, 40, lambda _: StreamCut("cut"))

    assert limiter.limit == 4


async def test_who_is_beyond_the_limit_waits_and_is_told():
    limiter, waiting = Limiter(first=1), Waiting()
    async with limiter.passage(Waiting()):
        second = asyncio.create_task(pass_through(limiter, FINE, waiting))
        await until(lambda: bool(waiting.told))
        assert not second.done()

    await second
    assert waiting.told == [("1 calls are out, and the provider takes no more at once", None), "released"]


async def test_a_wait_that_the_provider_asks_for_holds_all_back():
    limiter, waiting = Limiter(first=4), Waiting()
    await pass_through(limiter, RateLimited("slow", 0.05))

    begun = asyncio.get_running_loop().time()
    await pass_through(limiter, FINE, waiting)

    assert asyncio.get_running_loop().time() - begun > 0.03
    assert waiting.told[0][0] == "the provider asked to wait"
    assert waiting.told[1:] == ["released"]


async def test_a_reply_may_ask_for_a_wait_too():
    limiter, waiting = Limiter(first=4), Waiting()
    await pass_through(limiter, Reply(text="the last one", pause_seconds=0.02))

    await pass_through(limiter, FINE, waiting)

    assert waiting.told[-1] == "released"


async def test_who_gives_up_waiting_leaves_its_place():
    limiter = Limiter(first=1)
    async with limiter.passage(Waiting()):
        second, third = (asyncio.create_task(pass_through(limiter, FINE)) for _ in range(2))
        await asyncio.sleep(0)
        second.cancel()

    await third
    await pass_through(limiter, FINE)
    assert second.cancelled()


async def test_each_provider_has_its_own_limiter():
    limiters = Limiters()

    assert limiters.of("one") is limiters.of("one")
    assert limiters.of("one") is not limiters.of("other")
