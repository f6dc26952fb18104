"""Notes, pins, scores and labels beside the runs."""

import pytest

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import NoSuchRun, Unwritable
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.notes import Notes
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.notes import NodeNote, labels_in
from tests.support.traces import run_started

RUN, OTHER = RunId("one"), RunId("other")
CALL, TURN = NodeId(7), NodeId(-2)


@pytest.fixture
def notes(database: Database) -> Notes:
    journal = Journal(database)
    for run in (RUN, OTHER):
        journal.begin(run)
        journal.record(run, run_started())
    return Notes(database, clock=lambda: 12.5)


def spoil(database: Database, column: str, value: object) -> None:
    with database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE node_notes SET {column} = ? WHERE node = 7", (value,))


def test_what_is_written_on_a_node_comes_back(notes):
    notes.change(RUN, CALL, {"text": "two\nlines, ü 漢 \ud800", "is_pinned": True, "score": 0, "labels": ("a, b", "c")})
    notes.change(RUN, TURN, {"score": 5})

    assert notes.of(RUN) == {
        TURN: NodeNote(node=TURN, score=5, changed_at=12.5),
        CALL: NodeNote(
            node=CALL, text="two\nlines, ü 漢 ?", is_pinned=True, score=0, labels=("a, b", "c"), changed_at=12.5
        ),
    }
    assert notes.of(OTHER) == notes.of(RunId("nowhere")) == {}


def test_a_change_leaves_the_rest_of_a_note(notes):
    notes.change(RUN, CALL, {"text": "look here", "score": 3})
    notes.change(RUN, CALL, {"is_pinned": True})
    notes.change(RUN, CALL, {"score": None})

    assert notes.of(RUN)[CALL] == NodeNote(node=CALL, text="look here", is_pinned=True, changed_at=12.5)


def test_a_note_of_which_nothing_is_left_is_removed(notes, database):
    notes.change(RUN, CALL, {"text": "x", "is_pinned": True, "score": 1, "labels": ("l",)})
    notes.change(RUN, CALL, {"text": "", "is_pinned": False, "score": None, "labels": ()})

    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM node_notes").scalar() == 0


def test_notes_go_with_their_run_and_no_other(notes, database):
    notes.change(RUN, CALL, {"text": "gone soon"})
    notes.change(OTHER, CALL, {"text": "stays"})

    Library(database).delete(RUN)

    assert notes.of(RUN) == {}
    assert notes.of(OTHER)[CALL].text == "stays"
    with pytest.raises(NoSuchRun, match="nothing can be written"):
        notes.change(RUN, CALL, {"text": "too late"})


def test_notes_are_no_part_of_the_journal(notes, database):
    before = list(Journal(database).entries(RUN))

    notes.change(RUN, CALL, {"text": "beside it"})

    assert list(Journal(database).entries(RUN)) == before


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("text", b"caf\xff", NodeNote(node=CALL, text="caf\ufffd", is_pinned=True, score=2, labels=("l",))),
        ("score", 99, NodeNote(node=CALL, text="t", is_pinned=True, labels=("l",))),
        ("score", "much", NodeNote(node=CALL, text="t", is_pinned=True, labels=("l",))),
        ("is_pinned", "perhaps", NodeNote(node=CALL, text="t", score=2, labels=("l",))),
        ("labels", "[oops", NodeNote(node=CALL, text="t", is_pinned=True, score=2)),
        ("labels", b"\xff\xfe", NodeNote(node=CALL, text="t", is_pinned=True, score=2)),
        ("labels", '{"a": 1}', NodeNote(node=CALL, text="t", is_pinned=True, score=2)),
        ("labels", '["l", 3]', NodeNote(node=CALL, text="t", is_pinned=True, score=2, labels=("l",))),
        ("changed_at", "never", NodeNote(node=CALL, text="t", is_pinned=True, score=2, labels=("l",))),
        ("node", "nobody", None),
    ],
)
def test_a_damaged_row_loses_only_what_is_damaged(notes, database, column, value, kept):
    notes.change(RUN, CALL, {"text": "t", "is_pinned": True, "score": 2, "labels": ("l",)})
    notes.change(RUN, TURN, {"text": "whole"})
    spoil(database, column, value)

    found = notes.of(RUN)
    labels = notes.labels()

    assert found.pop(TURN).text == "whole"
    assert [(one.text, one.is_pinned, one.score, one.labels) for one in found.values()] == [
        (one.text, one.is_pinned, one.score, one.labels) for one in [kept] if one is not None
    ]
    assert labels in ([], ["l"])


def test_labels_in_use_are_known_the_most_frequent_first(notes):
    notes.change(RUN, CALL, {"labels": ("wrong", "odd")})
    notes.change(RUN, TURN, {"labels": ("odd",)})
    notes.change(OTHER, CALL, {"labels": ("Best",)})

    assert notes.labels() == ["odd", "Best", "wrong"]


def test_a_full_disk_is_said_and_the_note_before_stays(notes, database):
    notes.change(RUN, CALL, {"text": "first"})
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(Unwritable, match="the disk is full"):
        notes.change(RUN, CALL, {"text": "x" * 500_000})

    assert notes.of(RUN)[CALL].text == "first"


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("wrong, well  read ; odd\nlast", ("wrong", "well read", "odd", "last")),
        (" , ,", ()),
        ("Odd, b, ODD", ("Odd", "b")),
    ],
)
def test_labels_are_read_with_commas_between_them(words, labels):
    assert labels_in(words) == labels
