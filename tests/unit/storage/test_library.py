"""The shelf of runs: listed, found, deleted, sealed."""

from dataclasses import replace

import pytest

from rlm_desktop.storage.errors import AmbiguousRun, MissingText, NoSuchRun, RunInUse, StorageError
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.summaries import RunSummary
from rlm_desktop.trace.events import RunFinished, TextKept
from rlm_desktop.trace.facts import DocumentFacts, Usage
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.reask_events import ReaskEnded
from rlm_desktop.trace.texts import digest_of
from rlm_desktop.trace.tree import Trace
from tests.support.traces import (
    answer_given,
    call_finished,
    call_started,
    calls_reasked,
    queued,
    reask_ended,
    run_finished,
    run_started,
    step_started,
    turn_started,
)

DOCUMENT = DocumentFacts(name="a.txt", path="a.txt", kind="text", characters=3, size_bytes=3)


@pytest.fixture
def library(database):
    return Library(database)


def record(database, run, *events, at=100.0):
    journal = Journal(database, clock=lambda: at)
    journal.begin(RunId(run))
    for event in events:
        journal.record(RunId(run), event)
    return RunId(run)


def test_a_summary_tells_about_a_run_without_folding_it(database, library):
    run = record(
        database,
        "r1",
        run_started(documents=(DOCUMENT,), document_count=2, corpus="c0ffee"),
        turn_started(2),
        call_started(3, 2, role="root"),
        call_finished(3, cost=30, usage=Usage(input_tokens=100, output_tokens=20)),
        step_started(4, 2),
        run_started(5, parent=4, depth=1, question="A child's question", documents=(DOCUMENT,)),
        turn_started(6, run=5),
        call_started(7, 6, role="root"),
        call_finished(7, cost=12, usage=Usage(input_tokens=50, output_tokens=10)),
        answer_given(5, text="A child's answer"),
        run_finished(5, status="failed"),
        answer_given(text="Ardvik"),
        run_finished(),
    )

    assert library.summary(run) == RunSummary(
        run=run,
        started_at=100.0,
        title="Who raised the dues?",
        status="answered",
        root="root",
        worker="worker",
        known_cost_nano_usd=42,
        unpriced_calls=0,
        input_tokens=150,
        output_tokens=30,
        seconds=9.0,
        turns=1,
        calls=2,
        documents=2,
        corpus="c0ffee",
        answer_preview="Ardvik",
        characters=0,
    )
    assert library.runs() == [library.summary(run)]


def test_the_shelf_knows_which_version_of_a_corpus_each_run_has_read(database, library):
    record(database, "r1", run_started(corpus="c0ffee"), run_finished())
    gone = record(database, "r2", run_started(corpus="decade"))
    record(database, "r3", run_started(), run_finished())

    before = library.versions()
    library.delete(gone)

    assert before == {"r1": "c0ffee", "r2": "decade", "r3": ""}
    assert library.versions() == {"r1": "c0ffee", "r3": ""}


def test_a_run_under_way_is_running_and_has_no_duration(database, library):
    run = record(database, "r1", run_started())

    assert (library.summary(run).status, library.summary(run).seconds) == ("running", None)


def test_runs_are_listed_newest_first_up_to_a_limit(database, library):
    for number, at in enumerate((30.0, 10.0, 20.0)):
        record(database, f"r{number}", run_started(), at=at)

    assert [summary.run for summary in library.runs()] == ["r0", "r2", "r1"]
    assert [summary.run for summary in library.runs(limit=2)] == ["r0", "r2"]


@pytest.mark.parametrize("search", ["STRASSE", "straße", "ardVIK", "100%"])
def test_a_search_looks_into_question_and_answer_in_any_case(database, library, search):
    record(database, "other", run_started(question="100 per cent"))
    record(database, "r1", run_started(question="Which Straße is 100% done?"), answer_given(text="Ardvik"))

    assert [summary.run for summary in library.runs(search)] == ["r1"]


def test_a_search_that_finds_nothing_lists_nothing(database, library):
    record(database, "r1", run_started())

    assert library.runs("submarine") == []


def test_a_run_is_found_by_id_by_the_beginning_of_it_and_as_the_last(database, library):
    record(database, "2026-aa", run_started(), at=2.0)
    record(database, "2026-ab", run_started(), at=1.0)

    assert library.find("2026-ab") == "2026-ab"
    assert library.find("2026-aa") == "2026-aa"
    assert library.find("last") == "2026-aa"
    with pytest.raises(AmbiguousRun, match="begin with 2026"):
        library.find("2026")


def test_an_id_that_begins_another_is_not_ambiguous(database, library):
    for number, run in enumerate(("2026", "2026-a", "2026-b", "2026-c")):
        record(database, run, run_started(), at=float(number))

    assert library.find("2026") == "2026"


@pytest.mark.parametrize("wanted", ["", "x", "%", "last"])
def test_a_run_that_is_not_there_is_named(library, wanted):
    with pytest.raises(NoSuchRun, match="There is no"):
        library.find(wanted)


def test_wildcards_in_an_id_are_only_characters(database, library):
    record(database, "r1", run_started())

    with pytest.raises(NoSuchRun):
        library.find("r_")


