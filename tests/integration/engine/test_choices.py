"""What the user is asked before money is spent, and at a limit."""

import asyncio
import threading
from dataclasses import replace

import pytest

from rlm_desktop.engine.request import Consent
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import CallStarted, ChoiceAsked, ChoiceMade, LimitReached, LimitsChanged, RunFinished
from rlm_desktop.trace.facts import ChoiceAction, Decision, Limits
from tests.integration.engine.helpers import DRAFT, LOOK, told
from tests.support.engine_runs import Ran, Stage, answering, block, until

ASKING = [
    block(
        "out = llm_query_batched([f'Is {n} a ship?' for n in range(12)])",
        "print(len(out), out[3].strip(), out[11])",
        "peek()",
    ),
    answering("Ada"),
]
FACTS = replace(free_facts("worker"), input_price=1_000_000_000, output_price=1_000_000_000)


def choices(stage: Stage) -> list[ChoiceAsked]:
    return [event for event in stage.events if isinstance(event, ChoiceAsked)]


async def play(stage: Stage, *decisions: ChoiceAction | Decision, root=ASKING, **request) -> tuple[Ran, ScriptedLM]:
    """Run, and answer what is asked in turn."""
    worker = ScriptedLM(lambda request: request.messages[0].text[3:5], "worker", facts=FACTS)
    running = asyncio.create_task(stage.play(root, worker, **request))
    for number, decision in enumerate(decisions, 1):
        await until(lambda number=number: len(choices(stage)) >= number or running.done())
        chosen = decision if isinstance(decision, Decision) else Decision(action=decision)
        stage.control.decide(choices(stage)[number - 1].choice, chosen)
    await until(lambda: running.done() or len(choices(stage)) > len(decisions), seconds=60.0)
    assert len(choices(stage)) <= len(decisions), "more was asked than there are decisions"
    return await running, worker


def workers(ran: Ran) -> int:
    return sum(call.role == "worker" for call in ran.of(CallStarted))


async def test_nobody_is_asked_by_default(stage: Stage):
    _, worker = await play(stage)

    assert not choices(stage)
    assert len(worker.requests) == 12


async def test_a_large_fan_out_waits_for_the_user_with_its_figures(stage: Stage):
    ran, _ = await play(stage, "run", consent=Consent(fan_out_calls=10))

    asked = ran.one(ChoiceAsked)
    assert (asked.about, asked.calls, asked.actions) == ("fan-out", 12, ("run", "try-3", "raise", "stop"))
    assert asked.cost_nano_usd is not None
    assert asked.most_nano_usd is not None
    assert 0 < asked.cost_nano_usd < asked.most_nano_usd
    assert asked.text.startswith("The code asks for 12 calls at once: about ")
    assert ran.one(ChoiceMade).action == "run"
    assert workers(ran) == 12
    assert "12 3 11" in told(ran, 2)


async def test_a_dear_fan_out_is_asked_about_whatever_its_number(stage: Stage):
    ran, _ = await play(stage, "run", consent=Consent(fan_out_nano_usd=1_000))

    assert ran.one(ChoiceAsked).calls == 12


async def test_three_can_be_tried_first_and_the_rest_is_asked_about_with_what_they_showed(stage: Stage):
    ran, worker = await play(stage, "try-3", "run", consent=Consent(fan_out_calls=10))

    first, second = choices(stage)
    assert (first.calls, second.calls, second.actions) == (12, 9, ("run", "raise", "stop"))
    assert second.text.startswith("The code asks for 9 calls more")
    assert second.seconds is not None
    assert len(worker.requests) == 12
    assert "12 3 11" in told(ran, 2)


async def test_stopping_at_the_gate_stops_the_run_and_sends_nothing(stage: Stage):
    with pytest.raises(asyncio.CancelledError):
        await play(stage, "stop", consent=Consent(fan_out_calls=10))

    assert [event.status for event in stage.events if isinstance(event, RunFinished)] == ["cancelled"]
    assert not [event for event in stage.events if isinstance(event, CallStarted) and event.role == "worker"]


async def test_changing_the_limit_at_the_gate_holds_for_the_run_and_asks_again(stage: Stage):
    limits = Limits(cost_nano_usd=2_000_000_000)

    ran, _ = await play(stage, Decision(action="raise", limits=limits), "run", consent=Consent(fan_out_calls=10))

    assert len(choices(stage)) == 2
    assert ran.one(LimitsChanged).limits == limits


