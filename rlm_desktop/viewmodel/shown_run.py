"""The run that the window shows now: its trace, where it stands, and its texts."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from rlm_desktop.corpus.gathering import is_rules_note
from rlm_desktop.export.answer import Answer, answer_of
from rlm_desktop.storage.errors import MissingText, StorageError
from rlm_desktop.trace.events import AnswerGiven, Entry, RunFinished, RunStarted
from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.viewmodel.remedies import Remedy, remedy_for_run
from rlm_desktop.viewmodel.sources import Sources
from rlm_desktop.viewmodel.trace_items import TraceItems

if TYPE_CHECKING:
    from rlm_desktop.skeleton.sealed import SealedRun

LoadText = Callable[[TextRef], str]
"""Gives a kept text; raises `StorageError`."""
Standing = Literal["none", "starting", "live", "past"]


class ShownRun(QObject):
    """One run, live or past, in the very same shape. Views read it; the session feeds it."""

    opened = Signal()
    """Another run is shown, or none."""
    filled = Signal()
    """What is recorded of a past run is there."""
    changed = Signal()
    ended = Signal()
    """The live run that is shown came to its end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items = TraceItems(self)
        self.sources = Sources(self)
        """What of the documents stands in the texts of the run."""
        self.run: RunId | None = None
        self.standing: Standing = "none"
        self.question = ""
        self.is_finishing = False
        """Whether the live run was told to end with what it has."""
        self.is_cut_off = False
        """Whether the engine was lost while the run went on."""
        self._load: LoadText = _no_text
        self._status: RunStatus | None = None
        self.items.moved.connect(self.changed)

    def show_none(self) -> None:
        """Show no run."""
        self._become(None, "none", "", _no_text)

    def begin(self, run: RunId, question: str, load: LoadText) -> None:
        """Show a run that was just asked for; its entries follow."""
        self._become(run, "starting", question, load)

    def open_past(self, run: RunId, entries: Sequence[Entry], load: LoadText) -> None:
        """Show a recorded run from its end."""
        self._become(run, "past", "", load)
        self._status = _end_in(entries)
        self.items.feed(entries)
        self.changed.emit()
        self.filled.emit()

    def open_sealed(self, run: RunId, sealed: "SealedRun", load: LoadText) -> None:
        """Show a large recorded run from its end."""
        self._become(run, "past", "", load)
        root = sealed.at(len(sealed.entries)).root
        self._status = _end_in(root.entries) if root is not None else None
        self.items.open_sealed(sealed)
        self.changed.emit()
        self.filled.emit()

    def open_live(self, run: RunId, entries: Sequence[Entry], load: LoadText) -> None:
        """Show a run that still goes on, from what is recorded of it; the rest follows."""
        self._become(run, "live", "", load)
        self._status = _end_in(entries)
        self.items.feed(entries)
        self.changed.emit()

    def feed(self, entries: Sequence[Entry]) -> None:
        """Take in what happened next in the live run; entries that are known already are left out."""
        last = self.items.entries[-1].seq if self.items.entries else 0
        if self.is_sealed:
            # It is read anew when all that is asked again of it is there.
            return
        fresh = [entry for entry in entries if entry.seq == 0 or entry.seq > last]
        if not fresh:
            return
        if self.standing == "starting":
            self.standing = "live"
        self.items.feed(fresh)
        ended = _end_in(fresh)
        if ended is not None:
            self._status = ended
            self.end()

    def renew(self, sealed: "SealedRun") -> None:
        """Show the large run that is shown with what was asked again since."""
        self.items.renew_sealed(sealed)
        self.changed.emit()

    def _tell_standing(self) -> None:
        self.items.reasking.show(self.run, is_live=self.is_live)

    def set_finishing(self) -> None:
        """The live run was told to end with what it has."""
        self.is_finishing = self.is_live
        self.changed.emit()

    def cut_off(self) -> None:
        """The engine is gone; how far the run came is recorded."""
        self.is_cut_off = self.is_live
        self.end()

    def end(self) -> None:
        """The live run is over; nothing follows."""
        if self.standing in ("starting", "live"):
            self.standing = "past"
            self._tell_standing()
            self.changed.emit()
            self.ended.emit()

    @property
    def is_live(self) -> bool:
        """Whether entries are still to come."""
        return self.standing in ("starting", "live")

    @property
    def is_sealed(self) -> bool:
        """Whether it is a large recorded run, which does not grow by being fed."""
        return not isinstance(self.items.entries, list)

    @property
    def started(self) -> RunStarted | None:
        """How the run began, if it did."""
        root = self.items.trace.root
        return root.fact(RunStarted) if root is not None else None

    @property
    def unread(self) -> int:
        """How many of the run's files could not be read; a .gitignore among them is none."""
        started = self.started
        if started is None:
            return 0
        return started.skipped_count - sum(is_rules_note(one) for one in started.skipped)

    @property
    def status(self) -> RunStatus | None:
        """How the run ended, whatever position is looked at; None while it goes on."""
        return self._status

    def answer(self) -> Answer | None:
        """Give the answer as it stands at the position looked at."""
        return answer_of(self.items.trace, self._answer_text)

    @property
    def remedy(self) -> Remedy:
        """What would have let the run come to a full answer."""
        return remedy_for_run(self.items.trace)

    def close(self) -> None:
        """Save what the reader wrote and end what works beside the window."""
        self.items.notes.close()
        self.sources.close()

    def load_text(self, reference: TextRef) -> str:
        """Give a kept text of this run; raises `StorageError`."""
        return self._load(reference)

    def _answer_text(self, given: AnswerGiven) -> str:
        try:
            return self._load(given.answer)
        except StorageError:
            return given.preview

    def _become(self, run: RunId | None, standing: Standing, question: str, load: LoadText) -> None:
        self.run, self.standing, self.question, self._load = run, standing, question, load
        self.is_finishing = self.is_cut_off = False
        self._status = None
        self.items.clear()
        self.items.notes.show(run)
        self._tell_standing()
        self.sources.forget()
        self.opened.emit()
        self.changed.emit()


def _end_in(entries: Sequence[Entry]) -> RunStatus | None:
    """Tell how the run ended, if it did in these entries; calls may have been asked again since."""
    ends = (entry.event for entry in reversed(entries) if isinstance(entry.event, RunFinished))
    return next((event.status for event in ends if event.run == 1), None)


def _no_text(reference: TextRef) -> str:
    raise MissingText(f"No run is shown, so there is no text {reference.digest}.")
