import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.library import Library
from rlm_desktop.trace.texts import digest_of
from rlm_desktop.ui.run_line import ANSWER, TRACE
from rlm_desktop.viewmodel.roles import SnippetRole
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


def kept(data_dir) -> list[str]:
    database = Database.open(data_dir / FILE_NAME)
    runs = [summary.run for summary in Library(database).runs()]
    database.close()
    return runs


def test_a_deleted_run_vanishes_and_is_gone_for_good_when_the_window_closes(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "whole")
        QTest.keyClick(user.find("historyView"), Qt.Key.Key_Delete)

        assert user.find("historyView").model().rowCount() == 1
        assert user.find("startView").isVisible()
        assert user.find("undoStrip").isVisible()
        assert not user.banner
        assert set(kept(data_dir)) == {"cut", "whole"}

    play(data_dir, story)
    assert kept(data_dir) == ["cut"]


def test_a_deletion_is_undone_by_its_strip_and_by_ctrl_z(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "whole")
        view = user.find("historyView")
        QTest.keyClick(view, Qt.Key.Key_Delete)
        user.click("undoDeletion")
        assert view.model().rowCount() == 2
        assert not user.find("undoStrip").isVisible()

        view.selectAll()
        await user.until(lambda: user.parts.history.row_of("cut").status != "running", "the cut run is sealed")
        QTest.keyClick(view, Qt.Key.Key_Delete)
        assert user.window.history.strip.text == "Deleted 2 runs"
        QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert view.model().rowCount() == 2

    play(data_dir, story)
    assert set(kept(data_dir)) == {"cut", "whole"}


def test_a_closed_strip_removes_the_run_at_once(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "whole")
        QTest.keyClick(user.find("historyView"), Qt.Key.Key_Delete)
        user.click("closeUndo")

        await user.until(lambda: kept(data_dir) == ["cut"], "the run is removed")

    play(data_dir, story)


def test_names_pins_and_tags_are_there_in_the_next_window(data_dir):
    async def story(user: Driver) -> None:
        await open_run(user, "whole")
        view = user.find("historyView")
        QTest.keyClick(view, Qt.Key.Key_F2)
        editor = user.find("runNameEdit")
        editor.selectAll()
        QTest.keyClicks(editor, "Ardvik")
        QTest.keyClick(editor, Qt.Key.Key_Return)
        await user.until(lambda: user.parts.history.row_of("whole").called == "Ardvik", "the name is taken")
        QTest.keyClick(view, Qt.Key.Key_P)
        QTest.keyClick(view, Qt.Key.Key_T)
        QTest.keyClicks(user.find("tagsEdit"), "dues, two words")
        user.find("saveTags").click()

    async def look(user: Driver) -> None:
        await user.connected()
        items = user.parts.history
        await user.until(lambda: items.rowCount() == 2, "the history is listed")
        row = items.row_of("whole")
        assert (row.name, row.is_pinned, row.tags) == ("Ardvik", True, ("dues", "two words"))
        assert items.place_of("whole") == 0

    play(data_dir, story)
    play(data_dir, look)


def test_a_run_is_found_by_what_stands_in_its_texts(tmp_path):
    entries, texts = harbour_run()
    record(tmp_path, "harbour", entries, texts)
    for number in range(14):
        text = f"a reply about lighthouse number {number}"
        record(tmp_path, f"run-{number:02}", entries[:1], {digest_of(text): text})

    async def story(user: Driver) -> None:
        await user.connected()
        items = user.parts.history
        await user.until(lambda: items.rowCount() == 15, "the history is listed")
        field = user.find("historyFind")
        field.setFocus()
        QTest.keyClicks(field, '"LIGHTHOUSE number 7')

        await user.until(lambda: items.rowCount() == 1, "it is found")
        await user.until(lambda: "lighthouse number 7" in str(items.index(0).data(SnippetRole)), "the match is shown")
        assert items.run_at(items.index(0)) == "run-07"
        assert user.find("historyHidden").text() == "14 hidden"
        QTest.keyClick(field, Qt.Key.Key_Escape)
        assert items.rowCount() == 15

    play(tmp_path, story)


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
        find, items = user.find("historyFind"), user.parts.history
        find.setText("HARBOURS")
        await user.until(lambda: not items.is_searching, "it was searched")
        assert view.model().rowCount() == 14
        find.setText("nowhere to be found")
        await user.until(lambda: view.model().rowCount() == 0, "nothing is found")

        find.clear()

        assert view.model().rowCount() == 14

    play(tmp_path, story)
