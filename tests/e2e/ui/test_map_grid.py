"""The map grid of a batch as a reader uses it: mouse, keys, filters, copies and files."""

import csv
import json

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QLabel, QLineEdit, QPushButton

from rlm_desktop.trace.tree import Trace
from rlm_desktop.ui import theme
from rlm_desktop.ui.batch_card import BatchCard
from rlm_desktop.ui.sparkline import Sparkline, merged
from rlm_desktop.viewmodel.batch_words import Bar
from rlm_desktop.viewmodel.call_order import GridColumn
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.trace_items import TraceItems
from tests.support.panels import make_panel
from tests.support.reasked_runs import AGAIN, asked_again
from tests.support.run_writer import RunWriter, Sub, Turn
from tests.support.sample_runs import harbour_run

ENTRIES, TEXTS = harbour_run()
BATCH = next(node.id for node in Trace(ENTRIES).nodes.values() if node.kind == "batch" and len(node.children) == 40)
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Desk:
    """A panel with the map grid of the forty calls in it."""

    def __init__(self, qtbot, entries=ENTRIES, texts=TEXTS) -> None:
        self.qtbot = qtbot
        self.items = TraceItems()
        self.panel = make_panel(self.items, Replay(self.items, self.items), lambda reference: texts[reference.digest])
        self.items.setParent(self.panel)
        qtbot.addWidget(self.panel)
        self.panel.resize(1600, 900)
        with qtbot.waitExposed(self.panel):
            self.panel.show()
        self.items.feed(entries)
        batches = (node for node in self.items.trace.nodes.values() if node.kind == "batch")
        self.panel.trace.go_to(max(batches, key=lambda batch: (batch.id == BATCH, batch.id)).id)
        self.card: BatchCard = self.panel.findChild(BatchCard)
        self.view, self.grid = self.card.view, self.card.grid
        self.settle()
        button = self.find(QPushButton, "callGroup")
        qtbot.waitUntil(lambda: button.height() >= button.sizeHint().height())

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.grid.is_busy)

    def find(self, kind, name):
        return self.card.findChild(kind, name)

    def spot(self, row: int, column: int = 2) -> QPoint:
        return self.view.visualRect(self.grid.index(row, column)).center()

    def click(self, row: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, modifiers, self.spot(row))
        self.settle()

    def press(self, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.view, key, modifiers)
        self.settle()

    def asked(self) -> list[str]:
        return [self.grid.index(row, GridColumn.ASKED).data() for row in range(self.grid.rowCount())]

    def current(self) -> str:
        """The title of the trace's current row."""
        return self.items.trace.nodes[self.panel.trace.current].title

    def words(self) -> str:
        label = self.find(QLabel, "callWords")
        return label.text() if label.isVisible() else ""


@pytest.fixture
def desk(qtbot, qapp) -> Desk:
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    return Desk(qtbot)


def test_a_batch_row_opens_its_grid_and_a_click_goes_to_the_call(desk):
    assert desk.card.isVisible()
    assert desk.grid.rowCount() == 40

    desk.click(2)

    assert desk.current() == "Torsnes"
    assert not desk.card.isVisible()


def test_enter_goes_to_the_call_and_coming_back_finds_the_same_line(desk, qtbot):
    desk.click(0, Qt.KeyboardModifier.ControlModifier)
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Return)
    assert desk.current() == "Lindholm"

    qtbot.keyClick(desk.panel.trace, Qt.Key.Key_Backspace)

    assert desk.card.isVisible()
    assert desk.view.currentIndex().row() == 1


