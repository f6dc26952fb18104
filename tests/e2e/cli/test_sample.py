import os
import subprocess
import sys
from pathlib import Path

from rlm_desktop.settings.places import resources_dir
from tests.support.command_line import CommandLine

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = resources_dir() / "sample" / "documents"
BUILTIN = ["--root", "builtin/extractive", "--worker", "builtin/extractive"]


def test_a_look_up_in_the_sample_gives_the_quote_with_its_document_and_page(rlm: CommandLine) -> None:
    told = rlm("ask", "What did the storm of 1980 cost Ardvik in depth of channel?", SAMPLE, *BUILTIN, "--json").value

    places = [(quote["document"], quote["page"], quote["match"]) for quote in told["evidence"]]
    assert told["status"] == "answered"
    assert "two fathoms in a single night" in told["answer"]
    assert ("reports/annual-1981.pdf", 2, "exact") in places
    assert told["documents"]["read"] == 16


def test_without_a_display_the_main_job_runs_in_the_terminal(tmp_path: Path) -> None:
    picture = ROOT / "build" / "window.png"
    picture.unlink(missing_ok=True)
    environment = {**os.environ, "RLM_DESKTOP_DATA_DIR": str(tmp_path / "data")}

    command = [sys.executable, str(ROOT / "packaging" / "sample_run.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert "opened to goods on 14 September 1987" in done.stdout
    assert "Turn 1: " in done.stdout
    assert done.stdout.rstrip().endswith(str(tmp_path / "data"))
    assert picture.read_bytes().startswith(b"\x89PNG")
