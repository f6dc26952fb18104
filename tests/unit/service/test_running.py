"""One run from spec to end, in this process."""

import asyncio
import os
from dataclasses import replace

import pytest

from rlm_desktop.corpus.documents import Document
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.lm.protocol import BadKey, UnknownModel
from rlm_desktop.repl.isolation import isolation
from rlm_desktop.service import running
from rlm_desktop.service.errors import Refused
from rlm_desktop.service.making import Access
from rlm_desktop.service.running import Kept, run_recorded, sweep_scratch
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import RunInUse
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.trace.events import ReplyGrew, RunFinished, RunStarted
from rlm_desktop.trace.ids import RunId
from tests.support.lm_server import LmServer
from tests.support.stored import stored
from tests.support.traces import run_finished, run_started

RUN = RunId("20260101-000000-000-abcdef")
SPEC = RunSpec(
    question="When were the dues raised?",
    paths=("a.txt",),
    root="builtin/extractive",
    worker="builtin/extractive",
)
TEXT = "The harbour of Ardvik raised its dues in 1981. " * 40
DOCUMENT = Document(name="a.txt", path="a.txt", kind="text", text=TEXT, size_bytes=len(TEXT))


@pytest.fixture
def data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def database(data_dir):
    database = Database.open(data_dir / FILE_NAME)
    yield database
    database.close()


@pytest.fixture
async def store(tmp_path):
    store = Store.open(tmp_path / "store")
    yield store
    await store.close()


@pytest.fixture
async def answer(tmp_path, data_dir, database, store):
    folder = tmp_path / "version"
    folder.mkdir()
    corpus = stored(folder, [DOCUMENT])
    access = Access(data_dir, os.environ)
    kept = Kept(data_dir=data_dir, database=database, store=store, indexer=Indexer(), access=access)

    async def answer(spec=SPEC, on_entry=lambda entry: None, **more):
        return await run_recorded(spec, run=RUN, corpus=corpus, kept=kept, on_entry=on_entry, **more)

    yield answer
    await access.connections.close()


def left_behind(data_dir):
    files = [path.name for path in data_dir.rglob("*") if path.is_file() and not path.name.startswith(FILE_NAME)]
    return [name for name in files if name != "guard.lock"] + [path.name for path in data_dir.glob("scratch/*")]


async def test_a_run_is_answered_and_every_entry_was_in_the_journal_before_it_was_shown(answer, database):
    journal, shown = Journal(database), []

    def on_entry(entry):
        if not isinstance(entry.event, ReplyGrew):
            shown.append(entry)
            assert journal.last_seq(RUN) >= entry.seq

    outcome = await answer(on_entry=on_entry)

    assert outcome.status == "answered"
    assert "1981" in outcome.answer
    assert list(journal.entries(RUN)) == shown
    assert isinstance(shown[0].event, RunStarted)
    assert isinstance(shown[-1].event, RunFinished)


async def test_while_a_run_lives_its_lock_is_held_and_afterwards_nothing_is_left(answer, data_dir):
    held = []

    def on_entry(entry):
        try:
            RunLock(data_dir, RUN).acquire()
        except RunInUse:
            held.append((data_dir / "scratch" / RUN).is_dir())

    await answer(on_entry=on_entry)

    assert held
    assert all(held)
    assert left_behind(data_dir) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"question": " \n"}, "question is empty"),
        ({"paths": ()}, "no documents"),
        ({"price_in_usd": 1.0}, "Only one price"),
        ({"price_out_usd": 1.0}, "Only one price"),
        ({"api_key_env": "NO_SUCH_KEY_VARIABLE"}, "NO_SUCH_KEY_VARIABLE holds no key"),
    ],
)
async def test_what_cannot_be_run_is_refused_with_a_sentence_and_not_recorded(answer, database, change, reason):
    with pytest.raises(Refused, match=reason):
        await answer(replace(SPEC, **change))

    assert Library(database).runs() == []


async def test_a_run_keeps_the_version_that_it_reads(answer, store):
    await answer()

    assert store.pinned() == {RUN}


@pytest.mark.parametrize(
    ("root", "error"), [("", UnknownModel), ("builtin/oracle", UnknownModel), ("openai/x", BadKey)]
)
async def test_a_model_that_cannot_be_had_is_refused_by_name(answer, root, error):
    with pytest.raises(error):
        await answer(replace(SPEC, root=root))