async def test_at_the_limit_of_turns_the_user_may_raise_it(stage: Stage):
    root = [DRAFT, LOOK, answering("Ada")]

    ran, _ = await play(stage, "raise", root=root, limits=Limits(turns=2), consent=Consent(at_limits=True))

    assert ran.outcome.status == "answered"
    assert ran.one(ChoiceAsked).limit == "turns"
    assert ran.one(LimitsChanged).limits.turns == 4
    assert not ran.of(LimitReached)


async def test_at_a_limit_the_user_may_take_what_there_is(stage: Stage):
    root = [DRAFT, LOOK, answering("never")]

    ran, _ = await play(stage, "finish", root=root, limits=Limits(turns=2), consent=Consent(at_limits=True))

    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "draft of keeper")
    assert [limit.limit for limit in ran.of(LimitReached)] == ["turns"]


async def test_money_that_is_raised_lets_the_refused_calls_go_on_and_is_asked_for_once(stage: Stage):
    limits = Limits(cost_nano_usd=500_000)
    more = Decision(action="raise", limits=replace(limits, cost_nano_usd=9_000_000_000))

    ran, worker = await play(stage, more, limits=limits, consent=Consent(at_limits=True))

    assert ran.one(ChoiceAsked).limit == "money"
    assert len(worker.requests) == 12
    assert ran.outcome.status == "answered"


async def test_a_call_that_was_refused_before_the_limit_was_raised_asks_nobody_again(stage: Stage, monkeypatch):
    is_raised = threading.Event()

    def counted(need):
        if "Is 11" in need.messages[0].text:
            assert is_raised.wait(30)
        return need

    monkeypatch.setattr("rlm_desktop.engine.sending.counted", counted)
    limits = Limits(cost_nano_usd=500_000)
    worker = ScriptedLM("yes", "worker", facts=FACTS)
    running = asyncio.create_task(stage.play(ASKING, worker, limits=limits, consent=Consent(at_limits=True)))
    await until(lambda: bool(choices(stage)))
    more = Decision(action="raise", limits=replace(limits, cost_nano_usd=9_000_000_000))
    stage.control.decide(choices(stage)[0].choice, more)
    await until(lambda: any(isinstance(event, LimitsChanged) for event in stage.events))
    is_raised.set()

    await until(lambda: running.done() or len(choices(stage)) > 1)

    assert len(choices(stage)) == 1
    assert (await running).outcome.status == "answered"


async def test_sub_calls_that_are_raised_are_made(stage: Stage):
    ran, worker = await play(stage, "raise", limits=Limits(sub_calls=8), consent=Consent(at_limits=True))

    assert ran.one(ChoiceAsked).limit == "sub-calls"
    assert len(worker.requests) == 12


async def test_time_stands_still_while_the_user_thinks(stage: Stage):
    worker = ScriptedLM(lambda _: "no", "worker", facts=FACTS)
    limits = Limits(seconds=1.5)
    running = asyncio.create_task(stage.play(ASKING, worker, limits=limits, consent=Consent(fan_out_calls=10)))
    await until(lambda: bool(choices(stage)))

    # Longer than the run may take in all.
    await asyncio.sleep(1.6)
    stage.control.decide(choices(stage)[0].choice, Decision(action="run"))
    ran = await running

    assert ran.outcome.status == "answered"
    assert len(worker.requests) == 12


async def test_finish_now_answers_a_choice_that_waits(stage: Stage):
    worker = ScriptedLM(lambda _: "no", "worker", facts=FACTS)
    running = asyncio.create_task(stage.play([DRAFT, *ASKING], worker, consent=Consent(fan_out_calls=10)))
    await until(lambda: bool(choices(stage)))

    stage.control.finish_now()
    ran = await running

    assert ran.one(ChoiceMade).action == "finish"
    assert (ran.outcome.status, ran.outcome.answer) == ("partial", "draft of keeper")
    assert not worker.requests


async def test_stopping_the_run_closes_a_choice_that_waits(stage: Stage):
    worker = ScriptedLM(lambda _: "no", "worker", facts=FACTS)
    running = asyncio.create_task(stage.play(ASKING, worker, consent=Consent(fan_out_calls=10)))
    await until(lambda: bool(choices(stage)))

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert [event.action for event in stage.events if isinstance(event, ChoiceMade)] == ["stop"]
