"""The variables of a run over time, and what is recorded of a value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from rlm_desktop.repl.inside.describing import preview, size_words
from rlm_desktop.trace.facts import VariableChange
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.recorded_values import items_card, items_of, value_cards
from rlm_desktop.viewmodel.relatives import run_of
from rlm_desktop.viewmodel.variables_items import VariablesItems
from tests.support.run_writer import RunWriter, Sub, Turn
from tests.support.sample_runs import harbour_run

ENTRIES, _ = harbour_run()


def step_of(trace: Trace, title: str):
    return next(node for node in trace.nodes.values() if node.kind == "step" and node.title.startswith(title))


def shown(qtbot, trace: Trace, step=None) -> VariablesItems:
    items = VariablesItems()
    items.show_run(trace, trace.root if step is None else run_of(trace, step), step.id if step else None)
    qtbot.waitUntil(lambda: not items.is_busy)
    return items


def cells(items: VariablesItems) -> dict[str, list[str]]:
    columns = range(items.columnCount())
    return {
        items.headerData(row, Qt.Orientation.Vertical): [items.index(row, column).data() or "" for column in columns]
        for row in range(items.rowCount())
    }


def test_a_cell_stands_where_a_value_changed_and_the_step_is_marked(qtbot, qapp):
    trace = Trace(ENTRIES)
    items = shown(qtbot, trace, step_of(trace, "a raise is"))

    assert items.words == "6 names · 8 steps"
    assert items.headerData(items.current_column, Qt.Orientation.Horizontal) == "turn 4, step 1"
    assert cells(items)["hits"] == ["", "list of 200", "", "", "", "", "", ""]
    assert cells(items)["ASK"] == ["", "", "", "1,204 characters", "", "", "1,310 characters", ""]


def test_at_the_playhead_only_what_happened_so_far_is_there(qtbot, qapp):
    place = next(n for n, entry in enumerate(ENTRIES) if entry.event.kind == "step_finished" and entry.event.variables)
    items = shown(qtbot, Trace(ENTRIES[: place + 1]))

    assert list(cells(items)) == ["hits"]


def test_a_live_run_adds_columns_and_rows_in_place(qtbot, qapp):
    trace, items = Trace(), VariablesItems()
    resets = []
    for entry in ENTRIES:
        trace.commit(trace.next_change(entry))
        items.show_run(trace, trace.root, None)
        if entry.seq == 1:
            items.modelReset.connect(lambda: resets.append(1))
    qtbot.waitUntil(lambda: not items.is_busy)

    assert resets == []
    assert cells(items) == cells(shown(qtbot, Trace(ENTRIES)))


def test_a_child_run_has_variables_of_its_own(qtbot, qapp):
    change = VariableChange(name="inner", change="new", size="list of 2")
    child = [Turn(intent="Split", code="inner = split(context)", variables=(change,))]
    writer = RunWriter()
    writer.run(0.0, "Q", [Turn(intent="Ask", code="go()", subs=[Sub(label="part", child=child)])])
    trace = Trace(writer.entries())

    assert list(cells(shown(qtbot, trace, step_of(trace, "inner")))) == ["inner"]
    assert cells(shown(qtbot, trace)) == {}


def test_each_cell_says_itself_in_words(qtbot, qapp):
    items = shown(qtbot, Trace(ENTRIES))

    role = Qt.ItemDataRole.AccessibleTextRole
    assert items.index(0, 1).data(role) == "hits, turn 2, step 1: new, list, list of 200, [Hit(…), …]"
    assert items.index(0, 0).data(role) == "hits, turn 1, step 1: unchanged"


def change_of(value, change="new") -> VariableChange:
    return VariableChange(
        name="x", change=change, type=type(value).__name__, size=size_words(value), preview=preview(value)
    )


def table(value) -> tuple[tuple[str, ...], list[list[str]], str]:
    card = items_card(change_of(value))
    return card.body.headings, [[cell.text for cell in row] for row in card.body.rows], card.left_out


def test_a_list_opens_as_a_grid_with_what_is_not_recorded_counted():
    assert table([n * 10 for n in range(40)]) == (
        ("#", "value"),
        [[str(n), str(n * 10)] for n in range(8)],
        "32 more items not recorded",
    )


def test_records_get_a_column_for_each_key():
    rows = [{"harbour": "Ardvik, north", "raised": [1981, 1984]}, {"harbour": "Vessby: old", "raised": []}]

    assert table(rows) == (
        ("#", "harbour", "raised"),
        [["0", "'Ardvik, north'", "[1981, 1984]"], ["1", "'Vessby: old'", "[]"]],
        "",
    )


def test_a_dictionary_and_rows_of_values_are_tables_too():
    assert table({"Ardvik": 3, "a: b": 1})[:2] == (("key", "value"), [["'Ardvik'", "3"], ["'a: b'", "1"]])
    assert table([(1, "a"), (2, "b")])[:2] == (("#", "[0]", "[1]"), [["0", "1", "'a'"], ["1", "2", "'b'"]])


@pytest.mark.parametrize("value", ["a, b", 12, None, 1.5, "[1, 2", object()])
def test_what_is_no_collection_has_no_items(value):
    assert items_card(change_of(value)) is None


def test_a_cut_preview_keeps_what_is_there():
    cards = value_cards(change_of(["x" * 90, "y" * 90, "z" * 90]), 1, "turn 1, step 1")

    assert [card.title for card in cards] == ["x", "Value", "Items"]
    assert cards[1].note == "the beginning, as it was recorded"
    assert len(cards[2].body.rows) == 3


def test_a_deleted_variable_says_so_and_leads_to_its_step():
    (card,) = value_cards(VariableChange(name="x", change="deleted"), 7, "turn 1, step 1")

    assert [[cell.text for cell in row] for row in card.body.rows] == [
        ["Change", "− deleted"],
        ["Step", "turn 1, step 1"],
    ]
    assert card.body.rows[-1][1].node == 7


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=4) | st.tuples(inner)
    ),
    max_leaves=12,
)


@given(st.lists(values, min_size=1, max_size=6))
def test_a_whole_list_has_as_many_items_as_it_has(value):
    look = preview(value)
    if not look.endswith("…"):
        assert len(items_of(look)) == len(value)


@given(st.text(max_size=250), st.text(max_size=20))
def test_no_preview_is_too_odd_to_be_opened(look, size):
    value_cards(VariableChange(name="x", change="changed", size=size, preview=look), 1, "turn 1, step 1")


def long_run(steps: int = 300, names: int = 200) -> Trace:
    writer = RunWriter()
    turns = [
        Turn(
            intent=f"Turn {turn}",
            code="x = 1",
            variables=tuple(
                VariableChange(name=f"name_{name}", change="changed", size=f"list of {turn}", preview="[1, 2, …]")
                for name in range(turn % 7, names, 7)
            ),
        )
        for turn in range(steps)
    ]
    writer.run(0.0, "Q", turns)
    return Trace(writer.entries())


def test_a_long_run_has_a_column_for_each_step_and_a_row_for_each_name(qtbot, qapp):
    trace = long_run()
    items = VariablesItems()

    items.show_run(trace, trace.root, None)
    qtbot.waitUntil(lambda: not items.is_busy)

    assert (items.rowCount(), items.columnCount()) == (200, 300)
