"""A part of a run on its own: the rows of one node and of what is below it."""

import pytest

from rlm_desktop.viewmodel.trace_items import RowRole, TraceItems
from rlm_desktop.viewmodel.visible_rows import below
from tests.support.sample_runs import harbour_run

ENTRIES, _ = harbour_run()
TURN = "Ask each harbour’s pages for the reason it gave"

FIRST = 1 + next(
    place for place, entry in enumerate(ENTRIES) if entry.event.kind == "subcalls_queued" and entry.event.count == 40
)


def titled(items: TraceItems, title: str):
    return next(node.id for node in items.trace.nodes.values() if node.title == title)


def rows(items: TraceItems) -> list[int]:
    return [items.node_at(row) for row in range(items.rowCount())]


@pytest.fixture
def items(qtmodeltester):
    made = TraceItems()
    qtmodeltester.check(made)
    return made


def test_only_a_node_and_what_is_below_it_is_shown_and_then_all_again(items):
    items.feed(ENTRIES)
    whole, top = rows(items), titled(items, TURN)

    items.show_only(top)

    assert rows(items) == [top, *below(items.trace, top, items._shape._opening.is_open)]
    assert items.index(0, 0).data(RowRole).level == 0
    items.show_only(None)
    assert rows(items) == whole


def test_while_a_part_is_shown_a_live_run_adds_only_rows_of_it(items):
    items.feed(ENTRIES[:FIRST])
    top = titled(items, TURN)
    items.show_only(top)

    for entry in ENTRIES[FIRST:]:
        items.feed([entry])

    assert rows(items) == [top, *below(items.trace, top, items._shape._opening.is_open)]
    items.show_only(None)
    again = TraceItems()
    again.feed(ENTRIES)
    assert set(again.trace.nodes) == set(items.trace.nodes)
    assert items.index_of(items.trace.root.id).row() == 0


def test_a_way_that_leads_out_of_the_part_shows_the_whole(items):
    items.feed(ENTRIES)
    items.show_only(titled(items, TURN))

    place = items.reveal(titled(items, "Find where dues are mentioned"))

    assert items.top is None
    assert place.isValid()


def test_looking_back_to_before_the_part_shows_the_whole(items, qtbot):
    items.feed(ENTRIES)
    items.show_only(titled(items, TURN))

    with qtbot.waitSignal(items.top_changed):
        items.go_to(20)

    assert items.top is None
    assert rows(items)[0] == items.trace.root.id


def test_another_run_begins_whole(items):
    items.feed(ENTRIES)
    items.show_only(titled(items, TURN))

    items.clear()
    items.feed(ENTRIES)

    assert items.node_at(0) == items.trace.root.id


def test_the_run_itself_is_no_part(items):
    items.feed(ENTRIES)
    count = items.rowCount()

    items.show_only(items.trace.root.id)

    assert (items.top, items.rowCount()) == (None, count)