def test_one_model_in_both_roles_is_one_lm(data_dir):
    models = Access(data_dir, {}).models(SPEC)

    assert models.root is models.worker


def test_address_key_and_prices_reach_the_models(data_dir):
    spec = replace(
        SPEC,
        root="big",
        worker="small",
        base_url="http://llm.example.com/v1",
        api_key_env="MY_KEY",
        price_in_usd=2.0,
        price_out_usd=8.0,
    )

    models = Access(data_dir, {"MY_KEY": "secret"}).models(spec)

    assert (models.root.facts.name, models.worker.facts.name) == ("big", "small")
    assert models.root.facts.goes_to == "llm.example.com"
    assert (models.worker.facts.input_price, models.worker.facts.output_price) == (2 * 10**9, 8 * 10**9)


async def test_the_key_is_sent_and_never_stored(answer, data_dir, monkeypatch):
    monkeypatch.setenv("MY_KEY", "sesame-opens-it")
    with LmServer(lambda body: "In 1981.", api_key="sesame-opens-it") as server:
        spec = replace(SPEC, root="m", worker="m", base_url=server.base_url, api_key_env="MY_KEY", strategy="direct")

        outcome = await answer(spec)

    assert (outcome.status, outcome.answer) == ("answered", "In 1981.")
    assert all(b"sesame" not in path.read_bytes() for path in data_dir.rglob("*") if path.is_file())


async def test_stopping_a_run_keeps_what_happened_and_cleans_up(answer, database, data_dir):
    with LmServer(lambda body: "never", latency_seconds=60) as server:
        spec = replace(SPEC, root="m", worker="m", base_url=server.base_url, strategy="direct")
        task = asyncio.create_task(answer(spec))
        await asyncio.to_thread(server.wait_until, lambda server: server.in_flight == 1)

        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        server.wait_until(lambda server: len(server.aborted) == 1)

    assert Library(database).summary(RUN).status == "cancelled"
    assert left_behind(data_dir) == []


async def test_a_run_that_our_own_fault_ends_is_recorded_as_failed_with_the_reason(answer, database, monkeypatch):
    async def broken(request, *, emit, **_):
        emit(run_started())
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(running, "run_engine", broken)

    with pytest.raises(ZeroDivisionError):
        await answer()

    last = list(Journal(database).entries(RUN))[-1].event
    assert (last.status, last.reason) == ("failed", "RLM Desktop failed: ZeroDivisionError: division by zero")
    assert Library(database).summary(RUN).status == "failed"


async def test_a_fault_after_the_end_adds_no_second_end(answer, database, monkeypatch):
    async def broken(request, *, emit, **_):
        emit(run_started())
        emit(run_finished())
        raise ZeroDivisionError

    monkeypatch.setattr(running, "run_engine", broken)

    with pytest.raises(ZeroDivisionError):
        await answer()

    assert len(list(Journal(database).entries(RUN))) == 2


async def test_a_run_that_another_process_records_is_refused(answer, data_dir):
    with RunLock(data_dir, RUN), pytest.raises(RunInUse):
        await answer()


async def test_a_scratch_folder_that_cannot_be_made_is_named(answer, data_dir, database):
    (data_dir / "scratch").write_text("")

    with pytest.raises(Refused, match="scratch"):
        await answer()


def test_scratch_folders_of_dead_runs_are_removed_and_those_of_living_ones_kept(data_dir):
    for run in ("living", "dead"):
        (data_dir / "scratch" / run).mkdir(parents=True)
        (data_dir / "scratch" / run / "context.txt").write_text("The dues rose.")

    with RunLock(data_dir, RunId("living")):
        sweep_scratch(data_dir)

    assert [path.name for path in (data_dir / "scratch").iterdir()] == ["living"]


async def test_a_schema_reaches_the_run_and_a_useless_one_is_refused(answer):
    schema = {"type": "object", "properties": {"year": {"type": "integer"}}, "required": ["year"]}
    with LmServer(lambda body: 'In short: {"year": 1981}') as server:
        spec = replace(SPEC, root="m", worker="m", base_url=server.base_url, strategy="direct", answer_schema=schema)

        outcome = await answer(spec)

    assert outcome.parsed == {"year": 1981}
    with pytest.raises(Refused, match="schema for the answer"):
        await answer(replace(spec, answer_schema={"type": "nonsense"}))


async def test_the_run_tells_how_its_code_is_held(answer, database):
    await answer()

    started = next(Journal(database).entries(RUN)).event
    assert started.isolation == isolation().name
