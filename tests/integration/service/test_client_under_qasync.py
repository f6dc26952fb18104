"""The client works on the window's own loop."""

import subprocess
import sys
from pathlib import Path

ASKING = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from rlm_desktop.app import loop
from rlm_desktop.service.messages import RunEnded
from tests.support.engine_process import EngineProcess

async def ask() -> int:
    async with EngineProcess(Path(sys.argv[1])) as engine:
        run = engine.start_run(Path(sys.argv[2]))
        await engine.hear(RunEnded, run=run)
        print(engine.entries(run)[-1].event.status)
    return 0

def on_fault(error, text):
    print("fault:", error, text)

sys.exit(loop.run(QApplication([]), ask(), on_fault))
"""


def test_a_run_goes_up_to_a_window_on_its_own_loop(data_dir, documents):
    # In a process of its own: timers that a closed qasync loop left behind crash Qt when another test's thread
    # happens to collect them.
    asked = subprocess.run(
        [sys.executable, "-c", ASKING, str(data_dir), str(documents)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[3],
        check=False,
    )

    assert (asked.stdout.split(), asked.returncode) == (["answered"], 0), asked.stderr
