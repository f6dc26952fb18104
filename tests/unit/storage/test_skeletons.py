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
def kept(tmp_path, monkeypatch):
    monkeypatch.setattr(skeletons, "LARGE_FROM", 10)
    record(tmp_path, RUN, ENTRIES, TEXTS)
    database = Database.open(tmp_path / FILE_NAME)
    yield database
    database.close()


def path(database: Database) -> Path:
    return skeleton_path(database.path.parent, RUN)


def test_a_large_run_opens_by_its_skeleton_as_it_was_recorded(kept):
    opened = Skeletons(kept).open(RUN)

    assert path(kept).is_file()
    folded = Trace(Journal(kept).entries(RUN))
    made = opened.at(len(opened.entries))
    assert [(node.title, node.entries) for node in made.walk()] == [
        (node.title, node.entries) for node in folded.walk()
    ]


def test_a_small_run_has_none(kept, monkeypatch):
    monkeypatch.setattr(skeletons, "LARGE_FROM", len(ENTRIES) + 1)

    assert Skeletons(kept).open(RUN) is None
    assert not path(kept).exists()


def test_a_skeleton_that_is_there_is_not_made_again(kept):
    Skeletons(kept).open(RUN)
    made_at = path(kept).stat().st_mtime_ns

    Skeletons(kept).open(RUN)

    assert path(kept).stat().st_mtime_ns == made_at


@pytest.mark.parametrize("harm", [lambda file: file.write_bytes(b"no"), lambda file: file.unlink()])
def test_one_that_is_missing_or_damaged_is_made_anew(kept, harm):
    Skeletons(kept).open(RUN)
    harm(path(kept))

    assert len(Skeletons(kept).open(RUN).entries) == len(ENTRIES)


def test_one_that_is_older_than_its_run_is_made_anew(kept):
    Skeletons(kept).open(RUN)
    journal = Journal(kept)
    journal.begin(RUN)
    journal.record(RUN, GateSpoke(parent=NodeId(1), gate="quotes", text="Late."))

    assert len(Skeletons(kept).open(RUN).entries) == len(ENTRIES) + 1


def test_a_folder_that_takes_no_more_costs_no_run(kept, caplog):
    path(kept).parent.write_text("in the way")

    assert Skeletons(kept).open(RUN) is not None
    assert "cannot be kept" in caplog.text
    caplog.clear()


def test_a_run_that_nobody_waits_for_leaves_no_skeleton(kept):
    assert Skeletons(kept).make(RUN, lambda: True) is None
    assert not path(kept).exists()


def test_deleting_a_run_deletes_its_skeleton(kept):
    Skeletons(kept).open(RUN)

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
