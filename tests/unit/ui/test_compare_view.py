import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QPushButton

from rlm_desktop.storage.errors import NoSuchRun
from rlm_desktop.trace.ids import RunId
from rlm_desktop.ui import theme
from rlm_desktop.ui.compare_delegate import EDGE, GUTTER
from rlm_desktop.ui.compare_dialog import CompareDialog
from rlm_desktop.ui.compare_view import CompareView
from rlm_desktop.viewmodel.comparison.comparing import Comparing, Reading
from rlm_desktop.viewmodel.history_items import HistoryItems, HistoryRow, RunRole
from rlm_desktop.viewmodel.roles import NoteRole
from tests.support.compared_runs import other_run
from tests.support.sample_runs import harbour_run

FIRST, SECOND = harbour_run(), other_run()
A, B = RunId("a"), RunId("b")
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class FakeShelf:
    """Has two runs."""

    def __init__(self) -> None:
        self.runs = {A: FIRST[0], B: SECOND[0]}

    def look(self, run, after, tell, is_left):
        entries = tuple(entry for entry in self.runs.get(run, ()) if entry.seq > after)
        tell(Reading(run=run, after=after, entries=entries, error=None if run in self.runs else NoSuchRun("gone")))

    def text(self, reference):
        return {**FIRST[1], **SECOND[1]}[reference.digest]


class Desk:
    """The view on the screen, with two runs in it."""

    def __init__(self, qtbot) -> None:
        self.owner = QObject()
        self.comparing = Comparing(self.owner)
        self.comparing.source = self.shelf = FakeShelf()
        self.view = CompareView(self.comparing, None)
        self.list, self.items = self.view.list, self.comparing.items
        self.steps: list[tuple[RunId, int]] = []
        self.closed: list[bool] = []
        self.view.step_wanted.connect(lambda run, node: self.steps.append((run, node)))
        self.view.closed.connect(lambda: self.closed.append(True))
        self.qtbot = qtbot
        qtbot.addWidget(self.view)
        self.view.resize(1100, 900)
        with qtbot.waitExposed(self.view):
            self.view.show()

    def compare(self) -> None:
        self.comparing.begin(A, B)
        self.qtbot.waitUntil(lambda: self.items.comparison is not None, timeout=20_000)

    def place(self, kind: str, words: str = "") -> int:
        rows = range(self.items.rowCount())
        return next(row for row in rows if self.items.row(row).kind == kind and words in self.items.row(row).words)

    def show(self, place: int) -> None:
        self.list.scrollTo(self.items.index(place))

    def click(self, place: int, x: int) -> None:
        self.show(place)
        point = QPoint(x, self.list.visualRect(self.items.index(place)).center().y())
        self.qtbot.mouseClick(self.list.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.list, key, modifier)

    def go_to(self, place: int) -> None:
        self.list.setCurrentIndex(self.items.index(place))


@pytest.fixture
def desk(qtbot, qapp):
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    made = Desk(qtbot)
    yield made
    made.comparing.close()


def test_the_sentence_and_both_runs_stand_above_their_columns(desk):
    assert desk.view.words.text() == "Both runs are read and compared."
    desk.compare()

    assert desk.view.words.text().startswith("The second run cost $0.0029 less (−1.8 %)")
    assert desk.view.problem.isHidden()
    assert not desk.list.isHidden()


def test_a_click_on_a_step_leads_to_it_in_the_run_of_that_side(desk):
    desk.compare()
    place = desk.place("step", "turn 2")
    row = desk.items.row(place)

    desk.click(place, 200)
    desk.click(place, desk.list.viewport().width() - 200)

    assert desk.steps == [(A, row.left.node), (B, row.right.node)]


def test_a_click_on_a_gap_leads_nowhere(desk):
    desk.compare()

    desk.click(desk.place("step", "only in the first"), desk.list.viewport().width() - 200)

    assert not desk.steps


def test_a_click_on_the_opener_opens_and_closes_a_step(desk):
    desk.compare()
    place = desk.place("step", "turn 1")
    rows = desk.items.rowCount()

    desk.click(place, EDGE + GUTTER - 4)
    assert desk.items.rowCount() > rows
    desk.click(place, EDGE)

    assert desk.items.rowCount() == rows
    assert not desk.steps


def test_the_keyboard_is_enough(desk):
    desk.compare()
    place = desk.place("step", "turn 1")
    row = desk.items.row(place)
    desk.go_to(place)

    desk.press(Qt.Key.Key_Right)
    assert desk.items.row(place).is_open
    desk.press(Qt.Key.Key_Left)
    assert not desk.items.row(place).is_open
    desk.press(Qt.Key.Key_Space)
    assert desk.items.row(place).is_open
    desk.press(Qt.Key.Key_Return)
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)

    assert desk.steps == [(A, row.left.node), (B, row.right.node)]


def test_enter_on_a_gap_leads_to_what_is_beside_it(desk):
    desk.compare()
    place = desk.place("step", "only in the second")
    desk.go_to(place)

    desk.press(Qt.Key.Key_Return)

    assert desk.steps == [(B, desk.items.row(place).right.node)]


