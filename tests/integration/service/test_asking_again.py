"""Failed calls of an ended run are asked again by the real engine process, and all of it is in the run's record."""

import asyncio
import os
import signal
from dataclasses import replace

import pytest

from rlm_desktop.service.messages import EngineReady, RunEnded, StopRun
from rlm_desktop.service.reask_messages import ReaskCalls, ReaskOver
from rlm_desktop.trace.events import CallFinished, CallStarted, ReplyGrew, RunFinished
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.reask_events import ReaskEnded
from rlm_desktop.trace.reasks import queued_in, reasks_of, sent_in
from rlm_desktop.trace.tree import Trace
from tests.support.engine_process import EngineProcess
from tests.support.lm_server import LmServer, Said, Trouble
from tests.support.reasking import (
    COUNT,
    FAILED,
    PRICES,
    again_of,
    asked_again,
    failed_calls,
    failed_run,
    fan_out,
    part_of,
    recorded,
    spec_for,
    summary,
    weighed,
    worker_requests,
)

NANO_A_CALL = 110_000
"""A call of 110 tokens at a dollar a million."""


@pytest.fixture
def server(workers):
    with LmServer(workers) as server:
        yield server


async def test_failed_calls_get_their_answers_and_the_first_failure_stays(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents, **PRICES)
        before = summary(data_dir, run)
        workers.recover()

        over = await asked_again(engine, spec_for(engine, server, run, **PRICES))

        live = [entry for entry in engine.entries(run) if not isinstance(entry.event, ReplyGrew)]
    kept = recorded(data_dir, run)
    trace = Trace(kept)
    assert over.problem == ""
    assert live == kept
    assert worker_requests(server)[COUNT:] == list(FAILED)
    assert [trace.nodes[call].status for call in failed_calls(engine, run)] == ["failed"] * 3
    again = again_of(trace)
    assert [(call.number - 1, call.status) for call in again] == [(part, "done") for part in FAILED]
    assert [call.fact(CallStarted).reask_of for call in again] == failed_calls(engine, run)
    assert [call.fact(CallFinished).preview for call in again] == [f"198{part}" for part in FAILED]
    after = summary(data_dir, run)
    assert after.calls == before.calls + 3
    assert after.known_cost_nano_usd == before.known_cost_nano_usd + 3 * NANO_A_CALL
    assert trace.root.totals.cost_nano_usd == after.known_cost_nano_usd
    assert (after.status, after.seconds, after.answer_preview) == (before.status, before.seconds, before.answer_preview)
    assert not trace.open


