"""A large recorded run shows the very rows that the same run shows while it grows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester

from rlm_desktop.trace.events import ReplyGrew, TextKept
from rlm_desktop.viewmodel.run_figures import RunFigures
from rlm_desktop.viewmodel.trace_filter import parse
from rlm_desktop.viewmodel.trace_items import TraceItems
from tests.support.event_strategies import plausible_runs
from tests.support.reasked_runs import asked_again
from tests.support.sample_runs import harbour_run
from tests.support.sealed import sealed as sealed_run
from tests.support.traces import entries as dated

RECORDED, TEXTS = harbour_run()
ENTRIES = tuple(RECORDED)
FILTERS = [
    "kind:call",
    "status:error",
    "-kind:call status:ok",
    "cost>0.001",
    "cost<=0.0005 kind:call",
    "tokens>4000",
    "seconds>2 kind:call",
    "depth:0",
    "model:mini",
    "kind:turn,step",
    "at>=20 at<=30",
    "at>54 kind:call",
]


def sealed(entries) -> TraceItems:
    items = TraceItems()
    items.open_sealed(sealed_run(entries))
    return items


def grown(entries) -> TraceItems:
    items = TraceItems()
    for entry in entries:
        items.feed([entry])
    return items


def shown(items: TraceItems) -> list:
    """All that the view sees of every row, but for a number that only the fold makes."""
    return [(items.row(row), [items.figure(row, column) for column in (2, 3, 4)]) for row in range(items.rowCount())]


@pytest.mark.parametrize("position", [1, 30, 120, 250, len(ENTRIES)])
def test_rows_are_those_of_the_growing_run_at_any_position(position):
    items = sealed(ENTRIES)

    items.go_to(position)

    assert shown(items) == shown(grown(ENTRIES[:position]))
    assert items.latest == grown(ENTRIES[:position]).latest


@settings(max_examples=40, deadline=None)
@given(plausible_runs(), st.data())
def test_rows_of_any_run_are_those_of_the_growing_run(happened, data):
    entries = dated([event for event in happened if not isinstance(event, (TextKept, ReplyGrew))])
    position = data.draw(st.integers(0, len(entries)))
    items = sealed(entries)

    items.go_to(position)

    assert shown(items) == shown(grown(entries[:position]))


@pytest.mark.parametrize("typed", FILTERS)
@pytest.mark.parametrize("position", [200, len(ENTRIES)])
def test_a_filter_lets_the_same_rows_through(typed, position):
    items, live = sealed(ENTRIES), grown(ENTRIES[:position])

    for one in (items, live):
        one.narrow(parse(typed))
    items.go_to(position)

    assert shown(items) == shown(live)
    assert items.counts() == live.counts()


def test_a_filter_hides_what_it_does_not_let_through():
    items = sealed(ENTRIES)

    items.narrow(parse("status:error"))

    hits, count = items.counts()
    assert (hits, count) == (3, 200)
    assert items.rowCount() < 20


def test_opening_closing_and_showing_a_part_keep_to_qt_s_rules(qtbot):
    items = sealed(ENTRIES)
    QAbstractItemModelTester(items, QAbstractItemModelTester.FailureReportingMode.Warning, items)
    before = shown(items)
    turn = items.index(1, 0)

    items.set_open(turn, True)
    opened = items.rowCount()
    items.set_open(items.index(1, 0), False)
    assert items.rowCount() < opened
    turn_id = items.node_at(1)
    items.show_only(turn_id)
    assert items.node_at(0) == turn_id
    ways = [[above.id for above in items.trace.lineage(items.node_at(row))] for row in range(items.rowCount())]
    assert all(turn_id in way for way in ways)
    assert len(ways) > 1
    items.show_only(None)
    items.set_open(items.index(1, 0), False)
    items.narrow(parse("kind:call"))
    items.go_to(100)
    items.go_to(len(ENTRIES))
    items.narrow(None)

    assert shown(items) == before


def test_a_hidden_node_is_revealed():
    items = sealed(ENTRIES)
    call = next(node.id for node in items.trace.walk() if node.kind == "call" and node.parent != 1)

    index = items.reveal(call)

    assert items.node_at(index.row()) == call


def test_what_the_user_opened_stays_open_at_other_positions():
    items = sealed(ENTRIES)
    turn = items.node_at(1)
    items.set_open(items.index(1, 0), True)

    items.go_to(300)

    assert items.row(items.index_of(turn).row()).is_open


def test_rows_stay_what_they_are_while_others_open(qtbot):
    items = sealed(ENTRIES)
    last = QPersistentModelIndex(items.index(items.rowCount() - 1, 0))
    node = items.node_at(items.rowCount() - 1)

    items.set_open(items.index(1, 0), True)

    assert items.node_at(last.row()) == node


@pytest.mark.parametrize("position", [0, 200, len(ENTRIES)])
def test_charts_are_those_of_the_growing_run(position):
    items = sealed(ENTRIES)
    items.go_to(position)
    added = RunFigures()
    added.show(ENTRIES, position)

    made = items.figures()

    assert made.sums == added.sums
    assert (made.turns, made.out, made.known_already) == (added.turns, added.out, added.known_already)
    for ending in ("root", "worker", "failed"):
        assert sorted(made.seconds[ending]) == sorted(added.seconds[ending])
        assert sorted(made.tokens[ending]) == sorted(added.tokens[ending])


@pytest.mark.parametrize("words", ["dredging", "torsnes", "no such words"])
def test_texts_are_found_in_the_rows_of_the_growing_run(words):
    digests = {digest for digest, text in TEXTS.items() if words in text.casefold()}
    items, live = sealed(ENTRIES), grown(ENTRIES)

    assert items.seeker(words)(digests) == live.seeker(words)(digests)


def test_hits_are_gone_through_in_order_and_round():
    items, live = sealed(ENTRIES), grown(ENTRIES)
    ways = []
    for one in (items, live):
        one.narrow(parse("status:error"))
        here, way = None, []
        for step in (1, 1, 1, 1, -1, -1):
            here = one.next_hit(here, step)
            way.append(here)
        ways.append(way)

    assert ways[0] == ways[1]
    assert ways[0][0] == ways[0][3]


@pytest.mark.parametrize("is_open", [True, False])
def test_every_row_opens_and_closes(is_open):
    items, live = sealed(ENTRIES), grown(ENTRIES)

    for one in (items, live):
        one.set_all_open(is_open)

    assert shown(items) == shown(live)
    assert items.rowCount() == (len(items.trace.nodes) if is_open else 1 + len(items.trace.root.children))


def test_steps_follow_each_other_at_the_same_positions():
    items, live = sealed(ENTRIES), grown(ENTRIES)
    ways = []
    for one in (items, live):
        way = [0]
        while way[-1] < len(ENTRIES):
            way.append(one.step_after(way[-1]))
        ways.append(way)

    assert ways[0] == ways[1]
    assert len(ways[0]) == 2 + sum(node.kind in ("turn", "step") for node in items.trace.walk())


def test_what_was_asked_again_comes_in_and_all_else_stays_as_the_reader_left_it():
    more, _ = asked_again()
    whole = [*RECORDED, *more]
    items, opened = sealed(ENTRIES), sealed(whole)
    turn = next(node.id for node in items.trace.walk() if node.kind == "turn")
    for one in (items, opened):
        one.set_open(one.index_of(turn), not one.row(one.index_of(turn).row()).is_open)

    items.renew_sealed(sealed_run(whole))

    assert items.position == len(whole)
    assert shown(items) == shown(opened)
    items.go_to(100)
    items.renew_sealed(sealed_run(whole))
    assert items.position == 100
