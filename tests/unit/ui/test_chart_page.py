"""The chart page as a reader uses it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QToolTip, QWidget

from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui import theme
from rlm_desktop.ui.run_charts import RunCharts
from rlm_desktop.viewmodel.shown_run import ShownRun
from tests.support.sample_runs import harbour_run

ENTRIES, _ = harbour_run()
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise", extend=True)


def no_text(_reference: TextRef) -> str:
    return ""


class Desk:
    """The charts of a run in a window."""

    def __init__(self, qtbot) -> None:
        self.window = QWidget()
        self.shown = ShownRun(self.window)
        self.charts = RunCharts(self.shown, self.window)
        self.page = self.charts.page
        self.charts.resize(900, 600)
        self.window.resize(900, 600)
        qtbot.addWidget(self.window)
        with qtbot.waitExposed(self.window):
            self.window.show()

    @property
    def rows(self) -> list[list[str]]:
        model = self.page.table.model()
        return [
            [model.index(row, column).data() for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]

    def spot(self, bar: int) -> QPoint:
        return self.page.view.plot.band(bar).center().toPoint()


@pytest.fixture
def desk(qtbot, qapp) -> Desk:
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    return Desk(qtbot)


@pytest.fixture
def filled(desk) -> Desk:
    desk.shown.open_past("r", ENTRIES, no_text)
    return desk


def test_without_a_run_it_says_in_words_what_will_be_here(desk):
    assert desk.page.empty.isVisible()
    assert "No call has come back yet" in desk.page.empty.text()
    assert not desk.page.export_button.isEnabled()
    assert not desk.page.table.isVisible()


def test_the_switches_choose_the_chart_and_its_table(filled, qtbot):
    page = filled.page
    assert page.chart.title == "Cost by turn"

    qtbot.mouseClick(page.measure.button(2), Qt.MouseButton.LeftButton)
    assert page.chart.title == "Calls by duration"
    assert filled.rows[0] == ["0.1–0.2 s", "0", "0", "1", "1"]
    assert not page.divisions[0].isVisible()

    qtbot.mouseClick(page.divisions[2].button(1), Qt.MouseButton.LeftButton)
    assert page.chart.title == "Calls by size"


def test_pointing_at_a_bar_tells_its_exact_values(filled, qapp):
    view = filled.page.view
    QTest.mouseMove(view, filled.spot(6))

    place = filled.spot(6)
    QApplication.sendEvent(view, QHelpEvent(QHelpEvent.Type.ToolTip, place, view.mapToGlobal(place)))

    assert QToolTip.text().splitlines()[0] == "Turn 7"
    assert "Root: $0.0112" in QToolTip.text()
    QToolTip.hideText()


def test_the_chart_says_itself_in_words_to_who_cannot_see_it(filled):
    told = QAccessible.queryAccessibleInterface(filled.page.view)

    words = told.text(QAccessible.Text.Description)
    assert words.startswith("Cost by turn. $0.1582 in all · 165 calls")
    assert "The table under it has the same figures" in words


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(filled, qtbot):
    header = filled.page.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(3) + 8, header.height() // 2)

    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [row[0] for row in filled.rows][:3] == ["7", "5", "3"]
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [row[0] for row in filled.rows][-3:] == ["3", "5", "7"]


def test_keys_sort_and_copy(filled, qtbot):
    table = filled.page.table
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 2))

    qtbot.keyClick(table, Qt.Key.Key_S)
    assert [row[0] for row in filled.rows][:2] == ["7", "5"]
    table.selectAll()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Turn\tRoot\tWorker\tCost"
    assert len(lines) == 9


def test_the_charts_follow_the_position_that_is_looked_at(filled, qtbot):
    filled.shown.items.go_to(60)

    qtbot.waitUntil(lambda: len(filled.page.chart.bars) < 8)
    assert sum(bar.total for bar in filled.page.chart.bars) == filled.shown.items.trace.root.totals.cost_nano_usd


def test_a_burst_of_news_is_drawn_once_and_its_end_with_the_next_rest(desk, qtbot):
    made = []
    desk.page.view.show_chart = made.append
    desk.shown.begin("r", "Which?", no_text)
    made.clear()

    desk.charts._resting.start()
    for entry in ENTRIES[:-1]:
        desk.shown.feed([entry])
    assert made == []
    qtbot.waitUntil(lambda: bool(made))

    assert sum(bar.total for bar in made[-1].bars) == desk.shown.items.trace.root.totals.cost_nano_usd
    assert len(made) == 1


def test_nothing_is_added_up_while_nobody_looks(desk):
    desk.charts.hide()

    desk.shown.open_past("r", ENTRIES, no_text)
    assert desk.charts._figures.position == 0

    desk.charts.show()
    assert desk.charts._figures.position == len(ENTRIES)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_picture_is_saved_where_the_user_says(filled, tmp_path, kind):
    filled.page.export_button.menu().actions()[["png", "svg"].index(kind)].trigger()
    dialog = filled.page.findChild(QFileDialog, "chartFileDialog")
    file = tmp_path / f"cost.{kind}"
    assert dialog.defaultSuffix() == kind

    dialog.fileSelected.emit(str(file))
    dialog.close()

    assert filled.page.words.text() == f"Written to {file}."
    if kind == "png":
        assert not QImage(str(file)).isNull()
    else:
        assert "Which harbours raised their dues" in file.read_text()


def test_a_place_that_cannot_be_written_is_said_in_one_sentence(filled, tmp_path):
    filled.page.export(str(tmp_path / "nowhere" / "cost.svg"))

    assert filled.page.words.isVisible()
    assert filled.page.words.text() == (
        f"The chart could not be written to {tmp_path}/nowhere/cost.svg: No such file or directory. "
        "Choose another folder."
    )


def test_another_theme_is_painted_at_once(filled, qapp):
    place = next(one.box for one in filled.page.view.plot.pieces() if one.bar == 6).center().toPoint()
    for scheme in ("dark", "light"):
        theme.apply(qapp, scheme)
        qapp.processEvents()

        assert filled.page.view.grab().toImage().pixelColor(place).name() == theme.colour("root").name()


def test_equal_figures_are_not_drawn_again(filled):
    chart = filled.page.chart

    filled.page.refresh()

    assert filled.page.chart is chart
