import os
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import COMMAND, CommandLine

BUILTIN = ["--root", "builtin/extractive", "--worker", "builtin/extractive"]


def ask(rlm: CommandLine, letter: Path, redirection: str) -> subprocess.CompletedProcess[str]:
    """Run the command from a shell, as only a shell closes its output."""
    words = [COMMAND, "ask", "When did Ardvik raise its dues?", str(letter), *BUILTIN]
    environment = {**os.environ, "RLM_DESKTOP_DATA_DIR": str(rlm.data_dir)}
    environment.pop("PYTHONUNBUFFERED", None)  # it hides what is left in a stream at the end
    command = ["bash", "-c", f'"$@" {redirection}', "bash", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("redirection", ["2>&-", "2> >(true)", "2>/dev/full"])
def test_progress_that_nobody_can_read_does_not_end_a_run(rlm: CommandLine, letter: Path, redirection: str) -> None:
    said = ask(rlm, letter, redirection)

    assert said.returncode == 0
    assert "raised its dues in 1981" in said.stdout


@pytest.mark.parametrize(
    ("redirection", "reason"), [(">/dev/full", "No space left on device"), (">&-", "no output to write to")]
)
def test_an_answer_that_cannot_be_written_is_told_in_a_sentence_and_kept(
    rlm: CommandLine, letter: Path, redirection: str, reason: str
) -> None:
    said = ask(rlm, letter, redirection)

    assert said.returncode == 2
    assert reason in said.stderr.splitlines()[-1]
    assert "Traceback" not in said.stderr
    assert [run["status"] for run in rlm("runs", "--json").value] == ["answered"]


def test_a_reader_that_leaves_early_is_no_fault(rlm: CommandLine, letter: Path) -> None:
    said = ask(rlm, letter, "--quiet | head -c 1")

    assert (said.stdout, said.stderr) == (">", "")
