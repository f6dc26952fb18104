"""The words of all texts: filled little by little, true to the runs, and begun anew when damaged."""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import get_args

import pytest

from rlm_desktop.storage.errors import StorageError, Unwritable
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.search_words import Part
from rlm_desktop.storage.text_index import Progress, TextIndex
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    OutputPrinted,
    RunStarted,
    StepStarted,
    TextKept,
)
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import TextRef, reference_to
from tests.support.recorded import record as record_whole
from tests.support.sample_runs import harbour_run
from tests.support.text_indexes import (
    emptied,
    fill,
    found,
    garbage,
    half_written,
    of_another_program,
    of_another_scheme,
    overwritten,
    part_of_words_missing,
    record,
    words_damaged,
    words_left,
    words_missing,
)
from tests.support.traces import call_finished, output_printed, run_finished, run_started

A, B = RunId("a"), RunId("b")


@pytest.fixture
def index(database):
    made = TextIndex(database.path)
    yield made
    made.close()


def test_a_text_is_found_in_each_run_that_has_it_and_is_taken_in_once(database, index):
    record(database, A, "The dues on tonnage", "Tonnage again")
    record(database, B, "The dues on tonnage")

    assert fill(index) == Progress(2, 2)
    assert found(index, "TONN") == {"a": 2, "b": 1}
    assert found(index, "again") == {"a": 1}
    assert found(index, "nowhere") == {}


def test_what_was_recorded_later_is_taken_in_later(database, index):
    record(database, A, "first")
    assert fill(index).is_complete
    record(database, B, "second " * 200)

    assert found(index, "second") == {}
    assert fill(index) == Progress(2, 2)
    assert found(index, "second") == {"b": 1}


def test_filling_stops_when_its_time_is_over_or_nobody_wants_it_and_goes_on_later(database, index, monkeypatch):
    monkeypatch.setattr("rlm_desktop.storage.text_index._BATCH_CHARACTERS", 1)
    record(database, A, "one", "two", "three")
    wanted = iter((True, True, False))

    assert index.catch_up(0.0) == Progress(0, 3)
    assert index.catch_up(60.0, lambda: next(wanted)) == Progress(2, 3)
    assert fill(index) == Progress(3, 3)
    assert found(index, "three") == {"a": 1}


def test_filling_does_not_keep_a_run_from_being_recorded(database, index, monkeypatch):
    monkeypatch.setattr("rlm_desktop.storage.database._BUSY_SECONDS", 0.05)
    record(database, A, "one")

    def record_meanwhile(*_: object) -> str:
        record(database, B, "two")
        return "one"

    monkeypatch.setattr("rlm_desktop.storage.text_index._words_of", record_meanwhile)
    index.catch_up(60.0, iter((True, False)).__next__)

    assert {summary.run for summary in Library(database).runs()} == {"a", "b"}


def test_two_windows_take_in_a_text_only_once(database, index):
    record(database, A, "one", "two")
    other = TextIndex(database.path)
    assert index.catch_up(0.0) == Progress(0, 2)
    fill(other)

    assert fill(index).is_complete
    assert found(index, "one") == {"a": 1}
    index.forget([A])
    assert words_left(index) == set()
    other.close()


def test_a_forgotten_run_leaves_no_word_that_only_it_had(database, index):
    record(database, A, "shared words", "secret of the first " * 100)
    record(database, B, "shared words")
    fill(index)

    index.forget([A])
    Library(database).delete(A)

    assert words_left(index) == {"shared", "words"}
    assert found(index, "shared") == {"b": 1}
    assert fill(index) == Progress(1, 1)


def test_runs_forgotten_together_take_their_shared_texts_along(database, index):
    record(database, A, "shared words")
    record(database, B, "shared words")
    fill(index)

    index.forget([A, B])

    assert words_left(index) == set()


def test_a_run_forgotten_but_not_deleted_is_found_again(database, index):
    record(database, A, "still here")
    fill(index)

    index.forget([A])

    assert fill(index).is_complete
    assert found(index, "still") == {"a": 1}


def test_forgetting_makes_no_file_where_nobody_searches(database, index):
    record(database, A, "one")

    index.forget([A])

    assert not index.exists


@pytest.mark.parametrize("is_known_open", [True, False])
def test_texts_that_went_without_being_forgotten_make_it_begin_anew(database, index, is_known_open):
    record(database, A, "gone words", "more")
    fill(index)
    if not is_known_open:
        index.close()
    Library(database).delete(A)
    record(database, B, "other")

    assert fill(index) == Progress(1, 1)
    assert words_left(index) == {"other"}
    assert found(index, "other") == {"b": 1}


def test_a_number_that_is_used_again_for_another_text_finds_the_new_one(database, index):
    record(database, A, "old words")
    fill(index)
    index.close()
    Library(database).delete(A)
    record(database, B, "new words")

    fill(index)

    assert found(index, "old") == {}
    assert found(index, "new") == {"b": 1}