def test_j_and_k_go_from_difference_to_difference(desk):
    desk.compare()

    desk.press(Qt.Key.Key_J)
    first = desk.list.currentIndex().row()
    desk.press(Qt.Key.Key_J)
    assert desk.list.currentIndex().row() > first
    desk.press(Qt.Key.Key_K)

    assert desk.list.currentIndex().row() == first
    assert desk.items.row(first).differs


def test_escape_and_the_button_close(desk):
    desk.compare()

    desk.press(Qt.Key.Key_Escape)
    desk.qtbot.mouseClick(desk.view.findChild(QPushButton, "compareClose"), Qt.MouseButton.LeftButton)

    assert desk.closed == [True, True]


def test_the_sides_are_exchanged(desk):
    desk.compare()

    desk.qtbot.mouseClick(desk.view.findChild(QPushButton, "compareSwap"), Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: " more (+" in desk.view.words.text(), timeout=20_000)

    assert desk.comparing.pair == (B, A)


def test_lines_are_copied_with_their_signs(desk):
    desk.compare()
    place = desk.place("line", "tolls")
    desk.go_to(place)
    desk.press(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)

    desk.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text().splitlines() == [
        '- hits = grep(r"\\bdues\\b", ignore_case=True)',
        '+ hits = grep(r"\\b(dues|tolls)\\b", ignore_case=True)',
        "+ hits = [h for h in hits if h.year >= 1980]",
    ]


def test_a_screen_reader_hears_each_row(desk):
    desk.compare()
    place = desk.place("step", "only in the first")
    found = QAccessible.queryAccessibleInterface(desk.list).child(place)

    assert found.text(QAccessible.Text.Name) == desk.items.row(place).words


def test_what_is_wrong_with_a_run_is_said_above_the_rest(desk):
    desk.shelf.runs.pop(B)

    desk.compare()

    assert desk.view.problem.isVisible()
    assert "deleted from the history" in desk.view.problem.text()
    assert desk.place("step", "only in the first") > 0


def test_rows_are_as_high_as_their_wrapped_text_and_fit_again_when_the_window_is_narrower(desk):
    desk.compare()
    place = desk.place("prose", "Ardvik")
    desk.show(place)
    wide = desk.list.visualRect(desk.items.index(place)).height()

    desk.view.resize(640, 900)
    desk.qtbot.waitUntil(lambda: desk.list.visualRect(desk.items.index(place)).height() > wide)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gaps_are_hatched_and_every_kind_of_row_is_painted(desk, qapp, scheme):
    theme.apply(qapp, scheme)
    desk.compare()
    place = desk.place("line", "second run: nothing here")
    desk.show(place)
    box = desk.list.visualRect(desk.items.index(place))
    picture = desk.list.viewport().grab(box).toImage()
    middle = picture.width() * 3 // 4

    shades = {picture.pixelColor(middle + x, 4).name() for x in range(20)}

    assert len(shades) > 1


# The other run


@pytest.fixture
def history(qapp):
    items = HistoryItems(QObject(qapp))
    rows = [
        HistoryRow(run=RunId(f"run-{number}"), title=title, status="answered", root="openai/gpt-5", worker="w")
        for number, title in enumerate(("Who raised the dues?", "Who raised the tolls?", "When was the spur opened?"))
    ]
    items.show(rows)
    return items


@pytest.fixture
def dialog(history, qtbot):
    made = CompareDialog(history, RunId("run-0"), None)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.open()
    return made


def listed(dialog: CompareDialog) -> list[str]:
    model = dialog.view.model()
    return [model.index(row, 0).data(RunRole) for row in range(model.rowCount())]


def test_the_other_runs_are_listed_and_found_by_any_of_their_words(dialog, qtbot):
    assert listed(dialog) == ["run-1", "run-2"]

    qtbot.keyClicks(dialog.field, "gpt-5 SPUR")
    assert listed(dialog) == ["run-2"]
    qtbot.keyClicks(dialog.field, " nothing")

    assert listed(dialog) == []


def test_runs_of_one_question_are_told_apart_by_their_day(dialog, history):
    first = dialog.view.model().index(0, 0)

    assert first.data(NoteRole).startswith(("1970-01-0", "1969-12-31"))


def test_enter_chooses_the_one_that_was_found(dialog, qtbot):
    qtbot.keyClicks(dialog.field, "tolls")

    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)

    assert chosen.args == ["run-0", "run-1"]
    assert dialog.isHidden()


def test_a_double_click_chooses(dialog, qtbot):
    place = dialog.view.visualRect(dialog.view.model().index(1, 0)).center()

    qtbot.mouseClick(dialog.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.mouseDClick(dialog.view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert chosen.args == ["run-0", "run-2"]


def test_without_a_run_that_fits_nothing_is_chosen(dialog, qtbot):
    qtbot.keyClicks(dialog.field, "no such words")
    with qtbot.assertNotEmitted(dialog.chosen):
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)

    assert dialog.isVisible()
