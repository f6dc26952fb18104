"""Models as a user meets them: a server is added in the settings, its model is chosen, priced and asked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from rlm_desktop.settings.preferences import Preferences
from tests.support.lm_server import LmServer
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def answering(body: dict) -> str:
    """A root that looks first and answers in its second turn."""
    if "RESULT" in str(body["messages"][-1]):
        return '```repl\nanswer["content"] = "At nine."\nanswer["ready"] = True\n```'
    return '```repl\nprint("RESULT", peek(100))\n```'


def _click(button):
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _names(dialog) -> list[str]:
    items = dialog.models.table.model()
    return [items.index(row, 0).data() for row in range(items.rowCount())]


def test_a_server_is_added_its_model_chosen_and_asked_with_its_price(tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("The gate of Ardvik closes at nine in the evening.\n")

    async def story(driver: Driver) -> None:
        await driver.connected()
        driver.drop(note)
        await driver.documents_read()
        driver.click("modelsButton")
        dialog = driver.find("modelsDialog")

        _click(dialog.switch.button(1))
        QTest.keyClicks(dialog.keys.name, "office")
        QTest.keyClicks(dialog.keys.address, server.base_url)
        _click(dialog.keys.add)
        await driver.until(lambda: "office/test-model" in _names(dialog), "the model of the server was listed")

        _click(dialog.switch.button(0))
        dialog.models.table.selectRow(_names(dialog).index("office/test-model"))
        _click(dialog.models.as_root)
        _click(dialog.models.as_worker)
        for edit, text in zip(dialog.models.prices, ("1", "", "2"), strict=True):
            QTest.keyClicks(edit, text)
        _click(dialog.models.price)
        dialog.reject()
        assert driver.window.ask_bar.options.root.currentText() == "office/test-model"

        driver.type_question("When does the gate close?")
        driver.press_ctrl_enter()
        await driver.run_ended()
        root = driver.shown.items.trace.root
        assert root is not None
        assert driver.shown.status == "answered", driver.banner
        assert root.totals.cost_nano_usd > 0
        assert root.totals.unpriced == 0

    with LmServer(answering) as server:
        play(tmp_path / "data", story, Preferences(strategy="rlm", has_chosen_models=True))


def test_the_first_start_says_what_was_found_and_a_chosen_model_is_told(tmp_path, monkeypatch):
    async def story(driver: Driver) -> None:
        await driver.connected()
        way = driver.find("modelsWay")
        await driver.until(lambda: way.accessibleName() == "Choose a model", "what was found was shown")
        assert way.words == "Ollama is here with 2 models · OPENAI_API_KEY is set."
        chosen = driver.parts.asking.preferences
        assert chosen.has_chosen_models
        assert driver.banner.startswith(chosen.root)
        assert driver.window.ask_bar.options.root.currentText() == chosen.root

    with LmServer(answering, models=("one", "two")) as server:
        monkeypatch.setenv("OLLAMA_API_BASE", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
        play(tmp_path / "data", story)


def test_a_model_that_only_chats_is_told_to_be_no_root(tmp_path, monkeypatch):
    async def story(driver: Driver) -> None:
        await driver.connected()
        driver.click("modelsButton")
        dialog = driver.find("modelsDialog")
        await driver.until(lambda: "ollama/chatty" in _names(dialog), "the model was listed")
        dialog.models.table.selectRow(_names(dialog).index("ollama/chatty"))
        _click(dialog.models.test)
        await driver.until(lambda: dialog.models.said.text().startswith("ollama/chatty: "), "the test ended")
        await driver.until(lambda: dialog.models.selected.badge, "the badge was listed")
        assert dialog.models.selected.badge in ("unsuitable", "worker-only")
        assert "✕" in dialog.models.said.text()
        dialog.reject()

    with LmServer(lambda body: "Happy to help with anything.", models=("chatty",)) as server:
        monkeypatch.setenv("OLLAMA_API_BASE", server.base_url)
        play(tmp_path / "data", story, Preferences(has_chosen_models=True))


def test_a_pasted_key_is_kept_for_the_session_and_brings_the_models_of_its_provider(tmp_path):
    async def story(driver: Driver) -> None:
        await driver.connected()
        driver.click("modelsButton")
        dialog = driver.find("modelsDialog")
        _click(dialog.switch.button(1))
        await driver.until(lambda: dialog.keys.provider.findData("openai") >= 0, "the providers were told")
        dialog.keys.provider.setCurrentIndex(dialog.keys.provider.findData("openai"))
        dialog.keys.place.setCurrentIndex(dialog.keys.place.findData("session"))
        QTest.keyClicks(dialog.keys.key, "sk-pasted-here")
        _click(dialog.keys.keep)

        await driver.until(lambda: any(name.startswith("openai/") for name in _names(dialog)), "its models were listed")
        assert dialog.keys.said.text() == "The key of openai was kept."
        dialog.reject()

    play(tmp_path / "data", story, Preferences(has_chosen_models=True))
    kept = [file for file in (tmp_path / "data").rglob("*") if file.is_file()]
    assert kept
    assert not any(b"sk-pasted-here" in file.read_bytes() for file in kept)
