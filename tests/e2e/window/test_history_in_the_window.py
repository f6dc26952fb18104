import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.library import Library
from rlm_desktop.ui.run_line import ANSWER, TRACE
from tests.support.recorded import record
from tests.support.sample_runs import ANSWER as ANSWER_TEXT
from tests.support.sample_runs import harbour_run
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def data_dir(tmp_path):
    entries, texts = harbour_run()
    record(tmp_path, "whole", entries, texts)
    record(tmp_path, "cut", entries[:60], texts)
    return tmp_path


async def open_run(user: Driver, run: str) -> None:
    await user.connected()
    view, items = user.find("historyView"), user.parts.history
    await user.until(lambda: items.place_of(run) is not None, "the history is listed")
    row = next(row for row in range(view.model().rowCount()) if run in str(view.model().index(row, 0).data(3)))
    place = view.visualRect(view.model().index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    await user.until(lambda: user.shown.run == run and user.shown.items.entries, "the run is open")


def test_an_interrupted_run_opens_on_its_trace_and_an_answered_one_on_its_answer(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "cut")
        assert user.window.run_page.view == TRACE

        await open_run(user, "whole")
        assert user.window.run_page.view == ANSWER

    play(data_dir, story)


def test_a_run_is_deleted_for_good_after_a_question(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "whole")
        QTest.keyClick(user.find("historyView"), Qt.Key.Key_Delete)
        question = user.find("deletionQuestion", QMessageBox)
        button(question, "Keep").click()
        assert user.find("historyView").model().rowCount() == 2

        await user.until(lambda: user.window.findChild(QMessageBox, "deletionQuestion") is None, "the question is gone")
        QTest.keyClick(user.find("historyView"), Qt.Key.Key_Delete)
        button(user.find("deletionQuestion", QMessageBox), "Delete").click()

        assert user.find("historyView").model().rowCount() == 1
        assert user.find("startView").isVisible()
        assert not user.banner

    play(data_dir, story)
    database = Database.open(data_dir / FILE_NAME)
    assert [summary.run for summary in Library(database).runs()] == ["cut"]
    database.close()


def button(question: QMessageBox, words: str):
    return next(each for each in question.buttons() if each.text() == words)


def test_the_answer_is_copied_as_markdown(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "whole")

        user.click("copyAnswer")

        assert QGuiApplication.clipboard().text() == ANSWER_TEXT

    play(data_dir, story)


def test_many_runs_are_all_listed_and_one_is_found_by_its_question(tmp_path):
    entries, texts = harbour_run()
    for number in range(14):
        record(tmp_path, f"run-{number:02}", entries[:1], texts)

    async def story(user: Driver) -> None:
        await open_run(user, "run-13")
        view = user.find("historyView")
        assert view.model().rowCount() == 14
        user.find("historyFind").setText("HARBOURS")
        assert view.model().rowCount() == 14
        user.find("historyFind").setText("no such words")
        assert view.model().rowCount() == 0

        user.find("historyFind").clear()

        assert view.model().rowCount() == 14

    play(tmp_path, story)
