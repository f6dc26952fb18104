"""The map grid of a batch: which calls are shown, in which order, and what can be taken out of it."""

import csv
import json
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel import call_grid
from rlm_desktop.viewmodel.batch_words import bars, counts_words, picture_words, shown_words, sums_words
from rlm_desktop.viewmodel.call_export import as_json, copying, failed_places, gathering_prompts, writing_csv
from rlm_desktop.viewmodel.call_grid import CallGrid
from rlm_desktop.viewmodel.call_order import GridColumn, Line, Wish, arranging
from rlm_desktop.viewmodel.call_rows import STATES, CallRow
from rlm_desktop.viewmodel.call_spread import flagging
from rlm_desktop.viewmodel.detail_cards import Texts
from rlm_desktop.viewmodel.plain_table import CellRole
from tests.support.run_writer import RunWriter, Sub, Turn
from tests.support.sample_runs import harbour_run, wide_run

ENTRIES, TEXTS = harbour_run()


def load(reference):
    return TEXTS[reference.digest]


def batch_of(trace: Trace, calls: int = 40) -> Node:
    return next(node for node in trace.nodes.values() if node.kind == "batch" and len(node.children) == calls)


def settle(grid: CallGrid, qtbot) -> CallGrid:
    qtbot.waitUntil(lambda: not grid.is_busy)
    return grid


def grid_over(trace: Trace, qtbot, calls: int = 40) -> CallGrid:
    grid = CallGrid()
    grid.show_batch(trace, batch_of(trace, calls).id)
    return settle(grid, qtbot)


@pytest.fixture
def grid(qtbot, qapp) -> CallGrid:
    return grid_over(Trace(ENTRIES), qtbot)


def column(grid: CallGrid, which: GridColumn) -> list[str]:
    return [grid.index(row, which).data() for row in range(grid.rowCount())]


def want(grid: CallGrid, qtbot, **changes) -> CallGrid:
    grid.want(**changes)
    return settle(grid, qtbot)


def test_each_call_is_a_line_with_what_it_was_asked_said_and_used(grid):
    assert grid.rowCount() == 40
    lindholm = [grid.index(1, each).data() for each in GridColumn]
    assert lindholm == [
        "2",
        "✓ answered",
        "Lindholm",
        '{"harbour": "Lindholm", "raised": [1982, 1983, 1987]}',
        "▲ costly",
        "2.2 s",
        "$0.0019",
        "4.6k",
        "180",
        "–",
    ]
    assert [grid.index(2, each).data() for each in (1, 2, 3)] == ["✕ failed", "Torsnes", "context too long"]
    assert grid.index(3, GridColumn.REMARKS).data() == "⌁ cached"
    assert "↳ child run" in grid.index(4, GridColumn.REMARKS).data()


def test_a_failure_and_what_stands_out_are_told_by_sign_colour_and_words(grid):
    assert grid.index(2, GridColumn.STATE).data(CellRole).tint == "error"
    spoken = grid.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "call 3 of 40, Torsnes, failed, context too long, 0.1 s, $0"
    tip = grid.index(1, GridColumn.REMARKS).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "▲ costly: $0.0019; half of the calls lie from $0.0016 to $0.0016"


def test_the_head_says_states_spread_and_cost_and_pictures_the_durations(grid):
    assert counts_words(grid) == "38 answered · 2 failed · 2 stand out"
    assert sums_words(grid) == "min 0 ms · median 5.1 s · max 9.8 s · $0.0650"
    assert len(bars(grid)) == 40
    assert picture_words(grid) == (
        "Durations of 40 calls in the order in which they were sent: from 0 ms to 9.8 s, half of them under 5.1 s. "
        "The longest is call 31, Nasby."
    )


def test_sorting_turns_round_and_ends(grid, qtbot):
    grid.sort_by(GridColumn.TIME)
    settle(grid, qtbot)
    assert column(grid, GridColumn.TIME)[:2] == ["9.8 s", "9.1 s"]
    assert grid.headerData(GridColumn.TIME, Qt.Orientation.Horizontal) == "Time ▾"

    grid.sort_by(GridColumn.TIME)
    settle(grid, qtbot)
    assert column(grid, GridColumn.TIME)[:2] == ["0 ms", "0.1 s"]

    grid.sort_by(GridColumn.TIME)
    settle(grid, qtbot)
    assert column(grid, GridColumn.NUMBER) == [str(number) for number in range(1, 41)]


