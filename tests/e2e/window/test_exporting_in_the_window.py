"""Runs leave the window as files, and come into it from files."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from rlm_desktop.export.formats import FORMATS, format_called
from rlm_desktop.viewmodel.transfers import Export
from tests.support.kinds_of_runs import answered
from tests.support.recorded import record
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to, or to raise a dialog.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    given = answered()
    record(tmp_path / "data", given.run, given.given, given.texts)
    return tmp_path / "data"


async def opened(user: Driver) -> None:
    await user.connected()
    await user.until(lambda: user.find("historyView").model().rowCount() == 1, "the history is listed")
    user.window.run_opened.emit(answered().run)
    await user.until(lambda: user.shown.standing == "past", "the run is open")


async def transferred(user: Driver) -> None:
    await user.until(lambda: not user.window.transfers.is_running, "the transfer ended")


async def export_to(user: Driver, path: Path, name: str) -> None:
    """Choose a format and a place by the keyboard alone, as far as the dialogs are ours."""
    QTest.keyClick(user.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = user.find("exportDialog")
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Home)
    for _ in range([one.name for one in FORMATS].index(name)):
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Down)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    await user.until(lambda: user.window.findChild(QFileDialog) is not None, "the place is asked for")
    place = user.window.findChild(QFileDialog)
    assert place.selectedFiles()[0].endswith(format_called(name).suffix)
    place.selectFile(str(path))
    place.accept()
    await user.until(lambda: user.window.transfers.words, "the export began")
    await transferred(user)


def test_a_run_is_exported_by_keyboard_and_dropped_into_another_window(data_dir, tmp_path):
    path = tmp_path / "dues.rlmtrace"

    async def export(user: Driver) -> None:
        await opened(user)
        await export_to(user, path, "rlmtrace")

        assert path.stat().st_size > 10_000
        assert "dues.rlmtrace is written" in user.find("transferStrip").words.text()
        assert user.find("showTransferred").isVisible()
        user.click("closeTransfer")
        assert not user.find("transferStrip").isVisible()

    async def bring_in(user: Driver) -> None:
        await user.connected()
        user.drop(path)
        await user.until(lambda: user.shown.standing == "past", "the imported run is shown")

        assert user.shown.run == answered().run
        assert not user.parts.asking.paths
        await user.until(lambda: user.find("historyView").model().rowCount() == 1, "it is in the history")
        assert "1 run imported from dues.rlmtrace" in user.find("transferStrip").words.text()
        await user.until(lambda: user.find("historyView").chosen == [answered().run], "its row is marked")

    play(data_dir, export)
    play(tmp_path / "elsewhere", bring_in)


def test_an_answer_is_written_as_the_command_line_writes_it(data_dir, tmp_path):
    async def story(user: Driver) -> None:
        await opened(user)
        await export_to(user, tmp_path / "dues.md", "answer-md")

        assert user.find("transferStrip").words.text().startswith("dues.md is written")
        assert "left out" not in user.find("transferStrip").words.text()
        assert "left out" not in (tmp_path / "dues.md").read_text()

    play(data_dir, story)


def test_a_file_that_is_no_trace_is_told_and_nothing_else_happens(tmp_path):
    bad = tmp_path / "bad.rlmtrace"
    bad.write_bytes(b"no zip")

    async def story(user: Driver) -> None:
        await user.connected()
        user.drop(bad)
        await user.until(lambda: user.banner, "the problem is told")

        assert "bad.rlmtrace is damaged or no trace" in user.banner
        assert user.find("historyView").model().rowCount() == 0
        assert not user.find("transferStrip").isVisible()

    play(tmp_path / "data", story)


def test_a_place_that_cannot_be_written_is_told(data_dir, tmp_path):
    async def story(user: Driver) -> None:
        await opened(user)
        gone = tmp_path / "gone" / "x.rlmtrace"
        user.window.transfers.begin(Export(run=answered().run, format=format_called("rlmtrace"), path=gone))
        await user.until(lambda: user.banner, "the problem is told")

        assert "there is no folder" in user.banner

    play(data_dir, story)


def test_a_transfer_that_is_stopped_leaves_nothing(data_dir, tmp_path):
    path = tmp_path / "dues.rlmtrace"

    async def story(user: Driver) -> None:
        await opened(user)
        user.window.transfers.begin(Export(run=answered().run, format=format_called("rlmtrace"), path=path))
        user.window.transfers.stop()
        await transferred(user)

        # What was stopped too late is whole.
        assert path.exists() == bool(user.window.transfers.written)
        assert list(tmp_path.glob(".*.part")) == []
        assert user.banner == ""

    play(data_dir, story)


def test_closing_the_window_ends_a_transfer(data_dir, tmp_path):
    path = tmp_path / "dues.rlmtrace"

    async def story(user: Driver) -> None:
        await opened(user)
        user.window.transfers.begin(Export(run=answered().run, format=format_called("rlmtrace"), path=path))

    play(data_dir, story)

    assert list(tmp_path.glob(".*.part")) == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Copy the answer, with its evidence, as Markdown", "resolved to raise the dues"),
        ("Copy the answer, with its evidence, formatted", "resolved to raise the dues"),
        ("Copy the trace, as Markdown", "llm_query_batched"),
    ],
)
def test_a_run_is_copied_in_other_forms(data_dir, words, wanted):
    async def story(user: Driver) -> None:
        await opened(user)
        assert user.window.commands.called(words).holds()
        next(action for action in user.find("exportMenu").actions() if action.text() == words).trigger()
        await user.until(lambda: "Copied" in user.window.transfers.words, "it is in the clipboard")

        data = QGuiApplication.clipboard().mimeData()
        assert wanted in data.text()
        assert data.hasHtml() == ("formatted" in words)

    play(data_dir, story)


def test_the_dialog_offers_each_format_and_only_what_it_can_do(data_dir):
    async def story(user: Driver) -> None:
        await opened(user)
        QTest.keyClick(user.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        dialog = user.find("exportDialog")
        for row, one in enumerate(FORMATS):
            dialog.formats.setCurrentRow(row)
            assert dialog.redact.isEnabled() != one.only_words
            assert dialog.documents.isEnabled() == (one.name == "rlmtrace")
        dialog.reject()

    play(data_dir, story)
