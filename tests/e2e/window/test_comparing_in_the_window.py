import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rlm_desktop.ui.run_line import ANSWER, COMPARE, TRACE
from rlm_desktop.viewmodel.history_items import RunRole
from tests.support.compared_runs import other_run
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def data_dir(tmp_path):
    record(tmp_path, "a", *harbour_run())
    record(tmp_path, "b", *other_run())
    entries, texts = harbour_run()
    record(tmp_path, "c", entries[:60], texts)
    return tmp_path


async def click_run(user: Driver, run: str, keys=Qt.KeyboardModifier.NoModifier) -> None:
    """Click a run in the history."""
    await user.connected()
    view, items = user.find("historyView"), user.parts.history
    await user.until(lambda: items.place_of(run) is not None, "the history is listed")
    index = next(
        view.model().index(row, 0)
        for row in range(view.model().rowCount())
        if view.model().index(row, 0).data(RunRole) == run
    )
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, view.visualRect(index).center())


async def open_run(user: Driver, run: str) -> None:
    await click_run(user, run)
    await user.until(lambda: user.shown.run == run and user.shown.items.entries, "the run is open")


async def compared(user: Driver) -> None:
    page = user.window.run_page
    await user.until(
        lambda: page.view == COMPARE and page.comparing.items.comparison is not None, "the runs are compared"
    )


def row_of(user: Driver, words: str) -> int:
    items = user.window.run_page.comparing.items
    rows = range(items.rowCount())
    return next(row for row in rows if items.row(row).kind == "step" and words in items.row(row).words)


def click_step(user: Driver, words: str, part: float) -> None:
    listed = user.find("compareList")
    index = listed.model().index(row_of(user, words), 0)
    listed.scrollTo(index)
    place = listed.visualRect(index).center()
    place.setX(round(listed.viewport().width() * part))
    QTest.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_two_runs_of_the_history_are_compared_and_a_step_of_the_second_is_opened(data_dir):
    async def story(user: Driver) -> None:
        page = user.window.run_page
        await open_run(user, "b")
        assert page.view == ANSWER
        assert page.line.switch.button(COMPARE).isHidden()
        await click_run(user, "a", CONTROL)
        QTest.keyClick(user.window, Qt.Key.Key_D, CONTROL | Qt.KeyboardModifier.ShiftModifier)
        await compared(user)

        assert page.comparing.pair == ("a", "b")
        assert user.find("compareWords").text().startswith("The second run cost $0.0029 less")
        assert page.line.switch.button(COMPARE).isVisible()
        assert user.find("compareList").hasFocus()

        click_step(user, "turn 2", 0.75)
        assert (page.view, user.shown.run) == (TRACE, "b")
        assert user.shown.items.trace.nodes[page.trace.current].title.startswith('hits = grep(r"')
        page.show_view(COMPARE)
        click_step(user, "only in the first", 0.25)
        await user.until(lambda: user.shown.run == "a" and page.trace.current is not None, "the first run is open")
        await user.until(lambda: page.view == TRACE, "its trace is shown")
        assert "a raise is a resolved increase" in user.shown.items.trace.nodes[page.trace.current].title
        assert page.comparing.pair == ("a", "b")

    play(data_dir, story)


def test_the_shown_run_is_compared_with_one_that_is_searched_for_and_escape_goes_back(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "a")
        user.click("compareWith")
        QTest.keyClicks(user.find("compareFind"), "partial")
        QTest.keyClick(user.find("compareFind"), Qt.Key.Key_Return)
        await compared(user)
        assert user.window.run_page.comparing.pair == ("a", "b")

        QTest.keyClick(user.find("compareList"), Qt.Key.Key_Escape)

        assert user.window.run_page.view == ANSWER
        assert user.window.run_page.comparing.pair is None
        assert user.find("compareWith").isVisible()

    play(data_dir, story)


def test_another_run_ends_the_comparison(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "a")
        user.window.run_page.comparing.begin("a", "b")
        await compared(user)

        await open_run(user, "c")

        assert user.window.run_page.comparing.pair is None
        assert user.window.run_page.view == TRACE

    play(data_dir, story)


def test_two_runs_that_are_not_shown_are_compared_from_the_start_page(data_dir):
    async def story(user: Driver) -> None:
        await user.connected()
        await user.until(lambda: user.parts.history.rowCount() == 3, "the history is listed")

        user.window.history.compare_asked.emit(["a", "b"])
        await compared(user)

        assert user.shown.run == "a"

    play(data_dir, story)


def test_a_run_that_is_deleted_meanwhile_is_said_to_be_gone(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "a")
        user.window.run_page.comparing.begin("a", "b")
        await compared(user)
        user.window.history.deletion_asked.emit(["b"])
        user.window.history.strip.closed.emit()
        problem = user.find("compareProblem")

        await user.until(problem.isVisible, "the problem is said")

        assert "The second run was deleted from the history" in problem.text()
        assert user.find("compareList").model().rowCount() > 20

    play(data_dir, story)
