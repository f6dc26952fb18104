"""Writing on nodes of runs in the real window: kept beside the run, there at the next start, gone with it."""

import sqlite3

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rlm_desktop.storage.database import FILE_NAME
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.ui.run_line import TRACE
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run
from tests.support.window import Driver, play

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def data_dir(tmp_path):
    record(tmp_path, "whole", *harbour_run())
    return tmp_path


async def open_trace(user: Driver) -> None:
    """Open the recorded run and its trace."""
    await user.connected()
    view = user.find("historyView")
    await user.until(lambda: view.model().rowCount() == 1, "the history is listed")
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(0, 0)).center())
    await user.until(lambda: user.shown.standing == "past", "the run is open")
    user.window.run_page.show_view(TRACE)
    await user.until(lambda: user.shown.items.notes.is_ready, "its notes are read")


def call_named(user: Driver, title: str) -> NodeId:
    nodes = user.shown.items.trace.nodes.values()
    return next(node.id for node in nodes if node.kind == "call" and node.title == title)


def test_a_note_is_there_after_the_next_start(data_dir):
    async def write(user: Driver) -> None:
        await open_trace(user)
        trace = user.find("traceView")
        trace.go_to(call_named(user, "Lindholm"))
        trace.setFocus()
        QTest.keyClicks(trace, "p")
        QTest.keyClicks(trace, "m")
        editor = user.find("noteEdit")
        QTest.keyClicks(editor, "Correct, and it cites the page.")
        QTest.keyClick(editor, Qt.Key.Key_Return, CONTROL)
        assert not user.parts.asking.is_running
        user.click("score5")
        trace.go_to(call_named(user, "Torsnes"))
        trace.setFocus()
        QTest.keyClicks(trace, "m")
        QTest.keyClicks(editor, "Not saved before the window closes")

    async def read(user: Driver) -> None:
        await open_trace(user)
        notes = user.shown.items.notes
        note = notes.note(call_named(user, "Lindholm"))
        assert (note.text, note.is_pinned, note.score) == ("Correct, and it cites the page.", True, 5)
        assert notes.note(call_named(user, "Torsnes")).text == "Not saved before the window closes"

        user.window.history.deletion_asked.emit(["whole"])
        await user.until(lambda: user.shown.standing == "none", "the run is gone")

    play(data_dir, write)
    play(data_dir, read)
    with sqlite3.connect(data_dir / FILE_NAME) as connection:
        assert connection.execute("SELECT count(*) FROM node_notes").fetchone() == (0,)
    connection.close()


def test_a_database_that_another_program_holds_costs_no_typed_word(data_dir, monkeypatch):
    monkeypatch.setattr("rlm_desktop.storage.database._BUSY_SECONDS", 0.05)

    async def story(user: Driver) -> None:
        await open_trace(user)
        trace, editor = user.find("traceView"), user.find("noteEdit")
        call = call_named(user, "Lindholm")
        trace.go_to(call)
        other = sqlite3.connect(data_dir / FILE_NAME, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        trace.setFocus()
        QTest.keyClicks(trace, "m")
        QTest.keyClicks(editor, "typed")
        QTest.keyClick(editor, Qt.Key.Key_Return, CONTROL)

        await user.until(lambda: user.find("noteWord").isVisible(), "it is said")
        assert "keeps it locked" in user.find("noteWord").text()
        assert user.shown.items.notes.note(call).text == "typed"
        other.execute("ROLLBACK")
        other.close()
        user.click("saveNotesAgain")
        await user.until(lambda: not user.find("noteWord").isVisible(), "it is saved")

    play(data_dir, story)
    with sqlite3.connect(data_dir / FILE_NAME) as connection:
        assert connection.execute("SELECT text FROM node_notes").fetchall() == [("typed",)]
    connection.close()


def test_a_run_is_noted_while_it_goes_on_and_its_sources_are_opened_when_it_is_over(tmp_path):
    (tmp_path / "dues.txt").write_text(
        "The Board of Ardvik resolved in March 1981 to raise the dues by eleven per cent.\n"
    )
    pinned = []

    def pin() -> None:
        trace = user_of[0].find("traceView")
        if not pinned and user_of[0].shown.is_live and trace.current is not None:
            pinned.append(trace.current)
            user_of[0].window.run_page.detail.note.toggle_pin()

    user_of: list[Driver] = []

    async def story(user: Driver) -> None:
        user_of.append(user)
        user.shown.items.changed.connect(pin)
        await user.connected()
        user.drop(tmp_path / "dues.txt")
        await user.documents_read()
        user.type_question("When did Ardvik raise its dues?")
        user.press_ctrl_enter()
        await user.run_ended()
        assert user.shown.items.notes.note(pinned[0]).is_pinned

        user.window.run_page.show_view(TRACE)
        trace, page = user.find("traceView"), user.window.run_page.detail.sources
        trace.go_to(next(node.id for node in user.shown.items.trace.nodes.values() if node.kind == "answer"))
        trace.setFocus()
        QTest.keyClicks(trace, "o")
        await user.until(page.passage.isVisible, "the document is open")

        assert "raise the dues by eleven per cent" in page.passage.page.toPlainText()

    play(tmp_path / "data", story)
    with sqlite3.connect(tmp_path / "data" / FILE_NAME) as connection:
        assert connection.execute("SELECT node, is_pinned FROM node_notes").fetchall() == [(pinned[0], 1)]
    connection.close()
