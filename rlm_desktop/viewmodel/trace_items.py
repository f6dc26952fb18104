"""The trace as a table of visible rows for Qt: grows in place, whether live, replayed or imported."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from typing_extensions import override

from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import Digest, NodeId
from rlm_desktop.trace.rows import Row, Written, cell_text, exact, in_words, make_row, note_badges
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.growing_rows import BURST, GrowingRows
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.notes_inside import NotesInside
from rlm_desktop.viewmodel.reasking import Reasking
from rlm_desktop.viewmodel.run_figures import RunFigures
from rlm_desktop.viewmodel.run_notes import RunNotes
from rlm_desktop.viewmodel.shape import Shape
from rlm_desktop.viewmodel.trace_filter import Filter

if TYPE_CHECKING:
    from rlm_desktop.skeleton.sealed import SealedRun

AnyIndex = QModelIndex | QPersistentModelIndex
RowRole = Qt.ItemDataRole.UserRole + 1
NodeRole = Qt.ItemDataRole.UserRole + 2


class Column(IntEnum):
    """The columns, left to right."""

    TRACE = 0
    SHARE = 1
    COST = 2
    CALLS = 3
    TIME = 4


HEADERS = ("Trace", "Share", "Cost", "Calls", "Time")


class TraceItems(QAbstractTableModel):
    """Holds a run's entries and shows the first `position` of them.

    `feed` adds what happened; while the position is at the end it goes along. `go_to` looks back and forth.
    """

    fed = Signal(object)  # list[Entry]: all that came, in order
    moved = Signal(int, int)  # position, count
    changed = Signal(object)  # set[NodeId]: nodes that look different now; None is all of them
    cleared = Signal()
    top_changed = Signal()
    sealed = Signal(object)  # SealedRun: it is shown from its end

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: Sequence[Entry] = []
        self.position = 0
        self._now: float | None = None
        self._filter: Filter | None = None
        self._shape: Shape = GrowingRows(self, self.entries)
        self.notes = RunNotes(self)
        """What the reader wrote on the nodes."""
        self._inside = NotesInside()
        self.notes.changed.connect(self._on_notes)
        self.reasking = Reasking(self._is_at_end, self)
        """What of the run is asked again."""

    @property
    def trace(self) -> Trace:
        """The trace at the position looked at."""
        return self._shape.trace

    @property
    def top(self) -> NodeId | None:
        """The only node that is shown with what is below it; None is the whole run."""
        return self._shape.top

    @property
    def latest(self) -> NodeId | None:
        """The last part of the root run that began."""
        return self._shape.latest

    def _is_at_end(self) -> bool:
        return self.position == len(self.entries)

    # What came in, and how far it is shown

    def feed(self, entries: Sequence[Entry]) -> None:
        """Take in what happened next."""
        if not entries:
            return
        assert isinstance(self.entries, list), "nothing follows a run that was opened whole"
        is_at_end = self.position == len(self.entries)
        self.entries += [entry for entry in entries if entry.seq]
        if is_at_end:
            self._announce(self._shape.feed(entries))
            self.position = len(self.entries)
        self.fed.emit(list(entries))
        self.moved.emit(self.position, len(self.entries))

    def open_sealed(self, run: "SealedRun") -> None:
        """Show a large recorded run from its end."""
        # Brings numpy, which most runs do without.
        from rlm_desktop.viewmodel.sealed_rows import SealedRows  # noqa: PLC0415

        self.clear()
        self.beginResetModel()
        self.entries, self.position = run.entries, len(run.entries)
        self._shape = SealedRows(self, run, self._filter)
        self.endResetModel()
        self.sealed.emit(run)
        self.moved.emit(self.position, len(self.entries))

    def renew_sealed(self, run: "SealedRun") -> None:
        """Show more of the same large run: what was asked again since it was opened."""
        from rlm_desktop.viewmodel.sealed_rows import SealedRows  # noqa: PLC0415

        is_at_end, position, before = self._is_at_end(), self.position, self._shape
        assert isinstance(before, SealedRows), "what grows is fed"
        self.beginResetModel()
        self.entries, self.position = run.entries, len(run.entries)
        self._shape = SealedRows(self, run, self._filter, before)
        self.endResetModel()
        self.sealed.emit(run)
        self.go_to(self.position if is_at_end else position)
        self.changed.emit(None)

    def go_to(self, position: int) -> None:
        """Show the run as it was after so many entries."""
        position = max(0, min(position, len(self.entries)))
        top = self.top
        touched = self._shape.go_to(position)
        self.position = position
        self._announce(touched)
        if self.top != top:
            self.top_changed.emit()
        self.moved.emit(self.position, len(self.entries))

    def step_after(self, position: int) -> int:
        """Give the position at which the next turn or step has just begun; the end if none follows."""
        return self._shape.step_after(position)

    def time_of(self, place: int) -> float:
        """Give when the entry at a place was written."""
        return self._shape.time_of(place)

    def place_at(self, at: float) -> int:
        """Give how many entries were written until a time."""
        return self._shape.place_at(at)

    def figures(self) -> RunFigures | None:
        """Give the figures for charts where they need not be added up entry by entry."""
        return self._shape.figures()

    def tell_time(self, now: float | None) -> None:
        """Let what still goes on have lasted until now; None while the past is looked at."""
        if now != self._now:
            self._now = now
            if len(self._shape):
                self.dataChanged.emit(self.index(0, Column.TIME), self.index(len(self._shape) - 1, Column.TIME))

    def clear(self) -> None:
        """Be empty, for another run."""
        self.beginResetModel()
        self.entries, self.position, self._now = [], 0, None
        self._shape = GrowingRows(self, self.entries, self._filter)
        self.endResetModel()
        self.cleared.emit()
        self.top_changed.emit()
        self.moved.emit(0, 0)

    def _announce(self, touched: set[NodeId] | None) -> None:
        """Shares depend on the whole, so every row may look different; one signal says it once. None is everything."""
        if touched is not None and not touched:
            return
        if len(self._shape):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shape) - 1, Column.TIME))
        self.changed.emit(touched)

    @Slot(object)
    def _on_notes(self, nodes: set[NodeId]) -> None:
        """Marks on rows came or went; many at once are told at once."""
        self._inside.forget()
        rows = [row for row in map(self._row_in_sight, nodes) if row is not None] if len(nodes) < BURST else []
        if rows or len(nodes) >= BURST:
            first, last = (min(rows), max(rows)) if rows else (0, len(self._shape) - 1)
            self.dataChanged.emit(self.index(first, 0), self.index(last, Column.TRACE))

    def _row_in_sight(self, node: NodeId) -> int | None:
        """Give the row of a node, or else of what it is hidden in."""
        above = self.trace.lineage(node) if node in self.trace.nodes else ()
        rows = (self._shape.row_of(one.id) for one in above)
        return next((row for row in rows if row is not None), None)

    # Rows come and go

    def rows_come(self, first: int, last: int) -> None:
        """Rows are about to be put in."""
        self.beginInsertRows(QModelIndex(), first, last)

    def rows_came(self) -> None:
        """They are."""
        self.endInsertRows()

    def rows_go(self, first: int, last: int) -> None:
        """Rows are about to be taken out."""
        self.beginRemoveRows(QModelIndex(), first, last)

    def rows_went(self) -> None:
        """They are."""
        self.endRemoveRows()

    def all_change(self) -> None:
        """All rows are about to be others."""
        self.beginResetModel()

    def all_changed(self) -> None:
        """They are."""
        self.endResetModel()

    # What the view asks and does

    def show_only(self, top: NodeId | None) -> None:
        """Show this node and what is below it, or the whole run again."""
        if top is not None and (top not in self.trace.nodes or self.trace.nodes[top].parent is None):
            top = None
        if top == self.top:
            return
        self._shape.show_only(top)
        if len(self._shape):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shape) - 1, Column.TIME))
        self.top_changed.emit()

    def narrow(self, wanted: Filter | None) -> None:
        """Show what a filter lets through and what stands above it, or everything again."""
        if wanted != self._filter:
            self._filter = wanted
            self._shape.narrow(wanted)
            self._announce(None)

    @property
    def filter(self) -> Filter | None:
        """The filter that holds, if one does."""
        return self._filter

    def next_hit(self, here: NodeId | None, step: int) -> NodeId | None:
        """Give the next node that the filter lets through, going round at the ends; None without a filter or a hit."""
        return self._shape.next_hit(here if here is not None and here in self.trace.nodes else None, step)

    def counts(self) -> tuple[int, int]:
        """Give how many nodes the filter lets through, and how many there are."""
        return self._shape.counts()

    def set_open(self, index: AnyIndex, is_open: bool) -> None:
        """Open or close a row because the user said so."""
        self._shape.set_open(self.node_at(index.row()), is_open)
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), Column.TIME))

    def set_all_open(self, is_open: bool) -> None:
        """Open or close every row; the run itself stays open."""
        self._shape.set_all_open(is_open)
        self._announce(None)

    def seeker(self, words: str) -> Callable[[set[Digest]], set[NodeId]]:
        """Give what finds the nodes with these words in their titles, or that hold one of some texts, in any thread."""
        return self._shape.seeker(words)

    def touch(self, node: NodeId) -> None:
        """The user looks at this node: the rows on its way stay as they are."""
        self._shape.touch(node)

    def reveal(self, node: NodeId) -> QModelIndex:
        """Open the way to a node and give its place; an invalid one if there is no such node now."""
        top = self.top
        self._shape.reveal(node)
        if self.top != top:
            self.top_changed.emit()
        return self.index_of(node)

    def node_at(self, row: int) -> NodeId:
        """Give the node of a row."""
        return self._shape.node_at(row)

    def index_of(self, node: NodeId) -> QModelIndex:
        """Give the place of a node, invalid while it is out of sight."""
        row = self._shape.row_of(node)
        return QModelIndex() if row is None else self.index(row, 0)

    def row(self, row: int) -> Row:
        """Say what a row shows."""
        node = self.trace.nodes[self.node_at(row)]
        is_open, tally = self._shape.is_open(node.id), self._shape.tally(node.id)
        shown = make_row(self.trace, node, is_open, tally, self.written(node.id))
        if self.top is None:
            return shown
        above = sum(1 for _ in self.trace.lineage(self.top)) - 1
        return replace(shown, level=shown.level - above)

    def written(self, node: NodeId) -> Written:
        """Give what the reader wrote on a node and inside it."""
        return Written(self.notes.get(node), self._inside.below(node, self.trace, self.notes.nodes()))

    def is_open(self, node: NodeId) -> bool | None:
        """Tell whether a row is open; None where there is nothing to open."""
        return self._shape.is_open(node)

    def figure(self, row: int, column: int) -> str:
        """Write a number of a row."""
        return cell_text(self.trace, self.trace.nodes[self.node_at(row)], column, self._now)

    # Qt's questions

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._shape)

    @override
    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(Column)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        answer = _ANSWERS.get(role)
        return answer(self, index) if answer is not None and index.isValid() else None

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if section <= Column.SHARE else _RIGHT
        return None


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _display(items: TraceItems, index: AnyIndex) -> str:
    if index.column() >= Column.COST:
        return items.figure(index.row(), index.column())
    row = items.row(index.row())
    if index.column() == Column.SHARE:
        return "" if row.share is None else f"{row.share * 100:.0f} %"
    return " ".join(part for part in (row.prefix, row.title, row.note) if part)


def _spoken(items: TraceItems, index: AnyIndex) -> str:
    if index.column() == Column.TRACE:
        return in_words(items.trace, items.row(index.row()))
    return f"{HEADERS[index.column()]} {_display(items, index)}"


def _tooltip(items: TraceItems, index: AnyIndex) -> str:
    if index.column() == Column.TRACE:
        node = items.node_at(index.row())
        badges = note_badges(items.written(node), items.is_open(node))
        return plain_tip("\n".join([_display(items, index), *(badge.words for badge in badges)]))
    return exact(items.trace, items.trace.nodes[items.node_at(index.row())])


def _alignment(_items: TraceItems, index: AnyIndex) -> Qt.AlignmentFlag:
    return _LEFT if index.column() <= Column.SHARE else _RIGHT


_ANSWERS: dict[int, Callable[[TraceItems, AnyIndex], Any]] = {
    Qt.ItemDataRole.DisplayRole: _display,
    Qt.ItemDataRole.AccessibleTextRole: _spoken,
    Qt.ItemDataRole.ToolTipRole: _tooltip,
    Qt.ItemDataRole.TextAlignmentRole: _alignment,
    RowRole: lambda items, index: items.row(index.row()),
    NodeRole: lambda items, index: items.node_at(index.row()),
}
