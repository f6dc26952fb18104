"""Runs large enough to be opened by a skeleton, and processes that take their time to make one."""

import sys
from pathlib import Path

from rlm_desktop.processes import own_command
from rlm_desktop.skeleton.places import LARGE_FROM, skeleton_path
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.ids import RunId
from tests.benchmarks.support.large_runs import LargeRun, write_large_run

SKELETON = (*own_command(), "--skeleton")

_SLOW = """
import json, os, sys
print(json.dumps({"done": 4, "total": 9}), flush=True)
open(os.path.join(sys.argv[1], "slow.pid"), "w").write(str(os.getpid()))
while os.read(0, 1):
    pass
open(os.path.join(sys.argv[1], "slow.ended"), "w").write("told to end")
"""
SLOW = (sys.executable, "-I", "-S", "-c", _SLOW)
"""Starts what says that it has read four ninths, and goes on until it is told to end."""


def record_large(data_dir: Path, run: str, seed: int = 7) -> RunId:
    """Record a run that has no skeleton yet."""
    count = write_large_run(data_dir, run, LargeRun(LARGE_FROM * 5 // 8, seed=seed, long_output=False))
    assert count >= LARGE_FROM
    assert not skeleton_path(data_dir, RunId(run)).exists()
    return RunId(run)


def entry_count(data_dir: Path, run: RunId) -> int:
    """Tell how many entries are recorded of a run."""
    database = Database.open(data_dir / FILE_NAME)
    try:
        return Journal(database).last_seq(run)
    finally:
        database.close()


def slow_process(data_dir: Path) -> int | None:
    """Give the number of the slow process once it has begun."""
    path = data_dir / "slow.pid"
    said = path.read_text() if path.exists() else ""
    return int(said) if said else None


def was_told_to_end(data_dir: Path) -> bool:
    """Tell whether the slow process ended because it was told to."""
    return (data_dir / "slow.ended").exists()
