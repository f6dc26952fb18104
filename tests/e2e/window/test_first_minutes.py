"""The first minutes: nothing is set up, and an answer can be had and checked."""

import pytest
from PySide6.QtGui import QGuiApplication

from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.viewmodel.sample import QUESTION
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_the_built_in_model_is_asked_with_one_click_and_one_key_and_its_quotes_are_proved(tmp_path):
    async def story(user: Driver) -> None:
        assert user.find("startView").isVisible()
        user.click("builtInWay")
        assert user.find("questionEdit").hasFocus()
        assert user.find("questionEdit").toPlainText() == QUESTION
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
