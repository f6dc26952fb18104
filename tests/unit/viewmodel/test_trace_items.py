"""The trace as rows: grows in place, opens what matters, looks back and forth."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, Entry, ReplyGrew, RunStarted, StepStarted
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.viewmodel.trace_items import Column, NodeRole, RowRole, TraceItems
from tests.support.run_writer import RunWriter, Sub, Turn
from tests.support.sample_runs import harbour_run, wide_run

ENTRIES, _TEXTS = harbour_run()


def items_after(entries, at_once: int = 7) -> TraceItems:
    items = TraceItems()
    for start in range(0, len(entries), at_once):
        items.feed(entries[start : start + at_once])
    return items


def titles(items: TraceItems) -> list[str]:
    return [items.data(items.index(row, Column.TRACE)) for row in range(items.rowCount())]


def nodes(items: TraceItems) -> list[NodeId]:
    return [items.node_at(row) for row in range(items.rowCount())]


def row_named(items: TraceItems, title: str) -> int:
    return next(row for row, shown in enumerate(titles(items)) if shown.startswith(title))


def test_a_run_that_came_in_one_burst_looks_like_one_that_trickled_in():
    burst, trickle = items_after(ENTRIES, len(ENTRIES)), items_after(ENTRIES, 1)

    assert len(ENTRIES) < 400  # otherwise the next line repeats itself
    assert nodes(burst) == nodes(trickle)

    entries, _ = wide_run(300)
    assert nodes(items_after(entries, len(entries))) == nodes(items_after(entries, 1))


def test_live_growth_never_resets_the_model_and_keeps_qt_s_rules(qtbot):
    items = TraceItems()
    QAbstractItemModelTester(items, QAbstractItemModelTester.FailureReportingMode.Warning, items)
    resets = []
    items.modelReset.connect(lambda: resets.append(1))

    for entry in ENTRIES:
        items.feed([entry])

    assert resets == []
    assert items.rowCount() > 50


def test_a_row_keeps_its_place_in_qt_s_eyes_while_rows_come_and_go():
    items = items_after(ENTRIES[:60])
    kept = QPersistentModelIndex(items.index(row_named(items, "3 Read three"), 0))
    node = kept.data(NodeRole)

    items.feed(ENTRIES[60:])
    items.set_open(items.index(1, 0), True)

    assert kept.isValid()
    assert kept.data(NodeRole) == node
    assert items.index_of(node).row() == kept.row()


@settings(max_examples=12, deadline=None)
@given(positions=st.lists(st.integers(0, len(ENTRIES)), min_size=1, max_size=4))
def test_looking_back_and_forth_shows_what_was_shown_live(positions):
    items = items_after(ENTRIES, 50)

    for position in positions:
        items.go_to(position)

        live = items_after(ENTRIES[:position], 1)
        assert nodes(items) == nodes(live)
        assert titles(items) == titles(live)


def test_going_back_and_forth_keeps_qt_s_rules(qtbot):
    items = items_after(ENTRIES, 50)
    QAbstractItemModelTester(items, QAbstractItemModelTester.FailureReportingMode.Warning, items)

    for position in (300, 10, 200, 0, len(ENTRIES)):
        items.go_to(position)

    assert items.position == len(ENTRIES)


def test_entries_that_come_while_one_looks_back_wait_at_the_end():
    items = items_after(ENTRIES[:200])
    items.go_to(50)
    before = titles(items)

    items.feed(ENTRIES[200:])

    assert titles(items) == before
    items.go_to(len(ENTRIES))
    assert titles(items) == titles(items_after(ENTRIES))


def test_the_running_turn_is_open_and_successful_earlier_ones_are_closed():
    middle = next(n for n, entry in enumerate(ENTRIES) if entry.event.kind == "subcalls_queued") + 4

    items = items_after(ENTRIES[:middle])

    assert [items.row(row).is_open for row in (1, 2)] == [False, False]
    third = items.row(row_named(items, "3 Read"))
    assert third.is_open
    assert any(title.startswith("step 1") for title in titles(items))


def test_paths_to_errors_stay_open_after_the_run():
    items = items_after(ENTRIES)

    assert items.row(row_named(items, "6 Group")).is_open
    assert any("JSONDecodeError" in title for title in titles(items))
    assert any("context too long" in title for title in titles(items))
    assert not items.row(row_named(items, "5 Extract")).is_open


def test_a_failure_among_very_many_calls_does_not_flood_the_view():
    writer = RunWriter()
    subs = [Sub(label=f"item {n}", error="too long" if n == 3 else None) for n in range(80)]
    writer.run(0.0, "Q", [Turn(intent="Ask all", code="go()", subs=subs)])

    items = items_after(writer.entries())

    assert len(titles(items)) < 10
    assert any("79 answered · 1 failed" in title for title in titles(items))


def test_the_turn_that_gave_the_answer_stays_open():
    steps = [entry.event.step for entry in ENTRIES if isinstance(entry.event, StepStarted)]
    entries = [
        replace(entry, event=replace(entry.event, step=steps[-1]))
        if isinstance(entry.event, AnswerGiven) and entry.event.run == 1
        else entry
        for entry in ENTRIES
    ]

    items = items_after(entries)

    assert items.row(row_named(items, "8 Check")).is_open


def test_a_row_the_user_closed_stays_closed_and_one_opened_stays_open():
    items = items_after(ENTRIES[:265])
    opened, closed = row_named(items, "2 Find"), row_named(items, "6 Group")
    items.set_open(items.index(closed, 0), False)
    items.set_open(items.index(opened, 0), True)

    items.feed(ENTRIES[265:])
    items.go_to(300)
    items.go_to(len(ENTRIES))

    assert items.row(row_named(items, "2 Find")).is_open
    assert not items.row(row_named(items, "6 Group")).is_open


def test_a_turn_the_user_looks_into_is_not_closed_under_their_eyes():
    started = next(n for n, entry in enumerate(ENTRIES) if entry.event.kind == "turn_started") + 2
    items = items_after(ENTRIES[:started])
    turn = items.node_at(1)
    items.touch(turn)

    items.feed(ENTRIES[started:])

    assert items.row(1).is_open


def test_every_row_says_itself_in_words():
    items = items_after(ENTRIES)
    spoken = {
        row: items.data(items.index(row, 0), Qt.ItemDataRole.AccessibleTextRole) for row in range(items.rowCount())
    }

    assert spoken[row_named(items, "7 Ask")] == (
        "turn 7 of 8, Ask each harbour’s pages for the reason it gave, expanded, 47 percent of cost, 2 errors"
    )
    assert "failed" in spoken[row_named(items, "3 Torsnes")]
    assert "collapsed" in spoken[1]


def test_costs_and_calls_of_the_turns_add_up_to_those_of_the_run():
    items = items_after(ENTRIES)
    trace = items.trace
    turns = [trace.nodes[node] for node in trace.root.children if trace.nodes[node].kind == "turn"]

    assert sum(turn.totals.cost_nano_usd for turn in turns) == trace.root.totals.cost_nano_usd
    assert items.data(items.index(0, Column.COST)) == "$0.1582"
    assert items.data(items.index(0, Column.CALLS)) == "165"
    shares = [items.row(row).share for row in range(items.rowCount()) if items.row(row).level == 1]
    assert sum(share for share in shares if share is not None) == pytest.approx(1.0)


def test_an_unknown_price_is_called_unknown_and_shares_are_of_the_time():
    entries = [
        replace(entry, event=replace(entry.event, cost_nano_usd=None))
        if isinstance(entry.event, CallFinished)
        else entry
        for entry in ENTRIES
    ]

    items = items_after(entries)

    assert items.data(items.index(0, Column.COST)) == "unknown"
    assert items.row(0).share == 1.0
    assert 0 < items.row(1).share < 1
    spoken = items.data(items.index(1, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert "percent of time" in spoken
    assert "unknown price" in items.data(items.index(0, Column.COST), Qt.ItemDataRole.ToolTipRole)


def test_costly_turns_are_marked_amber_and_red():
    writer = RunWriter()
    turns = [
        Turn(intent="Cheap", root_cost=100),
        Turn(intent="Half", root_cost=550),
        Turn(intent="Rest", root_cost=350),
    ]
    writer.run(0.0, "Q", turns)
    items = items_after(writer.entries())

    assert [items.row(row_named(items, name)).share_tint for name in ("1", "2", "3")] == ["root", "warn", "root"]

    writer = RunWriter()
    writer.run(0.0, "Q", [Turn(intent="All", root_cost=100)])
    items = items_after(writer.entries())
    assert items.row(row_named(items, "1")).share_tint == "error"


def test_badges_say_calls_errors_retries_and_cached():
    items = items_after(ENTRIES)

    def signs(title: str) -> list[str]:
        return [badge.sign for badge in items.row(row_named(items, title)).badges]

    assert signs("5 Extract") == ["↻ 3"]
    assert signs("6 Group") == ["✕ 1"]
    assert signs("4 Vessby") == ["⌁ cached"]
    items.set_open(items.index(row_named(items, "step 1 one call per harbour"), 0), False)
    assert "⇉ 43" in signs("step 1 one call per harbour")


def test_a_node_out_of_sight_is_revealed_with_its_way():
    items = items_after(ENTRIES)
    hidden = next(
        node.id for node in items.trace.nodes.values() if node.title == "annual-1952.pdf" and node.kind == "call"
    )
    assert not items.index_of(hidden).isValid()

    index = items.reveal(hidden)

    assert index.data(NodeRole) == hidden
    assert index.data(RowRole).title == "annual-1952.pdf"


def test_clearing_leaves_nothing_of_the_run():
    items = items_after(ENTRIES)

    items.clear()

    assert (items.rowCount(), items.position, items.entries) == (0, 0, [])
    items.feed(ENTRIES[:1])
    assert isinstance(items.trace.root.fact(RunStarted), RunStarted)


def test_a_streaming_reply_is_shown_but_has_no_position():
    started = next(n for n, entry in enumerate(ENTRIES) if isinstance(entry.event, CallStarted))
    call = ENTRIES[started].event.call
    items = items_after(ENTRIES[: started + 1])
    told = []
    items.changed.connect(told.append)

    items.feed([Entry(0, ENTRIES[started].at + 0.1, ReplyGrew(call=call, text="I shall look"))])

    assert items.trace.live_text(call) == "I shall look"
    assert items.position == len(items.entries) == started + 1
    assert any(call in nodes for nodes in told)


def test_what_goes_on_lasts_until_now(qapp):
    items = TraceItems()
    items.feed([Entry(seq=1, at=100.0, event=ENTRIES[0].event)])

    items.tell_time(112.5)

    assert items.index(0, Column.TIME).data() == "12.5 s"
    items.tell_time(None)
    assert items.index(0, Column.TIME).data() == "0 ms"
