"""What the next run is to be: documents, question, models, limits; and what is still missing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QObject, Signal

from rlm_desktop.settings.preferences import BUILT_IN_MODEL, Preferences
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.wording import NANO, plural
from rlm_desktop.viewmodel.documents_items import DocumentsItems
from rlm_desktop.viewmodel.remedies import Problem


class Asking(QObject):
    """The form of the next run. It keeps what the user gave until the user takes it back."""

    changed = Signal()
    given = Signal(object)  # list[str]: paths that are to be read
    forgotten = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.documents = DocumentsItems(self)
        self.preferences = preferences
        self.question = ""
        self.paths: list[str] = []
        self.left_out: set[str] = set()
        """Files below the given folders that the user took out."""
        self.is_running = False
        self.is_finishing = False
        """Whether the user asked the run to end with what it has."""
        self.is_reading = False
        """Whether documents are still being looked for or read."""
        self.is_waiting = False
        """Whether the user asked while documents were still being read; the run starts when they are."""
        self.documents.changed.connect(self.changed)

    # What the user does

    def give(self, paths: Sequence[str]) -> None:
        """Take files and folders; those that are there already are not taken twice, those left out come back."""
        back = {path for path in self.left_out if any(PurePath(path).is_relative_to(given) for given in paths)}
        self.left_out -= back
        new = [path for path in dict.fromkeys(paths) if path not in self.paths]
        again = [given for given in self.paths if any(PurePath(path).is_relative_to(given) for path in back)]
        self.paths += [path for path in new if path not in back]
        wanted = list(dict.fromkeys([*again, *(path for path in new if path not in back)]))
        if wanted:
            self.given.emit(wanted)
            self.changed.emit()

    def forget(self, paths: Iterable[str]) -> None:
        """Leave documents out; a folder they are in stays given, so that its other files keep their names."""
        gone = set(paths)
        stay = [row.path for row in self.documents.rows() if row.path not in gone]
        kept = [given for given in self.paths if given not in gone and _is_of_use(given, stay, gone)]
        self.paths = kept
        self.left_out = {path for path in self.left_out | gone if any(PurePath(path).is_relative_to(g) for g in kept)}
        self.documents.remove(gone)
        self.forgotten.emit()
        self.changed.emit()

    def forget_all(self) -> None:
        """Begin with no documents."""
        self.paths, self.left_out = [], set()
        self.documents.clear()
        self.forgotten.emit()
        self.changed.emit()

    def write(self, question: str) -> None:
        """Keep what stands in the question field."""
        if question != self.question:
            self.question = question
            self.changed.emit()

    def choose(self, **changes: Any) -> None:
        """Choose models, limits or looks, by the names in `Preferences`."""
        chosen = replace(self.preferences, **changes)
        if chosen != self.preferences:
            self.preferences = chosen
            self.changed.emit()

    def set_running(self, is_running: bool) -> None:
        """A run began or ended."""
        if is_running != self.is_running:
            self.is_running, self.is_finishing = is_running, False
            self.changed.emit()

    def set_finishing(self) -> None:
        """The run was told to end with what it has."""
        if self.is_running and not self.is_finishing:
            self.is_finishing = True
            self.changed.emit()

    def set_reading(self, is_reading: bool) -> None:
        """The engine began to read documents, or has read them all."""
        if is_reading != self.is_reading:
            self.is_reading = is_reading
            self.changed.emit()

    def drop_paths(self, paths: Iterable[str]) -> None:
        """Take back given paths under which there was nothing."""
        gone = set(paths)
        self.paths = [path for path in self.paths if path not in gone]
        self.changed.emit()

    def set_waiting(self, is_waiting: bool) -> None:
        """The run is to start as soon as the documents are read, or no longer."""
        if is_waiting != self.is_waiting:
            self.is_waiting = is_waiting
            self.changed.emit()

    # What follows from it

    @property
    def can_ask(self) -> bool:
        """Whether a run could start now."""
        return not self.is_running and self.problem() is None

    @property
    def unread(self) -> int:
        """How many documents are still being read."""
        return sum(row.state in ("queued", "reading") for row in self.documents.rows())

    def problem(self) -> Problem | None:
        """Say what is missing, the first thing only; None when a run could start."""
        return self._about_documents() or self._about_question() or self._about_models()

    def limits(self) -> Limits:
        """Give the limits as a run takes them."""
        chosen, default = self.preferences, Limits()
        cost = chosen.max_cost_usd
        return replace(
            default,
            turns=chosen.max_turns or default.turns,
            seconds=chosen.max_seconds,
            cost_nano_usd=None if cost is None else round(cost * NANO),
            depth=default.depth if chosen.max_depth is None else chosen.max_depth,
            concurrency=chosen.concurrency or default.concurrency,
        )

    def _about_documents(self) -> Problem | None:
        rows = self.documents.files()
        if not self.paths:
            text = "There are no documents yet. Drop files or a folder anywhere in this window, or open some."
            return Problem(text=text, remedy="open-files")
        if rows and all(row.state == "failed" for row in rows):
            which = "The file" if len(rows) == 1 else f"None of the {plural(len(rows), 'file')}"
            verb = "could not be read" if len(rows) == 1 else "could be read"
            return Problem(text=f"{which} {verb}: {rows[0].reason.rstrip(chr(46))}. Open others.", remedy="open-files")
        return None

    def _about_question(self) -> Problem | None:
        if self.question.strip():
            return None
        return Problem(text="The question is empty. Type what you want to know of these documents.", remedy="question")

    def _about_models(self) -> Problem | None:
        for role, name in (("root", self.preferences.root), ("worker", self.preferences.worker)):
            if not name.strip():
                text = f"No {role} model is chosen. Type a model's name, or take {BUILT_IN_MODEL}: it needs no key."
                return Problem(text=text, remedy="built-in")
        return None


def _is_of_use(given: str, stay: Sequence[str], gone: set[str]) -> bool:
    """Tell whether a given path still has a document, or never had one that was listed."""
    if any(PurePath(path).is_relative_to(given) for path in stay):
        return True
    return not any(PurePath(path).is_relative_to(given) for path in gone)
