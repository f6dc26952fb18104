"""What models and documents say is shown in a terminal, never obeyed by it."""

import os
import pty
import re
import subprocess
import threading
from pathlib import Path

import pytest

from tests.support.command_line import COMMAND, CommandLine
from tests.support.lm_server import LmServer

CLIPBOARD, LINK = "\x1b]52;c;ZXZpbA==\x07", "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\"
HOSTILE = f"\x1b[2J{CLIPBOARD}{LINK} evil\rgood \x9b31m \u202exe"
CODE = f"""{HOSTILE}

```repl
print(context + chr(27) + '[31m' + chr(7))
print({HOSTILE!r})
llm_query('ask' + {HOSTILE!r})
FINAL({HOSTILE!r})
```"""


def in_a_terminal(command: list[object], environment: dict[str, str]) -> str:
    """Run a command whose output and errors go to a terminal; give all that reached it."""
    ours, theirs = pty.openpty()
    pieces: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(ours, 65_536):
                pieces.append(piece)
        except OSError:
            return  # how a terminal ends

    reader = threading.Thread(target=read)
    reader.start()
    try:
        words = [str(word) for word in command]
        subprocess.run(words, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, timeout=60, check=False)
    finally:
        os.close(theirs)
        reader.join(10)
        os.close(ours)
    return b"".join(pieces).decode("utf-8").replace("\r\n", "\n")


@pytest.mark.parametrize(
    "more",
    [["show", "last"], ["show", "last", "--json"], ["runs"], ["ask", "--json"], ["ask"]],
    ids=["show", "show as JSON", "runs", "ask as JSON", "ask"],
)
def test_no_command_lets_a_model_steer_the_terminal(tmp_path: Path, more: list[str]) -> None:
    rlm = CommandLine(tmp_path / "data")
    letter = tmp_path / "letter\x1b[31m.txt"
    letter.write_text(HOSTILE)
    environment = {**os.environ, "RLM_DESKTOP_DATA_DIR": str(tmp_path / "data"), "PYTHONIOENCODING": "utf-8"}

    with LmServer(lambda body: CODE if body["model"] == "root" else HOSTILE) as server:
        models = ["--root", "root", "--worker", "worker", "--base-url", server.base_url, "--strategy", "rlm"]
        asking = ["ask", f"When? {HOSTILE}", letter, *models, "--max-turns", "2"]
        if more[0] == "ask":
            told = in_a_terminal([COMMAND, *asking, *more[1:]], environment)
        else:
            rlm(*asking)
            told = in_a_terminal([COMMAND, *more], environment)

    assert "evil" in told
    # Our own line that is written over while documents are read.
    told = re.sub(r"\r[\w ·.]*\x1b\[K", "", told)
    assert not {"\x1b", "\x07", "\r", "\x9b", "\u202e"} & set(told)