def test_filters_by_state_and_by_words_say_how_many_are_shown(grid, qtbot):
    want(grid, qtbot, state="failed")
    assert column(grid, GridColumn.ASKED) == ["Torsnes", "Nasby"]
    assert shown_words(grid) == "2 of 40 calls"

    want(grid, qtbot, text="CONTEXT long")
    assert column(grid, GridColumn.ASKED) == ["Torsnes"]

    want(grid, qtbot, state="flagged", text="")
    assert column(grid, GridColumn.ASKED) == ["Lindholm", "Torsnes", "Storvik", "Nasby"]


def same_answers(qtbot) -> tuple[CallGrid, RunWriter]:
    writer = RunWriter()
    subs = [Sub(label=f"item {n}", reply="none" if n % 3 else f"found {n}") for n in range(12)]
    subs += [Sub(label=f"lost {n}", error="no room") for n in range(2)]
    writer.run(0.0, "Q", [Turn(intent="Ask", code="go()", subs=subs)])
    return grid_over(Trace(writer.entries()), qtbot, 14), writer


def test_identical_answers_are_one_line_that_opens(qtbot, qapp):
    grid, _ = same_answers(qtbot)

    want(grid, qtbot, is_grouped=True)
    assert grid.rowCount() == 6
    assert [grid.index(0, each).data() for each in (0, 1, 2, 3)] == ["▸", "✓ 8 ×", "8 calls", "none"]
    assert [grid.index(1, each).data() for each in (1, 3)] == ["✕ 2 ×", "no room"]
    assert grid.index(0, GridColumn.COST).data() == "$0.0152"
    assert shown_words(grid) == "14 calls · 2 groups of identical answers"

    grid.set_group_open(0, True)
    settle(grid, qtbot)
    assert grid.rowCount() == 14
    assert [row.strip() for row in column(grid, GridColumn.NUMBER)[:4]] == ["▾", "2", "3", "5"]

    grid.set_group_open(0, False)
    settle(grid, qtbot)
    assert grid.rowCount() == 6


def test_rows_are_copied_with_tabs_and_a_group_with_all_its_calls(qtbot, qapp):
    grid, _ = same_answers(qtbot)
    want(grid, qtbot, is_grouped=True)

    lines: list[str] = []
    list(copying(grid, [1], lines))

    assert lines[0].split("\t")[:4] == ["#", "State", "Asked", "Answer"]
    assert [line.split("\t")[2:4] for line in lines[1:]] == [["lost 0", "no room"], ["lost 1", "no room"]]


def test_the_csv_holds_whole_answers_and_no_formula(qtbot, qapp):
    writer = RunWriter()
    subs = [Sub(label=f"=item {n}", reply=f"=SUM(A1)\nline {n}" + "x" * 300) for n in range(8)]
    writer.run(0.0, "Q", [Turn(intent="Ask", code="go()", subs=subs)])
    grid = grid_over(Trace(writer.entries()), qtbot, 8)
    file = StringIO()

    list(writing_csv(grid, Texts(lambda reference: writer.texts[reference.digest]), file))

    rows = list(csv.DictReader(StringIO(file.getvalue(), newline="")))
    assert len(rows) == 8
    assert rows[3]["answer"] == "'=SUM(A1)\nline 3" + "x" * 300
    assert rows[3]["asked"] == "'=item 3"
    assert (rows[3]["cost_usd"], rows[3]["seconds"]) == ("0.0019", "2.000")


def test_failed_prompts_come_as_a_list_that_code_can_ask_again(qtbot, qapp):
    grid, writer = same_answers(qtbot)
    prompts: list[object] = []

    list(gathering_prompts(grid.trace, grid, Texts(lambda reference: writer.texts[reference.digest]), prompts))

    assert len(failed_places(grid)) == 2
    asked = json.loads(as_json(prompts))
    assert ["Harbour: lost 0" in asked[0], "Harbour: lost 1" in asked[1]] == [True, True]


def test_a_live_batch_grows_in_place_and_ends_what_was_open(qtbot, qapp):
    entries, _ = wide_run(20)
    trace, grid = Trace(), CallGrid()
    batch = None
    inserted = []
    grid.rowsInserted.connect(lambda _parent, first, last: inserted.append((first, last)))
    for entry in entries:
        trace.commit(trace.next_change(entry))
        batch = batch or next((node.id for node in trace.nodes.values() if node.kind == "batch"), None)
        if batch is not None:
            grid.show_batch(trace, batch)
    settle(grid, qtbot)

    assert inserted == [(place, place) for place in range(20)]
    assert counts_words(grid) == "20 answered"


