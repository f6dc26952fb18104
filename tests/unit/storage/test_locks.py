"""A lock tells the living from the dead."""

import subprocess
import sys

import pytest

from rlm_desktop.storage.errors import RunInUse, Unwritable
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.trace.ids import RunId

RUN = RunId("20260101-000000-000-abcdef")
HOLDER = """
import sys
from pathlib import Path
from rlm_desktop.storage.locks import RunLock
lock = RunLock(Path(sys.argv[1]), sys.argv[2])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def files(folder):
    return sorted(path.name for path in (folder / "locks").iterdir() if path.name != "guard.lock")


def test_a_held_lock_is_not_given_twice_even_in_one_process(tmp_path):
    with RunLock(tmp_path, RUN), pytest.raises(RunInUse, match=RUN):
        RunLock(tmp_path, RUN).acquire()


def test_a_lock_that_was_given_back_can_be_taken_again_and_leaves_no_file(tmp_path):
    for _ in range(2):
        with RunLock(tmp_path, RUN):
            assert files(tmp_path) == [f"{RUN}.lock"]

    assert files(tmp_path) == []


def test_runs_are_locked_one_by_one(tmp_path):
    with RunLock(tmp_path, RUN), RunLock(tmp_path, RunId("another")):
        assert len(files(tmp_path)) == 2


def test_a_killed_process_holds_no_lock(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), RUN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RunInUse):
            RunLock(tmp_path, RUN).acquire()

        holder.kill()
        holder.wait()

    with RunLock(tmp_path, RUN):
        pass


def test_a_strange_id_makes_no_file_elsewhere(tmp_path):
    with RunLock(tmp_path / "data", RunId("../../escape")):
        assert len(files(tmp_path / "data")) == 1


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "locks").write_text("")

    with pytest.raises(Unwritable, match="locks"):
        RunLock(tmp_path, RUN).acquire()
