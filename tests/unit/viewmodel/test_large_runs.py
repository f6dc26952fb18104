"""How large runs come to the window: by their skeletons, which processes make where they are missing."""

import logging
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from rlm_desktop.skeleton.places import skeleton_path
from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.storage.database import FILE_NAME
from rlm_desktop.storage.errors import Damaged
from rlm_desktop.storage.skeletons_apart import make_apart
from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel import large_runs
from rlm_desktop.viewmodel.shelf import Shelf
from tests.support.large import SKELETON, SLOW, entry_count, record_large, slow_process, was_told_to_end
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run

LARGE, SMALL = RunId("large"), RunId("small")
SECONDS = 30.0


class Told:
    """What was told in threads."""

    def __init__(self) -> None:
        self.all: list = []
        self._is_there = threading.Condition()

    def __call__(self, *words) -> None:
        with self._is_there:
            self.all.append(words)
            self._is_there.notify_all()

    def wait(self, count: int = 1) -> list:
        with self._is_there:
            assert self._is_there.wait_for(lambda: len(self.all) >= count, SECONDS)
            return list(self.all)


def until(is_so) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def folder(tmp_path):
    record_large(tmp_path, LARGE)
    record(tmp_path, SMALL, *harbour_run())
    return tmp_path


@pytest.fixture
def told():
    return Told()


@pytest.fixture
def progress():
    return Told()


@pytest.fixture
def shelf(folder, progress):
    with closing(Shelf(folder)) as shelf:
        shelf.large.command, shelf.large.tell = SKELETON, progress
        yield shelf


def test_a_missing_skeleton_is_made_by_a_process_and_told_of_until_it_is_over(shelf, folder, told, progress, caplog):
    caplog.set_level(logging.WARNING)
    shelf.fetch(LARGE, told)

    run, opened = told.wait()[0]
    assert (run, len(opened.entries)) == (LARGE, entry_count(folder, LARGE))
    assert skeleton_path(folder, LARGE).exists()
    assert progress.all[0] == (LARGE, 0.0)
    assert progress.all[-1] == (LARGE, None)
    assert not caplog.records


def test_a_run_whose_skeleton_is_there_is_opened_without_a_process(shelf, told, progress):
    shelf.fetch(LARGE, told)
    told.wait(1)
    shelf.large.command = ("/nowhere",)
    count = len(progress.all)

    shelf.fetch(LARGE, told)

    assert isinstance(told.wait(2)[1][1], SealedRun)
    assert len(progress.all) == count


def test_other_runs_are_read_while_a_skeleton_is_made(shelf, folder, told):
    shelf.large.command = SLOW
    shelf.fetch(LARGE, told)
    until(lambda: slow_process(folder) is not None)

    shelf.fetch(SMALL, told)

    assert told.wait()[0][0] == SMALL


def test_a_run_that_is_left_ends_its_process_and_is_not_told(shelf, folder, told, progress):
    shelf.large.command = SLOW
    is_left = threading.Event()
    shelf.fetch(LARGE, told, is_left.is_set)
    until(lambda: slow_process(folder) is not None)

    is_left.set()

    until(lambda: progress.all and progress.all[-1] == (LARGE, None))
    assert was_told_to_end(folder)
    shelf.close()
    assert not told.all


def test_closing_ends_the_process(shelf, folder, told):
    shelf.large.command = SLOW
    shelf.fetch(LARGE, told)
    until(lambda: slow_process(folder) is not None)

    shelf.close()

    assert was_told_to_end(folder)
    assert not told.all


def test_a_process_that_is_killed_leaves_the_work_to_this_one(shelf, folder, told, caplog):
    shelf.large.command = SLOW
    shelf.fetch(LARGE, told)
    until(lambda: slow_process(folder) is not None)

    os.kill(slow_process(folder), signal.SIGTERM)

    assert isinstance(told.wait()[0][1], SealedRun)
    assert "is made in the window's process: the process ended with -15" in caplog.text


@pytest.mark.parametrize("command", [("/nowhere",), ()])
def test_without_a_process_the_work_is_done_here(shelf, folder, told, progress, command):
    shelf.large.command = command

    shelf.fetch(LARGE, told)

    assert len(told.wait()[0][1].entries) == entry_count(folder, LARGE)
    assert skeleton_path(folder, LARGE).exists()
    assert progress.all[-1] == (LARGE, None)


def test_a_disk_that_takes_no_skeleton_costs_no_run(shelf, folder, told, caplog):
    skeleton_path(folder, LARGE).parent.write_text("in the way")

    shelf.fetch(LARGE, told)

    assert isinstance(told.wait()[0][1], SealedRun)
    assert "cannot be kept" in caplog.text


def test_two_that_want_a_run_have_its_skeleton_made_once(shelf, told, monkeypatch):
    made = []
    monkeypatch.setattr(large_runs, "make_apart", lambda *words: (made.append(words), make_apart(*words)))
    shelf.fetch(LARGE, told)
    shelf.look(LARGE, 0, told)

    told.wait(2)

    assert len(made) == 1


def test_one_that_waits_for_the_other_can_be_left(shelf, folder, told):
    shelf.large.command = SLOW
    is_left = threading.Event()
    shelf.fetch(LARGE, told)
    until(lambda: slow_process(folder) is not None)
    shelf.look(LARGE, 0, told, is_left.is_set)

    shelf.large.command = SKELETON
    shelf.fetch(record_large(folder, "other"), told)
    is_left.set()

    # There are two threads for large runs: the one that was left has its own back for another run.
    assert told.wait()[0][0] == "other"
    assert not was_told_to_end(folder)


def test_a_run_is_compared_by_a_skeleton_that_a_process_made(shelf, folder, told):
    shelf.look(LARGE, 0, told)

    (reading,) = told.wait()[0]
    assert reading.sealed.last_seq == entry_count(folder, LARGE)


def test_what_is_damaged_is_told_by_the_process(shelf, folder, told, caplog):
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE entries SET body = '{' WHERE seq = 50")

    shelf.fetch(LARGE, told)

    assert isinstance(told.wait()[0][1], Damaged)
    assert "the window's process" not in caplog.text
