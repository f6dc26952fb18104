"""The history with a real database: listed, searched, labelled, deleted and brought back."""

import gc
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QObject

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.labels import Labels, RunLabel
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.storage.text_index import FILE_NAME as WORDS
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import digest_of
from rlm_desktop.viewmodel.history_desk import HistoryDesk
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.history_rows import HistoryRow
from rlm_desktop.viewmodel.roles import SnippetRole
from rlm_desktop.viewmodel.shelf import Shelf
from tests.support.recorded import record
from tests.support.traces import answer_given, entries, run_finished, run_started

A, B, C = RunId("a"), RunId("b"), RunId("c")


class Past:
    """A desk over runs of its own."""

    def __init__(self, data_dir: Path, qtbot) -> None:
        self.data_dir, self.qtbot = data_dir, qtbot
        self.owner = QObject()
        self.shelf = Shelf(data_dir)
        self.items = HistoryItems(self.owner)
        self.desk = HistoryDesk(self.shelf, self.items, self.owner)
        self.problems: list[str] = []
        self.strip: list[str] = []
        self.vanished: list[list[RunId]] = []
        self.desk.troubled.connect(lambda problem: self.problems.append(problem.text))
        self.desk.undo_told.connect(self.strip.append)
        self.desk.vanished.connect(self.vanished.append)

    def listed(self, count: int) -> None:
        self.desk.refresh()
        self.qtbot.waitUntil(lambda: self.items.rowCount() == count)

    def type(self, text: str) -> None:
        self.items.set_filter(text)
        self.qtbot.waitUntil(lambda: not self.items.is_searching)

    @property
    def shown(self) -> list[str]:
        return [str(self.items.run_at(self.items.index(place))) for place in range(self.items.rowCount())]

    def kept(self) -> set[str]:
        """The runs in the database."""
        with closing(Database.open(self.data_dir / FILE_NAME)) as database:
            return {summary.run for summary in Library(database).runs()}

    def labels(self) -> dict[RunId, RunLabel]:
        with closing(Database.open(self.data_dir / FILE_NAME)) as database:
            return Labels(database).all()


def write(data_dir: Path, run: str, *texts: str, at: float = 0.0) -> None:
    events = [run_started(question=f"Question {run}"), answer_given(text=f"Answer {run}"), run_finished()]
    record(data_dir, run, entries(events, at), {digest_of(text): text for text in texts})


@pytest.fixture
def past(qapp, qtbot, tmp_path):
    for number, run in enumerate("abc"):
        write(tmp_path, run, f"The prompt of {run} about tonnage", f"only {run * 5}", at=number * 100.0)
    made = Past(tmp_path, qtbot)
    made.listed(3)
    yield made
    made.shelf.close()
    del made
    # Here, not in whatever thread runs next: Qt objects are destroyed where they were made.
    gc.collect()


def test_runs_are_listed_without_the_windows_thread_reading_them(past):
    assert past.shown == ["c", "b", "a"]
    assert past.items.row_of(A).answer == "Answer a"


def test_a_change_while_the_list_is_read_is_not_overwritten(past):
    past.desk.refresh()
    past.desk.rename(A, "Mine")
    past.items.note(HistoryRow(run=RunId("live"), title="Live", status="running", started_at=999.0))

    past.listed(4)
    past.qtbot.waitUntil(lambda: A in past.labels())
    past.listed(4)

    assert past.items.row_of(A).name == "Mine"
    assert past.shown[0] == "live"


def test_words_are_found_in_the_texts_with_a_snippet(past):
    past.type("BBBB")
    assert past.shown == ["b"]
    past.qtbot.waitUntil(lambda: str(past.items.index(0).data(SnippetRole)) == "only bbbbb")

    past.type("tonnage")
    assert past.shown == ["c", "b", "a"]
    past.type('"about tonnage" "prompt of a"')
    assert past.shown == ["a"]
    past.type("question answer nowhere")
    assert past.shown == []
    past.type("")
    assert past.shown == ["c", "b", "a"]


@pytest.mark.parametrize("hostile", ['"', "*", "NEAR(", "a AND (", "x:", "'; DROP TABLE runs", "\udc80", "\x00", "^"])
def test_hostile_words_find_what_they_find(past, hostile):
    past.type(hostile)
    past.type(f"tonnage {hostile}")

    assert past.problems == []


def test_the_last_of_many_keystrokes_is_what_is_shown(past):
    for length in range(1, 6):
        past.items.set_filter("ccccc"[:length])
    past.items.set_filter("only bbb")

    past.qtbot.waitUntil(lambda: not past.items.is_searching)
    assert past.shown == ["b"]


def test_what_is_recorded_after_a_search_is_found_by_the_next(past):
    past.type("late")
    assert past.shown == []
    write(past.data_dir, "late", "a late text", at=900.0)
    past.desk.note_end()
    past.type("")
    past.listed(4)

    past.type("text late")

    assert past.shown == ["late"]


def test_while_texts_are_still_read_the_search_says_so_and_goes_on(past, monkeypatch):
    monkeypatch.setattr("rlm_desktop.viewmodel.text_search._BEFORE_AN_ANSWER", 0.0)
    monkeypatch.setattr("rlm_desktop.storage.text_index._BATCH_CHARACTERS", 1)
    hints = []
    past.items.changed.connect(lambda: hints.append(past.items.hint))

    past.items.set_filter("bbbb")
    past.qtbot.waitUntil(lambda: past.shown == ["b"])

    assert "Texts are read for the first search: 0 %" in hints
    past.qtbot.waitUntil(lambda: past.items.hint == "")


