"""Names, pins and tags of runs: they lie beside the record and survive."""

import sqlite3
from contextlib import closing

import pytest

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import Unwritable
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.labels import Labels, RunLabel
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.migrations import MIGRATIONS
from rlm_desktop.trace.ids import RunId
from tests.support.traces import run_finished, run_started

A, B = RunId("a"), RunId("b")


@pytest.fixture
def labels(database):
    record(database, A)
    record(database, B)
    return Labels(database)


def record(database: Database, run: RunId) -> None:
    journal = Journal(database)
    journal.begin(run)
    journal.record(run, run_started())
    journal.record(run, run_finished())


def test_a_run_without_a_label_has_an_empty_one(labels):
    assert labels.all() == {}
    assert labels.of(A) == RunLabel()


def test_names_pins_and_tags_are_kept_apart_for_each_run(labels):
    labels.rename(A, "Dues of Ardvik")
    labels.pin([A, B], True)
    labels.retag([A, B], ["harbour", "two words"], [])
    labels.rename(B, "Second")
    labels.pin([B], False)
    labels.retag([B], ["Dues"], ["harbour"])

    assert labels.of(A) == RunLabel(name="Dues of Ardvik", is_pinned=True, tags=("harbour", "two words"))
    assert labels.all() == {A: labels.of(A), B: RunLabel(name="Second", tags=("Dues", "two words"))}


def test_labels_are_there_when_the_file_is_opened_again(labels, database):
    labels.rename(A, "Kept “name” ☂")
    labels.retag([A], ["x"], [])
    database.close()

    with closing(Database.open(database.path)) as again:
        assert Labels(again).of(A) == RunLabel(name="Kept “name” ☂", tags=("x",))


def test_a_name_leaves_the_title_and_the_record_alone(labels, database):
    before = list(Journal(database).entries(A))

    labels.rename(A, "Another name")

    assert Library(database).summary(A).title == "Who raised the dues?"
    assert list(Journal(database).entries(A)) == before


def test_the_same_tag_twice_and_labels_of_a_run_that_is_gone_do_nothing(labels):
    labels.retag([A], ["x"], [])
    labels.retag([A], ["x"], ["never there"])
    labels.rename(RunId("gone"), "Nobody")
    labels.pin([RunId("gone")], True)
    labels.pin([], True)
    labels.retag([RunId("gone")], ["y"], ["z"])

    assert labels.all() == {A: RunLabel(tags=("x",))}


def test_a_half_character_in_a_name_or_tag_does_no_harm(labels):
    labels.rename(A, "caf\udce9")
    labels.retag([A], ["\udce9"], [])

    assert labels.of(A) == RunLabel(name="caf?", tags=("?",))


def test_a_deleted_run_takes_its_labels_with_it(labels, database):
    labels.rename(A, "Gone soon")
    labels.retag([A], ["x"], [])

    Library(database).delete(A)
    record(database, A)

    assert labels.all() == {}


def test_runs_recorded_before_there_were_labels_are_brought_along(tmp_path):
    path = tmp_path / "rlm-desktop.sqlite"
    with closing(Database.open(path, MIGRATIONS[:2])) as old:
        record(old, A)

    with closing(Database.open(path)) as database:
        Labels(database).rename(A, "Old one")
        assert Labels(database).of(A).name == "Old one"


def test_a_locked_file_is_said_and_nothing_is_half_written(tmp_path, monkeypatch):
    monkeypatch.setattr("rlm_desktop.storage.database._BUSY_SECONDS", 0.05)
    path = tmp_path / "rlm-desktop.sqlite"
    with closing(Database.open(path)) as database, closing(sqlite3.connect(path, isolation_level=None)) as other:
        record(database, A)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Unwritable, match="keeps it locked"):
            Labels(database).retag([A], ["x", "y"], [])

        other.execute("ROLLBACK")
        assert Labels(database).all() == {}
