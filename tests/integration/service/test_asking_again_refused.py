"""What cannot be asked again is refused in a sentence, before anything is sent."""

import asyncio
from contextlib import closing
from dataclasses import replace

import pytest

from rlm_desktop.service.messages import RunEnded, StopRun
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.events import CallStarted, SubcallsQueued, TextKept
from rlm_desktop.trace.ids import CallId, NodeId, RunId
from rlm_desktop.trace.texts import digest_of, reference_to
from tests.support.engine_process import EngineProcess
from tests.support.lm_server import LmServer, Trouble
from tests.support.reasking import (
    Workers,
    asked_again,
    failed_run,
    spec_for,
    weighed,
)


@pytest.fixture
def server(workers):
    with LmServer(workers) as server:
        yield server


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"corpus": ""}, "lacks its documents"),
        ({"corpus": "c0ffee"}, "are not kept any more"),
        ({"cache": "replay-only"}, "used only replies that were known already"),
    ],
)
async def test_a_run_that_came_from_elsewhere_or_may_send_nothing_is_refused(
    data_dir, documents, server, changes, words
):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        spec = spec_for(engine, server, run)
        other = RunId("other")
        with closing(Database.open(data_dir / FILE_NAME)) as database:
            journal = Journal(database)
            entries = list(journal.entries(run))
            journal.begin(other)
            begun = replace(entries[0].event, **changes)
            journal.record_all(other, [(entries[0].at, begun), *((entry.at, entry.event) for entry in entries[1:])])

        told = await weighed(engine, replace(spec, run=other))

    assert words in told.problem


@pytest.mark.parametrize("schema", ["{", "[]"])
async def test_a_damaged_schema_is_said(data_dir, documents, server, schema):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        spec = spec_for(engine, server, run)
        other = RunId("other")
        with closing(Database.open(data_dir / FILE_NAME)) as database:
            journal = Journal(database)
            journal.begin(other)
            journal.record(other, TextKept(digest=digest_of(schema), text=schema))
            for entry in list(journal.entries(run)):
                event = entry.event
                journal.record(
                    other, replace(event, schema=reference_to(schema)) if isinstance(event, SubcallsQueued) else event
                )

        told = await weighed(engine, replace(spec, run=other))

    assert "schema that the replies must satisfy is damaged" in told.problem


async def test_a_model_that_is_elsewhere_now_is_not_asked(data_dir, documents, server):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)

        told = await weighed(engine, spec_for(engine, server, run, base_url="http://lm.example:8000/v1"))

    assert told.problem == (
        "The run asked worker at this computer, but as models are set up now its prompts would go to "
        "lm.example:8000. Set the server up as it was in the model settings, then run them again."
    )


async def test_a_model_without_its_key_is_not_asked_and_the_sentence_says_so(data_dir, documents, server):
    async with EngineProcess(data_dir, OPENAI_API_KEY="") as engine:
        run = await failed_run(engine, server, documents, worker="openai/worker")

        told = await weighed(engine, spec_for(engine, server, run, base_url=None))

    assert told.problem.startswith("There is no key for openai/worker: set OPENAI_API_KEY")


async def test_a_folder_that_is_to_stay_here_now_is_heeded(data_dir, documents, tmp_path):
    # A name that is no loopback address, though it leads here.
    with LmServer(Workers()) as server:
        away = server.base_url.replace("127.0.0.1", "0x7f000001")
        async with EngineProcess(data_dir) as engine:
            run = await failed_run(engine, server, documents, base_url=away)
            spec = spec_for(engine, server, run, base_url=away, local_only=(str(documents),))

            told = await weighed(engine, spec)

    assert "whose text is to stay on this computer" in told.problem


async def test_a_run_that_goes_on_and_calls_of_no_fan_out_are_refused(data_dir, documents, server, workers):
    async with EngineProcess(data_dir) as engine:
        run = await failed_run(engine, server, documents)
        root_call = next(e.event.call for e in engine.entries(run) if isinstance(e.event, CallStarted))
        unknown = await asked_again(engine, spec_for(engine, server, run, calls=(CallId(NodeId(10**6)), root_call)))
        workers.troubled = {5: Trouble(hang=True)}
        going_on = engine.start_run(documents, base_url=server.base_url, root="root", worker="worker", strategy="rlm")
        await asyncio.to_thread(server.wait_until, lambda server: server.in_flight == 1)
        live = await asked_again(engine, spec_for(engine, server, going_on, calls=(CallId(NodeId(5)),)))
        engine.client.send(StopRun(run=going_on))
        await engine.hear(RunEnded, run=going_on)

    assert "nothing to ask again" in unknown.problem
    assert live.problem.startswith("This run still goes on")
