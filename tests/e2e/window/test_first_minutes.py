"""The first minutes: nothing is set up, and an answer can be had and checked."""

import pytest
from PySide6.QtGui import QGuiApplication

from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.ui.run_line import ANSWER, TRACE
from rlm_desktop.viewmodel import sample
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_the_built_in_model_is_asked_with_one_click_and_one_key_and_its_quotes_are_proved(tmp_path):
    async def story(user: Driver) -> None:
        assert user.find("startView").isVisible()
        user.click("builtInWay")
        assert user.find("questionEdit").hasFocus()
        assert user.find("questionEdit").toPlainText() == sample.QUESTION
        user.press_ctrl_enter()
        await user.run_ended()

        assert user.shown.status == "answered"
        answer = user.shown.answer()
        assert answer is not None
        assert "14 September 1987" in answer.text
        assert answer.quotes
        assert {quote.match for quote in answer.quotes} == {"exact"}
        passage = user.window.run_page.answer.passage.page
        await user.until(lambda: "14 September 1987" in passage.toPlainText(), "the passage is shown")

    play(tmp_path / "data", story)


def test_who_asks_the_built_in_model_before_models_are_found_gets_no_other(tmp_path, monkeypatch):
    async def story(user: Driver) -> None:
        user.click("builtInWay")
        await user.connected()
        way = user.find("modelsWay")
        await user.until(lambda: way.accessibleName() == "Choose a model", "the key was found")
        chosen = user.parts.asking.preferences
        assert (chosen.root, chosen.worker) == ("builtin/extractive", "builtin/extractive")

    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    play(tmp_path / "data", story)


def test_copied_text_becomes_a_document_and_nothing_copied_is_said(tmp_path):
    async def story(user: Driver) -> None:
        clipboard = QGuiApplication.clipboard()
        clipboard.clear()
        user.click("startPasteButton")
        assert user.banner == "There is nothing to paste. Copy some text or files first."
        clipboard.setText("The gate of Ardvik closes at nine in the evening.")
        user.click("startPasteButton")
        await user.documents_read()
        assert len(user.parts.asking.documents.rows()) == 1
        assert not user.find("builtInWay").isVisible()

    play(tmp_path / "data", story, Preferences(has_chosen_models=True))


async def recorded_run_opened(user: Driver) -> None:
    """Click on the way to the recorded run, and wait until it is played."""
    user.click("recordedWay")
    await user.until(lambda: user.window.replay.is_playing, "the run is played")


async def start_anew(user: Driver) -> None:
    """Come back to the first view."""
    user.window.begin_anew()
    user.parts.asking.forget_all()
    await user.until(user.find("recordedWay").isVisible, "the first view is there")


def runs(user: Driver) -> list[str]:
    return [row.run for row in user.parts.history.rows]


def test_the_recorded_run_is_played_with_its_documents_and_its_quotes_are_proved(tmp_path):
    async def story(user: Driver) -> None:
        # There is no engine yet: it waits for what is stored.
        await recorded_run_opened(user)
        replay, page = user.window.replay, user.window.run_page
        assert page.view == TRACE
        assert replay.position < replay.count
        assert user.find("traceView").hasFocus()
        replay.set_speed(64.0)
        await user.until(lambda: page.view == ANSWER, "the end is reached")
        assert user.find("answerView").hasFocus()
        await user.documents_read()

        assert len(user.parts.asking.documents.rows()) == 16
        answer = user.shown.answer()
        assert answer is not None
        assert "Storvik" in answer.text
        assert len(answer.quotes) == 12
        assert {quote.match for quote in answer.quotes} <= {"exact", "several"}
        page.answer.text.quote_chosen.emit(0)
        await user.until(page.answer.passage.page.toPlainText, "a passage is shown")
        row = user.parts.history.row_of(user.shown.run)
        assert row is not None
        assert row.tags == (sample.TAG,)

    play(tmp_path / "data", story)


def test_a_pause_leaves_the_recorded_run_where_it_is(tmp_path):
    async def story(user: Driver) -> None:
        await recorded_run_opened(user)
        replay = user.window.replay
        replay.toggle()
        here = replay.position
        replay.play()
        replay.set_speed(64.0)
        await user.until(lambda: not replay.is_playing, "the end is reached")
        assert here < replay.position == replay.count
        assert user.window.run_page.view == TRACE

    play(tmp_path / "data", story)


def test_the_recorded_run_is_there_once_and_comes_again_after_it_was_deleted(tmp_path):
    async def story(user: Driver) -> None:
        await recorded_run_opened(user)
        run = user.shown.run
        await start_anew(user)
        await recorded_run_opened(user)
        assert (user.shown.run, runs(user)) == (run, [run])

        desk = user.sitting.connected.session.past
        desk.delete([run])
        await start_anew(user)
        assert runs(user) == []
        await recorded_run_opened(user)
        assert (user.shown.run, runs(user)) == (run, [run])

        desk.delete([run])
        desk.settle()
        await start_anew(user)
        shelf = user.sitting.connected.shelf
        await user.until(lambda: not shelf.rows(), "the run is gone for good")
        await recorded_run_opened(user)
        await user.until(lambda: runs(user) == [run], "the run is in the history again")
        assert user.shown.run == run

    play(tmp_path / "data", story)


def test_a_damaged_recorded_run_is_said_and_nothing_else_happens(tmp_path, monkeypatch):
    damaged = tmp_path / "harbours.rlmtrace"
    damaged.write_bytes(sample.recorded_run().read_bytes()[:5_000])
    monkeypatch.setattr(sample, "recorded_run", lambda: damaged)

    async def story(user: Driver) -> None:
        user.click("recordedWay")
        await user.until(lambda: user.banner, "it was said")
        assert user.banner.startswith(f"The recorded run cannot be opened: {damaged} is damaged")
        assert user.find("startView").isVisible()

    play(tmp_path / "data", story)


def test_a_run_that_was_deleted_comes_back_out_of_its_file(tmp_path):
    async def story(user: Driver) -> None:
        await recorded_run_opened(user)
        run = user.shown.run
        desk = user.sitting.connected.session.past
        desk.delete([run])
        desk.settle()
        shelf = user.sitting.connected.shelf
        await user.until(lambda: not shelf.rows(), "the run is gone for good")

        user.drop(sample.recorded_run())

        await user.until(lambda: runs(user) == [run] and user.shown.run == run, "the run is shown again")

    play(tmp_path / "data", story)


def test_the_ways_to_begin_are_commands_too(tmp_path):
    async def story(user: Driver) -> None:
        called = user.window.commands.called
        ask = called("Ask the built-in model about sample documents")
        assert ask.holds()
        ask.act()
        assert user.find("questionEdit").toPlainText() == sample.QUESTION
        assert not ask.holds()
        await user.connected()
        called("See a recorded run").act()
        await user.until(lambda: user.window.replay.is_playing, "the run is played")

    play(tmp_path / "data", story)
