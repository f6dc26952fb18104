"""Replies that are known already: from earlier runs, and from the very same prompt in a batch."""

from dataclasses import replace

import pytest

from rlm_desktop.engine.run import Lasting
from rlm_desktop.lm.protocol import BadRequest, Reply
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import CallFinished, CallStarted
from rlm_desktop.trace.facts import Limits, Usage
from tests.integration.engine.helpers import Shelf, told
from tests.support.engine_runs import Ran, Stage, answering, block

FACTS = replace(free_facts("worker"), input_price=1_000_000_000, output_price=1_000_000_000)
ROOT = [block("out = llm_query_batched(['a', 'b', 'a', 'a'])", "print(out)", "peek()"), answering("Ada")]


def worker(**more) -> ScriptedLM:
    return ScriptedLM(lambda request: f"<{request.messages[0].text}>", "worker", facts=replace(FACTS, **more))


def finished(ran: Ran) -> list[CallFinished]:
    workers = {call.call for call in ran.of(CallStarted) if call.role == "worker"}
    return [call for call in ran.of(CallFinished) if call.call in workers]


async def test_the_same_prompt_in_a_batch_is_sent_once_and_told_of_everywhere(stage: Stage):
    lm = worker()

    ran = await stage.play(ROOT, lm)

    assert [request.messages[0].text for request in lm.requests] == ["a", "b"]
    assert "['<a>', '<b>', '<a>', '<a>']" in told(ran, 2)
    calls = finished(ran)
    first = next(call.call for call in ran.of(CallStarted) if call.label == "a")
    assert [call.same_as for call in calls if call.cached] == [first, first]
    assert all(call.cost_nano_usd == 0 and call.saved_nano_usd for call in calls if call.cached)
    assert {call.position for call in ran.of(CallStarted) if call.role == "worker"} == {0, 1, 2, 3}


async def test_where_the_first_fails_the_same_prompts_fail_with_it(stage: Stage):
    lm = ScriptedLM(lambda _: BadRequest("no such thing"), "worker", facts=FACTS)

    ran = await stage.play(ROOT, lm)

    assert len(lm.requests) == 2
    assert told(ran, 2).count("Error: no such thing") == 4
    assert [call.status for call in finished(ran)] == ["failed"] * 4


async def test_with_reuse_a_second_run_sends_no_prompt_that_was_sent_before(tmp_path):
    lasting, runs = Lasting(replies=Shelf()), []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        root, lm = ScriptedLM(ROOT, "root", facts=replace(FACTS, name="root")), worker()
        ran = await Stage(tmp_path / str(number)).play(root, lm, cache="reuse", lasting=lasting)
        runs.append((ran, root, lm))

    ran, root, lm = runs[1]
    assert ran.outcome.answer == "Ada"
    assert (root.requests, lm.requests) == ([], [])
    assert all(call.cached and call.cost_nano_usd == 0 for call in ran.of(CallFinished))
    saved = sum(call.saved_nano_usd or 0 for call in ran.of(CallFinished) if call.same_as is None)
    assert saved == sum(call.cost_nano_usd or 0 for call in runs[0][0].of(CallFinished))


async def test_nothing_is_kept_or_found_with_the_cache_off(stage: Stage):
    shelf = Shelf()

    await stage.play(ROOT, worker(), lasting=Lasting(replies=shelf))

    assert not shelf.kept


async def test_a_changed_model_or_limit_of_the_output_is_another_prompt(tmp_path):
    lasting = Lasting(replies=Shelf())
    for number, lm in enumerate(
        (worker(), worker(name="other"), ScriptedLM(lambda _: "x", facts=FACTS, output_limit_tokens=99))
    ):
        (tmp_path / str(number)).mkdir()
        await Stage(tmp_path / str(number)).play(ROOT, lm, cache="reuse", lasting=lasting)
        assert len(lm.requests) == 2


async def test_what_was_cut_or_empty_or_failed_is_not_kept(stage: Stage):
    shelf = Shelf()
    bad = [Reply(text="half", cut=True), Reply(text=" "), Reply(text=""), Reply(text="")]
    lm = ScriptedLM([*bad, *bad], "worker", facts=FACTS)

    await stage.play(ROOT, lm, cache="reuse", lasting=Lasting(replies=shelf), gates=frozenset())

    assert all(reply.text not in ("half", " ", "") for reply in shelf.kept.values())


async def test_replay_only_says_what_is_not_known_and_sends_nothing(stage: Stage):
    lm = worker()

    ran = await stage.play(ROOT, lm, cache="replay-only", lasting=Lasting(replies=Shelf()))

    assert ran.outcome.status == "failed"
    assert "is in the cache" in ran.outcome.reason
    assert not lm.requests


async def test_a_known_reply_needs_no_money(tmp_path):
    lasting = Lasting(replies=Shelf())
    for number, limit in enumerate((None, 1)):
        (tmp_path / str(number)).mkdir()
        root, limits = ScriptedLM(["Ada"], "root", facts=replace(FACTS, name="root")), Limits(cost_nano_usd=limit)
        stage = Stage(tmp_path / str(number))
        ran = await stage.play(root, strategy="direct", cache="reuse", lasting=lasting, limits=limits)

    assert ran.outcome.answer == "Ada"


@pytest.mark.parametrize("mode", ["off", "reuse"])
async def test_usage_of_a_known_reply_is_nothing(stage: Stage, mode: str):
    ran = await stage.play(ROOT, worker(), cache=mode, lasting=Lasting(replies=Shelf()))

    assert {call.usage for call in finished(ran) if call.cached} == {Usage()}
