"""The notes of the shown run: changed at once, kept in a thread, never lost when that fails."""

from threading import Event

import pytest

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import NoSuchRun, Unwritable
from rlm_desktop.storage.notes import Notes
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.viewmodel.run_notes import RunNotes
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run

RUN, OTHER = RunId("one"), RunId("other")
CALL, TURN = NodeId(7), NodeId(2)


class Shelf:
    """Keeps notes like the database; may be full, slow, or not know a run."""

    def __init__(self) -> None:
        self.kept: dict[tuple[RunId, NodeId], dict] = {}
        self.fault: Exception | None = None
        self.may_go_on = Event()
        self.may_go_on.set()

    def of(self, run: RunId) -> dict[NodeId, NodeNote]:
        assert self.may_go_on.wait(10)
        self._fail()
        return {node: NodeNote(node=node, **fields) for (of, node), fields in self.kept.items() if of == run}

    def change(self, run: RunId, node: NodeId, fields) -> None:
        assert self.may_go_on.wait(10)
        self._fail()
        self.kept.setdefault((run, node), {}).update(fields)

    def labels(self) -> list[str]:
        return ["odd"]

    def _fail(self) -> None:
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def notes(qtbot, shelf):
    made = RunNotes()
    made.keeper = shelf
    with qtbot.waitSignal(made.told, check_params_cb=lambda: made.is_ready):
        made.show(RUN)
    yield made
    shelf.fault = None
    shelf.may_go_on.set()
    made.close()


def settle(qtbot, notes: RunNotes) -> None:
    """Wait until all that was taken is written or refused."""
    qtbot.waitUntil(lambda: not notes._unsaved or bool(notes._failed))


def test_a_change_is_there_at_once_and_kept_a_little_later(notes, shelf, qtbot):
    shelf.may_go_on.clear()
    changed = []
    notes.changed.connect(changed.append)

    notes.write(CALL, "look")
    notes.toggle_pin(CALL)
    notes.score(CALL, 4)
    notes.label(CALL, ("odd",))

    assert changed == [{CALL}] * 4
    note = notes.note(CALL)
    assert (note.text, note.is_pinned, note.score, note.labels) == ("look", True, 4, ("odd",))
    assert shelf.kept == {}
    shelf.may_go_on.set()
    settle(qtbot, notes)
    assert shelf.kept == {(RUN, CALL): {"text": "look", "is_pinned": True, "score": 4, "labels": ("odd",)}}


def test_what_is_written_on_a_run_is_read_when_it_is_shown(notes, shelf, qtbot):
    shelf.kept[OTHER, TURN] = {"text": "from before"}

    with qtbot.waitSignal(notes.changed, check_params_cb=lambda nodes: nodes == {TURN}):
        notes.show(OTHER)

    assert [note.text for note in notes.all()] == ["from before"]
    assert notes.labels() == ["odd"]


def test_only_the_run_shown_last_is_told(notes, shelf, qtbot):
    shelf.kept[OTHER, TURN] = {"text": "other"}
    shelf.kept[RUN, CALL] = {"text": "one"}
    shelf.may_go_on.clear()

    notes.show(OTHER)
    notes.show(RUN)
    shelf.may_go_on.set()

    qtbot.waitUntil(lambda: notes.is_ready)
    assert [note.text for note in notes.all()] == ["one"]


def test_nothing_is_written_over_what_is_not_read_yet(notes, shelf, qtbot):
    shelf.kept[OTHER, CALL] = {"text": "precious"}
    shelf.may_go_on.clear()
    notes.show(OTHER)

    notes.write(CALL, "too early")

    assert not notes.is_ready
    shelf.may_go_on.set()
    qtbot.waitUntil(lambda: notes.is_ready)
    assert notes.note(CALL).text == "precious"