def test_a_click_on_a_heading_sorts_and_the_selected_call_stays_selected(desk, qtbot):
    desk.click(30, Qt.KeyboardModifier.ControlModifier)
    header = desk.view.horizontalHeader()
    spot = QPoint(header.sectionViewportPosition(GridColumn.TIME) + 20, header.height() // 2)

    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    desk.settle()

    assert desk.asked()[0] == "Nasby"
    assert desk.view.currentIndex().row() == 0
    assert desk.view.selected() == [0]


def test_words_and_states_filter_and_the_rest_is_counted(desk, qtbot):
    qtbot.keyClicks(desk.find(QLineEdit, "callFilter"), "vik")
    desk.settle()
    shown = len(desk.asked())
    assert 0 < shown < 40
    assert desk.words() == f"{shown} of 40 calls"

    desk.find(QLineEdit, "callFilter").clear()
    states = desk.find(QComboBox, "callState")
    states.setFocus()
    qtbot.keyClicks(states, "Failed")
    desk.settle()
    assert desk.asked() == ["Torsnes", "Nasby"]


@pytest.mark.parametrize("width", [1600, 900, 640, 480])
def test_no_choice_of_the_grid_is_cut_however_narrow_its_card_is(desk, qtbot, width):
    desk.panel.resize(width, 900)

    tools = [desk.find(QLineEdit, "callFilter"), desk.find(QComboBox, "callState"), desk.find(QPushButton, "callGroup")]
    qtbot.waitUntil(lambda: all(tool.width() >= tool.minimumSizeHint().width() for tool in tools))
    qtbot.waitUntil(lambda: all(tool.height() >= tool.minimumSizeHint().height() for tool in tools))


def test_groups_open_and_close_by_key_and_mouse(qtbot, qapp):
    theme.apply(qapp, "light")
    writer = RunWriter()
    subs = [Sub(label=f"item {n}", reply="none" if n % 3 else f"found {n}") for n in range(12)]
    writer.run(0.0, "Q", [Turn(intent="Ask", code="go()", subs=subs)])
    desk = Desk(qtbot, writer.entries(), writer.texts)
    qtbot.mouseClick(desk.find(QPushButton, "callGroup"), Qt.MouseButton.LeftButton)
    desk.settle()
    assert desk.grid.rowCount() == 5
    assert desk.words() == "12 calls · 1 group of identical answers"

    desk.click(0)
    assert desk.grid.rowCount() == 13
    desk.press(Qt.Key.Key_Down)
    desk.press(Qt.Key.Key_Left)
    assert (desk.grid.rowCount(), desk.view.currentIndex().row()) == (5, 0)
    desk.press(Qt.Key.Key_Right)
    assert desk.grid.rowCount() == 13


def test_letters_and_digits_are_those_of_the_panel(desk, qtbot):
    desk.click(0, Qt.KeyboardModifier.ControlModifier)

    qtbot.keyClicks(desk.view, "5")

    assert desk.panel.detail.tab == "Code + output"


def test_selected_rows_are_copied_with_tabs(desk, qtbot, qapp):
    desk.click(1, Qt.KeyboardModifier.ControlModifier)
    desk.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert desk.card.isVisible()

    desk.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    qtbot.waitUntil(lambda: desk.words() == "Copied 2 calls.")
    lines = [line.split("\t") for line in qapp.clipboard().text().split("\n")]
    assert [line[2] for line in lines] == ["Asked", "Lindholm", "Torsnes"]


def choose_file(desk, path) -> None:
    dialog = desk.card.findChild(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()
    dialog.deleteLater()


def test_what_is_shown_is_exported_and_a_bad_place_is_told(desk, qtbot, tmp_path):
    desk.find(QAction, "callCsv").trigger()
    choose_file(desk, tmp_path / "no" / "such.csv")
    assert "could not be written: No such file or directory" in desk.words()

    desk.find(QAction, "callCsv").trigger()
    choose_file(desk, tmp_path / "calls.csv")

    qtbot.waitUntil(lambda: desk.words().startswith("Written to"))
    with (tmp_path / "calls.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    assert rows[2]["error"] == "context too long"


def test_the_prompts_of_failed_calls_are_copied_as_json(desk, qtbot, qapp):
    action = desk.find(QAction, "callPrompts")
    assert action.text() == "Copy the 2 prompts of failed calls as JSON"

    action.trigger()

    qtbot.waitUntil(lambda: desk.words().startswith("Copied"))
    assert ["Torsnes" in prompt or "Nasby" in prompt for prompt in json.loads(qapp.clipboard().text())] == [True, True]


def test_lines_and_the_picture_speak_to_screen_readers(desk):
    table = QAccessible.queryAccessibleInterface(desk.view)
    spoken = [table.child(place).text(QAccessible.Text.Name) for place in range(table.childCount())][:60]
    assert any(words.startswith("call 3 of 40, Torsnes, failed, context too long") for words in spoken)

    picture = QAccessible.queryAccessibleInterface(desk.card.findChild(Sparkline))
    assert picture.text(QAccessible.Text.Name) == "Durations of the calls"
    assert picture.text(QAccessible.Text.Description).startswith("Durations of 40 calls")


def test_another_batch_begins_without_filter_and_order(desk, qtbot):
    desk.grid.want(text="vik", column=GridColumn.COST)
    desk.settle()
    other = next(node.id for node in desk.items.trace.nodes.values() if node.kind == "batch" and node.id != BATCH)

    desk.panel.trace.go_to(other)
    desk.settle()

    assert desk.grid.wish.is_plain
    assert desk.grid.rowCount() == len(desk.items.trace.nodes[other].children)


def test_a_picture_of_more_calls_than_pixels_keeps_failures_and_the_longest():
    bars = [Bar(place % 50, "failed" if place == 777 else "answered", False) for place in range(1_000)]

    shown = merged(bars, 100)

    assert len(shown) == 100
    assert [bar.state for bar in shown].count("failed") == 1
    assert max(bar.seconds for bar in shown) == 49


def test_what_has_no_answer_is_said_with_why_it_cannot_be_run_again_now(desk):
    strip, button = desk.find(QFrame, "reaskStrip"), desk.find(QPushButton, "callAgain")

    assert strip.isVisible()
    assert (button.text(), button.isEnabled()) == ("Run 2 failed again", False)
    assert button.toolTip() == "There is no engine now. Start it again first."
    assert desk.find(QLabel, "callAgainWords").text() == f"2 calls have no answer. {button.toolTip()}"
    assert desk.card.findChild(QAction, "callRunAgain").toolTip() == button.toolTip()


def test_a_fan_out_without_failures_has_nothing_to_run_again(qtbot, qapp):
    theme.load_fonts(qapp)
    writer = RunWriter()
    writer.run(0.0, "Q", [Turn(intent="Ask", code="go()", subs=[Sub(label=f"item {n}") for n in range(9)])])
    desk = Desk(qtbot, writer.entries(), writer.texts)
    action = desk.card.findChild(QAction, "callRunAgain")

    assert not desk.find(QFrame, "reaskStrip").isVisible()
    assert (action.isEnabled(), action.toolTip()) == (False, "No call of this fan-out failed.")


def test_a_click_goes_to_the_reply_of_a_call_that_was_asked_again(qtbot, qapp):
    theme.load_fonts(qapp)
    more, texts = asked_again()
    desk = Desk(qtbot, [*ENTRIES, *more], texts)
    desk.panel.trace.go_to(BATCH)
    desk.qtbot.waitUntil(lambda: desk.grid.batch == BATCH)
    desk.settle()

    desk.click(2)

    assert desk.panel.trace.current == AGAIN + 1
