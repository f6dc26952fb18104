"""How the window reads recorded runs."""

import sqlite3
import threading
from contextlib import closing

import pytest

from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.storage.database import FILE_NAME
from rlm_desktop.storage.errors import Damaged
from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel import large_runs
from rlm_desktop.viewmodel import shelf as shelves
from rlm_desktop.viewmodel.shelf import Shelf
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run

RUN = RunId("harbour")
ENTRIES, TEXTS = harbour_run()


@pytest.fixture
def shelf(tmp_path):
    record(tmp_path, RUN, ENTRIES, TEXTS)
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.close()


def told(ask) -> list:
    """Wait for what is told in a thread."""
    answers, is_told = [], threading.Event()
    ask(lambda *words: (answers.extend(words), is_told.set()))
    assert is_told.wait(20)
    return answers


def test_a_small_run_is_read_whole(shelf):
    run, entries = told(lambda tell: shelf.fetch(RUN, tell))

    assert (run, len(entries)) == (RUN, len(ENTRIES))


@pytest.mark.parametrize(("is_live", "kind"), [(False, SealedRun), (True, list)])
def test_a_large_run_comes_by_its_skeleton_unless_it_goes_on(shelf, monkeypatch, is_live, kind):
    monkeypatch.setattr(large_runs, "LARGE_FROM", 10)

    _, opened = told(lambda tell: (shelf.fetch_live if is_live else shelf.fetch)(RUN, tell))

    assert isinstance(opened, kind)


@pytest.fixture
def large(monkeypatch):
    """Take the sample for a large run."""
    monkeypatch.setattr(large_runs, "LARGE_FROM", 10)
    monkeypatch.setattr(shelves, "MOST_COMPARED", 100)


def looked(shelf, after=0):
    (reading,) = told(lambda tell: shelf.look(RUN, after, tell, lambda: False))
    return reading


@pytest.mark.usefixtures("large")
def test_a_large_run_that_has_ended_is_compared_by_its_skeleton(shelf):
    reading = looked(shelf)

    assert reading.sealed.last_seq == len(ENTRIES)
    assert (reading.entries, reading.error) == ((), None)


@pytest.mark.usefixtures("large")
def test_a_large_run_that_has_nothing_new_is_not_opened_again(shelf):
    reading = looked(shelf, after=len(ENTRIES))

    assert (reading.entries, reading.sealed, reading.error) == ((), None, None)


@pytest.mark.usefixtures("large")
def test_a_very_large_run_that_goes_on_says_when_it_can_be_compared(tmp_path):
    record(tmp_path, RUN, ENTRIES[:200], TEXTS)

    with closing(Shelf(tmp_path)) as shelf:
        reading = looked(shelf)

    assert (reading.entries, reading.sealed) == ((), None)
    assert str(reading.error) == "With more than 100 entries it can be compared once it has ended."


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize(("most", "read"), [(1_000, 49), (100, 0)])
def test_a_large_run_that_is_damaged_is_read_up_to_the_damage_where_memory_allows(
    shelf, tmp_path, monkeypatch, most, read
):
    monkeypatch.setattr(shelves, "MOST_COMPARED", most)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE entries SET body = '{' WHERE seq = 50")

    reading = looked(shelf)

    assert isinstance(reading.error, Damaged)
    assert (len(reading.entries), reading.sealed) == (read, None)


def test_texts_of_a_run_are_found_in_a_thread(shelf):
    (found,) = told(lambda tell: shelf.find_texts(RUN, "dredging", lambda digests: {len(digests)}, lambda: False, tell))

    assert found == {sum("dredging" in text.casefold() for text in TEXTS.values())}
