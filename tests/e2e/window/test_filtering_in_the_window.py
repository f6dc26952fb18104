"""The trace's filter and search as a reader uses them, on a recorded run, with the real database."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rlm_desktop.settings.preferences import load
from rlm_desktop.ui.run_line import TRACE
from rlm_desktop.viewmodel import large_runs
from rlm_desktop.viewmodel.trace_items import RowRole
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run
from tests.support.window import Driver, play

ENTRIES, TEXTS = harbour_run()
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(params=["small", "large"])
def data_dir(request, tmp_path, monkeypatch):
    """A folder with a run that is opened entry by entry, or by its skeleton."""
    if request.param == "large":
        monkeypatch.setattr(large_runs, "LARGE_FROM", 10)
    record(tmp_path, "harbour", ENTRIES, TEXTS)
    return tmp_path


async def open_trace(user: Driver) -> None:
    await user.connected()
    await user.until(lambda: user.parts.history.rowCount() == 1, "the run is listed")
    user.window.run_opened.emit("harbour")
    await user.until(lambda: user.shown.run == "harbour" and user.shown.items.rowCount() > 1, "the run is open")
    user.window.run_page.show_view(TRACE)


def titles(user: Driver) -> list[str]:
    items = user.shown.items
    return [items.index(row, 0).data(RowRole).title for row in range(items.rowCount())]


async def typed(user: Driver, words: str, said: str) -> None:
    field = user.find("traceSearch")
    field.clear()
    QTest.keyClicks(field, words)
    await user.until(lambda: user.find("filterWords").text().startswith(said), f"it says {said}")


def test_errors_are_found_counted_and_gone_through(data_dir):
    async def story(user: Driver) -> None:
        await open_trace(user)
        whole = titles(user)
        trace = user.find("traceView")
        trace.setFocus()
        QTest.keyClicks(trace, "/")
        assert user.find("traceSearch").hasFocus()

        await typed(user, "status:error", "3 of 200 · 197 hidden")
        QTest.keyClick(user.find("traceSearch"), Qt.Key.Key_Return)
        first = trace.current
        QTest.keyClick(user.find("traceSearch"), Qt.Key.Key_Return)
        assert trace.current != first
        QTest.keyClick(user.find("traceSearch"), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        assert trace.current == first
        assert "Torsnes" in titles(user)
        QTest.keyClick(user.find("traceSearch"), Qt.Key.Key_Escape)
        await user.until(lambda: titles(user) == whole, "everything is shown again")

    play(data_dir, story)


def test_words_are_found_in_texts_that_no_row_shows(data_dir):
    async def story(user: Driver) -> None:
        await open_trace(user)
        await typed(user, "DREDGING kind:answer", "1 of 200 · 199 hidden")
        await typed(user, "no-such-word-anywhere", "0 of 200 · 200 hidden")
        assert titles(user) == []

    play(data_dir, story)


def test_what_is_no_filter_is_said_and_the_last_one_goes_on(data_dir):
    async def story(user: Driver) -> None:
        await open_trace(user)
        await typed(user, "kind:turn", "10 of 200")
        await typed(user, "kind:turn cost>much", "cost wants a number, as in cost>1.")
        assert len(titles(user)) == 14

    play(data_dir, story)


def test_filters_are_kept_from_one_sitting_to_the_next(data_dir):
    async def keep(user: Driver) -> None:
        await open_trace(user)
        await typed(user, "kind:step", "10 of 200")
        user.window.run_page.filter_bar._on_keep()

    async def use(user: Driver) -> None:
        await open_trace(user)
        bar = user.window.run_page.filter_bar
        bar._on_menu()
        bar._menu.actions()[0].trigger()
        await user.until(lambda: bar.words.text().startswith("10 of 200"), "the kept filter holds")

    play(data_dir, keep)
    play(data_dir, use, load(data_dir))