def test_a_deleted_run_takes_its_own_texts_with_it_and_leaves_shared_ones(database, library):
    shared, own = "a prompt of both", "a prompt of the first"
    keep = [TextKept(digest=digest_of(text), text=text) for text in (shared, own)]
    first = record(database, "first", *keep, run_started())
    second = record(database, "second", keep[0], run_started())

    library.delete(first)

    assert [summary.run for summary in library.runs()] == [second]
    assert Payloads(database).text(digest_of(shared)) == shared
    with pytest.raises(MissingText):
        Payloads(database).text(digest_of(own))
    with pytest.raises(NoSuchRun):
        list(Journal(database).entries(first))


def test_a_run_that_is_being_recorded_is_not_deleted(database, library):
    run = record(database, "r1", run_started())

    with RunLock(database.path.parent, run), pytest.raises(RunInUse):
        library.delete(run)

    assert library.summary(run).status == "running"


def test_deleting_a_run_that_is_not_there_says_so(library):
    with pytest.raises(NoSuchRun):
        library.delete(RunId("r1"))


def test_unfinished_runs_whose_process_is_gone_are_sealed_as_interrupted(database, library):
    run = record(database, "r1", run_started(), at=100.0)
    record(database, "r1", turn_started(2), at=107.5)

    sealed = library.seal_interrupted()

    assert sealed == [run]
    last = list(Journal(database).entries(run))[-1].event
    assert last == RunFinished(run=1, status="interrupted", seconds=7.5, reason=last.reason)
    assert last.reason
    assert (library.summary(run).status, library.summary(run).seconds) == ("interrupted", 7.5)


def test_living_finished_and_sealed_runs_are_not_sealed(database, library):
    living = record(database, "living", run_started())
    record(database, "finished", run_started(), run_finished())
    record(database, "dead", run_started())

    with RunLock(database.path.parent, living):
        assert library.seal_interrupted() == ["dead"]
        assert library.seal_interrupted() == []

    assert library.summary(living).status == "running"
    assert len(list(Journal(database).entries(RunId("dead")))) == 2


def test_half_characters_in_question_answer_and_search_do_no_harm(database, library):
    answered = replace(answer_given(), preview="lone \udc80")
    run = record(database, "1", replace(run_started(), title="What is caf\udce9?"), answered)

    summary = library.summary(run)

    assert (summary.title, summary.answer_preview) == ("What is caf??", "lone ?")
    assert [found.run for found in library.runs("LONE")] == [run]
    assert library.runs("\udc80 not there") == []
    with pytest.raises(NoSuchRun):
        library.find("\udcff")


def test_many_runs_are_deleted_at_once_and_those_in_use_stay(database, library):
    for name in ("a", "b", "c"):
        record(database, name, run_started(), run_finished())

    with RunLock(database.path.parent, RunId("b")):
        refused = library.delete_all([RunId("a"), RunId("b"), RunId("never"), RunId("c")])

    assert {run: type(error) for run, error in refused.items()} == {"b": RunInUse, "never": NoSuchRun}
    assert [summary.run for summary in library.runs()] == ["b"]


def test_a_deletion_that_fails_half_way_removes_nothing(database, library):
    text = "a prompt"
    for name in ("a", "b"):
        record(database, name, TextKept(digest=digest_of(text), text=text), run_started())
    with database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE DELETE ON payloads BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )

    with pytest.raises(StorageError, match="disk is full"):
        library.delete_all([RunId("a"), RunId("b")])

    assert {summary.run for summary in library.runs()} == {"a", "b"}
    assert Payloads(database).text(digest_of(text)) == text


def reask(database, run, *events, at=200.0):
    return record(
        database,
        run,
        run_started(),
        turn_started(2),
        step_started(3, 2),
        queued(4, 3, 8),
        *(call_started(call, 3, batch=4) for call in range(10, 18)),
        *(call_finished(call, status="failed", cost=0) for call in range(10, 18)),
        run_finished(),
        calls_reasked(20, 3, 4, [10, 11]),
        call_started(21, 3, batch=20, reask_of=10),
        call_finished(21, cost=7),
        *events,
        at=at,
    )


def test_asking_again_adds_to_a_run_and_leaves_its_end_alone(database, library):
    run = reask(database, "r1", reask_ended(20))

    summary = library.summary(run)

    assert (summary.status, summary.seconds, summary.calls, summary.cost_nano_usd) == ("answered", 9.0, 9, 7)
    assert library.seal_interrupted() == []


def test_calls_that_were_being_asked_again_when_the_program_died_get_an_end(database, library):
    run = reask(database, "r1", call_started(22, 3, batch=20, reask_of=11))

    sealed, again = library.seal_interrupted(), library.seal_interrupted()

    trace = Trace(Journal(database).entries(run))
    ended = trace.nodes[20].fact(ReaskEnded)
    assert (sealed, again) == ([run], [])
    assert (ended.status, ended.seconds) == ("interrupted", 0.0)
    assert "before all calls were asked again" in ended.reason
    assert [trace.nodes[call].status for call in (20, 21, 22)] == ["interrupted", "done", "interrupted"]
    assert (trace.root.status, library.summary(run).status) == ("done", "answered")


def test_calls_that_a_living_process_asks_again_are_left_alone(database, library, tmp_path):
    run = reask(database, "r1")

    with RunLock(tmp_path, run):
        assert library.seal_interrupted() == []
