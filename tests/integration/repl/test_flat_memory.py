"""Whatever a child sends, the host's memory stays flat and its loop goes on."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.attacked_host import ATTACKS

ONE_FRAME_MEGABYTES = 700
"""A frame as long as it may be, its text, and what is made of it."""
FLAT_MEGABYTES = 40
IN_ONE_FRAME = ("a frame of many values", "large questions without end")


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_leaves_the_memory_of_the_host_flat(tmp_path, attack):
    command = [sys.executable, "-m", "tests.support.attacked_host", attack, str(tmp_path)]

    ran = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=60, check=True)

    host = json.loads(ran.stdout)
    is_large = attack in IN_ONE_FRAME or "largest" in attack
    assert host["grown_megabytes"] < (ONE_FRAME_MEGABYTES if is_large else FLAT_MEGABYTES)
    assert host["ending_seconds"] < 3
    assert list(tmp_path.iterdir()) == []
