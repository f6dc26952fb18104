"""The history panel, driven by keys and mouse; the database is not there."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QWidget

from rlm_desktop.storage.search_words import Hit, Snippet
from rlm_desktop.trace.ids import RunId
from rlm_desktop.ui.history_panel import HistoryPanel
from rlm_desktop.ui.tags_dialog import TagsDialog
from rlm_desktop.viewmodel.history_hits import Hits
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.history_rows import HistoryRow
from tests.support.history_keys import actions, child, choose, press, told

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support")
CONTROL = Qt.KeyboardModifier.ControlModifier
MANY = 20


def row(number: int, **known) -> HistoryRow:
    known = {"status": "answered", "cost": "$0.1", "cost_nano_usd": number, "started_at": float(number), **known}
    return HistoryRow(run=RunId(str(number)), title=f"Question {number}", **known)


@pytest.fixture
def items(qapp):
    items = HistoryItems()
    items.show([row(number) for number in range(MANY)])
    return items


@pytest.fixture
def holder(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(280, 600)
    return holder


@pytest.fixture
def panel(items, holder):
    panel = HistoryPanel(items, holder)
    panel.resize(280, 600)
    holder.show()
    panel.view.setFocus()
    return panel


def test_a_click_and_enter_open_a_run(panel):
    opened = told(panel.opened)
    place = panel.view.visualRect(panel.view.model().index(1, 0)).center()

    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    press(panel, Qt.Key.Key_Down)
    press(panel, Qt.Key.Key_Return)

    assert opened == [("18",), ("17",)]


def test_the_run_that_is_shown_is_marked_alone_though_ctrl_is_held(panel, items, holder):
    panel.select(RunId("3"))
    window = holder.windowHandle()
    QTest.keyPress(window, Qt.Key.Key_Control, CONTROL)
    try:
        assert QGuiApplication.keyboardModifiers() == CONTROL
        panel.select(RunId("7"))
    finally:
        QTest.keyRelease(window, Qt.Key.Key_Control)

    assert panel.view.chosen == [RunId("7")]


def test_f2_edits_the_name_in_the_row_and_enter_takes_it(panel, items, qtbot):
    asked = told(items.rename_wanted)
    choose(panel, 0)
    press(panel, Qt.Key.Key_F2)
    editor = child(panel, QLineEdit, "runNameEdit")
    assert editor.text() == "Question 19"
    assert editor.accessibleName() == "Name of the run; empty for its question"

    QTest.keyClicks(editor, "pt dues")
    QTest.keyClick(editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: asked == [("19", "pt dues")])


def test_escape_leaves_the_name_as_it_was(panel, items):
    asked = told(items.rename_wanted)
    choose(panel, 0)
    press(panel, Qt.Key.Key_F2)
    editor = child(panel, QLineEdit, "runNameEdit")

    QTest.keyClicks(editor, "never")
    QTest.keyClick(editor, Qt.Key.Key_Escape)

    assert asked == []


def test_f2_on_nothing_does_nothing(panel):
    panel.view.clearSelection()
    panel.view.setCurrentIndex(panel.view.model().index(-1, 0))

    press(panel, Qt.Key.Key_F2)

    assert panel.findChild(QLineEdit, "runNameEdit") is None


def test_p_pins_the_selected_runs_and_takes_the_pins_off_when_all_have_one(panel, items):
    asked = told(panel.pin_asked)
    items.label([RunId("18")], is_pinned=True)
    choose(panel, 0, 1)

    press(panel, Qt.Key.Key_P)
    items.label([RunId("19")], is_pinned=True)
    press(panel, Qt.Key.Key_P)

    assert [(sorted(runs), is_pinned) for runs, is_pinned in asked] == [(["18", "19"], True), (["18", "19"], False)]


def test_t_asks_for_tags_and_tells_what_changed(panel, items):
    items.label([RunId("19")], tags=("common", "only here"))
    items.label([RunId("18")], tags=("common",))
    items.label([RunId("3")], tags=("elsewhere",))
    asked = told(panel.retag_asked)
    choose(panel, 0, 1)

    press(panel, Qt.Key.Key_T)
    edit = child(panel, QLineEdit, "tagsEdit")
    assert edit.text() == "common"
    offers = {button.text(): button for button in panel.findChildren(QPushButton) if button.property("tag")}
    assert {words: button.isChecked() for words, button in offers.items()} == {
        "common": True,
        "elsewhere": False,
        "only here": False,
    }
    offers["elsewhere"].click()
    offers["common"].click()
    QTest.keyClicks(edit, ", two  words , elsewhere,")
    child(panel, QPushButton, "saveTags").click()

    assert asked == [(["19", "18"], ["elsewhere", "two words"], ["common"])]


def test_tags_that_stay_the_same_or_are_cancelled_ask_for_nothing(panel):
    asked = told(panel.retag_asked)
    choose(panel, 0)

    press(panel, Qt.Key.Key_T)
    QTest.keyClick(child(panel, QLineEdit, "tagsEdit"), Qt.Key.Key_Return)
    press(panel, Qt.Key.Key_T)
    dialog = panel.findChildren(TagsDialog)[-1]
    QTest.keyClicks(dialog.findChild(QLineEdit, "tagsEdit"), "x")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert asked == []


def test_delete_and_ctrl_z_ask_for_deletion_and_undo(panel):
    deletions, undos = told(panel.deletion_asked), told(panel.undo_asked)
    choose(panel, 2, 4)

    press(panel, Qt.Key.Key_Delete)
    press(panel, Qt.Key.Key_Z, CONTROL)

    assert deletions == [(["17", "15"],)]
    assert undos == [()]


def test_after_a_deletion_the_keys_go_on_at_the_same_place_and_open_nothing(panel, items):
    opened = told(panel.opened)
    panel.deletion_asked.connect(items.take_out)
    choose(panel, 2)

    press(panel, Qt.Key.Key_Delete)

    assert items.run_at(panel.view.currentIndex()) in ("18", "16")
    assert opened == []


def test_letters_in_the_field_are_only_letters(panel):
    pins = told(panel.pin_asked)
    choose(panel, 0)
    panel.search.setFocus()

    QTest.keyClicks(panel.search, "status:part")

    assert pins == []
    assert panel.search.text() == "status:part"


def test_the_strip_says_what_was_deleted_until_it_is_closed(panel):
    undone, closed = told(panel.strip.undo_asked), told(panel.strip.closed)
    assert not panel.strip.isVisible()

    panel.strip.tell("Deleted 3 runs")
    assert panel.strip.isVisible()
    undo = child(panel, QPushButton, "undoDeletion")
    assert undo.accessibleName() == "Undo: Deleted 3 runs"
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    QTest.mouseClick(child(panel, QWidget, "closeUndo"), Qt.MouseButton.LeftButton)
    panel.strip.tell("")

    assert (len(undone), len(closed)) == (1, 1)
    assert not panel.strip.isVisible()


def test_what_a_field_hides_is_counted_and_shown_again(panel, items):
    items.show([row(1), row(2, status="failed"), *(row(number) for number in range(3, MANY))])

    QTest.keyClicks(panel.search, "status:failed")

    assert items.rowCount() == 1
    assert child(panel, QLabel, "historyHidden").text() == "18 hidden"
    QTest.mouseClick(child(panel, QPushButton, "historyShowAll"), Qt.MouseButton.LeftButton)
    assert (items.rowCount(), panel.search.text()) == (19, "")
    assert not child(panel, QPushButton, "historyShowAll").isVisible()


def test_an_unfinished_field_says_what_it_wants_and_is_given_the_lines_for_it(panel, qtbot):
    QTest.keyClicks(panel.search, "cost>")

    hint = child(panel, QLabel, "historyHint")
    assert hint.text().startswith("cost> wants dollars")
    qtbot.waitUntil(lambda: hint.height() >= hint.heightForWidth(hint.width()) > hint.fontMetrics().height() * 2)
    QTest.keyClicks(panel.search, "1")
    assert not hint.isVisible()


def test_searching_is_said_and_matches_take_a_second_line(panel, items, qtbot):
    low = panel.view.visualRect(panel.view.model().index(0, 0)).height()

    panel.search.setText("tonnage")
    assert child(panel, QLabel, "historyHidden").text() == "Searching…"
    items.take_hits(Hits(("tonnage",), ({RunId("7"): Hit(1, 1)},)))
    items.take_snippets({RunId("7"): Snippet("the ", "tonnage", " rose")})

    assert child(panel, QLabel, "historyHidden").text() == "19 hidden"
    qtbot.waitUntil(lambda: panel.view.visualRect(panel.view.model().index(0, 0)).height() > low + 8)
    bare = painted(panel)
    items.take_snippets({RunId("7"): Snippet("the ", "tonnage", " rose", "prompt")})
    assert painted(panel) != bare
    panel.search.clear()
    qtbot.waitUntil(lambda: panel.view.visualRect(panel.view.model().index(0, 0)).height() == low)


def painted(panel):
    """The picture of the list."""
    return panel.view.viewport().grab().toImage()


def test_when_nothing_is_found_it_says_so(panel, items):
    panel.search.setText("nowhere")

    items.take_hits(Hits(("nowhere",), ({},)))

    words = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "No run has all of this." in words


def test_what_was_selected_stays_so_when_the_list_begins_anew(panel, items):
    items.show([row(number) for number in range(200)])
    choose(panel, 150, 160)

    items.set_order("cost")
    items.set_filter("cost<0.000000055")
    assert panel.view.chosen == ["49", "39"]
    items.set_filter("")

    assert panel.view.chosen == ["49", "39"]
    assert items.run_at(panel.view.currentIndex()) == "49"


def test_the_menu_marks_the_order_that_holds_however_it_was_chosen(panel, items):
    items.set_order("cost")

    menu = child(panel, QMenu, "historyMenu")
    for one in menu.findChildren(QMenu):
        one.aboutToShow.emit()

    marked = [action.text() for one in menu.findChildren(QMenu) for action in one.actions() if action.isChecked()]
    assert marked == ["Cost, highest first"]


def test_the_menu_sorts_and_filters_and_counts_what_there_is(panel, items):
    items.show(
        [
            row(1, status="failed", root="gpt", worker="qwen", tags=("two words",), calls=9),
            row(2, root="gpt", worker="gpt", is_pinned=True, calls=3),
            row(3, root="gpt", worker="qwen"),
        ]
    )
    menu = child(panel, QMenu, "historyMenu")
    only = child(panel, QMenu, "historyOnly")
    menu.aboutToShow.emit()
    only.aboutToShow.emit()
    words = [action.text() for action in only.actions() if action.text()]

    assert words[:6] == ["Answered\t2", "No answer\t1", "gpt\t3", "qwen\t2", "two words\t1", "Pinned\t1"]
    actions(only)["No answer"].trigger()
    assert panel.search.text() == "status:failed"
    actions(only)["two words"].trigger()
    assert panel.search.text() == 'status:failed tag:"two words"'
    assert items.rowCount() == 1
    menu.aboutToShow.emit()
    actions(menu)["Show all"].trigger()
    assert items.rowCount() == 3
    sorts = next(action.menu() for action in menu.actions() if action.text() == "Sort by")
    actions(sorts)["Calls, most first"].trigger()

    assert [items.run_at(items.index(place)) for place in range(3)] == ["2", "1", "3"]


def test_the_context_menu_offers_all_with_their_keys(panel, items, qtbot):
    copied = QGuiApplication.clipboard()
    choose(panel, 0, 1)
    panel.view.customContextMenuRequested.emit(QPoint(10, 10))
    menu = child(panel, QMenu, "runMenu")

    texts = [action.text() for action in menu.actions() if action.text()]

    assert texts == [
        "Open\tEnter",
        "Rename\tF2",
        "Pin\tP",
        "Tags…\tT",
        "Compare\tCtrl+Shift+D",
        "Export…",
        "Copy the run's id",
        "Delete\tDel",
    ]
    assert not actions(menu)["Rename"].isEnabled()
    actions(menu)["Copy the run's id"].trigger()
    assert copied.text() == "19\n18"
    menu.close()


def test_the_context_menu_deletes_no_run_that_goes_on(panel, items):
    items.note(row(99, status="running"))
    choose(panel, 0)

    panel.view.customContextMenuRequested.emit(QPoint(10, 10))

    menu = child(panel, QMenu, "runMenu")
    assert not actions(menu)["Delete"].isEnabled()
    assert actions(menu)["Rename"].isEnabled()
    menu.close()


def test_slash_and_ctrl_f_go_to_the_field_and_escape_comes_back(panel):
    press(panel, Qt.Key.Key_Slash)
    assert panel.search.hasFocus()
    QTest.keyClicks(panel.search, "is:pinned")
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)

    assert panel.view.hasFocus()
    assert panel.search.text() == ""
    QTest.keyClick(panel.view, Qt.Key.Key_F, CONTROL)
    assert panel.search.hasFocus()


def test_a_screen_reader_hears_pin_standing_and_tags(panel, items):
    items.label([RunId("19")], name="Dues", is_pinned=True, tags=("a", "b"))

    said = QAccessible.queryAccessibleInterface(panel.view).child(0).text(QAccessible.Text.Name)

    assert said == "pinned, Dues, answered, $0.1, tags: a, b"
    for name in ("historyFind", "historyMenuButton", "historyView", "historyShowAll"):
        assert child(panel, QWidget, name).accessibleName(), name
    assert "F2 renames" in panel.view.accessibleDescription()


def test_a_short_history_has_no_field_until_it_is_asked_for(items, qtbot):
    items.show([row(1)])
    holder = QWidget()
    qtbot.addWidget(holder)
    panel = HistoryPanel(items, holder)
    holder.show()
    assert not panel.search.isVisible()

    panel.view.setFocus()
    press(panel, Qt.Key.Key_Slash)

    assert panel.search.isVisible()
