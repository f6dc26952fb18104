import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from rlm_desktop.ui.run_line import CHARTS
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to, nor one to raise a dialog.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def data_dir(tmp_path):
    record(tmp_path, "whole", *harbour_run())
    record(tmp_path, "short", *harbour_run(turns=3))
    return tmp_path


def button(user: Driver, words: str) -> QToolButton:
    return next(one for one in user.window.top.findChildren(QToolButton) if one.accessibleName() == words)


def test_a_key_shows_the_charts_of_the_run_and_they_go_along_with_the_replay(data_dir):
    async def story(user: Driver) -> None:
        await user.connected()
        view = user.find("historyView")
        await user.until(lambda: view.model().rowCount() == 2, "the history is listed")
        view.activated.emit(view.model().index(0, 0))
        await user.until(lambda: user.shown.standing == "past", "the run is open")

        QTest.keyClick(user.window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)

        page = user.window.run_page.charts.page
        assert user.window.run_page.view == CHARTS
        assert sum(bar.total for bar in page.chart.bars) == user.shown.items.trace.root.totals.cost_nano_usd
        user.window.replay.seek(10)
        await user.until(lambda: len(page.chart.bars) == 2, "the charts went back, too")

    play(data_dir, story)


def test_a_button_shows_the_charts_of_all_runs_as_they_are_recorded(data_dir):
    async def story(user: Driver) -> None:
        await user.connected()
        QTest.mouseClick(button(user, "Charts of all runs"), Qt.MouseButton.LeftButton)
        page = user.find("allCharts").page
        await user.until(lambda: page.chart.bars, "the runs are added up")

        assert "2 runs" in page.chart.subtitle
        assert [bar.runs for bar in page.chart.bars] == [2]
        page.choose("Cost", "By corpus")
        assert [bar.label for bar in page.chart.bars] == ["No documents"]
        assert page.table.isVisible()
        user.find("allCharts").close()

    play(data_dir, story)


def test_before_there_is_a_database_the_charts_say_why_they_are_empty(tmp_path):
    (tmp_path / "file").write_text("in the way")

    async def story(user: Driver) -> None:
        await user.until(lambda: user.banner, "the banner speaks")
        user.window.open_charts()

        assert "cannot be read yet" in user.find("allCharts").page.empty.text()
        user.find("allCharts").close()

    play(tmp_path / "file" / "data", story)
