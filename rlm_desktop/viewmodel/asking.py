"""What the next run is to be: documents, question, models, limits; and what is still missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from rlm_desktop.settings.preferences import BUILT_IN_MODEL, Preferences
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.wording import NANO, plural
from rlm_desktop.viewmodel.choices import LiveChoice
from rlm_desktop.viewmodel.corpora import Corpora, Selection
from rlm_desktop.viewmodel.document_rows import is_below
from rlm_desktop.viewmodel.documents_items import DocumentsItems
from rlm_desktop.viewmodel.reading import Reading
from rlm_desktop.viewmodel.remedies import Problem


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tokens the documents have, as a model counts them."""

    tokens: int
    model: str


class Asking(QObject):
    """The form of the next run. It keeps what the user gave until the user takes it back."""

    changed = Signal()
    given = Signal(object)  # list[str]: paths that are to be read
    refresh_asked = Signal(bool)  # whether files that seem unchanged are read, too
    forgotten = Signal()
    ready_asked = Signal()

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.documents = DocumentsItems(self)
        self.reading = Reading(self)
        self.corpora = Corpora(self._selection, self)
        self.choice = LiveChoice(self)
        self.preferences = preferences
        self.counted: Counted | None = None
        """The exact number of tokens, once a model's own way to count them has been gone through."""
        self.question = ""
        self.paths: list[str] = []
        self.left_out: set[str] = set()
        """Files below the given folders that the user took out."""
        self.is_running = False
        self.is_finishing = False
        """Whether the user asked the run to end with what it has."""
        self.is_waiting = False
        """Whether the user asked while documents were still being read; the run starts when they are."""
        self.documents.changed.connect(self.changed)
        self.reading.changed.connect(self.changed)
        self.corpora.opened.connect(self._on_opened)

    # What the user does

    def give(self, paths: Sequence[str]) -> None:
        """Take files and folders; those that are there already are not taken twice, those left out come back."""
        # Qt gives slashes also where the system's own paths have the other ones.
        paths = [str(Path(path)) for path in paths]
        back = {path for path in self.left_out if any(is_below(path, given) for given in paths)}
        self.left_out -= back
        known = set(self.paths)
        new = [path for path in dict.fromkeys(paths) if path not in known]
        again = [given for given in self.paths if any(is_below(path, given) for path in back)]
        self.paths += [path for path in new if path not in back]
        wanted = list(dict.fromkeys([*again, *(path for path in new if path not in back)]))
        if wanted:
            self.given.emit(wanted)
            self.changed.emit()

    def forget(self, paths: Iterable[str]) -> None:
        """Leave documents out; a folder they are in stays given, so that its other files keep their names."""
        gone = set(paths)
        self.documents.remove(gone)
        self.set_counted(None)
        self.paths = [given for given in self.paths if given not in gone and self._is_of_use(given, gone)]
        self.left_out = {path for path in self.left_out | gone if any(is_below(path, given) for given in self.paths)}
        self.forgotten.emit()
        self.changed.emit()

    def forget_all(self) -> None:
        """Begin with no documents."""
        self.paths, self.left_out = [], set()
        self.documents.clear()
        self.set_counted(None)
        self.corpora.leave()
        self.forgotten.emit()
        self.changed.emit()

    def resume(self) -> None:
        """Go on with the documents of the last time."""
        kept = self.preferences
        self.corpora.current = kept.corpus
        self._take(kept.documents, kept.left_out)

    def refresh(self) -> None:
        """Have all files looked at again: what changed is read anew, what is gone leaves the list."""
        if self.paths and not self.is_reading:
            self.refresh_asked.emit(False)

    def read_anew(self) -> None:
        """Have all files read again, even those that seem unchanged."""
        if self.paths and not self.is_reading:
            self.refresh_asked.emit(True)

    def ask_ready(self) -> None:
        """Ask about what has been read so far."""
        self.ready_asked.emit()

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

    @Slot(object)
    def keep_filters(self, filters: Sequence[str]) -> None:
        """Keep these filters of the trace, and no others."""
        self.choose(filters=tuple(filters))

    def set_running(self, is_running: bool) -> None:
        """A run began or ended."""
        if not is_running:
            self.choice.end()
        if is_running != self.is_running:
            self.is_running, self.is_finishing = is_running, False
            self.changed.emit()

    def set_finishing(self) -> None:
        """The run was told to end with what it has."""
        if self.is_running and not self.is_finishing:
            self.is_finishing = True
            self.changed.emit()

    def drop_paths(self, paths: Iterable[str]) -> None:
        """Take back given paths under which there was nothing."""
        gone = set(paths)
        self.paths = [path for path in self.paths if path not in gone]
        self.changed.emit()

    def set_counted(self, counted: Counted | None) -> None:
        """All tokens of the documents were counted, or the documents are others now."""
        if counted != self.counted:
            self.counted = counted
            self.changed.emit()

    def set_waiting(self, is_waiting: bool) -> None:
        """The run is to start as soon as the documents are read, or no longer."""
        if is_waiting != self.is_waiting:
            self.is_waiting = is_waiting
            self.changed.emit()

    # What follows from it

    @property
    def to_remember(self) -> Preferences:
        """Give the choices with the documents, for the next start."""
        paths, left_out = tuple(self.paths), tuple(sorted(self.left_out))
        return replace(self.preferences, documents=paths, left_out=left_out, corpus=self.corpora.current)

    @property
    def is_reading(self) -> bool:
        """Whether documents are still being looked for or read."""
        return self.reading.is_going_on

    @property
    def can_ask(self) -> bool:
        """Whether a run could start now."""
        return not self.is_running and self.problem() is None

    def suggested_name(self) -> str:
        """Give a name for these documents: that of the only folder or file that was given."""
        return PurePath(self.paths[0]).stem if len(self.paths) == 1 else ""

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

    def _is_of_use(self, given: str, gone: Iterable[str]) -> bool:
        """Tell whether a given path still has a document, or never had one that was listed."""
        return self.documents.holds_below(given) or not any(is_below(path, given) for path in gone)

    def _selection(self) -> Selection:
        return self.paths, self.left_out

    @Slot(object)
    def _on_opened(self, selection: Selection) -> None:
        """Take the documents of a named corpus in place of those that are there."""
        self.paths = []
        self.documents.clear()
        self.forgotten.emit()
        self._take(*selection)

    def _take(self, paths: Sequence[str], left_out: Iterable[str]) -> None:
        self.paths, self.left_out = list(paths), set(left_out)
        if self.paths:
            self.given.emit(list(paths))
        self.changed.emit()

    def _about_documents(self) -> Problem | None:
        if not self.paths:
            text = "There are no documents yet. Drop files or a folder anywhere in this window, or open some."
            return Problem(text=text, remedy="open-files")
        tally = self.documents.tally
        failed = self.documents.first_failed() if tally.files and tally.failed == tally.files else None
        if failed is not None:
            which = "The file" if tally.files == 1 else f"None of the {plural(tally.files, 'file')}"
            verb = "could not be read" if tally.files == 1 else "could be read"
            return Problem(text=f"{which} {verb}: {failed.reason.rstrip(chr(46))}. Open others.", remedy="open-files")
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