def test_a_deleted_note_comes_back_with_undo(notes, qtbot):
    notes.write(CALL, "a long thought")
    notes.toggle_pin(CALL)

    notes.write(CALL, "")
    assert notes.undo_of(CALL).words == "Note deleted"
    notes.undo(CALL)

    assert (notes.note(CALL).text, notes.note(CALL).is_pinned) == ("a long thought", True)
    assert notes.undo_of(CALL) is None
    settle(qtbot, notes)


def test_one_typing_is_one_change(notes):
    notes.write(CALL, "before")
    notes.write(CALL, "befor")
    notes.write(CALL, "be", goes_on=True)
    notes.write(CALL, "", goes_on=True)

    assert notes.undo_of(CALL).words == "Note deleted"
    notes.undo(CALL)
    assert notes.note(CALL).text == "before"


def test_a_full_disk_is_said_once_and_what_was_typed_stays_until_it_is_saved(notes, shelf, qtbot):
    shelf.fault = Unwritable("The disk is full. Make room.")

    notes.write(CALL, "typed")
    qtbot.waitUntil(lambda: bool(notes.trouble))

    assert notes.trouble == "Not saved; it stays here and can be saved again. The disk is full. Make room."
    assert notes.note(CALL).text == "typed"
    shelf.fault = None
    notes.try_again()
    qtbot.waitUntil(lambda: not notes.trouble)
    assert shelf.kept[RUN, CALL] == {"text": "typed"}


def test_what_could_not_be_saved_is_still_there_after_another_run_was_shown(notes, shelf, qtbot):
    shelf.fault = Unwritable("The disk is full.")
    notes.write(CALL, "typed")
    qtbot.waitUntil(lambda: bool(notes.trouble))
    shelf.fault = None

    notes.show(OTHER)
    qtbot.waitUntil(lambda: notes.is_ready)
    assert notes.all() == []
    notes.show(RUN)
    qtbot.waitUntil(lambda: notes.is_ready)

    assert notes.note(CALL).text == "typed"
    assert notes.trouble.startswith("Some notes are not saved")


def test_closing_writes_what_is_left(qtbot, shelf):
    made = RunNotes()
    made.keeper = shelf
    made.show(RUN)
    qtbot.waitUntil(lambda: made.is_ready)
    shelf.fault = Unwritable("The disk is full.")
    made.write(CALL, "typed")
    qtbot.waitUntil(lambda: bool(made.trouble))
    shelf.fault = None
    made.write(TURN, "last word")

    made.close()

    assert {place: fields["text"] for place, fields in shelf.kept.items()} == {
        (RUN, CALL): "typed",
        (RUN, TURN): "last word",
    }


def test_notes_of_a_run_that_was_deleted_meanwhile_trouble_nobody(notes, shelf, qtbot):
    shelf.fault = NoSuchRun("There is no such run.")

    notes.write(CALL, "too late")

    qtbot.waitUntil(lambda: not notes._unsaved)
    assert notes.trouble == ""


def test_notes_that_cannot_be_read_are_not_written_over(notes, shelf, qtbot):
    shelf.fault = Unwritable("The disk refuses.")
    notes.show(OTHER)
    qtbot.waitUntil(lambda: bool(notes.trouble))

    assert notes.trouble == "The notes of this run cannot be read. The disk refuses."
    assert not notes.is_ready
    shelf.fault = None
    notes.try_again()
    qtbot.waitUntil(lambda: notes.is_ready)
    assert notes.trouble == ""


def test_before_there_is_a_database_what_is_written_waits(qtbot):
    made = RunNotes()
    made.show(RUN)

    made.write(CALL, "early")

    assert made.note(CALL).text == "early"
    made.close()


def test_a_real_database_keeps_them(qtbot, tmp_path):
    record(tmp_path, RUN, *harbour_run(turns=1, finished=False))
    database = Database.open(tmp_path / FILE_NAME)
    made = RunNotes()
    made.keeper = Notes(database)
    made.show(RUN)
    qtbot.waitUntil(lambda: made.is_ready)

    made.write(CALL, "kept")
    made.close()

    assert Notes(database).of(RUN)[CALL].text == "kept"
    database.close()
