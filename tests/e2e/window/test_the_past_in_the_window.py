import os
import signal
import sqlite3

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rlm_desktop.storage.database import FILE_NAME
from rlm_desktop.ui import theme
from rlm_desktop.ui.run_line import ANSWER, TRACE
from tests.support.recorded import record
from tests.support.sample_runs import ANSWER as ANSWER_TEXT
from tests.support.sample_runs import QUESTION, harbour_run
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def data_dir(tmp_path):
    entries, texts = harbour_run()
    record(tmp_path, "whole", entries, texts)
    record(tmp_path, "cut", entries[:60], texts)
    return tmp_path


async def open_run(user: Driver, title_row: int) -> None:
    """Click a row of the history."""
    await user.connected()
    view = user.find("historyView")
    await user.until(lambda: view.model().rowCount() == 2, "the history is listed")
    place = view.visualRect(view.model().index(title_row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    await user.until(lambda: user.shown.standing == "past", "the run is open")


def test_a_past_run_opens_in_the_very_same_views_and_is_replayed_event_by_event(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, row_of(user, "answered"))
        slider, answer = user.find("replaySlider"), user.window.run_page.answer

        assert (slider.maximum(), slider.value()) == (len(harbour_run()[0]), slider.maximum())
        assert answer.question.text() == QUESTION
        assert "Ardvik raised them three times" in user.find("answerView").toPlainText()
        assert user.find("statusCost").text() == "$0.1582"
        cost_at_end, rows_at_end = user.find("statusCost").text(), user.find("traceView").model().rowCount()
        slider.setValue(30)
        assert user.find("statusCost").text() != cost_at_end
        assert user.find("traceView").model().rowCount() < rows_at_end
        assert not answer.text.isVisible()
        slider.setValue(slider.maximum())

        assert user.find("statusCost").text() == cost_at_end
        assert ANSWER_TEXT.split("Ardvik")[1][:40] in user.find("answerView").toPlainText()

    play(data_dir, story)


def row_of(user: Driver, status: str) -> int:
    """Both runs have one title; the shelf has them in a fixed order once sealed."""
    return {"answered": 1, "interrupted": 0}[status]


def test_a_run_that_was_cut_off_is_shown_as_interrupted_with_all_up_to_its_last_event(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, row_of(user, "interrupted"))
        await user.until(lambda: user.shown.status, "the engine sealed the run")

        assert user.shown.status == "interrupted"
        assert len(user.shown.items.entries) == 61
        assert "interrupted" in user.window.run_page.answer.verdict.text

    play(data_dir, story)


def test_keys_switch_views_and_the_theme_is_chosen_in_the_menu(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, row_of(user, "answered"))
        control = Qt.KeyboardModifier.ControlModifier
        QTest.keyClick(user.window, Qt.Key.Key_2, control)
        assert user.window.run_page.view == TRACE
        QTest.keyClick(user.window, Qt.Key.Key_1, control)
        assert user.window.run_page.view == ANSWER

        user.window.top.theme_chosen.emit("dark")
        assert theme.scheme_of(user.window.palette()) == "dark"
        user.window.top.theme_chosen.emit("light")
        assert theme.scheme_of(user.window.palette()) == "light"

    play(data_dir, story)


def test_a_new_question_leaves_the_run_and_keeps_the_documents(data_dir, tmp_path):
    (tmp_path / "one.txt").write_text("Something.")

    async def story(user: Driver) -> None:
        user.drop(tmp_path / "one.txt")
        await open_run(user, row_of(user, "answered"))
        await user.documents_read()

        user.window.begin_anew()

        assert user.find("startView").isVisible()
        assert user.parts.asking.documents.tally.in_short == "1 file · 3 tok"

    play(data_dir, story)


def test_a_database_of_a_newer_version_is_said_and_asking_again_says_it_again(data_dir):
    with sqlite3.connect(data_dir / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    async def story(user: Driver) -> None:
        await user.until(lambda: user.banner, "the banner speaks")
        assert "newer RLM Desktop" in user.banner
        user.window.banner.clear()
        user.drop(data_dir / FILE_NAME)
        user.type_question("Who?")
        user.press_ctrl_enter()

        assert "newer RLM Desktop" in user.banner
        assert user.find("questionEdit").toPlainText() == "Who?"

    play(data_dir, story)


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")

    async def story(user: Driver) -> None:
        await user.until(lambda: user.banner, "the banner speaks")

        assert "cannot be" in user.banner

    play(tmp_path / "file" / "data", story)


def test_a_killed_engine_is_told_and_can_be_started_again(data_dir):
    async def story(user: Driver) -> None:
        await user.connected()
        first = user.sitting.connected.engine.pid
        os.kill(first, signal.SIGKILL)
        await user.until(lambda: user.banner, "the banner speaks")
        assert "killed" in user.banner
        user.click("bannerButton")
        engine = user.sitting.connected.engine

        await user.until(lambda: engine.is_running and engine.pid != first, "another engine runs")

    play(data_dir, story)