@pytest.mark.parametrize(
    "spoil",
    [
        garbage,
        half_written,
        overwritten,
        words_damaged,
        words_missing,
        part_of_words_missing,
        of_another_scheme,
        of_another_program,
        emptied,
    ],
)
@pytest.mark.parametrize("action", ["fill", "find", "forget"])
def test_a_spoiled_file_is_begun_anew_and_filled_again(database, index, spoil, action):
    record(database, A, *(f"words number {number} of a text that is long enough" * 20 for number in range(200)))
    fill(index)
    index.close()
    with closing(sqlite3.connect(index.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(index.path)

    {"fill": lambda: fill(index), "find": lambda: index.find("words"), "forget": lambda: index.forget([A])}[action]()

    index.find("words")
    assert fill(index) == Progress(200, 200)
    assert found(index, "words") == {"a": 200}


def test_a_damaged_text_is_left_out_and_the_others_are_found(database, index, caplog):
    record(database, A, "long text " * 200, "short")
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE payloads SET body = x'00' WHERE packing = 'zlib'")
        number = connection.exec_driver_sql("SELECT number FROM payloads WHERE packing = 'zlib'").scalar_one()

    assert fill(index) == Progress(2, 2)

    assert found(index, "short") == {"a": 1}
    assert found(index, "long") == {}
    assert index.snippet(A, number, "long") is None
    assert "is damaged" in caplog.text


def test_a_text_that_was_damaged_later_is_still_forgotten(database, index):
    record(database, A, "long text " * 200, "short")
    fill(index)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE payloads SET body = x'00' WHERE packing = 'zlib'")

    index.forget([A])
    Library(database).delete(A)

    fill(index)
    assert words_left(index) == set()


def test_a_snippet_comes_from_the_first_text_that_has_it(database, index):
    record(database, A, "nothing", "about the dues of 1931", "dues again")
    fill(index)
    hit = index.find("DUES")[A]

    snippet = index.snippet(A, hit.text, "DUES")

    assert (hit.texts, str(snippet), snippet.match) == (2, "about the dues of 1931", "dues")
    assert index.snippet(A, 999, "dues") is None


def test_a_snippet_says_what_the_text_is_in_its_run(database, index):
    entries, texts = harbour_run()
    record_whole(database.path.parent, A, entries, texts)
    fill(index)

    parts = {}
    for entry in entries:
        match entry.event:
            case RunStarted(parent=None) as event:
                parts["question"] = event.question
            case AnswerGiven(run=1) as event:
                parts["answer"] = event.answer
            case CallStarted() as event:
                parts.setdefault("prompt", event.prompt[-1].text)
            case CallFinished(reply=TextRef() as reply):
                parts.setdefault("reply", reply)
            case StepStarted() as event:
                parts.setdefault("code", event.code)
            case OutputPrinted() as event:
                parts.setdefault("output", event.text)

    told = {part: index.snippet(A, number_of(database, text), "the").part for part, text in parts.items()}
    assert told == {part: part for part in get_args(Part)}


def test_of_a_text_that_two_runs_have_each_snippet_says_what_it_is_in_its_own(database, index):
    said = reference_to("the dues")
    for run, event in ((A, output_printed(4, "the dues")), (B, call_finished(4, reply=said))):
        journal = Journal(database)
        journal.begin(run)
        for one in (TextKept(digest=said.digest, text="the dues"), run_started(), event, run_finished()):
            journal.record(run, one)
    fill(index)

    hits = index.find("dues")

    assert [index.snippet(run, hits[run].text, "dues").part for run in (A, B)] == ["output", "reply"]


def test_a_text_that_is_used_far_from_the_beginning_is_shown_without_saying_what_it_is(database, index, monkeypatch):
    monkeypatch.setattr("rlm_desktop.storage.text_index._LOOKED_THROUGH", 3)
    record(database, A, "the dues")
    journal = Journal(database)
    journal.begin(A)
    for _ in range(3):
        journal.record(A, output_printed(4, "the dues"))
    fill(index)

    snippet = index.snippet(A, index.find("dues")[A].text, "dues")

    assert (str(snippet), snippet.part) == ("the dues", "output")
    monkeypatch.setattr("rlm_desktop.storage.text_index._LOOKED_THROUGH", 2)
    assert index.snippet(A, index.find("dues")[A].text, "dues").part is None


def number_of(database, text: TextRef) -> int:
    with database.reading() as connection:
        query = "SELECT number FROM payloads WHERE digest = ?"
        return connection.exec_driver_sql(query, (text.digest,)).scalar_one()


def test_a_file_that_another_program_keeps_locked_is_said(database, index, monkeypatch):
    monkeypatch.setattr("rlm_desktop.storage.text_index._BUSY_SECONDS", 0.05)
    record(database, A, "one")
    index.catch_up(0.0)
    with closing(sqlite3.connect(index.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Unwritable, match="keeps it locked"):
            fill(index)

        other.execute("ROLLBACK")
    assert fill(index).is_complete


def test_a_place_where_no_file_can_be_made_is_said(database, index):
    index.path.mkdir()

    with pytest.raises(Unwritable, match="cannot be"):
        fill(index)


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in the way is refused otherwise there")
def test_a_spoiled_file_that_cannot_be_removed_is_said(database, index, monkeypatch):
    garbage(index.path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(Unwritable, match="cannot be removed: Permission denied"):
        fill(index)


def test_a_damaged_database_is_said_and_not_taken_for_a_damaged_index(database, index):
    record(database, A, "one")
    fill(index)
    index.close()
    database.close()
    garbage(database.path)

    with pytest.raises(StorageError):
        fill(index)


def test_a_folder_with_signs_in_its_name_is_no_trouble(database, tmp_path):
    record(database, A, "one")
    database.close()
    folder = tmp_path / "odd ?#%20 'name'"
    folder.mkdir()
    shutil.copy(database.path, folder / database.path.name)

    index = TextIndex(folder / database.path.name)

    assert fill(index).is_complete
    assert found(index, "one") == {"a": 1}
    index.close()
