"""Large runs whose skeletons are gone: a process makes them anew while the window goes on."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest

from rlm_desktop.skeleton.places import skeleton_path
from rlm_desktop.ui.run_line import COMPARE
from rlm_desktop.viewmodel.history_items import RunRole
from tests.support.large import SLOW, entry_count, record_large, slow_process, was_told_to_end
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CONTROL = Qt.KeyboardModifier.ControlModifier


class Ticks(QObject):
    """Counts how often the window's loop came round."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.count = 0
        self.timer = QTimer(self, interval=5)
        self.timer.timeout.connect(self._tick)
        self.timer.start()

    @Slot()
    def _tick(self) -> None:
        self.count += 1


@contextmanager
def ticking(user: Driver) -> Iterator[Ticks]:
    ticks = Ticks(user.window)
    yield ticks
    ticks.timer.stop()


@pytest.fixture
def data_dir(tmp_path):
    record(tmp_path, "small", *harbour_run())
    record_large(tmp_path, "large")
    return tmp_path


async def click_run(user: Driver, run: str, keys=Qt.KeyboardModifier.NoModifier) -> None:
    await user.connected()
    view, items = user.find("historyView"), user.parts.history
    await user.until(lambda: items.place_of(run) is not None, "the history is listed")
    rows = [view.model().index(row, 0) for row in range(view.model().rowCount())]
    index = next(index for index in rows if index.data(RunRole) == run)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, view.visualRect(index).center())


async def open_run(user: Driver, run: str) -> None:
    await click_run(user, run)
    await user.until(lambda: user.shown.run == run and user.shown.items.entries, "the run is open")


def words(user: Driver) -> str:
    strip = user.find("preparingStrip")
    return strip.words.text() if strip.isVisible() else ""


async def begin_slowly(user: Driver, data_dir) -> int:
    """Click the large run, and let it be got ready by a process that takes its time; give its number."""
    await user.connected()
    user.sitting.connected.shelf.large.command = SLOW
    await click_run(user, "large")
    await user.until(lambda: words(user) == "Getting this large run ready: 40 %", "it is said how far it is")
    await user.until(lambda: slow_process(data_dir) is not None, "the process has begun")
    return slow_process(data_dir)


def test_a_large_run_whose_skeleton_is_gone_opens_while_the_window_goes_on(data_dir, caplog):
    async def story(user: Driver) -> None:
        said = set()
        await user.connected()
        user.window.preparing.changed.connect(lambda: said.add(words(user)))
        with ticking(user) as ticks:
            await open_run(user, "large")

        assert user.shown.is_sealed
        assert len(user.shown.items.entries) == entry_count(data_dir, "large")
        assert any(line.startswith("Getting this large run ready: ") for line in said)
        assert not words(user)
        assert "window's process" not in caplog.text
        assert ticks.count > 20

    play(data_dir, story)

    assert skeleton_path(data_dir, "large").exists()


def test_another_run_opens_meanwhile_and_ends_the_process(data_dir):
    async def story(user: Driver) -> None:
        await begin_slowly(user, data_dir)
        await open_run(user, "small")

        await user.until(lambda: not words(user), "nothing is said of the other any more")
        await user.until(lambda: was_told_to_end(data_dir), "the process was told to end")
        assert user.shown.run == "small"

    play(data_dir, story)


def test_who_does_not_want_to_wait_stays_with_what_is_shown(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "small")
        await begin_slowly(user, data_dir)
        user.click("leavePreparing")

        assert not words(user)
        assert user.find("historyView").chosen == ["small"]
        await user.until(lambda: was_told_to_end(data_dir), "the process was told to end")
        assert user.shown.run == "small"

    play(data_dir, story)


def test_a_click_on_the_run_that_is_shown_leaves_the_other_too(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "small")
        await begin_slowly(user, data_dir)
        await click_run(user, "small")

        await user.until(lambda: was_told_to_end(data_dir), "the process was told to end")
        assert user.shown.run == "small"

    play(data_dir, story)


def test_beginning_anew_leaves_it_too(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "small")
        await begin_slowly(user, data_dir)
        user.window.begin_anew()

        await user.until(lambda: was_told_to_end(data_dir), "the process was told to end")
        await user.until(lambda: not words(user), "nothing is said of it any more")
        assert user.shown.standing == "none"

    play(data_dir, story)


def test_a_process_that_is_killed_keeps_no_run_from_opening(data_dir, caplog):
    async def story(user: Driver) -> None:
        os.kill(await begin_slowly(user, data_dir), signal.SIGTERM)
        await user.until(lambda: user.shown.run == "large", "the run is open all the same")

        assert len(user.shown.items.entries) == entry_count(data_dir, "large")
        assert "is made in the window's process" in caplog.text
        await user.until(lambda: not words(user), "nothing is said any more")
        assert not user.banner

    play(data_dir, story)


def test_closing_the_window_ends_the_process(data_dir):
    processes = []

    async def story(user: Driver) -> None:
        processes.append(await begin_slowly(user, data_dir))

    play(data_dir, story)

    assert was_told_to_end(data_dir)
    with pytest.raises(ProcessLookupError):
        os.kill(processes[0], 0)


def test_two_large_runs_without_skeletons_are_compared(data_dir, caplog):
    record_large(data_dir, "other", seed=8)

    async def story(user: Driver) -> None:
        await open_run(user, "small")
        page = user.window.run_page
        page.comparing.begin("large", "other")
        await user.until(lambda: words(user), "it is said that they are got ready")
        await user.until(lambda: page.comparing.items.comparison is not None, "they are compared")
        await user.until(lambda: page.view == COMPARE, "the comparison is shown")

        assert not page.comparing.problems

    play(data_dir, story)

    assert skeleton_path(data_dir, "other").exists()
    assert "window's process" not in caplog.text


def test_a_comparison_that_is_not_waited_for_ends(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "small")
        user.sitting.connected.shelf.large.command = SLOW
        user.window.run_page.comparing.begin("small", "large")
        await user.until(lambda: words(user), "it is said that it is got ready")
        await user.until(lambda: slow_process(data_dir) is not None, "the process has begun")
        user.click("leavePreparing")

        assert user.window.run_page.comparing.pair is None
        await user.until(lambda: was_told_to_end(data_dir), "the process was told to end")

    play(data_dir, story)
