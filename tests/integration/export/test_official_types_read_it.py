"""The official implementation reads the calls of an exported log with its own types.

Its visualizer is in no package, so its parser cannot be run here: `test_rlm_jsonl` looks at what it reads.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from rlm_desktop.export.recorded import trace_of
from rlm_desktop.trace.events import CallStarted
from tests.support.foreign import exported
from tests.support.kinds_of_runs import KINDS
from tests.support.official_logs import ROOT
from tests.support.uv import NoUv, uv

PACKAGE = "rlms==0.1.3"
FOLDER = ROOT / "build" / "readers" / "rlms-0.1.3-types"


@pytest.fixture(scope="module")
def official() -> Path:
    """Give the folder of the package, alone; its hundreds of megabytes of providers are not needed."""
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{FOLDER}.lock"):
        if not (FOLDER / "rlm").is_dir():
            try:
                uv("pip", "install", "--quiet", "--no-deps", "--target", str(FOLDER), PACKAGE)
            except NoUv as missing:
                pytest.skip(str(missing))
    return FOLDER


@pytest.mark.parametrize("kind", KINDS)
def test_every_call_of_a_log_is_one_to_the_official_types(kind, official, tmp_path):
    run = KINDS[kind]()
    (tmp_path / "run.jsonl").write_bytes(exported("rlm-jsonl", run))
    script = Path(__file__).parents[2] / "support" / "official_types.py"

    done = subprocess.run(
        [sys.executable, "-I", script, official, tmp_path / "run.jsonl"], capture_output=True, text=True, check=False
    )

    nodes = list(trace_of(run).walk())
    workers = [node for node in nodes if node.kind == "call" and node.fact(CallStarted).role == "worker"]
    children = [node for node in nodes if node.kind == "run"][1:]
    tokens = sum(node.totals.input_tokens for node in workers)
    assert done.stderr == ""
    assert done.stdout.split() == [str(len(workers) + len(children)), str(tokens)]
