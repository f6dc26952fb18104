"""A run of 100,000 nodes exported for other people's viewers, and opened by those of their readers that run here.

Each export runs in a process of its own. Its time is the processor's, beside that of reading the journal once, so that
a busy machine does not tell tales; its memory is what it needs at most above what was there before. What our own window
needs for the same run, `bench_trace.py` tells.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pytest
from support.large_runs import LargeRun, write_large_run
from support.memory import Peak, anonymous_bytes

from rlm_desktop.app.commands.store import opened
from rlm_desktop.app.exporting import stored_run
from rlm_desktop.export.formats import format_called
from rlm_desktop.export.recorded import RecordedRun, trace_of
from rlm_desktop.trace.ids import RunId
from tests.support.foreign_readers import SCRIPTS, inspect_python, speedscope_folder

NODES = 100_000
FOLD = "fold"
"""Making the tree alone, which each of the formats has to do first."""
FORMATS = ("csv", "chrome", "inspect", "otlp")


def path_of(folder: Path, name: str) -> Path:
    return folder / f"{name}{format_called(name).suffix}"


def export_alone(folder: Path, name: str) -> None:
    """Measure one export; in a process of its own, for the sake of its memory."""
    with opened(folder) as store, stored_run(store, RunId("large"), _tell_nobody, with_documents=False) as run:
        once = cpu_seconds(lambda: sum(1 for _ in run.entries()))
        idle = anonymous_bytes()
        with Peak() as peak:
            took = cpu_seconds(lambda: work(run, folder, name))
        size = path_of(folder, name).stat().st_size if name != FOLD else 0
    memory = (peak.most_bytes - idle) / 1e6
    print(
        f"{name:<10} {took:6.1f} s of the processor, {took / once:5.1f} times reading the journal once,"
        f" at most {memory:+6.0f} MB, file {size / 1e6:6.1f} MB",
        flush=True,
    )


def _tell_nobody(_done: int, _of: int) -> None:
    pass


def cpu_seconds(action) -> float:
    begin = time.process_time()
    action()
    return time.process_time() - begin


def work(run: RecordedRun, folder: Path, name: str) -> None:
    if name == FOLD:
        trace_of(run)
        return
    with path_of(folder, name).open("wb") as file:
        format_called(name).writer()(run, file)


def read_by(reader: str, command: list[str]) -> None:
    """Let a foreign reader open a file, and print what it needs."""
    environment = {**os.environ, "ONLY_TIMES": "1"}
    begin = os.times()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    end = os.times()
    told = json.loads(done.stdout)
    found = told[0] if isinstance(told, list) else told
    processor = end.children_user - begin.children_user + end.children_system - begin.children_system
    print(
        f"{reader:<10} opens it in {found['seconds']:5.1f} s ({processor:.1f} s of the processor, its start among them)"
        f" with {found['memory'] / 1e6:6.0f} MB",
        flush=True,
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_large_run(folder, "large", LargeRun(NODES))
        for name in (FOLD, *FORMATS):
            subprocess.run([sys.executable, __file__, "alone", made, name], check=True)
        try:
            script = str(SCRIPTS / "inspect_reading.py")
            read_by("Inspect", [str(inspect_python()), script, "--times", str(path_of(folder, "inspect"))])
            script = str(SCRIPTS / "speedscope.js")
            read_by("speedscope", ["node", script, str(speedscope_folder()), str(path_of(folder, "chrome"))])
        except pytest.skip.Exception as missing:
            print(missing)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["alone", folder, name]:
            export_alone(Path(folder), name)
        case _:
            main()