async def test_what_was_sent_again_is_added_to_what_was_sent(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        before = sum(row.characters for row in sent_in(Trace(recorded(data_dir, run)).root))
        workers.recover()

        await asked_again(engine, spec_for(engine, server, run))

    after = sum(row.characters for row in sent_in(Trace(recorded(data_dir, run)).root))
    assert after == before * (COUNT + len(FAILED)) // COUNT


async def test_what_fails_again_can_be_asked_again_until_nothing_is_left(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        spec = spec_for(engine, server, run)
        del workers.troubled[2]

        await asked_again(engine, spec)
        workers.recover()
        await asked_again(engine, spec)
        third = await asked_again(engine, spec)

    trace = Trace(recorded(data_dir, run))
    assert [call.status for call in again_of(trace, 0)] == ["done", "failed", "failed"]
    assert [(call.number - 1, call.status) for call in again_of(trace, 1)] == [(5, "done"), (6, "done")]
    assert "nothing to ask again" in third.problem
    assert len(reasks_of(trace, fan_out(trace))) == 2


async def test_a_call_that_is_refused_for_a_moment_is_tried_until_it_passes(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        workers.troubled = {2: Trouble.rate_limited(retry_after="0")}
        seen = []

        def pass_the_third(part):
            seen.append(part)
            if seen.count(2) == 3:
                workers.recover()

        workers.on_asked = pass_the_third
        await asked_again(engine, spec_for(engine, server, run))

    again = again_of(Trace(recorded(data_dir, run)))
    assert [(call.status, call.totals.retries) for call in again] == [("done", 2), ("done", 0), ("done", 0)]


async def test_what_it_will_cost_is_told_before_anything_is_sent(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents, **PRICES)
        sent = len(server.requests)

        told = await weighed(engine, spec_for(engine, server, run, **PRICES))

    assert (told.calls, told.models, told.goes_to, told.problem) == (3, ("worker",), ("this computer",), "")
    assert 0 < told.cost_nano_usd < told.most_nano_usd
    assert told.left_nano_usd is None
    assert len(server.requests) == sent


async def test_prices_that_were_entered_for_the_run_hold_for_what_is_asked_again(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents, **PRICES)
        workers.recover()

        await asked_again(engine, spec_for(engine, server, run))

    assert again_of(Trace(recorded(data_dir, run)))[0].totals.cost_nano_usd == NANO_A_CALL


async def test_prices_that_are_dearer_now_hold_as_they_are_now(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents, **PRICES)
        workers.recover()

        await asked_again(engine, spec_for(engine, server, run, price_in_usd=2.0, price_out_usd=2.0))

    assert again_of(Trace(recorded(data_dir, run)))[0].totals.cost_nano_usd == 2 * NANO_A_CALL


async def test_the_money_limit_of_the_run_is_kept(data_dir, documents, server, workers):
    limits = Limits(cost_nano_usd=18_000_000)
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents, limits=limits, **PRICES)
        spent = summary(data_dir, run).known_cost_nano_usd
        workers.recover()
        server.answer = as_long_as_it_may_be

        told = await weighed(engine, spec_for(engine, server, run, **PRICES))
        await asked_again(engine, spec_for(engine, server, run, **PRICES))

    after = summary(data_dir, run)
    (ended,) = (entry.event for entry in recorded(data_dir, run) if isinstance(entry.event, ReaskEnded))
    assert told.left_nano_usd == limits.cost_nano_usd - spent
    assert told.most_nano_usd > told.left_nano_usd
    assert spent + 16_000_000 < after.known_cost_nano_usd <= limits.cost_nano_usd
    assert len(again_of(Trace(recorded(data_dir, run)))) == 2
    assert ended.reason == "Not all were asked: the next call does not fit into the limit of $0.0180."


def as_long_as_it_may_be(body):
    most = body.get("max_tokens") or body["max_completion_tokens"]
    return Said(text="1981", usage={"prompt_tokens": 20, "completion_tokens": most, "total_tokens": 20 + most})


async def stopped_run(engine, server, documents, workers, **more):
    """Let a run be stopped while three of its calls are out: nobody says what these cost."""
    workers.troubled = dict.fromkeys(FAILED, Trouble(hang=True))
    models = {"base_url": server.base_url, "root": "root", "worker": "worker", "strategy": "rlm"}
    run = engine.start_run(documents, **models, **more)
    await asyncio.to_thread(server.wait_until, lambda server: server.in_flight == len(FAILED))
    await engine.until(lambda one: _answered(one, run) == COUNT - len(FAILED) + 1)
    engine.client.send(StopRun(run=run))
    await engine.hear(RunEnded, run=run)
    workers.recover()
    return run


def _answered(engine, run):
    return sum(isinstance(entry.event, CallFinished) for entry in engine.entries(run))


async def test_what_may_have_been_spent_counts_at_its_worst(data_dir, documents, server, workers):
    limits = Limits(cost_nano_usd=10**9)
    async with EngineProcess(data_dir) as engine:
        run = await stopped_run(engine, server, documents, workers, limits=limits, **PRICES)

        told = await weighed(engine, spec_for(engine, server, run, **PRICES))

    spent = summary(data_dir, run)
    held = limits.cost_nano_usd - spent.known_cost_nano_usd - told.left_nano_usd
    assert spent.unpriced_calls == 3
    # Three calls, each with up to 8,192 tokens out at a dollar a million.
    assert 3 * 8_192_000 <= held < 3 * 8_400_000


async def test_a_run_that_has_spent_its_limit_asks_nothing_again(data_dir, documents, server, workers):
    dear = {"prompt_tokens": 100, "completion_tokens": 10**6, "total_tokens": 10**6 + 100}
    async with EngineProcess(data_dir) as engine:
        server.answer = lambda body: replace(workers(body), usage=dear) if _is_part(body, 0) else workers(body)
        run = await failed_run(engine, server, documents, limits=Limits(cost_nano_usd=10**9), **PRICES)
        sent = len(server.requests)

        over = await asked_again(engine, spec_for(engine, server, run, **PRICES))

    assert over.problem.startswith("The run may have spent its whole money limit of $1.00")
    assert len(server.requests) == sent


def _is_part(body, part):
    return body["model"] == "worker" and part_of(body) == part


async def test_stopping_keeps_what_came_back(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        workers.troubled = {5: Trouble(hang=True)}
        engine.client.send(ReaskCalls(spec=spec_for(engine, server, run)))
        await engine.until(lambda one: _has_ended(one, run, {2, 6}))
        await asyncio.to_thread(server.wait_until, lambda server: server.in_flight == 1)

        engine.client.send(StopRun(run=run))
        await engine.hear(ReaskOver, run=run)

    trace = Trace(recorded(data_dir, run))
    assert {call.number - 1: call.status for call in again_of(trace)} == {2: "done", 5: "cancelled", 6: "done"}
    batch = reasks_of(trace, fan_out(trace))[0]
    assert (batch.status, batch.fact(ReaskEnded).reason) == ("cancelled", "Stopped by the user.")
    assert trace.root.status == "done"
    assert not trace.open


def _has_ended(engine, run, parts):
    events = [entry.event for entry in engine.entries(run)]
    again = {event.call: event.position for event in events if isinstance(event, CallStarted) and event.reask_of}
    return {again[event.call] for event in events if isinstance(event, CallFinished) and event.call in again} >= parts


async def test_an_engine_that_dies_in_the_midst_keeps_what_was_paid_for(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents, **PRICES)
        spent = summary(data_dir, run).known_cost_nano_usd
        workers.troubled = {5: Trouble(hang=True)}
        engine.client.send(ReaskCalls(spec=spec_for(engine, server, run, **PRICES)))
        await engine.until(lambda one: _has_ended(one, run, {2, 6}))
        os.kill(engine.client.pid, signal.SIGKILL)
        await engine.until(lambda one: not one.client.is_running)
    async with EngineProcess(data_dir) as other:
        ready = await other.hear(EngineReady)

    trace = Trace(recorded(data_dir, run))
    assert ready.interrupted == (run,)
    assert {call.number - 1: call.status for call in again_of(trace)} == {2: "done", 5: "interrupted", 6: "done"}
    assert reasks_of(trace, fan_out(trace))[0].status == "interrupted"
    assert summary(data_dir, run).known_cost_nano_usd == spent + 2 * NANO_A_CALL
    assert (trace.root.status, summary(data_dir, run).status) == ("done", "answered")
    assert not trace.open


async def test_what_was_cut_off_counts_at_its_worst_and_can_be_asked_once_more(data_dir, documents, server, workers):
    limits = Limits(cost_nano_usd=10**9)
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents, limits=limits, **PRICES)
        calls = tuple(failed_calls(engine, run))
        workers.troubled = {5: Trouble(hang=True)}
        engine.client.send(ReaskCalls(spec=spec_for(engine, server, run, **PRICES)))
        await engine.until(lambda one: _has_ended(one, run, {2, 6}))
        os.kill(engine.client.pid, signal.SIGKILL)
        await engine.until(lambda one: not one.client.is_running)
    workers.recover()
    async with EngineProcess(data_dir) as other:
        await other.hear(EngineReady)
        spec = spec_for(other, server, run, calls=calls, **PRICES)
        told = await weighed(other, spec)
        await asked_again(other, spec)

    assert told.calls == 1
    known = summary(data_dir, run).known_cost_nano_usd - NANO_A_CALL
    assert limits.cost_nano_usd - told.left_nano_usd - known >= 8_192_000
    assert [call.status for call in again_of(Trace(recorded(data_dir, run)))] == ["done"]


async def test_the_same_prompt_is_sent_once_for_all_its_places(data_dir, documents, server, workers):
    workers.root = workers.root.replace("Part {n} of", "Part {n // 3} of")
    workers.troubled = {1: Trouble(status=400, message="Not now.")}
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        workers.recover()
        sent = len(server.requests)

        told = await weighed(engine, spec_for(engine, server, run))
        await asked_again(engine, spec_for(engine, server, run))

    again = again_of(Trace(recorded(data_dir, run)))
    assert told.calls == 3
    assert [call.fact(CallFinished).preview for call in again] == ["1981"] * 3
    assert len(server.requests) == sent + 1


async def test_the_schema_of_the_fan_out_goes_with_each_call(data_dir, documents, server, workers):
    schema = '{"type": "object", "properties": {"year": {"type": "integer"}}, "required": ["year"]}'
    workers.root = workers.root.replace(f"range({COUNT})])", f"range({COUNT})], schema={schema})")
    workers.troubled = dict.fromkeys(range(COUNT), Trouble(status=400, message="Not now."))
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        workers.recover()

        await asked_again(engine, spec_for(engine, server, run))

    formats = {str(body.get("response_format")) for body in server.requests if body["model"] == "worker"}
    assert len(formats) == 1
    assert "year" in formats.pop()


async def test_calls_that_were_stopped_with_their_run_can_be_asked_again(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await stopped_run(engine, server, documents, workers)

        await asked_again(engine, spec_for(engine, server, run))

    trace = Trace(recorded(data_dir, run))
    assert [call.status for call in again_of(trace)] == ["done"] * 3
    assert trace.root.fact(RunFinished).status == "cancelled"
    assert queued_in(reasks_of(trace, fan_out(trace))[0]) == 3
