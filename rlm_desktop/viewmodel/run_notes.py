"""The notes on the nodes of the shown run: read once, changed at once, written in a thread of their own."""

import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rlm_desktop.storage.errors import NoSuchRun, StorageError
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.notes import NodeNote, NoteFields

log = logging.getLogger(__name__)

Place = tuple[RunId, NodeId]


class Keeper(Protocol):
    """Where notes are kept. Called in a thread; raises `StorageError`."""

    def of(self, run: RunId) -> dict[NodeId, NodeNote]:
        """Give the notes of a run."""
        ...

    def change(self, run: RunId, node: NodeId, fields: NoteFields) -> None:
        """Alter some of a node's note."""
        ...

    def labels(self) -> list[str]:
        """Give the labels in use in all runs, the most frequent first."""
        ...


Reading = tuple[dict[NodeId, NodeNote], list[str]]
"""The notes of a run, and the labels in use."""


@dataclass(frozen=True, slots=True)
class Undo:
    """What a note's text was before its last change, and what that change was in words."""

    words: str
    before: str


class RunNotes(QObject):
    """Holds the notes of one run by their nodes. What cannot be written stays here and is tried again."""

    changed = Signal(object)  # set[NodeId]
    told = Signal()
    """Whether notes can be made, or what is said about saving, is different now."""
    _read = Signal(object, object)  # RunId, Reading | StorageError
    _written = Signal(object, object, object)  # Place, NoteFields, StorageError | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.keeper: Keeper | None = None
        """Known once there is a database; until then what is written waits."""
        self.is_ready = False
        """Whether it is known what is written on the run, so that it can be added to."""
        self.trouble = ""
        """Why something is not saved, or could not be read; empty when all is well."""
        self._run: RunId | None = None
        self._notes: dict[NodeId, NodeNote] = {}
        self._labels: list[str] = []
        self._undo: dict[Place, Undo] = {}
        self._unsaved: dict[Place, NoteFields] = {}
        self._failed: set[Place] = set()
        self._thread: ThreadPoolExecutor | None = None
        # Queued, because a future that is done already calls back at once, in this thread.
        self._read.connect(self._on_read, Qt.ConnectionType.QueuedConnection)
        self._written.connect(self._on_written, Qt.ConnectionType.QueuedConnection)

    # What is there

    def note(self, node: NodeId) -> NodeNote:
        """Give a node's note; an empty one where there is none."""
        return self._notes.get(node) or NodeNote(node=node)

    def get(self, node: NodeId) -> NodeNote | None:
        """Give a node's note, if it has one."""
        return self._notes.get(node)

    def nodes(self) -> Collection[NodeId]:
        """Give the nodes that have a note."""
        return self._notes.keys()

    def all(self) -> list[NodeNote]:
        """Give the notes of all nodes that have one."""
        return list(self._notes.values())

    def labels(self) -> list[str]:
        """Give the labels in use here and in other runs, the most frequent first."""
        return list(dict.fromkeys([*self._labels, *(label for note in self._notes.values() for label in note.labels)]))

    def undo_of(self, node: NodeId) -> Undo | None:
        """Tell what could be taken back of a note's text."""
        return self._undo.get((self._run, node)) if self._run is not None else None

    def show(self, run: RunId | None) -> None:
        """Hold the notes of another run, or of none; they are there when `changed` tells."""
        self._run, self._notes, self.trouble = run, {}, ""
        self.is_ready = run is not None and self.keeper is None
        if run is not None and self.keeper is not None:
            self._submit(partial(_reading, self.keeper, run), partial(self._hand_read, run))
        else:
            self._overlay()
        self.changed.emit(set(self._notes))
        self.told.emit()

    # What the reader does

    def write(self, node: NodeId, text: str, *, goes_on: bool = False) -> None:
        """Take a text for a node's note. With `goes_on` it belongs to the change before, as when typing."""
        before = self.note(node).text
        if self._run is None or not self.is_ready or text == before:
            return
        earlier = self._undo.get((self._run, node)) if goes_on else None
        first = before if earlier is None else earlier.before
        self._undo[self._run, node] = Undo("Note changed" if text else "Note deleted", first)
        self._take(node, {"text": text})

    def undo(self, node: NodeId) -> None:
        """Take back the last change of a note's text."""
        undo = self.undo_of(node)
        if undo is not None and self._run is not None:
            del self._undo[self._run, node]
            self._take(node, {"text": undo.before})

    def toggle_pin(self, node: NodeId) -> None:
        """Pin a node, or take its pin away."""
        self._take(node, {"is_pinned": not self.note(node).is_pinned})

    def score(self, node: NodeId, score: int | None) -> None:
        """Give a node a score from 0 to 5, or none."""
        self._take(node, {"score": score})

    def label(self, node: NodeId, labels: tuple[str, ...]) -> None:
        """Give a node these labels."""
        self._take(node, {"labels": labels})

    @Slot()
    def try_again(self) -> None:
        """Read and write once more what could not be read and written."""
        if self._run is not None and not self.is_ready:
            self.show(self._run)
        for place, fields in list(self._unsaved.items()):
            self._save(place, fields)

    def close(self) -> None:
        """Write what is left to be written and end the thread."""
        for place in list(self._failed):
            self._save(place, self._unsaved[place])
        if self._thread is not None:
            self._thread.shutdown(wait=True)
            self._thread = None
        self.keeper = None

    # How it is kept

    def _take(self, node: NodeId, fields: NoteFields) -> None:
        before = self.note(node)
        if self._run is None or not self.is_ready or replace(before, **fields) == before:
            return
        self._lay_over(node, fields)
        place = (self._run, node)
        self._unsaved[place] = NoteFields(**{**self._unsaved.get(place, {}), **fields})
        self._save(place, self._unsaved[place])
        self.changed.emit({node})

    def _lay_over(self, node: NodeId, fields: NoteFields) -> None:
        note = replace(self.note(node), **fields, changed_at=time.time())
        if note.is_empty:
            self._notes.pop(node, None)
        else:
            self._notes[node] = note

    def _overlay(self) -> None:
        """What is not saved yet is newer than what was read."""
        for (run, node), fields in self._unsaved.items():
            if run == self._run:
                self._lay_over(node, fields)

    def _save(self, place: Place, fields: NoteFields) -> None:
        if self.keeper is not None:
            self._submit(partial(self.keeper.change, *place, fields), partial(self._hand_written, place, fields))

    def _submit(self, work: Callable[[], Any], done: "Callable[[Future[Any]], None]") -> None:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="notes")
        self._thread.submit(work).add_done_callback(done)

    def _hand_read(self, run: RunId, future: "Future[Reading]") -> None:
        error = _error_of(future)
        self._read.emit(run, future.result() if error is None else error)

    def _hand_written(self, place: Place, fields: NoteFields, future: "Future[None]") -> None:
        error = _error_of(future)
        if error is not None:
            log.warning("a note is not saved: %s", error)
        self._written.emit(place, fields, error)

    @Slot(object, object)
    def _on_read(self, run: RunId, result: "Reading | StorageError") -> None:
        if run != self._run:
            return
        if isinstance(result, StorageError):
            self.trouble = f"The notes of this run cannot be read. {result}"
        else:
            self.is_ready, self.trouble = True, ""
            self._notes, self._labels = result
            self._overlay()
            self._tell_failed()
        self.changed.emit(set(self._notes))
        self.told.emit()

    @Slot(object, object, object)
    def _on_written(self, place: Place, fields: NoteFields, error: StorageError | None) -> None:
        if error is None or isinstance(error, NoSuchRun):
            if self._unsaved.get(place) == fields:
                del self._unsaved[place]
                self._failed.discard(place)
        else:
            self._failed.add(place)
            self._unsaved.setdefault(place, fields)
        self._tell_failed(error)
        if place[0] == self._run:
            self.changed.emit({place[1]})
        self.told.emit()

    def _tell_failed(self, error: StorageError | None = None) -> None:
        """One sentence for all of it, with the last reason."""
        if not self._failed:
            self.trouble = "" if self.is_ready else self.trouble
        elif error is not None:
            self.trouble = f"Not saved; it stays here and can be saved again. {error}"
        elif not self.trouble:
            self.trouble = "Some notes are not saved; they stay here and can be saved again."


def _reading(keeper: Keeper, run: RunId) -> Reading:
    return keeper.of(run), keeper.labels()


def _error_of(future: "Future[Any]") -> StorageError | None:
    error = future.exception()
    if error is None or isinstance(error, StorageError):
        return error
    return StorageError(f"The notes could not be kept: {error}")
