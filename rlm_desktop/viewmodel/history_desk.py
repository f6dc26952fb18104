"""Joins the history in the window with the stored runs: lists, searches, names, pins, tags, deletes and brings back."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rlm_desktop.storage.errors import NoSuchRun, StorageError
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import one_line, plural
from rlm_desktop.viewmodel.history_hits import Hits
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.history_rows import HistoryRow
from rlm_desktop.viewmodel.remedies import Problem
from rlm_desktop.viewmodel.shelf import Refused, Shelf

_SNIPPETS_AT_ONCE = 60
_LONGEST_NAME = 200
_LONGEST_TAG = 40


class HistoryDesk(QObject):
    """What the window shows changes at once; the database follows in a thread, and is asked again where that failed."""

    troubled = Signal(object)  # Problem
    vanished = Signal(object)  # list[RunId]
    undo_told = Signal(str)  # what can be brought back, in words; empty for nothing
    _listed = Signal(object, int)  # list[HistoryRow] | StorageError, the stamp it was asked at
    _found = Signal(object)  # Hits
    _cut = Signal(object, object)  # the words, dict[RunId, Snippet | None]
    _written = Signal(object)  # StorageError | None
    _removed = Signal(object, object)  # Sequence[RunId], Refused | StorageError

    def __init__(self, shelf: Shelf, items: HistoryItems, parent: QObject) -> None:
        super().__init__(parent)
        self._shelf, self._items = shelf, items
        self._words: tuple[str, ...] = ()
        self._search = 0
        self._deleted: list[HistoryRow] = []
        """What can still be brought back."""
        self._leaving: dict[RunId, HistoryRow] = {}
        queued = Qt.ConnectionType.QueuedConnection
        self._listed.connect(self._on_listed, queued)
        self._found.connect(self._on_found, queued)
        self._cut.connect(self._on_cut, queued)
        self._written.connect(self._on_written, queued)
        self._removed.connect(self._on_removed, queued)
        items.search_wanted.connect(self.search)
        items.rename_wanted.connect(self.rename)

    # Listing

    def refresh(self) -> None:
        """List what is recorded."""
        self._shelf.list_rows(partial(self._tell_listed, self._items.stamp))

    def _tell_listed(self, stamp: int, rows: "list[HistoryRow] | StorageError") -> None:
        self._listed.emit(rows, stamp)

    @Slot(object, int)
    def _on_listed(self, rows: "list[HistoryRow] | StorageError", stamp: int) -> None:
        if isinstance(rows, StorageError):
            self.troubled.emit(Problem(text=str(rows)))
        elif stamp != self._items.stamp:
            # Something changed while they were read.
            self.refresh()
        else:
            self._items.show([row for row in rows if row.run not in self._shelf.condemned])

    def note_end(self) -> None:
        """A run has ended; its texts can be searched soon."""
        self._shelf.search.keep_up()

    # Searching

    @Slot(object)
    def search(self, words: tuple[str, ...]) -> None:
        """Look for words in all texts; an earlier search is given up."""
        if words == self._words:
            return
        self._words = words
        self._search += 1
        if words:
            number = self._search
            self._shelf.search.find(words, lambda: number == self._search, self._found.emit)

    @Slot(object)
    def _on_found(self, hits: Hits) -> None:
        if hits.words == self._words:
            self._items.take_hits(hits)
            self._cut_next()

    def _cut_next(self) -> None:
        places = self._items.wants_snippets(_SNIPPETS_AT_ONCE)
        if places:
            words, number = self._words, self._search
            self._shelf.search.snippets(places, lambda: number == self._search, partial(self._cut.emit, words))

    @Slot(object, object)
    def _on_cut(self, words: tuple[str, ...], snippets: object) -> None:
        if words == self._words and isinstance(snippets, dict):
            self._items.take_snippets(snippets)
            self._cut_next()

    # Names, pins, tags

    @Slot(object, str)
    def rename(self, run: RunId, name: str) -> None:
        """Give a run a name; none, or its own question, takes the name away."""
        row = self._items.row_of(run)
        wanted = one_line(name.strip(), _LONGEST_NAME)
        if row is None or wanted == row.called:
            return
        wanted = "" if wanted == row.title else wanted
        self._items.label([run], name=wanted)
        self._shelf.rename(run, wanted, self._written.emit)

    @Slot(object, bool)
    def pin(self, runs: Sequence[RunId], is_pinned: bool) -> None:
        """Pin runs, or take their pins away."""
        self._items.label(runs, is_pinned=is_pinned)
        self._shelf.pin(runs, is_pinned, self._written.emit)

    @Slot(object, object, object)
    def retag(self, runs: Sequence[RunId], added: Sequence[str], removed: Sequence[str]) -> None:
        """Add and remove tags."""
        new = [one_line(tag, _LONGEST_TAG) for tag in added]
        for row in filter(None, map(self._items.row_of, runs)):
            tags = (set(row.tags) - set(removed)) | set(new)
            self._items.label([row.run], tags=tuple(sorted(tags, key=str.casefold)))
        self._shelf.retag(runs, new, removed, self._written.emit)

    @Slot(object)
    def _on_written(self, result: "StorageError | None") -> None:
        if result is not None:
            self.troubled.emit(Problem(text=str(result)))
            self.refresh()

    # Deleting

    @Slot(object)
    def delete(self, runs: Sequence[RunId]) -> None:
        """Take runs out of sight; they can be brought back until the next deletion, or until the user is done."""
        rows = [row for row in map(self._items.row_of, runs) if row is not None]
        ended = [row.run for row in rows if row.status != "running"]
        if len(ended) < len(rows):
            self.troubled.emit(Problem(text="A run that goes on cannot be deleted. Stop it first."))
        if not ended:
            return
        self.settle()
        # First, because who hears that a row goes asks whether its run is still there.
        self._shelf.condemned.update(ended)
        self._deleted = self._items.take_out(ended)
        self.vanished.emit(ended)
        which = f"“{one_line(self._deleted[0].called, 40)}”" if len(ended) == 1 else plural(len(ended), "run")
        self.undo_told.emit(f"Deleted {which}")

    @Slot()
    def undo(self) -> None:
        """Bring back what was deleted last."""
        self._bring_back(self._deleted)
        self._deleted = []
        self.undo_told.emit("")

    @Slot(object)
    def restore(self, runs: Sequence[RunId]) -> None:
        """Show runs that came out of files, though they were deleted before; what was deleted with one comes, too."""
        if any(row.run in runs for row in self._deleted):
            self.undo()
        self._shelf.condemned.difference_update(run for run in runs if run not in self._leaving)
        self.refresh()

    @Slot()
    def settle(self) -> None:
        """Remove for good what was deleted last."""
        runs = [row.run for row in self._deleted]
        if runs:
            self._leaving.update({row.run: row for row in self._deleted})
            self._shelf.remove(runs, self._removed.emit)
        self._deleted = []
        self.undo_told.emit("")

    @Slot(object, object)
    def _on_removed(self, runs: Sequence[RunId], result: "Refused | StorageError") -> None:
        rows = [self._leaving.pop(run) for run in runs if run in self._leaving]
        if isinstance(result, StorageError):
            self._bring_back(rows)
            self.troubled.emit(Problem(text=str(result)))
            return
        kept = {run: error for run, error in result.items() if not isinstance(error, NoSuchRun)}
        self._bring_back([row for row in rows if row.run in kept])
        if kept:
            self.troubled.emit(Problem(text=" ".join(map(str, kept.values()))))

    def _bring_back(self, rows: Sequence[HistoryRow]) -> None:
        self._shelf.condemned.difference_update(row.run for row in rows)
        if rows:
            self._items.put_back(rows)
