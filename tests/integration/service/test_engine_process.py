"""The engine in a process of its own: what the window asks for, it gets; what dies, dies cleanly."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from functools import partial

import psutil
import pytest

from rlm_desktop.service.client import EngineClient
from rlm_desktop.service.errors import EngineGone
from rlm_desktop.service.messages import (
    DocumentsRead,
    EngineFault,
    EngineReady,
    FinishRun,
    ReadDocuments,
    RunAccepted,
    RunEnded,
    RunRefused,
    StopRun,
)
from rlm_desktop.service.model_messages import ListModels, ModelsListed
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.trace.events import AnswerGiven, CallStarted, ReplyGrew, RunFinished
from rlm_desktop.trace.tree import Trace
from tests.support.engine_process import EngineProcess

SCRIPTED = {"root": "root", "worker": "worker", "strategy": "rlm"}


def opened(data_dir):
    return closing(Database.open(data_dir / FILE_NAME))


def two_calls_wait(server):
    return server.in_flight == 2


async def hanging_run(engine, server, documents):
    """Begin a run and wait until it waits for its two workers."""
    run = engine.start_run(documents, base_url=server.base_url, **SCRIPTED)
    await asyncio.to_thread(server.wait_until, two_calls_wait)
    return run


async def test_what_was_shown_live_is_what_another_process_reads_from_the_journal(data_dir, documents, server):
    async with EngineProcess(data_dir) as engine:
        run = engine.start_run(documents, base_url=server.base_url, **SCRIPTED)
        await engine.hear(RunAccepted, run=run)
        with opened(data_dir) as database:
            journal, shown = Journal(database), 0
            while not engine.heard(RunEnded, run=run):
                shown = await engine.until(partial(_newest, run=run, known=shown))
                assert journal.last_seq(run) >= shown
            kept = list(journal.entries(run))
            given = next(entry.event for entry in kept if isinstance(entry.event, AnswerGiven))
            text = Payloads(database).text(given.answer.digest)

    assert [entry for entry in engine.entries(run) if not isinstance(entry.event, ReplyGrew)] == kept
    assert any(isinstance(entry.event, ReplyGrew) for entry in engine.entries(run))
    assert Trace(kept).root.status == "done"
    assert text == "1981 and 1981"


def _newest(engine, run, known):
    """Give the number of the newest entry once there is a newer one or the run is over."""
    newest = max((one.seq for one in engine.entries(run)), default=0)
    return newest if newest > known or engine.heard(RunEnded, run=run) else 0


async def test_the_built_in_model_answers_without_a_key(data_dir, documents):
    async with EngineProcess(data_dir) as engine:
        run = engine.start_run(documents)
        await engine.hear(RunEnded, run=run)

    with opened(data_dir) as database:
        summary = Library(database).summary(run)
    assert (summary.status, summary.documents, summary.cost_nano_usd) == ("answered", 2, 0)
    assert "198" in summary.answer_preview


async def test_two_runs_go_on_at_once(data_dir, documents, server, hanging_workers):
    async with EngineProcess(data_dir) as engine:
        waiting = await hanging_run(engine, hanging_workers, documents)
        quick = engine.start_run(documents, base_url=server.base_url, **SCRIPTED)
        await engine.hear(RunEnded, run=quick)

        assert not engine.heard(RunEnded, run=waiting)
        engine.client.send(StopRun(run=waiting))
        await engine.hear(RunEnded, run=waiting)


async def test_a_run_gets_the_child_that_was_waiting_and_another_one_waits_for_the_next(
    data_dir, documents, hanging_workers
):
    async with EngineProcess(data_dir) as engine:
        (waiting,) = await _found(data_dir, "scratch/warm-*/child-*", 1)
        run = await hanging_run(engine, hanging_workers, documents)

        assert waiting.exists()
        assert list((data_dir / "scratch" / run).iterdir()) == []
        await _found(data_dir, "scratch/warm-*/child-*", 2)

    assert list((data_dir / "scratch").iterdir()) == []


async def _found(folder, pattern, count):
    """Wait until there are so many such files, which nothing tells of."""
    async with asyncio.timeout(30):
        while len(found := list(folder.glob(pattern))) != count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return found


async def test_the_folder_of_a_living_engines_waiting_child_is_not_swept(data_dir):
    async with EngineProcess(data_dir) as engine:
        await engine.hear(EngineReady)
        (waiting,) = await _found(data_dir, "scratch/warm-*/child-*", 1)
        async with EngineProcess(data_dir) as other:
            await other.hear(EngineReady)
            await _found(data_dir, "scratch/warm-*/child-*", 2)

        assert waiting.exists()


async def test_what_cannot_be_run_is_refused_with_a_sentence_each(data_dir, documents, tmp_path):
    wanted = {
        "question is empty": {"question": ""},
        "No model was named": {"root": ""},
        "no key for openai/gpt-5": {"worker": "openai/gpt-5"},
        "NO_SUCH_VARIABLE": {"api_key_env": "NO_SUCH_VARIABLE"},
        "There are no documents": {"paths": ()},
        "no such file": {"paths": (str(tmp_path / "gone"),)},
    }
    async with EngineProcess(data_dir) as engine:
        for reason, change in wanted.items():
            run = engine.start_run(**{"paths": (str(documents),), **change})
            refused = await engine.hear(RunRefused, run=run)
            assert reason in refused.reason

    assert not engine.heard(RunEnded)
    assert not engine.heard(EngineFault)
    with opened(data_dir) as database:
        assert Library(database).runs() == []


async def test_an_unreachable_server_ends_the_run_with_a_reason_and_the_engine_lives(data_dir, documents):
    async with EngineProcess(data_dir) as engine:
        address = "http://127.0.0.1:9/v1"
        run = engine.start_run(documents, base_url=address, root="m", worker="m", strategy="direct")
        await engine.until(lambda engine: engine.heard(RunEnded, run=run) or engine.heard(RunRefused), seconds=90)
        assert engine.client.is_running

    with opened(data_dir) as database:
        last = list(Journal(database).entries(run))[-1].event
    assert (last.kind, last.status) == ("run_finished", "failed")
    assert "127.0.0.1:9" in last.reason


async def test_stop_aborts_the_calls_under_way_and_keeps_what_happened(data_dir, documents, hanging_workers):
    async with EngineProcess(data_dir) as engine:
        run = await hanging_run(engine, hanging_workers, documents)
        engine.client.send(StopRun(run=run))
        await engine.hear(RunEnded, run=run)
        await asyncio.to_thread(hanging_workers.wait_until, lambda server: len(server.aborted) == 2)

        kept = engine.entries(run)
        assert kept[-1].event.status == "cancelled"
        assert engine.client.is_running


async def test_stopping_before_the_beginning_is_a_refusal(data_dir, documents):
    async with EngineProcess(data_dir) as engine:
        run = engine.start_run(documents)
        engine.client.send(StopRun(run=run))
        await engine.hear(RunRefused, run=run)

    with opened(data_dir) as database:
        assert Library(database).runs() == []


async def test_finish_now_ends_a_run_with_what_it_has(data_dir, documents, endless_root):
    async with EngineProcess(data_dir) as engine:
        run = engine.start_run(documents, base_url=endless_root.base_url, **SCRIPTED)
        await engine.until(lambda engine: any(one.event.kind == "step_finished" for one in engine.entries(run)))
        engine.client.send(FinishRun(run=run))
        await engine.hear(RunEnded, run=run)

    with opened(data_dir) as database:
        summary = Library(database).summary(run)
    assert (summary.status, summary.answer_preview) == ("partial", "so far")
    assert summary.turns < 30


async def test_closing_the_pipe_ends_the_runs_and_the_process(data_dir, documents, hanging_workers):
    async with EngineProcess(data_dir) as engine:
        run = await hanging_run(engine, hanging_workers, documents)
        process = psutil.Process(engine.client.pid)
        family = [process, *process.children(recursive=True)]

    hanging_workers.wait_until(lambda server: len(server.aborted) == 2)
    assert engine.heard(RunEnded, run=run)
    assert psutil.wait_procs(family, timeout=10)[1] == []
    with opened(data_dir) as database:
        assert Library(database).summary(run).status == "cancelled"
    assert not engine.heard(EngineFault)


async def test_sigterm_ends_the_runs_and_the_process(data_dir, documents, hanging_workers):
    async with EngineProcess(data_dir) as engine:
        run = await hanging_run(engine, hanging_workers, documents)
        os.kill(engine.client.pid, signal.SIGTERM)
        await engine.hear(EngineFault, has_ended=True)

    with opened(data_dir) as database:
        assert Library(database).summary(run).status == "cancelled"


async def test_a_killed_engine_leaves_everything_up_to_its_last_event_and_the_next_one_seals_it(
    data_dir, documents, hanging_workers
):
    async with EngineProcess(data_dir) as engine:
        run = await hanging_run(engine, hanging_workers, documents)
        await engine.until(lambda engine: _started_workers(engine, run) == 2)
        os.kill(engine.client.pid, signal.SIGKILL)
        fault = await engine.hear(EngineFault, has_ended=True)
        with pytest.raises(EngineGone):
            engine.client.send(StopRun(run=run))
        shown = [entry for entry in engine.entries(run) if entry.seq]

        await engine.client.start()
        ready = await engine.until(lambda engine: next(iter(engine.heard(EngineReady)[1:]), None))

    assert "killed by signal 9" in fault.text
    assert ready.interrupted == (run,)
    with opened(data_dir) as database:
        kept = list(Journal(database).entries(run))
        summary = Library(database).summary(run)
    assert kept[: len(shown)] == shown
    assert isinstance(kept[-1].event, RunFinished)
    assert kept[-1].event.status == summary.status == "interrupted"
    assert Trace(kept).root.status == "interrupted"
    assert not list((data_dir / "scratch").iterdir())


def _started_workers(engine, run):
    return sum(isinstance(one.event, CallStarted) and one.event.role == "worker" for one in engine.entries(run))


async def test_a_window_that_opens_while_an_engine_records_does_not_seal_its_run(data_dir, documents, hanging_workers):
    async with EngineProcess(data_dir) as engine:
        run = await hanging_run(engine, hanging_workers, documents)
        async with EngineProcess(data_dir) as other:
            ready = await other.hear(EngineReady)
        with opened(data_dir) as database:
            status = Library(database).summary(run).status

    assert (ready.interrupted, status) == ((), "running")


CHATTY = """
import os, sys
from rlm_desktop.service import models_desk, server
listed = models_desk.find_models
async def chatty(*arguments):
    print("a library says hello")
    os.write(1, b"another one, from C")
    os.system("echo and a program of its own")
    assert sys.stdin.read() == ""
    return await listed(*arguments)
