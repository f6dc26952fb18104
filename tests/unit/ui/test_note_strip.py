"""Writing on nodes: the editor, the pin, score and labels under the detail, and the marks on the rows."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rlm_desktop.storage.errors import Unwritable
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.ui import theme
from rlm_desktop.ui.card_frame import CardFrame
from rlm_desktop.ui.card_table import CardTable
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.shown_run import ShownRun
from rlm_desktop.viewmodel.trace_items import RowRole
from tests.support.panels import make_panel
from tests.support.sample_runs import harbour_run

ENTRIES, TEXTS = harbour_run()
CONTROL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def load(reference):
    return TEXTS[reference.digest]


class FullDisk:
    """Keeps nothing."""

    def of(self, _run):
        return {}

    def labels(self):
        return []

    def change(self, *_words):
        raise Unwritable("The disk is full.")


class Desk:
    """The trace and its detail on the screen, with a run in them."""

    def __init__(self, qtbot) -> None:
        self.top = QWidget()
        self.shown = ShownRun(self.top)
        self.items, self.notes = self.shown.items, self.shown.items.notes
        self.replay = Replay(self.items, self.top)
        self.panel = make_panel(self.items, self.replay, load, self.top)
        self.trace = self.panel.trace
        qtbot.addWidget(self.top)
        self.top.resize(1180, 640)
        self.panel.resize(1180, 640)
        with qtbot.waitActive(self.top):
            self.top.show()
        self.trace.setFocus()

    def open(self, run: str = "one", entries=ENTRIES) -> None:
        self.shown.open_past(RunId(run), entries, load)

    def node(self, title: str, kind: str = "call") -> NodeId:
        nodes = self.items.trace.nodes.values()
        return next(node.id for node in nodes if node.kind == kind and node.title == title)

    def go_to(self, title: str) -> NodeId:
        self.trace.go_to(self.node(title))
        return self.node(title)

    def find(self, name: str) -> QWidget:
        return self.panel.findChild(QWidget, name)

    @property
    def editor(self) -> QWidget:
        return self.find("noteEdit")

    def click(self, name: str) -> None:
        assert self.find(name).isVisible(), f"{name} cannot be seen"
        QTest.mouseClick(self.find(name), Qt.MouseButton.LeftButton)

    def cards(self) -> dict[str, CardFrame]:
        return {frame.card.title: frame for frame in self.panel.findChildren(CardFrame) if not frame.isHidden()}


@pytest.fixture
def desk(qtbot, qapp):
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    made = Desk(qtbot)
    made.open()
    yield made
    made.shown.close()


def test_m_writes_a_note_and_ctrl_enter_saves_it(desk, qtbot):
    call = desk.go_to("Lindholm")

    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "mpo 12")
    qtbot.keyClick(desk.editor, Qt.Key.Key_Return)
    qtbot.keyClicks(desk.editor, "two")
    qtbot.keyClick(desk.editor, Qt.Key.Key_Return, CONTROL)

    assert desk.notes.note(call).text == "mpo 12\ntwo"
    assert desk.trace.hasFocus()
    assert not desk.editor.isVisible()
    qtbot.waitUntil(lambda: "Your note" in desk.cards())
    assert desk.cards()["Your note"].card.body.text == "mpo 12\ntwo"


def test_a_row_copied_as_markdown_takes_its_note_along(desk, qtbot):
    desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "worth quoting")
    qtbot.keyClick(desk.editor, Qt.Key.Key_Return, CONTROL)

    desk.panel.copy_markdown()

    assert "worth quoting" in QGuiApplication.clipboard().text()


def test_esc_leaves_and_nothing_typed_is_lost(desk, qtbot):
    call = desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "thought")

    qtbot.keyClick(desk.editor, Qt.Key.Key_Escape)

    assert desk.trace.hasFocus()
    assert desk.notes.note(call).text == "thought"


def test_a_click_on_another_row_keeps_what_was_typed_where_it_was_typed(desk, qtbot):
    first = desk.go_to("Lindholm")
    second = desk.node("Torsnes")
    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "about Lindholm")

    place = desk.trace.visualRect(desk.items.index_of(second)).center()
    QTest.mouseClick(desk.trace.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert desk.trace.current == second
    assert (desk.notes.note(first).text, desk.notes.note(second).text) == ("about Lindholm", "")
    assert desk.editor.toPlainText() == ""


def test_a_live_run_goes_on_without_taking_the_note_away(desk, qtbot):
    desk.shown.begin(RunId("live"), "q", load)
    desk.shown.feed(ENTRIES[:100])
    assert desk.trace.is_following
    node = desk.trace.current

    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "while it ")
    desk.shown.feed(ENTRIES[100:300])
    qtbot.keyClicks(desk.editor, "runs")
    qtbot.keyClick(desk.editor, Qt.Key.Key_Return, CONTROL)

    assert desk.notes.note(node).text == "while it runs"
    assert not desk.trace.is_following
    assert len(desk.notes.all()) == 1


def test_looking_back_while_typing_writes_on_no_other_node(desk, qtbot):
    call = desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "typed")

    desk.replay.seek(30)
    qtbot.keyClicks(desk.editor, " on")
    qtbot.keyClick(desk.editor, Qt.Key.Key_Escape)

    assert [(note.node, note.text) for note in desk.notes.all()] == [(call, "typed on")]
    assert desk.editor.toPlainText() == ""


def test_another_run_while_typing_gets_nothing_of_it(desk, qtbot):
    call = desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "typed")

    desk.open("other")

    assert desk.notes.all() == []
    assert desk.editor.toPlainText() == ""
    desk.open("one")
    assert desk.notes.note(call).text == "typed"


def test_a_hidden_window_keeps_what_was_typed(desk, qtbot):
    call = desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "typed")

    desk.top.hide()

    assert desk.notes.note(call).text == "typed"


def test_a_pause_saves_what_is_being_typed(desk, qtbot):
    call = desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "typed")

    qtbot.waitUntil(lambda: desk.notes.note(call).text == "typed")

    assert desk.editor.hasFocus()


def test_a_deleted_note_comes_back(desk, qtbot):
    call = desk.go_to("Lindholm")
    desk.notes.write(call, "precious")
    qtbot.keyClicks(desk.trace, "m")

    desk.click("deleteNote")
    assert desk.notes.note(call).text == ""
    desk.click("undoNote")

    assert desk.notes.note(call).text == "precious"
    qtbot.keyClicks(desk.trace, "m")
    assert desk.editor.toPlainText() == "precious"


def test_p_pins_and_a_small_control_scores(desk, qtbot):
    call = desk.go_to("Lindholm")

    qtbot.keyClicks(desk.trace, "p")
    desk.click("score4")
    assert (desk.notes.note(call).is_pinned, desk.notes.note(call).score) == (True, 4)

    qtbot.keyClicks(desk.trace, "p")
    desk.click("score4")
    assert desk.notes.get(call) is None


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_labels_are_typed_with_commas_and_known_ones_offered(desk, qtbot):
    other, call = desk.node("Torsnes"), desk.go_to("Lindholm")
    desk.notes.label(other, ("context overflow",))
    field = desk.find("labelEdit")

    field.setFocus()
    qtbot.keyClicks(field, "well read, con")
    offered = QApplication.activePopupWidget()
    qtbot.keyClick(offered, Qt.Key.Key_Down)
    qtbot.keyClick(offered, Qt.Key.Key_Return)
    assert field.text() == "well read, context overflow"
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert desk.notes.note(call).labels == ("well read", "context overflow")


def test_labels_that_are_being_typed_stay_with_their_node(desk, qtbot):
    first, second = desk.go_to("Lindholm"), desk.node("Torsnes")
    field = desk.find("labelEdit")
    field.setFocus()
    qtbot.keyClicks(field, "odd")

    desk.trace.go_to(second)

    assert desk.notes.note(first).labels == ("odd",)
    assert field.text() == ""


def test_rows_are_marked_and_say_so(desk):
    call = desk.go_to("Lindholm")

    desk.notes.write(call, "look\nhere")
    desk.notes.toggle_pin(call)
    desk.notes.score(call, 0)
    desk.notes.label(call, ("odd", "long"))

    index = desk.items.index_of(call)
    badge = index.data(RowRole).badges[-1]
    assert badge.sign.split("\u2009") == ["#", "★0", "✎", "⚲"]
    assert badge.words == "labelled odd, long, score 0 of 5, your note: look here, pinned"
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert badge.words in spoken
    assert badge.words in index.data(Qt.ItemDataRole.ToolTipRole)


def test_a_mark_is_painted_anew_when_it_comes(desk, qtbot):
    call = desk.go_to("Lindholm")
    row = desk.items.index_of(call).row()

    with qtbot.waitSignal(desk.items.dataChanged) as told:
        desk.notes.toggle_pin(call)

    assert told.args[0].row() <= row <= told.args[1].row()


def test_the_run_lists_its_notes_and_pins_and_leads_to_them(desk, qtbot):
    call, failed = desk.node("Lindholm"), desk.node("Torsnes")
    desk.notes.write(call, "Correct")
    desk.notes.toggle_pin(failed)

    desk.trace.go_to(desk.items.trace.root.id)

    frame = desk.cards()["Notes and pins of this run"]
    assert frame.card.meta == "1 note · 1 pin"
    assert [[cell.text for cell in row] for row in frame.card.body.rows] == [
        [" ", "turn 7 › step 1 › call 2", "Correct", ""],
        ["⚲", "turn 7 › step 1 › call 3", "Torsnes", ""],
    ]
    table = frame.findChild(CardTable)
    spot = table.visualRect(table.model().index(1, 2)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot))
    assert desk.trace.current == failed


def test_a_full_disk_is_said_beside_the_note_which_stays(desk, qtbot):
    desk.notes.keeper = FullDisk()
    desk.open()
    qtbot.waitUntil(lambda: desk.notes.is_ready)
    call = desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "m")
    qtbot.keyClicks(desk.editor, "typed")
    qtbot.keyClick(desk.editor, Qt.Key.Key_Return, CONTROL)

    qtbot.waitUntil(lambda: desk.find("noteWord").isVisible())

    assert desk.find("noteWord").text() == "Not saved; it stays here and can be saved again. The disk is full."
    assert desk.find("saveNotesAgain").isVisible()
    assert desk.notes.note(call).text == "typed"


def test_without_a_run_there_is_nothing_to_write_on(desk, qtbot):
    desk.shown.show_none()

    qtbot.keyClicks(desk.trace, "mp")

    assert not desk.find("noteStrip").isVisible()
    assert desk.notes.all() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_strip_has_room_in_a_narrow_detail(desk, qapp, scheme):
    theme.apply(qapp, scheme)
    desk.go_to("Lindholm")

    desk.panel.split.setSizes([880, 300])

    strip = desk.find("noteStrip")
    assert strip.width() >= strip.minimumSizeHint().width()
