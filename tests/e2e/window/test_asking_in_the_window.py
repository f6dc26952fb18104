from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from rlm_desktop.repl.isolation import isolation
from rlm_desktop.settings.places import resources_dir
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.ui.run_line import ANSWER, TRACE
from tests.support.lm_server import LmServer, Trouble
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SAMPLE = resources_dir() / "sample" / "documents"
QUESTION = "Which harbours raised their dues more than twice in the 1980s?"


@pytest.fixture
def notes(tmp_path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "one.txt").write_text("The gate of Ardvik closes at nine in the evening.\n")
    (folder / "two.txt").write_text("Nothing is said here about gates.\n")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    return folder


def with_server(server: LmServer) -> Preferences:
    return Preferences(root="openai/test", worker="openai/test", base_url=server.base_url, strategy="rlm")


def answering(body: dict) -> str:
    """A root that looks first and answers in its second turn."""
    if "RESULT" in str(body["messages"][-1]):
        return '```repl\nanswer["content"] = "At nine."\nanswer["ready"] = True\n```'
    return '```repl\nprint("RESULT", peek(100))\n```'


def test_documents_are_dropped_a_question_is_asked_and_the_answer_comes_with_its_quotes(tmp_path):
    async def story(user: Driver) -> None:
        assert user.find("startView").isVisible()
        user.drop(SAMPLE)
        user.type_question(QUESTION)
        user.press_ctrl_enter()
        await user.until(lambda: user.find("stopButton").isVisible(), "Stop stands instead of Ask")
        assert not user.find("askButton").isVisible()
        assert user.window.run_page.view == TRACE
        await user.run_ended()

        assert user.shown.status == "answered"
        assert user.window.run_page.view == ANSWER
        assert user.find("askButton").isVisible()
        assert "Storvik" in user.find("answerView").toPlainText()
        assert user.find("traceView").model().rowCount() > 3
        assert user.find("statusCost").text() == "$0"
        assert user.find("engineState").text() == isolation().name
        assert "Not promised" in user.find("engineState").toolTip()
        assert isolation().name not in user.find("goesTo").text()
        assert user.find("historyView").model().rowCount() == 1
        await user.until(user.window.run_page.answer.passage.page.toPlainText, "a passage is shown")

    play(tmp_path / "data", story)


def test_a_file_that_cannot_be_read_is_listed_with_its_reason_and_the_rest_goes_on(tmp_path, notes):
    async def story(user: Driver) -> None:
        user.drop(notes)
        await user.documents_read()

        rows = {row.name: row for row in user.parts.asking.documents.rows()}
        assert {name: row.state for name, row in rows.items()} == {
            "one.txt": "ready",
            "two.txt": "ready",
            "broken.pdf": "failed",
        }
        assert rows["broken.pdf"].reason
        assert user.parts.asking.problem().remedy == "question"

    play(tmp_path / "data", story)


def test_files_dropped_on_the_question_are_documents_and_not_text(tmp_path, notes):
    async def story(user: Driver) -> None:
        question = user.find("questionEdit")
        user.drop(notes, onto=question.viewport())
        await user.documents_read()

        assert len(user.parts.asking.documents.rows()) == 3
        assert question.toPlainText() == ""

    play(tmp_path / "data", story)


def test_what_is_missing_is_said_in_the_window_and_nothing_is_lost(tmp_path, notes):
    async def story(user: Driver) -> None:
        user.click("askButton")
        assert "no documents" in user.banner
        user.type_question("When does the gate close?")
        user.drop(notes)
        await user.documents_read()
        assert not user.banner
        user.parts.asking.write("")
        user.click("askButton")
        assert "question is empty" in user.banner
        user.parts.asking.write("When does the gate close?")
        user.find("rootModelCombo").setEditText("")
        user.click("askButton")
        assert "No root model" in user.banner
        user.click("bannerButton")

        assert user.find("rootModelCombo").currentText() == "builtin/extractive"
        assert user.find("questionEdit").toPlainText() == "When does the gate close?"

    play(tmp_path / "data", story)


def test_stop_ends_a_run_whose_server_never_answers(tmp_path, notes):
    with LmServer(lambda body: Trouble(hang=True)) as server:

        async def story(user: Driver) -> None:
            await asked(user, notes)
            await user.until(lambda: server.requests, "the server was asked")
            user.click("stopButton")
            await user.run_ended()

            assert user.shown.status == "cancelled"
            assert "stopped" in user.window.run_page.answer.verdict.text
            assert user.find("questionEdit").toPlainText() == "When does the gate close?"

        play(tmp_path / "data", story, with_server(server))


async def asked(user: Driver, notes: Path) -> None:
    await user.connected()
    user.drop(notes)
    user.type_question("When does the gate close?")
    user.click("askButton")


def test_a_run_over_http_answers(tmp_path, notes):
    with LmServer(answering) as server:

        async def story(user: Driver) -> None:
            await asked(user, notes)
            await user.run_ended()

            assert user.find("answerView").toPlainText().startswith("At nine.")
            assert user.find("statusCost").text() == "$0"

        play(tmp_path / "data", story, with_server(server))


def test_what_a_provider_refuses_is_said_with_buttons_that_help(tmp_path, notes):
    with LmServer(lambda body: Trouble.bad_key()) as server:

        async def story(user: Driver) -> None:
            await asked(user, notes)
            await user.run_ended()

            verdict = user.window.run_page.answer.verdict
            assert user.shown.status == "failed"
            assert "key" in verdict.text.lower()
            user.click("verdictButton")
            assert user.find("modelsDialog").isVisible()
            user.find("modelsDialog").reject()
            assert user.find("questionEdit").toPlainText() == "When does the gate close?"

        play(tmp_path / "data", story, with_server(server))


def test_an_unreachable_server_is_said(tmp_path, notes):
    chosen = Preferences(root="openai/test", worker="openai/test", base_url="http://127.0.0.1:9/v1", strategy="rlm")

    async def story(user: Driver) -> None:
        await asked(user, notes)
        await user.run_ended()

        assert user.shown.status == "failed"
        assert "127.0.0.1:9" in user.window.run_page.answer.verdict.text

    play(tmp_path / "data", story, chosen)


def test_the_file_picker_opens_where_files_were_picked_last(tmp_path, notes):
    async def story(user: Driver) -> None:
        user.window.picker.open_files()
        user.window.findChild(QFileDialog).filesSelected.emit([str(notes / "one.txt")])
        user.window.findChild(QFileDialog).close()

        user.window.picker.open_folder()

        assert user.window.findChildren(QFileDialog)[-1].directory().absolutePath() == str(notes)
        assert user.parts.asking.paths == [str(notes / "one.txt")]
        user.window.findChildren(QFileDialog)[-1].close()

    play(tmp_path / "data", story)


def test_finish_now_is_heard_and_the_draft_stands_as_a_partial_answer(tmp_path, notes):
    fan_out = "```repl\nanswer['content'] = 'A draft.'\nllm_query_batched([f'q {i}' for i in range(90)])\n```"
    with LmServer(lambda body: fan_out if len(body["messages"]) > 1 else "At nine.", latency_seconds=0.2) as server:

        async def story(user: Driver) -> None:
            await asked(user, notes)
            await user.until(lambda: len(server.requests) > 5, "workers are asked")
            user.click("finishButton")
            assert not user.find("finishButton").isEnabled()
            assert user.find("runStatus").text().startswith("Finishing")
            await user.run_ended()

            assert user.shown.status == "partial"
            assert "A draft." in user.find("answerView").toPlainText()
            assert not user.find("verdictButton").isVisible()

        play(tmp_path / "data", story, with_server(server))
