"""Stop really stops, whatever the run is doing."""

import asyncio
from collections.abc import Callable

import psutil
import pytest

from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    Event,
    OutputPrinted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from rlm_desktop.trace.facts import Limits
from tests.support.engine_runs import Stage, answering, block, check_journal, texts_in, until
from tests.support.lm_server import LmServer, Trouble

PID = ["import os", "print('pid', os.getpid(), flush=True)"]


async def stop_when(stage: Stage, seen: Callable[[Event], bool], *play: object, **options: object) -> None:
    """Run, stop when an event was seen, and check the journal."""
    task = asyncio.create_task(stage.play(*play, **options))  # type: ignore[arg-type]
    await until(lambda: task.done() or any(map(seen, stage.events)))
    assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    check_journal(stage.events)


def of(stage: Stage, kind: type) -> list:
    return [event for event in stage.events if isinstance(event, kind)]


def is_worker_call(event: Event) -> bool:
    return isinstance(event, CallStarted) and event.role == "worker"


def living_children() -> list[psutil.Process]:
    """Give this process' children that are still alive; in namespaces a child does not know its own number."""
    children = psutil.Process().children(recursive=True)
    return [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


async def test_stopping_during_the_root_call(stage: Stage):
    root = ScriptedLM([answering("Ada")], "root", latency_seconds=1_000_000.0)

    await stop_when(stage, lambda event: isinstance(event, CallStarted), root)

    assert root.cancelled == 1
    assert of(stage, CallFinished)[0].status == "cancelled"
    assert of(stage, RunFinished)[0].status == "cancelled"
    assert not list(stage.scratch.iterdir())


async def test_stopping_during_a_block_kills_the_child(stage: Stage):
    root = [block(*PID, "while True: pass")]

    await stop_when(stage, lambda event: isinstance(event, OutputPrinted), root)

    assert of(stage, StepFinished)[0].killed
    assert of(stage, RunFinished)[0].status == "cancelled"
    assert not living_children()


async def test_stopping_during_sub_calls_aborts_them_all(stage: Stage):
    worker = ScriptedLM(lambda _: "late", "worker", latency_seconds=60.0)
    root = [block(*PID, "llm_query_batched([f'q{n}' for n in range(20)])")]

    await stop_when(stage, lambda _: len(worker.requests) == 16, root, worker, limits=Limits(concurrency=16))

    assert worker.cancelled == 16
    calls = [event for event in of(stage, CallFinished) if event.status == "cancelled"]
    assert len(calls) == 16
    order = [type(event) for event in stage.events if isinstance(event, CallFinished | StepFinished | RunFinished)]
    assert order[-2:] == [StepFinished, RunFinished]
    assert not living_children()


async def test_what_was_paid_for_is_kept(stage: Stage):
    worker = ScriptedLM(lambda request: "quick", "worker")
    root = [block("print(llm_query('q'))", "while True: pass")]

    await stop_when(stage, lambda event: isinstance(event, OutputPrinted), root, worker)

    done = [event for event in of(stage, CallFinished) if event.status == "done"]
    assert len(done) == 2
    assert texts_in(stage.events)[done[1].reply.digest] == "quick"


async def test_stopping_during_a_child_run_closes_both(stage: Stage):
    def reply(request):
        inner = "inner" in request.messages[1].text[:30]
        return block("while True: pass") if inner else block("rlm_query('inner', context='x')")

    def child_steps(_event: Event) -> bool:
        return len(of(stage, StepStarted)) == 2

    await stop_when(stage, child_steps, ScriptedLM(reply, "root"), limits=Limits(depth=2))

    assert [event.depth for event in of(stage, RunStarted)] == [0, 1]
    assert [event.status for event in of(stage, RunFinished)] == ["cancelled", "cancelled"]
    assert not list(stage.scratch.iterdir())


async def test_stopping_during_a_direct_call(stage: Stage):
    root = ScriptedLM(["Ada"], "root", latency_seconds=60.0)

    await stop_when(stage, lambda event: isinstance(event, CallStarted), root, strategy="direct")

    assert of(stage, RunFinished)[0].status == "cancelled"


async def test_stopping_while_waiting_for_a_slot(stage: Stage):
    worker = ScriptedLM(lambda _: "late", "worker", latency_seconds=60.0)
    root = [block("llm_query_batched([f'q{n}' for n in range(5)])")]

    await stop_when(stage, is_worker_call, root, worker, limits=Limits(concurrency=1))

    assert len([event for event in of(stage, CallStarted) if event.role == "worker"]) == 1


async def test_stopping_aborts_real_requests(stage: Stage):
    def answer(body):
        prompt = body["messages"][-1]["content"]
        return Trouble(hang=True) if prompt.startswith("q") else block("llm_query_batched([f'q{n}' for n in range(4)])")

    with LmServer(answer) as server:
        lm = make_lm("openai/test-model", Means(base_url=server.base_url, api_key="none"))

        task = asyncio.create_task(stage.play(lm, lm))  # type: ignore[arg-type]
        await until(lambda: server.in_flight_peak >= 4 or task.done())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: len(server.aborted) == 4)
        await lm.close()

    check_journal(stage.events)


async def test_stopping_while_the_child_starts(stage: Stage):
    await stop_when(stage, lambda event: isinstance(event, RunStarted), [answering("Ada")])

    assert of(stage, RunFinished)[0].status == "cancelled"
    assert not list(stage.scratch.iterdir())


async def test_stopping_during_the_last_call(stage: Stage):
    def reply(request):
        return "Ada" if "The run ends here" in request.messages[-1].text else block("peek()")

    root = ScriptedLM(reply, "root", latency_seconds=0.3)

    def is_last(event: Event) -> bool:
        return isinstance(event, CallStarted) and event.role == "final"

    await stop_when(stage, is_last, root, limits=Limits(turns=1))

    assert of(stage, CallFinished)[-1].status == "cancelled"
