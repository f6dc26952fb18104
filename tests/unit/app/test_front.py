import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from rlm_desktop.__main__ import main
from rlm_desktop.app.commands import front

COMMANDS = ("ask", "runs", "show", "models", "doctor")


def test_help_names_every_command(rlm) -> None:
    said = rlm("--help")

    assert said.status == 0
    assert all(f"rlm-desktop {command}" in said.out for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(rlm, command: str) -> None:
    said = rlm(command, "--help")

    assert said.status == 0
    assert said.out.startswith(f"usage: rlm-desktop {command}")


def test_the_version_is_told(rlm) -> None:
    assert rlm("--version").out.startswith("rlm-desktop 0.")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["frobnicate"], "no command, file or folder called frobnicate"),
        (["--frobnicate"], "unrecognized arguments: --frobnicate"),
        (["runs", "--frobnicate"], "unrecognized arguments: --frobnicate"),
        (["runs", "--sear", "x"], "unrecognized arguments: --sear"),
        (["runs", "extra"], "unrecognized arguments: extra"),
        (["show"], "required: RUN"),
        (["show", "last", "--depth", "-1"], "0 or more"),
        (["show", "last", "--depth", "two"], "no whole number"),
        (["ask"], "required: QUESTION"),
        (["ask", "Why?", "x.txt", "--colour", "off"], "unrecognized arguments: --colour"),
        (["ask", "Why?", "x.txt", "--strategy", "guess"], "invalid choice: 'guess'"),
        (["resume", "last"], "no command, file or folder called resume"),
    ],
)
def test_what_is_not_known_is_refused_in_one_line(rlm, words: list[str], reason: str) -> None:
    said = rlm(*words)

    assert said.status == 2
    assert reason in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_the_data_folder_may_be_named_before_the_command(rlm, tmp_path: Path) -> None:
    assert rlm("--data-dir", tmp_path / "mine", "runs").status == 0
    assert rlm(f"--data-dir={tmp_path}/other", "runs").status == 0

    assert (tmp_path / "mine" / "rlm-desktop.sqlite").is_file()
    assert (tmp_path / "other" / "rlm-desktop.sqlite").is_file()


@pytest.mark.parametrize("words", [["--help"], ["runs"], ["show", "last"]])
def test_reading_the_past_starts_without_window_and_provider_libraries(tmp_path: Path, words: list[str]) -> None:
    program = (
        "import sys; from rlm_desktop.__main__ import main; main(sys.argv[1:]);"
        "sys.exit(bool({'PySide6', 'openai', 'litellm', 'qasync', 'pypdfium2'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", program, "--data-dir", tmp_path, *words], check=False)

    assert done.returncode == 0


def test_an_interrupt_while_modules_are_imported_is_an_interrupt(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(words: Sequence[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(front, "enter", interrupted)

    assert main(["runs"]) == 130
