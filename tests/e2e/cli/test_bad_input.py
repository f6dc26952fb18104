import os
import sqlite3
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, Said
from tests.support.lm_server import LmServer, Trouble

BUILTIN = ["--root", "builtin/extractive", "--worker", "builtin/extractive"]


def refused(said: Said, *reasons: str) -> None:
    """Exit status 2 and one line that says why."""
    assert (said.status, said.out) == (2, "")
    assert len(said.lines) == 1
    assert all(reason in said.err for reason in reasons)


def served(server: LmServer) -> list[str]:
    return ["--root", "some-model", "--worker", "some-model", "--base-url", server.base_url, "--strategy", "rlm"]


def failed(said: Said, rlm: CommandLine, *reasons: str) -> None:
    """No answer, the reason on the last line, and the run in the history."""
    assert (said.status, said.out) == (4, "")
    assert len(said.lines) == 1
    assert all(reason in said.err for reason in reasons), said.err
    assert [run["status"] for run in rlm("runs", "--json").value] == ["failed"]


def test_no_documents_are_refused(rlm: CommandLine, tmp_path: Path) -> None:
    refused(rlm("ask", "Why?", *BUILTIN), "no documents")
    (tmp_path / "empty").mkdir()
    refused(rlm("ask", "Why?", tmp_path / "empty", *BUILTIN), "no documents")


def test_a_document_that_is_not_there_is_named(rlm: CommandLine, tmp_path: Path) -> None:
    refused(rlm("ask", "Why?", tmp_path / "nowhere.txt", *BUILTIN), "nowhere.txt")


def test_an_empty_question_is_refused(rlm: CommandLine, letter: Path) -> None:
    refused(rlm("ask", "  \n ", letter, *BUILTIN), "question is empty")


@pytest.mark.parametrize("model", ["", "gpt-5", "builtin/genius"])
def test_a_missing_model_is_refused(rlm: CommandLine, letter: Path, model: str) -> None:
    refused(rlm("ask", "Why?", letter, "--root", model), model or "model")


def test_a_key_that_is_not_set_is_refused_with_its_name(rlm: CommandLine, letter: Path) -> None:
    refused(rlm("ask", "Why?", letter, "--root", "openai/gpt-5", "--worker", "openai/gpt-5"), "OPENAI_API_KEY")


def test_half_a_price_is_refused(rlm: CommandLine, letter: Path) -> None:
    refused(rlm("ask", "Why?", letter, "--price-in", "1"), "--price-out")


def test_a_server_that_is_not_there_is_told(rlm: CommandLine, letter: Path) -> None:
    with LmServer(lambda body: "") as server:
        gone = served(server)

    failed(rlm("ask", "Why?", letter, *gone, "--quiet"), rlm, "127.0.0.1")


def test_a_wrong_key_is_told(rlm: CommandLine, letter: Path) -> None:
    with LmServer(lambda body: "", api_key="right") as server:
        said = rlm("ask", "Why?", letter, *served(server), "--api-key-env", "MY_KEY", "--quiet", MY_KEY="wrong")

    failed(said, rlm, "key")
    assert "wrong" not in said.err


def test_a_model_the_server_does_not_have_is_told(rlm: CommandLine, letter: Path) -> None:
    with LmServer(lambda body: Trouble.no_model()) as server:
        failed(rlm("ask", "Why?", letter, *served(server), "--quiet"), rlm, "some-model")


def test_a_model_that_returns_nothing_is_told(rlm: CommandLine, letter: Path) -> None:
    with LmServer(lambda body: "") as server:
        failed(rlm("ask", "Why?", letter, *served(server), "--max-turns", "2", "--quiet"), rlm)


def test_a_server_that_returns_garbage_is_told(rlm: CommandLine, letter: Path) -> None:
    with LmServer(lambda body: Trouble.garbage()) as server:
        failed(rlm("ask", "Why?", letter, *served(server), "--quiet"), rlm)


def test_a_data_folder_that_cannot_be_written_is_told(rlm: CommandLine, letter: Path) -> None:
    rlm.data_dir.write_text("a file where the folder should be")

    refused(rlm("ask", "Why?", letter, *BUILTIN), str(rlm.data_dir))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_data_folder_is_told(rlm: CommandLine, letter: Path) -> None:
    rlm.data_dir.mkdir(mode=0o500)

    refused(rlm("ask", "Why?", letter, *BUILTIN), str(rlm.data_dir))


def test_a_database_from_a_newer_version_is_refused_and_kept(rlm: CommandLine, letter: Path) -> None:
    rlm("runs")
    file = rlm.data_dir / "rlm-desktop.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()

    refused(rlm("ask", "Why?", letter, *BUILTIN), "newer")
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA user_version").fetchone() == (999,)
    connection.close()