def test_another_place_in_time_shows_what_had_happened_then(grid, qtbot):
    earlier = Trace(ENTRIES[:330])
    batch = next(node for node in earlier.nodes.values() if node.id == grid.batch)
    want(grid, qtbot, state="failed")

    grid.show_batch(earlier, batch.id)
    settle(grid, qtbot)

    assert grid.wish.state == "failed"
    assert grid.count == len(batch.children) < 40


def test_only_what_is_looked_at_is_read_at_once(qtbot, qapp, monkeypatch):
    entries, _ = wide_run(3_000)
    trace = Trace(entries)
    read = []
    real = call_grid.call_row
    monkeypatch.setattr(
        call_grid, "call_row", lambda trace, node, again: read.append(node.id) or real(trace, node, again)
    )
    # A slice that is over at once stands for calls that are slow to read.
    monkeypatch.setattr("rlm_desktop.viewmodel.slices._SLICE_SECONDS", 0.0)
    grid = CallGrid()

    grid.show_batch(trace, batch_of(trace, 3_000).id)
    assert grid.index(2_999, GridColumn.ASKED).data() == "item 2999"

    assert len(read) <= 2
    assert shown_words(grid).startswith("Reading ")
    monkeypatch.setattr("rlm_desktop.viewmodel.slices._SLICE_SECONDS", 0.01)
    settle(grid, qtbot)
    assert len(read) == len(set(read)) == 3_000


rows_of_calls = st.lists(
    st.builds(
        CallRow,
        node=st.integers(1, 10**6),
        latest=st.integers(1, 10**6),
        number=st.integers(0, 50),
        is_run=st.booleans(),
        state=st.sampled_from(STATES),
        asked=st.sampled_from(["a", "B", "c d"]),
        said=st.sampled_from(["", "yes", "No"]),
        answer=st.none(),
        seconds=st.floats(0, 100),
        cost=st.none() | st.integers(0, 10**9),
        input_tokens=st.integers(0, 10**6),
        output_tokens=st.integers(0, 10**6),
        retries=st.integers(0, 3),
        badges=st.just(()),
        is_known=st.booleans(),
    ),
    max_size=40,
)
wishes = st.builds(
    Wish,
    column=st.none() | st.sampled_from(GridColumn),
    is_descending=st.booleans(),
    is_grouped=st.booleans(),
    opened=st.frozensets(st.sampled_from(["✕ ", "✕ yes", "✕ No"])),
)


def arranged(rows, wish) -> list[Line]:
    flags: dict = {}
    lines: list[Line] = []
    list(flagging(rows, flags))
    list(arranging(rows, flags, wish, lines))
    return lines


@given(rows_of_calls, wishes)
def test_each_call_appears_exactly_once_whatever_the_order_and_the_groups(rows, wish):
    lines = arranged(rows, wish)

    shown = [place for line in lines if not line.is_inside for place in (line.members or (line.place,))]
    assert sorted(shown) == list(range(len(rows)))
    heads = [line for line in lines if line.members]
    inside = [line.place for line in lines if line.is_inside]
    opened = [place for head in heads if rows[head.place].same in wish.opened for place in head.members]
    assert inside == opened
    assert all(len({rows[place].same for place in head.members}) == 1 for head in heads)


@given(rows_of_calls, st.sampled_from([GridColumn.COST, GridColumn.TIME, GridColumn.INPUT]), st.booleans())
def test_figures_are_in_order_and_unknown_ones_come_last(rows, column, is_descending):
    figure = {GridColumn.COST: "cost", GridColumn.TIME: "seconds", GridColumn.INPUT: "input_tokens"}[column]
    lines = arranged(rows, Wish(column=column, is_descending=is_descending))

    shown = [getattr(rows[line.place], figure) for line in lines]
    known = [value for value in shown if value is not None]
    assert shown == known + [None] * (len(shown) - len(known))
    assert known == sorted(known, reverse=is_descending)


@given(rows_of_calls, st.sampled_from(["all", *STATES]), st.sampled_from(["", "a", "yes", "b no"]))
def test_a_filter_leaves_out_exactly_what_does_not_have_it(rows, state, text):
    lines = arranged(rows, Wish(state=state, text=text))

    def passes(row: CallRow) -> bool:
        words = f"{row.number} {row.asked}\n{row.said}".casefold()
        return state in ("all", row.state) and all(word in words for word in text.split())

    assert [line.place for line in lines] == [place for place, row in enumerate(rows) if passes(row)]
