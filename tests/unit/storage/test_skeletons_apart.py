"""Skeletons made in a process of their own: a real one, and some that misbehave."""

import sqlite3
import sys
import threading
from contextlib import closing

import pytest

from rlm_desktop.skeleton.places import skeleton_path
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import Damaged
from rlm_desktop.storage.skeletons import Skeletons
from rlm_desktop.storage.skeletons_apart import make_apart
from rlm_desktop.trace.ids import RunId
from tests.support.large import SKELETON, SLOW, entry_count, record_large, slow_process, was_told_to_end

RUN = RunId("large")


def never() -> bool:
    return False


def saying(code: str) -> list[str]:
    """Give the words that start a process with this code."""
    return [sys.executable, "-I", "-S", "-c", code]


def test_a_process_makes_the_skeleton_and_tells_how_far_it_is(tmp_path):
    record_large(tmp_path, RUN)
    told = []

    make_apart(SKELETON, tmp_path, RUN, never, told.append)

    with closing(Database.open(tmp_path / FILE_NAME)) as database:
        assert len(Skeletons(database).open(RUN).entries) == entry_count(tmp_path, RUN)
    assert told[0] == 0
    assert told == sorted(told)


def test_a_run_that_cannot_be_read_is_told_as_it_would_be_here(tmp_path):
    record_large(tmp_path, RUN)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE entries SET body = '{' WHERE seq = 50")

    with pytest.raises(Damaged, match="An event of the kind subcalls_queued cannot be read"):
        make_apart(SKELETON, tmp_path, RUN, never, lambda _share: None)
    assert not skeleton_path(tmp_path, RUN).exists()


def test_a_run_that_is_gone_is_said_with_its_reason(tmp_path):
    record_large(tmp_path, RUN)

    with pytest.raises(OSError, match="There is no run “other”"):
        make_apart(SKELETON, tmp_path, RunId("other"), never, lambda _share: None)


def test_a_process_that_cannot_be_started_is_said(tmp_path):
    with pytest.raises(OSError, match="gone"):
        make_apart([str(tmp_path / "gone")], tmp_path, RUN, never, lambda _share: None)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.kill(os.getpid(), 9)", "ended with -9: it did not say why"),
        ("import sys; sys.exit('no memory')", "ended with 1: no memory"),
        ("print('{\"done'); raise SystemExit(3)", "ended with 3"),
        ('print(\'[]\\n7\\n{"done": 1, "total": 0}\'); raise SystemExit(3)', "ended with 3"),
    ],
)
def test_a_process_that_ends_before_it_is_done_is_said_with_what_it_complained_of(tmp_path, code, reason):
    with pytest.raises(ChildProcessError, match=reason):
        make_apart(saying(code), tmp_path, RUN, never, lambda _share: None)


def test_a_process_ends_as_soon_as_nobody_waits_for_it(tmp_path):
    told = threading.Event()

    make_apart(SLOW, tmp_path, RUN, lambda: slow_process(tmp_path) is not None, lambda _share: told.set())

    assert was_told_to_end(tmp_path)
    assert told.is_set()


def test_a_process_that_does_not_listen_is_ended_all_the_same(tmp_path):
    begun = tmp_path / "begun"
    code = "import sys, time; open(sys.argv[1] + '/begun', 'w').close(); time.sleep(600)"

    make_apart(saying(code), tmp_path, RUN, begun.exists, lambda _share: None)


def test_one_that_is_left_at_once_makes_nothing(tmp_path):
    record_large(tmp_path, RUN)

    make_apart(SKELETON, tmp_path, RUN, lambda: True, lambda _share: None)

    assert not skeleton_path(tmp_path, RUN).exists()
