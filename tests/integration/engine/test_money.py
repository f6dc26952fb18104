"""The limit of money: what is sent, what is refused, and what becomes of the answer."""

from dataclasses import replace

from rlm_desktop.lm.protocol import Reply, Request
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    LimitReached,
    TurnStarted,
)
from rlm_desktop.trace.facts import Limits, Usage
from tests.integration.engine.helpers import DOLLAR, DRAFT, LOOK, priced, roles
from tests.support.engine_runs import Stage, answering, block


async def test_a_sub_call_that_does_not_fit_is_not_sent(stage: Stage):
    worker = priced(["never"] * 9, "worker")
    code = ["out = llm_query('x' * 4_000_000)", "print(out)", "peek()"]

    ran = await stage.play([block(*code), answering("Ada")], worker, limits=Limits(cost_nano_usd=DOLLAR // 1000))

    assert not worker.requests
    second = [call for call in ran.of(CallStarted) if call.role == "root"][1]
    assert "Error: budget: the next call does not fit into the limit of $0.0010" in ran.text(second.prompt[-1].text)
    assert ran.outcome.status == "partial"
    assert ran.outcome.answer == "Ada"
    assert [limit.limit for limit in ran.of(LimitReached)] == ["money"]


async def test_money_spent_on_turns_ends_with_the_draft(stage: Stage):
    ran = await stage.play(priced([DRAFT] + [LOOK] * 20), limits=Limits(cost_nano_usd=DOLLAR // 2))

    assert ran.outcome.answer == "draft of keeper"
    assert ran.outcome.status == "partial"
    assert "money" in [limit.limit for limit in ran.of(LimitReached)]
    assert sum(call.cost_nano_usd or 0 for call in ran.of(CallFinished)) <= DOLLAR // 2


def talkative(request: Request) -> Reply:
    """Use every token that the request allows."""
    spent = Usage(output_tokens=request.output_limit_tokens or 0)
    is_last = "The run ends here" in request.messages[-1].text
    text = "Ada, as far as I saw." if is_last else LOOK
    return Reply(text=text, usage=spent, cost_nano_usd=spent.output_tokens * 10_000)


async def test_money_is_set_aside_for_a_last_call(stage: Stage):
    facts = replace(free_facts("root"), input_price=1_000_000_000, output_price=10_000_000_000)

    ran = await stage.play(ScriptedLM(talkative, facts=facts), limits=Limits(cost_nano_usd=DOLLAR * 3 // 10))

    assert roles(ran)[-1] == "final"
    assert len(ran.of(TurnStarted)) > 4
    assert ran.outcome.answer == "Ada, as far as I saw."
    assert sum(call.cost_nano_usd or 0 for call in ran.of(CallFinished)) <= DOLLAR * 3 // 10


async def test_a_last_call_that_costs_too_much_is_asked_in_short(stage: Stage):
    facts = replace(free_facts("root"), input_price=1_000_000_000, output_price=0)

    def reply(request: Request) -> Reply:
        is_last = "The run ends here" in request.messages[-1].text
        text = "Ada, in short." if is_last else block("print('x' * 30_000)", "peek()")
        return Reply(text=text, usage=Usage(input_tokens=1), cost_nano_usd=0)

    ran = await stage.play(ScriptedLM(reply, facts=facts), limits=Limits(cost_nano_usd=30_000_000))

    assert ran.outcome.answer == "Ada, in short."
    assert [message.role for message in ran.of(CallStarted)[-1].prompt] == ["user"]


async def test_with_a_money_limit_an_unknown_price_is_said_at_once(stage: Stage):
    unknown = ScriptedLM([answering("Ada")], facts=replace(free_facts("mystery"), output_price=None))

    ran = await stage.play(unknown, limits=Limits(cost_nano_usd=DOLLAR))

    assert ran.outcome.status == "failed"
    assert "the price of mystery is unknown" in ran.outcome.reason
    assert not unknown.requests


async def test_without_a_money_limit_an_unknown_price_stays_unknown(stage: Stage):
    unknown = ScriptedLM([answering("Ada")], facts=replace(free_facts("mystery"), output_price=None))

    ran = await stage.play(unknown)

    assert ran.outcome.status == "answered"
    assert ran.one(CallFinished).cost_nano_usd is None
