"""Asking again when a failure may pass."""

import asyncio

import pytest

from rlm_desktop.lm.limiting import Limiter
from rlm_desktop.lm.protocol import (
    BadKey,
    BadReply,
    LmError,
    Overloaded,
    RateLimited,
    Request,
    StreamCut,
    Unreachable,
    ask_text,
)
from rlm_desktop.lm.retrying import ATTEMPTS, ask_with_retries
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.lm.slots import Slots

REQUEST = Request(messages=ask_text("Well?"))


class Asking:
    """Asks with waits that only are noted, and watches itself."""

    def __init__(self, *script) -> None:
        self.lm = ScriptedLM(script)
        self.limiter = Limiter()
        self.slots = Slots(1)
        self.waits: list[float] = []
        self.told: list[tuple[int, str, float]] = []
        self.steps: list[str] = []

    async def before_attempt(self) -> Request:
        self.steps.append("before")
        return REQUEST

    def sent(self) -> None:
        self.steps.append("sent")

    def failed(self, error: LmError) -> None:
        self.steps.append(f"failed {error}")

    def retries(self, attempt: int, error: LmError, wait_seconds: float) -> None:
        self.told.append((attempt, str(error), wait_seconds))

    def held(self, reason: str, seconds: float | None) -> None:
        self.steps.append("held")

    def released(self) -> None:
        self.steps.append("released")

    async def sleep(self, seconds: float) -> None:
        assert not self.slots.are_all_taken
        self.waits.append(seconds)

    async def ask(self) -> str:
        reply = await ask_with_retries(self.lm, self, limiter=self.limiter, slots=self.slots, sleep=self.sleep)
        return reply.text


async def test_each_attempt_is_announced_and_each_failure_told():
    asking = Asking(Overloaded("busy"), "fine")

    await asking.ask()

    assert asking.steps == ["before", "sent", "failed busy", "before", "sent"]


@pytest.mark.parametrize(
    "error", [Overloaded("busy"), RateLimited("slow"), Unreachable("gone"), StreamCut("cut"), BadReply("odd")]
)
async def test_what_may_pass_is_tried_again(error):
    asking = Asking(error, "fine")

    assert await asking.ask() == "fine"
    assert asking.told == [(1, str(error), asking.waits[0])]


async def test_what_does_not_pass_is_raised_at_once():
    asking = Asking(BadKey("wrong key"), "never")

    with pytest.raises(BadKey, match="wrong key"):
        await asking.ask()
    assert (len(asking.lm.requests), asking.waits, asking.told) == (1, [], [])


@pytest.mark.parametrize(
    ("error", "attempts"),
    [(Overloaded("busy"), ATTEMPTS), (Unreachable("gone"), 3), (StreamCut("cut"), 2)],
)
async def test_there_is_an_end_to_trying(error, attempts):
    asking = Asking(*[error] * 20)

    with pytest.raises(LmError) as raised:
        await asking.ask()
    assert raised.value is error
    assert len(asking.lm.requests) == attempts


async def test_it_waits_at_least_as_long_as_the_provider_asks_for():
    asking = Asking(RateLimited("slow", 4.0), "fine")

    await asking.ask()

    assert 4.0 <= asking.waits[0] <= 5.0


async def test_it_does_not_wait_for_longer_than_a_run_can_bear():
    asking = Asking(RateLimited("tomorrow", 3_600.0), "never")

    with pytest.raises(RateLimited, match="tomorrow"):
        await asking.ask()
    assert asking.waits == []


async def test_waits_grow_and_differ():
    first, second = Asking(*[Overloaded("busy")] * ATTEMPTS), Asking(*[Overloaded("busy")] * ATTEMPTS)

    for asking in (first, second):
        with pytest.raises(Overloaded):
            await asking.ask()

    assert first.waits != second.waits
    assert all(wait <= 0.1 * 2**place for place, wait in enumerate(first.waits))


async def test_one_kind_of_failure_does_not_use_up_the_patience_for_another():
    asking = Asking(RateLimited("slow"), Overloaded("busy"), StreamCut("cut"), Unreachable("gone"), "fine")

    assert await asking.ask() == "fine"


async def test_who_asks_again_goes_before_who_has_not_asked_yet():
    slots, order = Slots(1), []

    async def take(name: str, *, is_again: bool = False) -> None:
        async with slots.place(is_again=is_again):
            order.append(name)

    async with slots.place(is_again=False):
        tasks = [asyncio.create_task(take("first")), asyncio.create_task(take("second"))]
        await asyncio.sleep(0)
        tasks.append(asyncio.create_task(take("again", is_again=True)))
        gone = asyncio.create_task(take("gone"))
        await asyncio.sleep(0)
        gone.cancel()
    await asyncio.gather(*tasks)

    assert order == ["again", "first", "second"]
    assert not slots.are_all_taken
