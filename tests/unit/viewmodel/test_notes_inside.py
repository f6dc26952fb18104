"""Rows that are closed mark that the reader wrote on something inside."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.trace.events import ReplyGrew, TextKept
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.notes_inside import NotesInside
from rlm_desktop.viewmodel.trace_items import Column, TraceItems
from tests.benchmarks.support.large_runs import LargeRun
from tests.support.event_strategies import plausible_runs
from tests.support.sample_runs import harbour_run
from tests.support.sealed import sealed
from tests.support.traces import entries as dated

ENTRIES, _ = harbour_run()


def made(is_sealed: bool, entries=ENTRIES) -> TraceItems:
    items = TraceItems()
    items.notes.show(RunId("sample"))
    if is_sealed:
        items.open_sealed(sealed(entries))
    else:
        items.feed(entries)
    return items


@pytest.fixture(params=[False, True], ids=["growing", "sealed"])
def items(request, qapp):
    return made(request.param)


def fan_out(items: TraceItems) -> tuple[NodeId, list[NodeId]]:
    """Give the fan-out of forty and its calls."""
    nodes = items.trace.nodes
    batch = next(nodes[node] for node in nodes if nodes[node].kind == "batch" and len(nodes[node].children) == 40)
    return batch.id, list(batch.children)


def close(items: TraceItems, node: NodeId) -> None:
    items.reveal(node)
    items.set_open(items.index_of(node), False)


def marks(items: TraceItems, node: NodeId) -> list[str]:
    return [badge.words for badge in items.row(items.index_of(node).row()).badges if "inside" in badge.words]


def test_a_closed_row_counts_what_is_written_inside(items):
    batch, calls = fan_out(items)
    close(items, batch)
    assert marks(items, batch) == []

    items.notes.write(calls[3], "Look at this.")
    assert marks(items, batch) == ["your 1 note or pin inside"]
    items.notes.toggle_pin(calls[5])

    assert marks(items, batch) == ["your 2 notes or pins inside"]
    place = items.index_of(batch)
    assert "your 2 notes or pins inside" in place.data(11)
    assert "your 2 notes or pins inside" in place.data(3)


def test_an_open_row_shows_the_marks_themselves_and_not_that_they_are_there(items):
    batch, calls = fan_out(items)
    items.notes.toggle_pin(calls[3])
    items.reveal(calls[3])

    assert marks(items, batch) == []
    assert items.row(items.index_of(calls[3]).row()).badges[-1].words == "pinned"
    items.set_open(items.index_of(batch), False)
    assert marks(items, batch) == ["your 1 note or pin inside"]


def test_the_row_that_hides_a_node_is_painted_anew_when_something_is_written_on_it(items, qtbot):
    batch, calls = fan_out(items)
    close(items, batch)

    with qtbot.waitSignal(items.dataChanged) as told:
        items.notes.toggle_pin(calls[3])

    first, last, *_ = told.args
    assert (first.row(), last.row(), last.column()) == (*[items.index_of(batch).row()] * 2, Column.TRACE)


def test_what_is_taken_back_is_marked_no_more(items):
    batch, calls = fan_out(items)
    close(items, batch)
    items.notes.toggle_pin(calls[3])

    items.notes.toggle_pin(calls[3])

    assert marks(items, batch) == []


def test_before_a_node_has_begun_its_note_is_marked_nowhere(items):
    batch, calls = fan_out(items)
    close(items, batch)
    items.notes.toggle_pin(calls[-1])
    begun = next(place for place, entry in enumerate(ENTRIES) if getattr(entry.event, "call", None) == calls[-1])

    items.go_to(begun)
    assert marks(items, batch) == []
    items.go_to(begun + 1)
    assert marks(items, batch) == ["your 1 note or pin inside"]


def test_notes_that_are_known_before_their_nodes_come_are_marked_when_these_come(qapp):
    items = TraceItems()
    items.notes.show(RunId("sample"))
    batch, calls = fan_out(made(is_sealed=False))
    items.notes.toggle_pin(calls[-1])
    for entry in ENTRIES:
        items.feed([entry])
        if batch in items.trace.nodes:
            close(items, batch)
            items.row(items.index_of(batch).row())

    assert marks(items, batch) == ["your 1 note or pin inside"]


@settings(max_examples=40, deadline=None)
@given(plausible_runs(), st.data())
def test_the_counts_are_those_of_a_walk(happened, data):
    trace = Trace(dated([event for event in happened if not isinstance(event, (TextKept, ReplyGrew))]))
    noted = data.draw(st.sets(st.sampled_from(sorted(trace.nodes)), max_size=5))

    inside = NotesInside()

    for node in trace.nodes:
        walked = sum(one.id in noted for one in trace.walk(node) if one.id != node)
        assert inside.below(node, trace, noted) == walked


def test_all_rows_together_cost_one_way_up_for_each_note(qapp):
    """Looking at rows asks no node about its ancestors again."""
    made_events = [event for event in LargeRun(5_000, long_output=False).events() if not isinstance(event, TextKept)]
    trace = Trace(dated(made_events))
    noted = list(trace.nodes)[::50]
    asked: Counter[NodeId] = Counter()

    def lineage(node: NodeId):
        asked[node] += 1
        return Trace.lineage(trace, node)

    trace.lineage = lineage
    inside = NotesInside()
    for node in trace.nodes:
        inside.below(node, trace, noted)

    assert asked == Counter(noted)
