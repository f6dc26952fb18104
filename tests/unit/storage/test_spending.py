"""What all runs have spent, straight from the journal."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.spending import CorpusRead, read_spending
from rlm_desktop.trace.facts import DocumentFacts, Usage
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.totals import Totals
from tests.support.event_strategies import plausible_runs
from tests.support.traces import call_finished, call_started, run_started, turn_started

DOCUMENT = DocumentFacts(name="in/a.txt", path="a.txt", kind="text", characters=3, size_bytes=3)


def record(database, run, events, at=100.0):
    journal = Journal(database, clock=lambda: at)
    journal.begin(RunId(run))
    for event in events:
        journal.record(RunId(run), event)


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


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plausible_runs())
def test_the_sums_are_those_of_the_history(tmp_path_factory, events):
    database = Database.open(tmp_path_factory.mktemp("spending") / "rlm-desktop.sqlite")
    record(database, "r", events)

    totals, listed = whole(read_spending(database).spendings), Library(database).runs()[0]

    database.close()
    assert totals.cost_nano_usd == listed.known_cost_nano_usd
    assert totals.unpriced == listed.unpriced_calls
    assert (totals.input_tokens, totals.output_tokens) == (listed.input_tokens, listed.output_tokens)
