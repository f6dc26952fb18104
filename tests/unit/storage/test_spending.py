"""What all runs have spent: kept with their events, brought along from older files, gone with their run."""

import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.migrations import MIGRATIONS
from rlm_desktop.storage.spending import AllSpending, CorpusRead, read_spending
from rlm_desktop.trace.events import CallFinished, CallStarted, Event
from rlm_desktop.trace.facts import DocumentFacts, Usage
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.totals import Totals, totals_of_call
from tests.support.event_strategies import plausible_runs
from tests.support.traces import call_finished, call_started, run_finished, run_started, turn_started

BEFORE_SUMS = MIGRATIONS[:5]
DOCUMENT = DocumentFacts(name="in/a.txt", path="a.txt", kind="text", characters=3, size_bytes=3)


def record(database, run, events, at=100.0):
    journal = Journal(database, clock=lambda: at)
    journal.begin(RunId(run))
    for event in events:
        journal.record(RunId(run), event)


def record_in_parts(database, run, events: list[Event], cuts: list[int]):
    """Record events in transactions that end where they are cut, each by a journal of its own."""
    for start, end in zip([0, *cuts], [*cuts, len(events)], strict=True):
        journal = Journal(database)
        journal.begin(RunId(run))
        journal.record_all(RunId(run), [(100.0, event) for event in events[start:end]])


def folded(database, run) -> dict[tuple[str, bool], Totals]:
    """Add the journal's calls up by model and role, one by one."""
    asked: dict[int, tuple[str, bool]] = {}
    sums: defaultdict[tuple[str, bool], Totals] = defaultdict(Totals)
    for entry in Journal(database).entries(RunId(run)):
        match entry.event:
            case CallStarted() as started:
                asked[started.call] = (started.model, started.role != "worker")
                _ = sums[asked[started.call]]
            case CallFinished() as finished:
                totals = totals_of_call(finished)
                sums[asked[finished.call]].add(Totals(calls=1, **{name: getattr(totals, name) for name in KEPT}))
    return dict(sums)


def kept(found: AllSpending) -> dict[tuple[str, bool], Totals]:
    return {(one.model, one.is_root): one.totals for one in found.spendings if one.model}


def forget_the_sums(path: Path):
    """Make a file as it was before sums were kept."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE model_sums; DROP TABLE open_calls")
        connection.execute(f"PRAGMA user_version = {len(BEFORE_SUMS)}")


KEPT = (
    *("cost_nano_usd", "unpriced", "input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens"),
    "reasoning_tokens",
)


def whole(spendings) -> Totals:
    totals = Totals()
    for spending in spendings:
        totals.add(spending.totals)
    return totals


def test_each_run_s_models_are_added_up_apart_and_unknown_prices_are_counted(database):
    usage = Usage(input_tokens=9, cached_input_tokens=4, cache_write_tokens=2, output_tokens=5, reasoning_tokens=1)
    begun = run_started(documents=(DOCUMENT,), document_count=3, characters=77, corpus="c0ffee")
    calls = [
        *(turn_started(2), call_started(3, 2, role="root"), call_finished(3, cost=30, usage=usage)),
        *(call_started(4, 2), call_started(5, 2), call_finished(5, cost=None), call_finished(4, cost=2)),
        replace(call_started(6, 2), model="other"),
    ]
    record(database, "r1", [begun, *calls])
    record(database, "r2", [run_started()], at=200.0)

    found = read_spending(database)

    root = Totals(30, 0, 9, 4, 2, 5, 1, 1)
    assert [(one.run, one.model, one.is_root, one.totals.calls) for one in found.spendings] == [
        *(("r1", "other", False, 0), ("r1", "root", True, 1), ("r1", "worker", False, 2), ("r2", "", False, 0)),
    ]
    assert found.spendings[1].totals == root
    assert (found.spendings[2].totals.cost_nano_usd, found.spendings[2].totals.unpriced) == (2, 1)
    assert found.spendings[3].started_at == 200.0
    assert CorpusRead(corpus="c0ffee", documents=3, characters=77, example="in/a.txt") in found.corpora


@st.composite
def recordings(draw: st.DrawFn) -> tuple[list[Event], list[int]]:
    """A run, perhaps with a call that was asked again after its end, and where its transactions end."""
    events = draw(plausible_runs())
    if draw(st.booleans()):
        again = [call_started(9_001, 1), call_finished(9_001, cost=draw(st.none() | st.integers(0, 99)))]
        events = [*events, run_finished(), *again]
    return events, sorted(draw(st.lists(st.integers(0, len(events)), max_size=6)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recordings())
def test_the_sums_are_those_of_the_journal_and_of_the_history_however_they_are_recorded(tmp_path_factory, recording):
    path = tmp_path_factory.mktemp("spending") / "rlm-desktop.sqlite"
    with closing(Database.open(path)) as database:
        record_in_parts(database, "r", *recording)

        found, listed = read_spending(database), Library(database).runs()[0]

        assert kept(found) == folded(database, "r")
        totals = whole(found.spendings)
        assert (totals.cost_nano_usd, totals.unpriced) == (listed.known_cost_nano_usd, listed.unpriced_calls)
        assert (totals.input_tokens, totals.output_tokens) == (listed.input_tokens, listed.output_tokens)

    forget_the_sums(path)
    with closing(Database.open(path)) as database:
        assert read_spending(database) == found


def test_a_run_from_an_older_file_goes_on_with_the_calls_that_were_open(tmp_path):
    path = tmp_path / "rlm-desktop.sqlite"
    with closing(Database.open(path)) as database:
        record(database, "r", [run_started(), call_started(2, 1), call_started(3, 1), call_finished(2, cost=5)])
    forget_the_sums(path)

    with closing(Database.open(path)) as database:
        record(database, "r", [call_finished(3, cost=7)])

        found = kept(read_spending(database))

        assert (found["worker", False].calls, found["worker", False].cost_nano_usd) == (2, 12)
        assert found == folded(database, "r")


def test_a_call_whose_beginning_was_never_recorded_counts_for_no_model(database):
    record(database, "r", [run_started(), call_finished(2, cost=5)])

    (only,) = read_spending(database).spendings

    assert (only.model, only.is_root, only.totals.calls, only.totals.cost_nano_usd) == ("", False, 1, 5)


def test_a_deleted_run_takes_its_sums_and_its_open_calls_with_it(database):
    events = [run_started(), call_started(2, 1), call_finished(2), call_started(3, 1), run_finished()]
    record(database, "gone", events)
    record(database, "kept", events)

    Library(database).delete(RunId("gone"))

    assert {one.run for one in read_spending(database).spendings} == {"kept"}
    with database.reading() as connection:
        left = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("model_sums", "open_calls")
        ]
    assert left == [1, 1]
