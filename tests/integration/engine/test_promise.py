"""The promise that money is never overspent, against a provider that does what it can."""

import asyncio
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlm_desktop.engine.budget import Budget
from rlm_desktop.engine.choices import Choices
from rlm_desktop.engine.experience import Experience
from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.engine.replies import Replies
from rlm_desktop.engine.request import Consent, Control
from rlm_desktop.engine.sending import Post, Sending
from rlm_desktop.engine.stops import WorkStopped
from rlm_desktop.lm import retrying
from rlm_desktop.lm.limiting import Limiters
from rlm_desktop.lm.prices import call_cost
from rlm_desktop.lm.protocol import (
    ContentRefused,
    Dropped,
    LmError,
    OnText,
    Overloaded,
    RateLimited,
    Reply,
    Request,
    StreamCut,
    ask_text,
)
from rlm_desktop.lm.scripted import free_facts
from rlm_desktop.lm.slots import Slots
from rlm_desktop.trace.events import CallFinished, Event
from rlm_desktop.trace.facts import Limits, ModelFacts, PriceTier, Usage
from rlm_desktop.trace.ids import NodeId
from tests.integration.engine.helpers import DOLLAR
from tests.support.engine_runs import Stage, answering, block

FACTS = replace(
    free_facts("dear", window_tokens=10_000_000),
    input_price=3_000_000_000,
    cached_input_price=300_000_000,
    cache_write_price=3_750_000_000,
    output_price=15_000_000_000,
    reasoning_price=16_000_000_000,
    tiers=(
        PriceTier(
            above_tokens=300, input_price=6_000_000_000, cached_input_price=600_000_000, output_price=22_500_000_000
        ),
    ),
)


