"""The main job in the terminal, for machines without a display: ask, show the trace, picture the window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).with_name("rlm-desktop"))
MODEL = "builtin/extractive"
SAMPLE = ROOT / "resources" / "sample" / "documents"
SAMPLE_QUESTION = "When was the railway spur at Vessby opened to goods?"
ANY_QUESTION = "What is this about?"


def main(paths: list[str]) -> int:
    """Run the job on these documents, or on the sample; give the exit status."""
    question = ANY_QUESTION if paths else SAMPLE_QUESTION
    documents = paths or [str(SAMPLE)]
    title(f"rlm-desktop ask {question!r} {' '.join(documents)} --root {MODEL} --worker {MODEL}")
    status = call(COMMAND, "ask", question, *documents, "--root", MODEL, "--worker", MODEL)
    if status not in (0, 3):
        return status
    title("rlm-desktop show last")
    call(COMMAND, "show", "last")
    title("The window, painted offscreen")
    picture = ROOT / "build" / "window.png"
    status = call(sys.executable, str(ROOT / "packaging" / "screenshots.py"), "--out", str(picture))
    title("Where it is stored")
    call(sys.executable, "-c", "from rlm_desktop.settings.places import data_dir; print(data_dir())")
    return status


def title(text: str) -> None:
    """Set off what follows."""
    print(f"\n── {text}\n", flush=True)


def call(*command: str) -> int:
    """Run a command here; give its exit status."""
    environment = {**os.environ, "COLUMNS": os.environ.get("COLUMNS", "120")}
    return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