def test_an_index_that_cannot_be_made_leaves_questions_and_answers_to_search(past):
    (past.data_dir / WORDS).mkdir()

    past.type("question answer")
    assert past.shown == ["c", "b", "a"]
    assert past.items.hint.startswith("Only questions and answers were searched.")
    past.type("tonnage")
    assert past.shown == []
    (past.data_dir / WORDS).rmdir()
    past.type("tonnage prompt")

    assert (past.shown, past.items.hint) == (["c", "b", "a"], "")


def test_a_damaged_index_is_made_anew_while_searching(past):
    past.type("tonnage")
    past.type("")
    past.shelf.search._index.close()
    (past.data_dir / WORDS).write_bytes(b"no database " * 900)

    past.items.set_filter("aaaaa")

    past.qtbot.waitUntil(lambda: past.shown == ["a"])


def test_names_pins_and_tags_are_shown_at_once_and_written(past):
    past.desk.rename(A, "  The dues\nof Ardvik ")
    past.desk.pin([A], True)
    past.desk.retag([A, B], ["harbour", "old"], [])
    past.desk.retag([B], [], ["old"])

    assert past.shown == ["a", "c", "b"]
    assert past.items.row_of(A).called == "The dues"
    wanted = {
        A: RunLabel(name="The dues", is_pinned=True, tags=("harbour", "old")),
        B: RunLabel(tags=("harbour",)),
    }
    past.qtbot.waitUntil(lambda: past.labels() == wanted)


@pytest.mark.parametrize("name", ["", "   ", "Question a"])
def test_no_name_or_the_question_itself_takes_the_name_away(past, name):
    past.desk.rename(A, "Named")
    past.qtbot.waitUntil(lambda: A in past.labels())

    past.desk.rename(A, name)

    assert past.items.row_of(A).called == "Question a"
    past.qtbot.waitUntil(lambda: past.labels()[A].name == "")


def test_a_label_that_cannot_be_written_is_said_and_shown_no_more(past, monkeypatch):
    with closing(Database.open(past.data_dir / FILE_NAME)) as database, database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON run_labels BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )

    past.desk.rename(A, "Never kept")
    assert past.items.row_of(A).name == "Never kept"

    past.qtbot.waitUntil(lambda: past.items.row_of(A).name == "")
    assert "no room" in past.problems[0]


def test_deleted_runs_vanish_at_once_and_come_back(past):
    past.desk.delete([A, B])
    assert (past.shown, past.strip[-1], past.vanished) == (["c"], "Deleted 2 runs", [[A, B]])
    assert past.kept() == {"a", "b", "c"}
    past.desk.refresh()
    past.desk.undo()

    assert (past.shown, past.strip[-1]) == (["c", "b", "a"], "")
    past.listed(3)
    past.desk.undo()
    past.shelf.close()
    assert past.kept() == {"a", "b", "c"}


def test_a_deleted_run_is_removed_for_good_when_the_strip_is_closed(past):
    past.type("tonnage")
    past.type("")
    past.desk.delete([A])
    assert past.strip[-1] == "Deleted “Question a”"

    past.desk.settle()

    past.qtbot.waitUntil(lambda: past.kept() == {"b", "c"})
    past.desk.undo()
    assert past.shown == ["c", "b"]
    with closing(sqlite3.connect(past.data_dir / WORDS)) as words:
        words.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'words', 'row')")
        assert "aaaaa" not in {term for (term,) in words.execute("SELECT term FROM temp.vocabulary")}


def test_the_next_deletion_settles_the_one_before(past):
    past.desk.delete([A])
    past.desk.delete([B])

    past.qtbot.waitUntil(lambda: past.kept() == {"b", "c"})
    past.desk.undo()

    assert past.shown == ["c", "b"]


def test_at_the_end_what_was_deleted_is_removed(past):
    past.desk.delete([A, B])

    past.shelf.close()

    assert past.kept() == {"c"}


def test_a_program_that_dies_before_the_strip_is_closed_keeps_the_runs_whole(past):
    past.desk.delete([A])

    with closing(Database.open(past.data_dir / FILE_NAME)) as database:
        assert Library(database).summary(A).answer_preview == "Answer a"


def test_a_run_in_use_comes_back_with_the_reason(past):
    past.desk.delete([A, B])

    with RunLock(past.data_dir, A):
        past.desk.settle()
        past.qtbot.waitUntil(lambda: bool(past.problems))

    assert "is being recorded by another" in past.problems[0]
    assert past.shown == ["c", "a"]
    past.shelf.close()
    assert past.kept() == {"a", "c"}


def test_when_nothing_can_be_removed_all_come_back(past):
    with closing(Database.open(past.data_dir / FILE_NAME)) as database, database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE DELETE ON payloads BEGIN SELECT RAISE(ABORT, 'disk is odd'); END"
        )
    past.desk.delete([A, B])

    past.desk.settle()

    past.qtbot.waitUntil(lambda: past.shown == ["c", "b", "a"])
    assert "disk is odd" in past.problems[0]
    assert past.kept() == {"a", "b", "c"}


def test_a_run_that_goes_on_is_not_deleted(past):
    past.items.note(HistoryRow(run=RunId("live"), title="Live", status="running", started_at=999.0))

    past.desk.delete([RunId("live"), A])

    assert past.shown == ["live", "c", "b"]
    assert past.problems == ["A run that goes on cannot be deleted. Stop it first."]


def test_closing_while_texts_are_read_waits_for_no_more_than_a_slice(past):
    past.items.set_filter("tonnage")

    past.shelf.close()

    past.items.set_filter("another")
