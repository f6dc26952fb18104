"""The trace as a table of visible rows for Qt: grows in place, whether live, replayed or imported."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from typing_extensions import override

from rlm_desktop.trace.changes import Change
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.opening import Opening
from rlm_desktop.viewmodel.rows import Row, Tally, cell_text, exact, in_words, make_row, note_badges
from rlm_desktop.viewmodel.run_notes import RunNotes
from rlm_desktop.viewmodel.visible_rows import VisibleRows, below, last_below, runs_of

AnyIndex = QModelIndex | QPersistentModelIndex
BURST = 400
"""From so many entries at once on, rows are compared once instead of being put in one by one."""
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
    changed = Signal(object)  # set[NodeId]: nodes that look different now
    cleared = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trace = Trace()
        self.entries: list[Entry] = []
        self.position = 0
        self.latest: NodeId | None = None
        self._now: float | None = None
        self._opening = Opening()
        self._rows = VisibleRows()
        self._tallies: dict[NodeId, Tally] = {}
        self.notes = RunNotes(self)
        """What the reader wrote on the nodes."""
        self.notes.changed.connect(self._on_notes)

    # What came in, and how far it is shown

    def feed(self, entries: Sequence[Entry]) -> None:
        """Take in what happened next."""
        if not entries:
            return
        is_at_end = self.position == len(self.entries)
        self.entries += [entry for entry in entries if entry.seq]
        if is_at_end:
            self._show(entries)
            self.position = len(self.entries)
        self.fed.emit(list(entries))
        self.moved.emit(self.position, len(self.entries))

    def go_to(self, position: int) -> None:
        """Show the run as it was after so many entries."""
        position = max(0, min(position, len(self.entries)))
        if position > self.position:
            self._show(self.entries[self.position : position])
        elif position < self.position:
            self._fold_again(position)
        self.position = position
        self.moved.emit(self.position, len(self.entries))

    def tell_time(self, now: float | None) -> None:
        """Let what still goes on have lasted until now; None while the past is looked at."""
        if now != self._now:
            self._now = now
            if len(self._rows):
                self.dataChanged.emit(self.index(0, Column.TIME), self.index(len(self._rows) - 1, Column.TIME))

    def clear(self) -> None:
        """Be empty, for another run."""
        self.beginResetModel()
        self.trace = Trace()
        self.entries, self.position, self.latest, self._now = [], 0, None, None
        self._opening, self._rows = Opening(), VisibleRows()
        self._tallies = {}
        self.endResetModel()
        self.cleared.emit()
        self.moved.emit(0, 0)

    def _show(self, entries: Sequence[Entry]) -> None:
        touched: set[NodeId] = set()
        if len(entries) >= BURST:
            self._show_burst(entries, touched)
        else:
            for entry in entries:
                self._show_one(self.trace.next_change(entry), touched)
        self._announce(touched)

    def _show_one(self, change: Change, touched: set[NodeId]) -> None:
        row = self._row_for(change.inserted)
        if row is None:
            self._commit(change, touched)
        else:
            assert change.inserted is not None
            self.beginInsertRows(QModelIndex(), row, row)
            self._commit(change, touched)
            self._rows.insert(row, [change.inserted.id])
            self.endInsertRows()
        for node in self._opening.note(self.trace, change):
            self._apply_openness(node)

    def _show_burst(self, entries: Iterable[Entry], touched: set[NodeId]) -> None:
        for entry in entries:
            change = self.trace.next_change(entry)
            self._commit(change, touched)
            self._opening.note(self.trace, change)
        self._bring_rows_to(self.trace)

    def _fold_again(self, position: int) -> None:
        trace, self.latest, self._tallies = Trace(), None, {}
        self._opening.forget_what_happened()
        earlier, self.trace = self.trace, trace
        for entry in self.entries[:position]:
            change = trace.next_change(entry)
            self._commit(change, set())
            self._opening.note(trace, change)
        self.trace = earlier
        self._bring_rows_to(trace)
        self._announce(set(trace.nodes))

    def _commit(self, change: Change, touched: set[NodeId]) -> None:
        trace = self.trace
        node = change.inserted
        trace.commit(change)
        touched.update(change.touched)
        if node is not None:
            touched.add(node.id)
            if node.kind in ("run", "turn", "step", "answer") and not node.depth:
                self.latest = node.id
        self._count(change)

    def _count(self, change: Change) -> None:
        """Keep count of how each batch's calls stand, so that no row is counted while painting."""
        node = change.inserted
        if node is not None and node.parent is not None and self.trace.nodes[node.parent].kind == "batch":
            self._tallies.setdefault(node.parent, Counter())[node.status] += 1
        for closing in change.closings:
            parent = self.trace.nodes[closing.node].parent
            tally = self._tallies.get(parent) if parent is not None else None
            if tally is not None:
                tally["running"] -= 1
                tally[closing.status] += 1

    def _announce(self, touched: set[NodeId]) -> None:
        """Shares depend on the whole, so every row may look different; one signal says it once."""
        if not touched:
            return
        if len(self._rows):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, Column.TIME))
        self.changed.emit(touched)

    @Slot(object)
    def _on_notes(self, nodes: set[NodeId]) -> None:
        """Marks on rows came or went; many at once are told at once."""
        rows = [index.row() for index in map(self.index_of, nodes) if index.isValid()] if len(nodes) < BURST else []
        if rows or len(nodes) >= BURST:
            first, last = (min(rows), max(rows)) if rows else (0, len(self._rows) - 1)
            self.dataChanged.emit(self.index(first, 0), self.index(last, Column.TRACE))

    # Rows

    def _row_for(self, inserted: Node | None) -> int | None:
        """Give the row a new node gets, or None while it is out of sight."""
        if inserted is None:
            return None
        if inserted.parent is None:
            return 0
        if not self._shows_children(inserted.parent):
            return None
        above = last_below(self.trace, self.trace.nodes[inserted.parent], self._opening.is_open)
        return self._rows.position(above) + 1

    def _shows_children(self, node: NodeId) -> bool:
        return all(self._opening.is_open(above.id) for above in self.trace.lineage(node))

    def _is_visible(self, node: NodeId) -> bool:
        parent = self.trace.nodes[node].parent
        return parent is None or self._shows_children(parent)

    def _apply_openness(self, node: NodeId) -> None:
        """Bring the rows below a node in or out after it opened or closed."""
        if node not in self.trace.nodes or not self._is_visible(node):
            return
        row = self._rows.position(node)
        shown = self._count_below(row)
        if self._opening.is_open(node) and not shown:
            self._insert_rows(row + 1, below(self.trace, node, self._opening.is_open))
        elif shown and not self._opening.is_open(node):
            self._remove_rows(row + 1, row + shown)

    def _count_below(self, row: int) -> int:
        """Count the rows that belong to the part of the tree that this row heads."""
        ids = self._rows.ids
        level = self._level(ids[row])
        end = row + 1
        while end < len(ids) and self._level(ids[end]) > level:
            end += 1
        return end - row - 1

    def _level(self, node: NodeId) -> int:
        return sum(1 for _ in self.trace.lineage(node))

    def _insert_rows(self, row: int, nodes: list[NodeId]) -> None:
        if nodes:
            self.beginInsertRows(QModelIndex(), row, row + len(nodes) - 1)
            self._rows.insert(row, nodes)
            self.endInsertRows()

    def _remove_rows(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)
        self._rows.remove(first, last)
        self.endRemoveRows()

    def _bring_rows_to(self, trace: Trace) -> None:
        """Take out the rows that are no longer there and put in those that are new; the others stay what they are."""
        wanted: list[NodeId] = []
        if trace.root is not None:
            is_open = self._opening.is_open
            wanted = [trace.root.id, *(below(trace, trace.root.id, is_open) if is_open(trace.root.id) else ())]
        gone = set(self._rows.ids).difference(wanted)
        leaving = [row for row, node in enumerate(self._rows.ids) if node in gone]
        for first, last in reversed(list(runs_of(leaving))):
            self._remove_rows(first, last)
        self.trace = trace
        here = set(self._rows.ids)
        coming = [row for row, node in enumerate(wanted) if node not in here]
        for first, last in runs_of(coming):
            self._insert_rows(first, wanted[first : last + 1])

    # What the view asks and does

    def set_open(self, index: AnyIndex, is_open: bool) -> None:
        """Open or close a row because the user said so."""
        node = self.node_at(index.row())
        if self.trace.nodes[node].children and self._opening.is_open(node) != is_open:
            self._opening.choose(self.trace, node, is_open)
            self._apply_openness(node)
            self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), Column.TIME))

    def touch(self, node: NodeId) -> None:
        """The user looks at this node: the rows on its way stay as they are."""
        if node in self.trace.nodes:
            self._opening.touch(self.trace, node)

    def reveal(self, node: NodeId) -> QModelIndex:
        """Open the way to a node and give its place; an invalid one if there is no such node now."""
        if node not in self.trace.nodes:
            return QModelIndex()
        for above in reversed(list(self.trace.lineage(self.trace.nodes[node].parent))):
            if not self._opening.is_open(above.id):
                self.set_open(self.index(self._rows.position(above.id), 0), True)
        return self.index(self._rows.position(node), 0)

    def node_at(self, row: int) -> NodeId:
        """Give the node of a row."""
        return self._rows.ids[row]

    def index_of(self, node: NodeId) -> QModelIndex:
        """Give the place of a node, invalid while it is out of sight."""
        if node not in self.trace.nodes or not self._is_visible(node):
            return QModelIndex()
        return self.index(self._rows.position(node), 0)

    def row(self, row: int) -> Row:
        """Say what a row shows."""
        node = self.trace.nodes[self._rows.ids[row]]
        is_open = self._opening.is_open(node.id) if node.children else None
        return make_row(self.trace, node, is_open, self._tallies.get(node.id), self.notes.get(node.id))

    def figure(self, row: int, column: int) -> str:
        """Write a number of a row."""
        return cell_text(self.trace, self.trace.nodes[self._rows.ids[row]], column, self._now)

    # Qt's questions

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

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
        written = items.notes.get(items.node_at(index.row()))
        return plain_tip("\n".join([_display(items, index), *(badge.words for badge in note_badges(written))]))
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