class Hostile:
    """Uses all it may, fails in every way, and bills everything that can be billed."""

    def __init__(self, seed: int, facts: ModelFacts = FACTS, factor: int = 1) -> None:
        self.facts = facts
        self.provider = f"hostile {seed}"
        self.output_limit_tokens = 4_000
        self.billed = 0
        self._chance = random.Random(seed)
        self._factor = factor

    async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
        for _ in range(self._chance.randrange(3)):
            await asyncio.sleep(0)
        usage = self._used(request)
        fault = self._fault(self._chance.randrange(11), usage)
        if fault is not None:
            raise fault
        return Reply(text="x", usage=usage, cost_nano_usd=self._bill(usage))

    def _fault(self, kind: int, usage: Usage) -> LmError | None:
        """Fail in one of these ways; all but the first two are billed, whatever is told of it."""
        if kind < 2:
            return RateLimited("slow") if kind else Overloaded("busy")
        if kind > 6:
            return None
        fault: LmError = {2: Dropped, 3: StreamCut, 4: StreamCut, 5: StreamCut, 6: ContentRefused}[kind](str(kind))
        cost = self._bill(usage)
        match kind:
            case 3:
                fault.may_have_cost = True
            case 4:
                fault.spent = usage
            case 5:
                fault.spent, fault.may_have_cost = replace(usage, output_tokens=1, reasoning_tokens=0), True
            case 6:
                fault.cost_nano_usd = cost
        return fault

    def _used(self, request: Request) -> Usage:
        most = sum(len(message.text.encode()) + 16 for message in request.messages) * self._factor
        asked = self._chance.choice((1, most // 2, most))
        told = self._chance.choice((1, (request.output_limit_tokens or 0) // 2, request.output_limit_tokens or 0))
        cached, reasoning = self._chance.randrange(asked + 1), self._chance.randrange(told + 1)
        written = self._chance.randrange(asked - cached + 1)
        return Usage(
            input_tokens=asked,
            cached_input_tokens=cached,
            cache_write_tokens=written,
            output_tokens=told,
            reasoning_tokens=reasoning,
        )

    def _bill(self, usage: Usage) -> int:
        cost = call_cost(self.facts, usage)
        assert cost is not None
        self.billed += cost
        return cost

    async def close(self) -> None:
        return None


class Tree:
    """Calls that make calls, as runs and child runs do, through one post."""

    def __init__(self, limit: int, seed: int, events: list[Event], lm: Hostile) -> None:
        recorder, control = Recorder(events.append), Control()
        self.budget = Budget(Limits(cost_nano_usd=limit))
        self.lm = lm
        self._chance = random.Random(seed)
        self._post = Post(
            recorder=recorder,
            budget=self.budget,
            control=control,
            choices=Choices(recorder, self.budget, control, Consent()),
            replies=Replies("off", None),
            limiters=Limiters(),
            slots=Slots(self._chance.choice((1, 3, 16))),
            experience=Experience(),
            on_sent=lambda _order: None,
            on_answered=lambda _order: None,
        )

    async def grow(self, depth: int, width: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(width):
                tasks.create_task(self._branch(depth, width))

    async def _branch(self, depth: int, width: int) -> None:
        order = CallOrder(
            lm=self.lm,
            messages=ask_text(self._chance.choice(("short", "ä" * 200, "lang " * 100))),
            parent=NodeId(1),
            role=self._chance.choice(("root", "worker", "final")),
            label="x",
            output_tokens=self._chance.choice((1, 300, 4_000)),
        )
        call = asyncio.create_task(Sending(self._post, order).run())
        if self._chance.random() < 0.1:
            asyncio.get_running_loop().call_later(0.001, call.cancel)
        try:
            await call
        except (LmError, WorkStopped, asyncio.CancelledError):
            return
        if depth:
            await self.grow(depth - 1, width)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    limit=st.integers(1_000_000, 400_000_000),
    depth=st.integers(0, 2),
    width=st.integers(1, 5),
)
def test_no_tree_of_calls_costs_a_nano_dollar_more_than_its_limit(monkeypatch, seed, limit, depth, width):
    monkeypatch.setattr(retrying, "_FIRST_WAIT_SECONDS", 0.0)
    events: list[Event] = []

    async def grow() -> Tree:
        tree = Tree(limit, seed, events, Hostile(seed))
        await tree.grow(depth, width)
        return tree

    tree = asyncio.run(grow())

    assert tree.lm.billed <= limit
    assert tree.lm.billed <= tree.budget.spent_nano_usd <= limit
    assert tree.budget._reserved_nano_usd == 0
    known = [event.cost_nano_usd for event in events if isinstance(event, CallFinished)]
    assert sum(cost or 0 for cost in known) <= tree.lm.billed


def test_a_provider_that_bills_what_cannot_be_is_asked_nothing_more():
    events: list[Event] = []

    async def grow() -> Tree:
        tree = Tree(DOLLAR, 3, events, Hostile(3, factor=40))
        for _ in range(200):
            await tree.grow(0, 1)
        return tree

    tree = asyncio.run(grow())

    assert "billed more for a call" in tree.budget._overcharged


@pytest.mark.parametrize("limit", [20_000_000, 60_000_000])
async def test_a_whole_run_with_child_runs_keeps_the_promise(stage: Stage, limit: int):
    worker = Hostile(7)
    inner = block("FINAL(str(llm_query_batched([f'{n} ' + context for n in range(9)])))")
    outer = block("out = rlm_query_batched([f'q{n}' for n in range(4)], contexts=['lang ' * 30] * 4)", "peek()")

    class Root(Hostile):
        async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
            reply = await super().ask(request, on_text)
            is_child = any("q0" in one.text[:40] or "q1" in one.text[:40] for one in request.messages[1:2])
            is_first = len(request.messages) == 2
            text = inner if is_child else outer if is_first else answering("Ada")
            return replace(reply, text=text)

    root = Root(8)

    await stage.play(root, worker, limits=Limits(cost_nano_usd=limit, depth=2))  # type: ignore[arg-type]

    assert root.billed + worker.billed <= limit


async def test_a_worst_case_that_only_fits_when_counted_exactly_is_counted(stage: Stage):
    facts = replace(free_facts("openai/gpt-5-mini"), input_price=2_000_000_000, output_price=0)
    text = "The keeper of the lighthouse was called Ada. " * 400
    limit = len(text) * 2_000 // 3

    class Honest(Hostile):
        async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
            usage = Usage(input_tokens=4_200, output_tokens=3)
            return Reply(text="Ada", usage=usage, cost_nano_usd=self._bill(usage))

    root = Honest(1, facts)

    ran = await stage.play(root, corpus=text, strategy="direct", limits=Limits(cost_nano_usd=limit))  # type: ignore[arg-type]

    assert ran.outcome.answer == "Ada"
    assert root.billed <= limit
