"""A run that asks before it spends, in a real window with a real engine."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QMessageBox

from rlm_desktop.settings.preferences import Preferences, PriceChoice
from rlm_desktop.ui.run_line import SENT
from tests.support.lm_server import LmServer
from tests.support.window import Driver, play, stop_button

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
MANY = """```repl
outs = llm_query_batched([f"{n}: {peek(200, n)}" for n in range(12)])
print("RESULT", len(outs), peek())
```"""
END = '```repl\nanswer["content"] = "At nine."\nanswer["ready"] = True\n```'


def script(body: dict) -> str:
    if not any("repl" in str(message["content"]) for message in body["messages"] if message["role"] == "system"):
        return "nine"
    return END if "RESULT 12" in str(body["messages"][-1]) else MANY


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "one.txt").write_text("The gate of Ardvik closes at nine in the evening. " * 40)
    return folder


def preferences(server: LmServer, **more) -> Preferences:
    price = PriceChoice(model="openai/test", input_usd=1.0, output_usd=2.0)
    made = Preferences(
        root="openai/test",
        worker="openai/test",
        base_url=server.base_url,
        strategy="rlm",
        prices=(price,),
        ask_above_calls=5,
        has_chosen_models=True,
    )
    return replace(made, **more)


async def ask(user: Driver, notes) -> None:
    await user.connected()
    user.parts.asking.give([str(notes)])
    await user.documents_read()
    user.type_question("When does the gate close?")


def test_a_fan_out_is_tried_then_run_and_the_ledger_tells_what_was_sent(tmp_path, notes):
    async def story(user: Driver) -> None:
        await ask(user, notes)
        estimate = user.find("estimateLine")
        await user.until(lambda: "text stays on this computer" in estimate.text(), "the estimate is there")
        assert "earlier" not in estimate.toolTip()
        user.press_ctrl_enter()
        bar = user.window.choice
        await user.until(bar.isVisible, "the run asks")
        assert "12 calls at once" in bar.accessibleName()
        assert len(server.requests) == 1
        user.click("choice-try-3")
        await user.until(lambda: "9 calls more" in bar.accessibleName(), "the run asks again")
        assert len(server.requests) == 4
        user.click("choice-run")
        await user.run_ended()
        user.window.run_page.show_view(SENT)

        assert user.shown.status == "answered"
        assert len(server.requests) == 14
        table = user.find("sentTable").model()
        assert table.data(table.index(0, 0)) == "one.txt"
        assert user.find("sentExport").isEnabled()

    with LmServer(script) as server:
        play(tmp_path / "data", story, preferences(server))


def test_closing_the_window_in_a_run_asks_first(tmp_path, notes):
    async def story(user: Driver) -> None:
        await ask(user, notes)
        user.press_ctrl_enter()
        await user.until(user.window.choice.isVisible, "the run asks")

        user.window.close()
        question = user.find("closeQuestion", QMessageBox)
        assert user.window.isVisible()
        question.reject()
        user.click("choice-stop")
        await user.run_ended()
        assert user.shown.status == "cancelled"

    with LmServer(script) as server:
        play(tmp_path / "data", story, preferences(server))


def test_closing_asks_while_nothing_has_cost_anything_yet(tmp_path, notes):
    async def story(user: Driver) -> None:
        await ask(user, notes)
        user.press_ctrl_enter()
        await user.until(lambda: user.parts.asking.is_running, "the run began")

        user.window.close()
        assert user.window.isVisible()
        stop_button(user.window).click()
        assert not user.window.isVisible()

    with LmServer(script) as server:
        play(tmp_path / "data", story, preferences(server))


def test_text_of_a_folder_that_stays_here_is_refused_elsewhere(tmp_path, notes):
    async def story(user: Driver) -> None:
        await ask(user, notes)
        user.press_ctrl_enter()
        await user.until(lambda: "stay on this computer" in user.banner, "the run is refused")

        assert str(notes) in user.banner
        assert not user.parts.asking.is_running

    with LmServer(script) as server:
        elsewhere = preferences(server, base_url="http://models.example/v1", local_only=(str(notes),))
        play(tmp_path / "data", story, elsewhere)
