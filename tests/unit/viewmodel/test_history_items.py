import pytest
from PySide6.QtTest import QAbstractItemModelTester

from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.history_items import HistoryItems, HistoryRow
from rlm_desktop.viewmodel.roles import DotRole, NoteInkRole, NoteRole


@pytest.fixture
def items(qapp):
    items = HistoryItems()
    tester = QAbstractItemModelTester(items, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield items
    tester.deleteLater()


def row(run: str, status="answered", **known) -> HistoryRow:
    return HistoryRow(run=RunId(run), title=f"Question {run}", status=status, **known)


def titles(items: HistoryItems) -> list[str]:
    return [items.index(place).data() for place in range(items.rowCount())]


@pytest.mark.parametrize(
    ("status", "note", "ink"),
    [
        ("answered", "$0.0418", None),
        ("partial", "partial answer", "warn"),
        ("failed", "no answer", "error"),
        ("interrupted", "interrupted", "warn"),
        ("cancelled", "stopped", "muted"),
        ("running", "live", "accent"),
    ],
)
def test_a_run_says_how_it_ended_in_words_and_colour(items, status, note, ink):
    items.show([row("1", status, cost="$0.0418")])

    assert (items.index(0).data(NoteRole), items.index(0).data(NoteInkRole)) == (note, ink)


def test_an_unknown_price_is_never_shown_as_nothing(items):
    items.show([row("1", cost="unknown price")])

    assert items.index(0).data(NoteRole) == "unknown price"


def test_showing_again_alters_only_what_differs(items, qtbot):
    items.show([row("3"), row("2"), row("1")])

    with qtbot.assertNotEmitted(items.modelReset), qtbot.waitSignal(items.dataChanged):
        items.show([row("4"), row("3"), row("1", "failed")])

    assert titles(items) == ["Question 4", "Question 3", "Question 1"]


def test_a_live_run_comes_first_and_is_altered_in_place(items):
    items.show([row("1")])

    items.note(row("2", "running"))
    assert items.index(0).data(DotRole) == "root"
    items.note(row("2", "answered"))

    assert titles(items) == ["Question 2", "Question 1"]
    assert items.index(0).data(DotRole) is None


def test_rows_can_change_their_order(items):
    items.show([row("3"), row("2"), row("1")])

    items.show([row("1"), row("3"), row("2")])

    assert titles(items) == ["Question 1", "Question 3", "Question 2"]
