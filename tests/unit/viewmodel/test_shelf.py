"""How the window reads recorded runs."""

import threading

import pytest

from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.storage import skeletons
from rlm_desktop.trace.ids import RunId
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
    for module in (shelves, skeletons):
        monkeypatch.setattr(module, "LARGE_FROM", 10)

    _, opened = told(lambda tell: shelf.fetch(RUN, tell, is_live=is_live))

    assert isinstance(opened, kind)


def test_a_run_that_is_too_large_to_be_compared_says_so(shelf, monkeypatch):
    monkeypatch.setattr(shelves, "MOST_COMPARED", 10)

    (reading,) = told(lambda tell: shelf.look(RUN, 0, tell))

    assert reading.entries == ()
    assert str(reading.error) == "It is too large to be compared: it has more than 10 entries."


def test_texts_of_a_run_are_found_in_a_thread(shelf):
    (found,) = told(lambda tell: shelf.find_texts(RUN, "dredging", lambda digests: {len(digests)}, lambda: False, tell))

    assert found == {sum("dredging" in text.casefold() for text in TEXTS.values())}
