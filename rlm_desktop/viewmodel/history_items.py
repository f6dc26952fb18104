"""The recorded runs as a list for Qt: those that are wanted, pinned ones first."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from typing_extensions import override

from rlm_desktop.settings.window_layout import HistoryOrder
from rlm_desktop.storage.search_words import Hit, Part, Snippet
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.history_hits import Hits, arranged
from rlm_desktop.viewmodel.history_query import HistoryQuery
from rlm_desktop.viewmodel.history_rows import STATUS_INKS, HistoryRow
from rlm_desktop.viewmodel.roles import DotRole, InkRole, NoteInkRole, NoteRole, PinRole, SnippetRole, TagsRole

AnyIndex = QModelIndex | QPersistentModelIndex
RunRole = Qt.ItemDataRole.UserRole + 20
_MOST_STEPS = 40
"""Rows that are moved one by one; with more the list begins anew, which costs less."""

_PARTS_IN_WORDS: dict[Part, str] = {
    "question": "the question",
    "answer": "the answer",
    "prompt": "a prompt",
    "reply": "a reply",
    "code": "code",
    "output": "an output",
}


class HistoryItems(QAbstractListModel):
    """Rows of runs; a row that is already there is altered in place."""

    changed = Signal()
    search_wanted = Signal(object)  # tuple[str, ...]: words to look for in the texts; none when there are none
    rename_wanted = Signal(object, str)  # RunId, the new name

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: dict[RunId, HistoryRow] = {}
        self._shown: list[HistoryRow] = []
        self._query = HistoryQuery()
        self._applied = HistoryQuery()
        self._hits = Hits()
        self._snippets: dict[RunId, Snippet | None] = {}
        self.order: HistoryOrder = "date"
        self.stamp = 0
        """Grows whenever what is known of a run changes here."""

    # What there is

    def show(self, rows: Sequence[HistoryRow]) -> None:
        """Show these runs; only what differs is inserted, altered or removed."""
        listed = {row.run: row for row in rows}
        # A run that was just asked for is not recorded yet.
        live = {run: row for run, row in self._all.items() if row.status == "running" and run not in listed}
        self._all = {**live, **listed}
        self._rearrange()

    def note(self, row: HistoryRow) -> None:
        """Take in what is now known of one run; what the user wrote on it stays."""
        known = self._all.get(row.run)
        if known is not None:
            row = replace(row, name=known.name, is_pinned=known.is_pinned, tags=known.tags)
        self._take(row)

    def label(self, runs: Iterable[RunId], **labels: Any) -> None:
        """Write on runs: `name`, `is_pinned` or `tags`."""
        self._take(*(replace(self._all[run], **labels) for run in runs if run in self._all))

    def remove(self, run: RunId) -> None:
        """Take a run out of the list."""
        self.take_out([run])

    def take_out(self, runs: Collection[RunId]) -> list[HistoryRow]:
        """Take runs out of the list; give their rows."""
        rows = [self._all.pop(run) for run in dict.fromkeys(runs) if run in self._all]
        if rows:
            self.stamp += 1
            self._rearrange()
        return rows

    def put_back(self, rows: Iterable[HistoryRow]) -> None:
        """Put rows back that were taken out."""
        self._take(*rows)

    def _take(self, *rows: HistoryRow) -> None:
        self.stamp += 1
        self._all.update({row.run: row for row in rows})
        self._rearrange()

    # What is wanted of it

    @Slot(str)
    def set_filter(self, text: str) -> None:
        """Show only what has all that was typed; until its words are searched, what was shown stays."""
        self._query = HistoryQuery.of(text)
        if self._query.words == self._hits.words:
            self._apply()
        elif not self._query.words:
            self._hits = Hits()
            self._apply()
        self.search_wanted.emit(self._query.words)
        if self.is_searching:
            self.changed.emit()

    def take_hits(self, hits: Hits) -> None:
        """Show what was found, if it is still looked for."""
        if hits.words == self._query.words:
            if hits.words != self._hits.words:
                self._snippets.clear()
            self._hits = hits
            self._apply()

    def take_snippets(self, snippets: dict[RunId, Snippet | None]) -> None:
        """Show where in their texts runs have what was found."""
        self._snippets.update(snippets)
        for place, row in enumerate(self._shown):
            if row.run in snippets:
                self.dataChanged.emit(self.index(place), self.index(place))

    @Slot(str)
    def set_order(self, order: HistoryOrder) -> None:
        """List in another order."""
        self.order = order
        self._rearrange()

    def _apply(self) -> None:
        self._applied = self._query
        if not self._hits.words:
            self._snippets.clear()
        self._rearrange()

    # What is known of it

    @property
    def is_searching(self) -> bool:
        """Whether what is shown is not yet what was typed."""
        return self._query.words != self._hits.words

    @property
    def has_words(self) -> bool:
        """Whether the list shows what words were found."""
        return bool(self._applied.words)

    @property
    def is_filtered(self) -> bool:
        """Whether only some runs are wanted."""
        return bool(self._applied)

    @property
    def hidden(self) -> int:
        """How many runs are not wanted."""
        return len(self._all) - len(self._shown)

    @property
    def hint(self) -> str:
        """What is missing in what was typed, or in what was found."""
        return self._query.hint or self._hits.note

    @property
    def rows(self) -> list[HistoryRow]:
        """All runs, wanted or not."""
        return list(self._all.values())

    def wants_snippets(self, most: int) -> list[tuple[RunId, str, Hit]]:
        """Give the first runs whose match is not shown yet, with the word and where it is."""
        wanted: list[tuple[RunId, str, Hit]] = []
        for row in self._shown if self._hits.words else ():
            place = None if row.run in self._snippets else self._hits.place_in(row)
            if place is not None:
                wanted.append((row.run, *place))
                if len(wanted) == most:
                    break
        return wanted

    def place_of(self, run: RunId) -> int | None:
        """Give the row of a run, if it is listed."""
        return next((place for place, row in enumerate(self._shown) if row.run == run), None)

    def run_at(self, index: AnyIndex) -> RunId | None:
        """Give the run of a row."""
        return self._shown[index.row()].run if index.isValid() else None

    def row_of(self, run: RunId) -> HistoryRow | None:
        """Give what is known of a run, wanted or not."""
        return self._all.get(run)

    def in_short(self) -> str:
        """Count the runs."""
        if not self._all:
            return ""
        total = plural(len(self._all), "run")
        return f"{len(self._shown):,} of {total}" if self.is_filtered else total

    # How it gets there

    def _rearrange(self) -> None:
        wanted = arranged(self._all.values(), self._applied, self._hits, self.order)
        first, after_old, after_new = _differing(self._shown, wanted)
        if after_old - first + after_new - first > _MOST_STEPS:
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
        else:
            self._step_to(wanted, first, after_old, after_new)
        self.changed.emit()

    def _step_to(self, wanted: list[HistoryRow], first: int, after_old: int, after_new: int) -> None:
        staying = {row.run for row in wanted[first:after_new]}
        for place in reversed(range(first, after_old)):
            if self._shown[place].run not in staying:
                self._remove(place)
        for place in range(first, after_new):
            row = wanted[place]
            if place >= len(self._shown) or self._shown[place].run != row.run:
                known = self.place_of(row.run)
                if known is None:
                    self._insert(place, row)
                else:
                    self._move_up(known, place)
        for place, row in enumerate(wanted):
            if self._shown[place] is not row and self._shown[place] != row:
                self._shown[place] = row
                self.dataChanged.emit(self.index(place), self.index(place))

    def _insert(self, place: int, row: HistoryRow) -> None:
        self.beginInsertRows(QModelIndex(), place, place)
        self._shown.insert(place, row)
        self.endInsertRows()

    def _move_up(self, place: int, to: int) -> None:
        self.beginMoveRows(QModelIndex(), place, place, QModelIndex(), to)
        self._shown.insert(to, self._shown.pop(place))
        self.endMoveRows()

    def _remove(self, place: int) -> None:
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._shown[place]
        self.endRemoveRows()

    # Qt's questions

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._shown)

    @override
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable if index.isValid() else Qt.ItemFlag.NoItemFlags

    @override
    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run = self.run_at(index)
        if run is None or role != Qt.ItemDataRole.EditRole:
            return False
        self.rename_wanted.emit(run, str(value))
        return True

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return row.called
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(row.in_words + self._where_in_words(row))
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken + self._where_in_words(row).replace("\n\n", ", ")
            case _:
                return self._snippet_of(row) if role == SnippetRole else _of_list(row, role)

    def _snippet_of(self, row: HistoryRow) -> Snippet | None:
        """The match, or what else is worth a second line while words are searched."""
        if not self.has_words:
            return None
        known = Snippet(row.title, "", "", "question") if row.name else Snippet(row.answer, "", "", "answer")
        return self._snippets.get(row.run) or known

    def _where_in_words(self, row: HistoryRow) -> str:
        snippet, place = self._snippets.get(row.run), self._hits.place_in(row)
        if snippet is None or place is None:
            return ""
        texts = plural(place[1].texts, "text")
        where = f", first in {_PARTS_IN_WORDS[snippet.part]}" if snippet.part is not None else ""
        return f"\n\nFound in {texts}{where}: {snippet}"


def _differing(old: Sequence[HistoryRow], new: Sequence[HistoryRow]) -> tuple[int, int, int]:
    """Give the first place where two lists have different runs, and for each of them the place after the last."""
    first, after_old, after_new = 0, len(old), len(new)
    while first < min(after_old, after_new) and old[first].run == new[first].run:
        first += 1
    while min(after_old, after_new) > first and old[after_old - 1].run == new[after_new - 1].run:
        after_old, after_new = after_old - 1, after_new - 1
    return first, after_old, after_new


_PLAIN_ROLES: dict[int, Callable[[HistoryRow], Any]] = {
    RunRole: attrgetter("run"),
    NoteRole: attrgetter("note"),
    PinRole: attrgetter("is_pinned"),
    TagsRole: attrgetter("tags"),
    DotRole: lambda row: "root" if row.status == "running" else None,
}


def _of_list(row: HistoryRow, role: int) -> Any:
    if role in (InkRole, NoteInkRole):
        ink = "warn" if row.is_asking else STATUS_INKS[row.status]
        return None if role == InkRole and row.status in ("running", "cancelled") else ink
    tell = _PLAIN_ROLES.get(role)
    return tell(row) if tell is not None else None
