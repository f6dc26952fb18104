"""Skeletons of recorded runs: made, found again, made anew when wrong, gone with their run."""

from pathlib import Path

import pytest

from rlm_desktop.skeleton.places import skeleton_path
from rlm_desktop.storage import skeletons
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import Damaged, NoSuchRun
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.skeletons import Skeletons
from rlm_desktop.trace.events import GateSpoke
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.tree import Trace
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run

RUN = RunId("harbour")
ENTRIES, TEXTS = harbour_run()


@pytest.fixture
def kept(tmp_path):
    record(tmp_path, RUN, ENTRIES, TEXTS)
    database = Database.open(tmp_path / FILE_NAME)
    yield database
    database.close()


def path(database: Database) -> Path:
    return skeleton_path(database.path.parent, RUN)


def test_a_run_opens_by_its_skeleton_as_it_was_recorded(kept):
    Skeletons(kept).make(RUN)
    opened = Skeletons(kept).open(RUN)

    assert path(kept).is_file()
    folded = Trace(Journal(kept).entries(RUN))
    made = opened.at(len(opened.entries))
    assert [(node.title, node.entries) for node in made.walk()] == [
        (node.title, node.entries) for node in folded.walk()
    ]


def test_what_is_made_can_be_read_without_the_file(kept):
    made = Skeletons(kept).make(RUN)

    assert len(made.entries) == len(ENTRIES)


def test_while_it_is_made_it_is_told_how_far_that_is(kept, monkeypatch):
    monkeypatch.setattr(skeletons, "_TOLD_EVERY", 100)
    told = []

    Skeletons(kept).make(RUN, tell=lambda done, total: told.append((done, total)))

    assert told == [(done, len(ENTRIES)) for done in range(0, len(ENTRIES), 100)]


@pytest.mark.parametrize("harm", [lambda file: file.write_bytes(b"no"), lambda file: file.unlink()])
def test_one_that_is_missing_or_damaged_opens_no_run(kept, harm):
    Skeletons(kept).make(RUN)
    harm(path(kept))

    assert Skeletons(kept).open(RUN) is None


def test_one_that_is_older_than_its_run_opens_none_until_it_is_made_anew(kept):
    Skeletons(kept).make(RUN)
    journal = Journal(kept)
    journal.begin(RUN)
    journal.record(RUN, GateSpoke(parent=NodeId(1), gate="quotes", text="Late."))

    assert Skeletons(kept).open(RUN) is None
    Skeletons(kept).make(RUN)
    assert len(Skeletons(kept).open(RUN).entries) == len(ENTRIES) + 1


def test_a_folder_that_takes_no_more_costs_no_run(kept, caplog):
    path(kept).parent.write_text("in the way")

    assert Skeletons(kept).make(RUN) is not None
    assert "cannot be kept" in caplog.text
    caplog.clear()


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_a_run_that_is_left_while_its_skeleton_is_made_leaves_none(kept, looks):
    answers = iter([False] * looks)

    assert Skeletons(kept).make(RUN, lambda: next(answers, True)) is None
    assert not path(kept).exists()


def test_deleting_a_run_deletes_its_skeleton(kept):
    Skeletons(kept).make(RUN)

    Library(kept).delete(RUN)

    assert not path(kept).exists()


def test_entries_are_picked_in_the_order_asked_for(kept):
    picked = Journal(kept).pick(RUN, [5, 3, 4, 200])

    assert [entry.seq for entry in picked] == [5, 3, 4, 200]
    assert picked[0].event == ENTRIES[4].event


def test_an_entry_or_a_run_that_is_gone_is_said(kept):
    with pytest.raises(Damaged, match="lost 1 of its entries"):
        Journal(kept).pick(RUN, [1, 100_000])
    with pytest.raises(NoSuchRun):
        Journal(kept).pick(RunId("other"), [1])
