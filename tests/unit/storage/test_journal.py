"""The journal: what is recorded comes back, in order, whole or not at all."""

import sqlite3
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import NoSuchRun, StorageError
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import CallFinished, CallStarted, ReplyGrew, TextKept, TurnStarted
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.texts import digest_of
from rlm_desktop.trace.tree import Trace
from tests.support.event_strategies import plausible_runs
from tests.support.traces import call_finished, call_started, run_started, turn_started

RUN = RunId("20260101-000000-000-abcdef")
with_one_database = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def begun(database: Database, **more) -> Journal:
    journal = Journal(database, **more)
    journal.begin(RUN)
    return journal


def rows(trace: Trace) -> list[tuple]:
    return [tuple(getattr(node, field.name) for field in fields(Node)) for node in trace.walk()]


@given(emitted=plausible_runs())
@with_one_database
def test_replay_equals_live(database, emitted):
    journal, run, live = Journal(database), new_run_id(), Trace()
    journal.begin(run)

    for event in emitted:
        entry = journal.record(run, event)
        if entry is not None:
            live.commit(live.next_change(entry))

    replayed = Trace(journal.entries(run))
    assert rows(replayed) == rows(live)
    assert list(replayed.open) == list(live.open)
    assert replayed.last_seq == live.last_seq == journal.last_seq(run)
    assert not replayed.orphans


@given(emitted=plausible_runs())
@with_one_database
def test_costs_add_up_in_the_fold_and_in_the_summary(database, emitted):
    journal, run = Journal(database), new_run_id()
    journal.begin(run)
    for event in emitted:
        journal.record(run, event)

    summary, totals = Library(database).summary(run), Trace(journal.entries(run)).root.totals

    finished = [event for event in emitted if isinstance(event, CallFinished)]
    costs = [event.cost_nano_usd for event in finished]
    assert summary.cost_nano_usd == totals.cost == (None if None in costs else sum(costs))
    assert summary.input_tokens == totals.input_tokens == sum(event.usage.input_tokens for event in finished)
    assert summary.output_tokens == totals.output_tokens == sum(event.usage.output_tokens for event in finished)
    assert summary.calls == totals.calls == sum(isinstance(event, CallStarted) for event in emitted)
    assert summary.turns == sum(isinstance(event, TurnStarted) and event.run == 1 for event in emitted)


@given(emitted=plausible_runs())
@with_one_database
def test_every_text_that_came_before_an_event_can_be_read(database, emitted):
    journal, run = Journal(database), new_run_id()
    journal.begin(run)
    for event in [*emitted, turn_started(99_999)]:
        journal.record(run, event)

    texts = {event.digest: event.text for event in emitted if isinstance(event, TextKept)}
    assert {digest: Payloads(database).text(digest) for digest in texts} == texts


def test_entries_count_up_from_one_and_carry_their_time(database):
    journal = begun(database, clock=iter([10.5, 11.5]).__next__)

    given = [journal.record(RUN, run_started()), journal.record(RUN, turn_started(2))]

    assert [(entry.seq, entry.at) for entry in given] == [(1, 10.5), (2, 11.5)]
    assert list(journal.entries(RUN)) == given


def test_time_does_not_run_backwards_when_the_clock_does(database):
    journal = begun(database, clock=iter([10.5, 3.0]).__next__)

    journal.record(RUN, run_started())

    assert journal.record(RUN, turn_started(2)).at == 10.5


def test_entries_can_be_read_from_a_place_on(database):
    journal = begun(database)
    entries = [journal.record(RUN, event) for event in (run_started(), turn_started(2), call_started(3, 2))]

    assert list(journal.entries(RUN, after=1)) == entries[1:]
    assert list(journal.entries(RUN, after=3)) == []


def test_a_run_longer_than_a_page_comes_back_whole(database, monkeypatch):
    journal = begun(database)
    for number in range(2_001):
        journal.record(RUN, turn_started(number))

    assert [entry.seq for entry in journal.entries(RUN)] == list(range(1, 2_002))


def test_a_reader_does_not_keep_the_writer_waiting(database):
    journal = begun(database)
    journal.record(RUN, run_started())
    reading = journal.entries(RUN)
    next(reading)

    entry = journal.record(RUN, turn_started(2))

    assert entry.seq == 2


def test_streamed_pieces_are_dated_but_not_written(database):
    journal = begun(database, clock=lambda: 5.0)
    journal.record(RUN, run_started())

    entry = journal.record(RUN, ReplyGrew(call=3, text="half a"))

    assert (entry.seq, entry.at) == (0, 5.0)
    assert journal.last_seq(RUN) == 1


def test_a_kept_text_takes_no_number_and_waits_for_its_event(database):
    journal = begun(database)

    assert journal.record(RUN, TextKept(digest=digest_of("long"), text="long")) is None
    with pytest.raises(StorageError):
        Payloads(database).text(digest_of("long"))
    entry = journal.record(RUN, run_started())

    assert entry.seq == 1
    assert Payloads(database).text(digest_of("long")) == "long"


def test_an_event_that_cannot_be_written_leaves_no_text_and_no_gap_and_can_be_written_later(database):
    journal = begun(database)
    journal.record(RUN, run_started())
    journal.record(RUN, TextKept(digest=digest_of("long"), text="long"))
    _refuse_entries(database, "CREATE TRIGGER no BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'no'); END")

    with pytest.raises(StorageError):
        journal.record(RUN, turn_started(2))

    with pytest.raises(StorageError):
        Payloads(database).text(digest_of("long"))
    _refuse_entries(database, "DROP TRIGGER no")
    assert journal.record(RUN, turn_started(2)).seq == 2
    assert Payloads(database).text(digest_of("long")) == "long"


def _refuse_entries(database: Database, statement: str) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(statement)


def test_what_is_recorded_is_in_the_file_when_record_returns(database):
    journal = begun(database)

    journal.record(RUN, run_started())

    other = sqlite3.connect(database.path)
    assert other.execute("SELECT count(*) FROM entries").fetchone() == (1,)
    other.close()


def test_a_run_goes_on_where_another_process_left_it(database):
    begun(database).record(RUN, run_started())

    assert begun(database).record(RUN, turn_started(2)).seq == 2


def test_two_runs_are_kept_apart(database):
    journal, other = begun(database), RunId("20260101-000000-000-fedcba")
    journal.begin(other)

    journal.record(RUN, run_started())
    journal.record(other, run_started(question="Another?"))
    journal.record(RUN, turn_started(2))

    assert [entry.seq for entry in journal.entries(RUN)] == [1, 2]
    assert [entry.event.title for entry in journal.entries(other)] == ["Another?"]


def test_a_run_that_was_never_recorded_is_named_in_the_error(database):
    with pytest.raises(NoSuchRun, match="no run “nowhere”"):
        list(Journal(database).entries(RunId("nowhere")))


def test_a_run_that_was_never_recorded_has_no_last_entry(database):
    assert Journal(database).last_seq(RunId("nowhere")) == 0


def test_a_run_that_recorded_nothing_is_not_in_the_library(database):
    begun(database).record(RUN, TextKept(digest=digest_of("x"), text="x"))

    assert Library(database).runs() == []


def test_calls_that_failed_count_what_they_cost(database):
    journal = begun(database)
    for event in (run_started(), call_started(2, 1), call_finished(2, cost=None, status="failed")):
        journal.record(RUN, event)

    assert Library(database).summary(RUN).cost_nano_usd is None