models_desk.find_models = chatty
sys.exit(server.main(sys.argv[1:]))
"""


async def test_what_libraries_print_does_not_disturb_the_protocol(data_dir):
    async with EngineProcess(data_dir, command=(sys.executable, "-c", CHATTY)) as engine:
        engine.client.send(ListModels())
        assert await engine.hear(ModelsListed)
        engine.client.send(ListModels())
        await engine.until(lambda engine: len(engine.heard(ModelsListed)) == 2)

    assert not engine.heard(EngineFault)


FAULTY = """
import sys
from rlm_desktop.service import models_desk, server
async def faulty(*arguments):
    raise ZeroDivisionError("out of the blue")
models_desk.find_models = faulty
sys.exit(server.main(sys.argv[1:]))
"""


async def test_a_fault_of_ours_is_told_and_the_engine_lives(data_dir, documents):
    async with EngineProcess(data_dir, command=(sys.executable, "-c", FAULTY)) as engine:
        engine.client.send(ListModels())
        fault = await engine.hear(EngineFault, has_ended=False)
        engine.client.send(ReadDocuments(request=1, paths=(str(documents),)))
        await engine.hear(DocumentsRead, request=1)

    assert "ZeroDivisionError: out of the blue" in fault.text


async def test_a_database_of_a_newer_version_is_told_in_a_sentence(data_dir):
    Database.open(data_dir / FILE_NAME).close()
    with closing(sqlite3.connect(data_dir / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 99")

    async with EngineProcess(data_dir) as engine:
        fault = await engine.hear(EngineFault)
        # No fact follows that could be waited for.
        while engine.client.is_running:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    assert fault.has_ended
    assert "newer RLM Desktop" in fault.text
    assert len(engine.heard(EngineFault)) == 1


async def test_an_engine_that_ends_at_once_is_told_with_its_last_words(data_dir):
    command = (sys.executable, "-c", "import sys; sys.exit('no such module, sorry')")
    async with EngineProcess(data_dir, command=command) as engine:
        fault = await engine.hear(EngineFault, has_ended=True)

    assert "stopped with status 1" in fault.text
    assert "no such module, sorry" in fault.text


async def test_an_engine_that_says_what_is_no_message_is_ended_and_told(data_dir):
    command = (sys.executable, "-c", "print('Welcome to the engine', flush=True); input()")
    async with EngineProcess(data_dir, command=command) as engine:
        fault = await engine.hear(EngineFault, has_ended=True)

    assert "no message of ours" in fault.text


async def test_an_engine_that_cannot_be_started_is_told():
    client = EngineClient(["/no/such/program"])

    with pytest.raises(EngineGone, match="could not be started"):
        await client.start()
    with pytest.raises(EngineGone, match="not running"):
        client.send(ListModels())
    await client.close()
