"""The map grid of a batch for Qt: one line a call, read while it is looked at, ordered in slices."""

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.rows import Badge, exact
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.call_again import AskedAgain, totals_with_reasks
from rlm_desktop.viewmodel.call_cells import HEADINGS, call_cell, call_words, group_cell, group_words, remarks
from rlm_desktop.viewmodel.call_order import GridColumn, Line, Wish, arranging
from rlm_desktop.viewmodel.call_rows import CallRow, State, call_row
from rlm_desktop.viewmodel.call_spread import Flags, flagging
from rlm_desktop.viewmodel.cards import Cell
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.plain_table import CellRole
from rlm_desktop.viewmodel.slices import Slices

AnyIndex = QModelIndex | QPersistentModelIndex
_TELL_SECONDS = 0.25


class CallGrid(QAbstractTableModel):
    """Shows the calls of a batch. Until all are read, they stand as they were sent."""

    told = Signal()
    """More is read, or other lines are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trace = Trace()
        self.batch: NodeId | None = None
        self.wish = Wish()
        self._children = 0
        self._ids: list[NodeId] = []
        self._rows: list[CallRow | None] = []
        self._open: set[int] = set()
        self._todo: deque[int] = deque()
        self._flags: Flags = {}
        self._is_flagged = False
        self._lines: list[Line] | None = None
        self._heads: dict[tuple[int, int], Cell] = {}
        self._again = AskedAgain()
        self._places: dict[NodeId, int] = {}
        self._told_at = 0.0
        self.version = 0
        """Another number whenever more is known of the calls."""
        self._forlorn: tuple[int, Sequence[CallRow]] = (-1, ())
        self._is_ordering = False
        self._slices = Slices(self)

    # What is shown

    def show_batch(self, trace: Trace, batch: NodeId) -> None:
        """Show a batch; one that is shown already is brought up to date."""
        if batch != self.batch:
            self.wish = Wish()
        if trace is not self.trace or batch != self.batch:
            self._begin(trace, batch)
        came = self._take_new(trace.nodes[batch])
        again = self._again.take(trace, trace.nodes[batch])
        self._open.update(self._places[call] for call in again if call in self._places)
        for place in self._open:
            self._rows[place] = None
            self._todo.append(place)
        self._open = set()
        if came or self._todo or not self._is_flagged:
            self._is_flagged = False
            self._slices.begin(self._reading())

    def _begin(self, trace: Trace, batch: NodeId) -> None:
        self.beginResetModel()
        self._slices.drop()
        self.trace, self.batch = trace, batch
        self.version += 1
        self._children, self._ids, self._rows = 0, [], []
        self._open, self._todo = set(), deque()
        self._flags, self._is_flagged, self._lines = {}, False, None
        self._heads.clear()
        self._again, self._places = AskedAgain(), {}
        self.endResetModel()

    def _take_new(self, batch: Node) -> int:
        """Take in the calls that were sent since; what is no call or child run is left out."""
        children = batch.children
        new = [child for child in children[self._children :] if self.trace.nodes[child].kind in ("call", "run")]
        self._children = len(children)
        if not new:
            return 0
        first = len(self._ids)
        if self._lines is None:
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        self._places |= zip(new, range(first, first + len(new)), strict=True)
        self._ids += new
        self._rows += [None] * len(new)
        self._todo.extend(range(first, len(self._ids)))
        if self._lines is None:
            self.endInsertRows()
        return len(new)

    # Reading and ordering, a few milliseconds at a time

    def _reading(self) -> Iterator[None]:
        while self._todo:
            self.row(self._todo.popleft())
            self._tell_sometimes()
            yield
        if not self._is_flagged:
            flags: Flags = {}
            yield from flagging(self._known(), flags)
            self._flags, self._is_flagged = flags, True
            self.version += 1
        yield from self._ordering()

    def _ordering(self) -> Iterator[None]:
        lines: list[Line] | None = None
        if not self.wish.is_plain:
            lines = []
            yield from arranging(self._known(), self._flags, self.wish, lines)
        self._show(lines)

    def _show(self, lines: list[Line] | None) -> None:
        self._heads.clear()
        self._is_ordering = False
        if lines != self._lines:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
        elif self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(GridColumn) - 1))
        self.told.emit()

    def _tell_sometimes(self) -> None:
        now = time.monotonic()
        if now - self._told_at > _TELL_SECONDS:
            self._told_at = now
            self.told.emit()

    def row(self, place: int) -> CallRow:
        """Give a call, read now if it was not yet."""
        known = self._rows[place]
        if known is None:
            nodes, call = self.trace.nodes, self._ids[place]
            known = call_row(self.trace, nodes[call], [nodes[again] for again in self._again.of(call)])
            self._rows[place] = known
            self.version += 1
            if known.is_open:
                self._open.add(place)
        return known

    def _known(self) -> list[CallRow]:
        return [row for row in self._rows if row is not None]

    # What the reader wants

    def want(self, **changes: Any) -> None:
        """Filter, sort or group otherwise; see `Wish`."""
        wish = replace(self.wish, **changes)
        if wish != self.wish:
            self.wish = wish
            self._is_ordering = True
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(GridColumn) - 1)
            self._slices.begin(self._reading())

    def sort_by(self, column: GridColumn) -> None:
        """Sort by a column: figures the largest first, words from A; once more turns it round, a third time ends it."""
        begins_descending = column >= GridColumn.REMARKS
        if self.wish.column != column:
            self.want(column=column, is_descending=begins_descending)
        elif self.wish.is_descending == begins_descending:
            self.want(is_descending=not begins_descending)
        else:
            self.want(column=None, is_descending=False)

    def set_group_open(self, row: int, is_open: bool) -> None:
        """Open or close a group by its head."""
        line = self.line(row)
        if line.members:
            key = {self.row(line.place).same}
            self.want(opened=self.wish.opened | key if is_open else self.wish.opened - key)

    # What is known

    @property
    def count(self) -> int:
        """How many calls there are."""
        return len(self._ids)

    @property
    def unread(self) -> int:
        """How many of them are not read yet."""
        return len(self._todo)

    @property
    def is_busy(self) -> bool:
        """Whether calls are read or ordered now."""
        return self._slices.is_busy

    @property
    def is_ordering(self) -> bool:
        """Whether other lines were asked for than those that are shown."""
        return self._is_ordering

    @property
    def flagged(self) -> int:
        """How many calls stand out."""
        return len(self._flags)

    def counts(self) -> Counter[State]:
        """Count the calls of each state, as far as they are read."""
        return Counter(row.state for row in self._known())

    def known(self) -> Sequence[CallRow]:
        """Give the calls that are read, in the order in which they were sent."""
        return self._known()

    def forlorn(self) -> Sequence[CallRow]:
        """Give the calls without an answer that may be asked again, as far as they are read."""
        if self._forlorn[0] != self.version:
            self._forlorn = (self.version, [row for row in self._known() if row.may_be_asked_again])
        return self._forlorn[1]

    @property
    def asked_again(self) -> int:
        """How many calls were asked again after the run."""
        return len(self._again)

    def totals(self) -> Totals:
        """Add up all calls, and what was asked again of them."""
        batch = self.trace.nodes.get(self.batch) if self.batch is not None else None
        return totals_with_reasks(self.trace, batch) if batch is not None else Totals()

    def flags_of(self, place: int) -> tuple[Badge, ...]:
        """Tell in what a call stands out."""
        return self._flags.get(place, ())

    def line(self, row: int) -> Line:
        """Give what a line shows."""
        return Line(row) if self._lines is None else self._lines[row]

    def is_open_at(self, row: int) -> bool:
        """Whether a line is the head of an open group."""
        line = self.line(row)
        return bool(line.members) and self.row(line.place).same in self.wish.opened

    def node_at(self, row: int) -> NodeId:
        """Give the call of a line; of a head the first one."""
        return self._ids[self.line(row).place]

    def target_at(self, row: int) -> NodeId:
        """Give the call that holds what a line tells: the one that was asked last."""
        return self.row(self.line(row).place).latest

    def row_of(self, node: NodeId) -> int | None:
        """Give the line of a call; None while it is out of sight."""
        rows = range(self.rowCount())
        return next((row for row in rows if self.node_at(row) == node and not self.line(row).members), None)

    def places(self) -> list[int]:
        """Give the calls that are shown, those in closed groups too, each once."""
        return self.places_of(range(self.rowCount()))

    def places_of(self, rows: Sequence[int]) -> list[int]:
        """Give the calls of some lines; the head of a group stands for all of it."""
        lines = [self.line(row) for row in rows]
        return list(dict.fromkeys(place for line in lines for place in (line.members or (line.place,))))

    # Qt's questions

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        if parent.isValid():
            return 0
        return len(self._ids) if self._lines is None else len(self._lines)

    @override
    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(GridColumn)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case _ if role == CellRole:
                return self.cell(index)
            case Qt.ItemDataRole.DisplayRole:
                return self.cell(index).text
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(index)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(index)
        return None

    def cell(self, index: AnyIndex) -> Cell:
        """Give the cell at a place."""
        line, column = self.line(index.row()), GridColumn(index.column())
        if line.members:
            return self._head_cell(line, index.row(), column)
        return call_cell(self.row(line.place), column, self.flags_of(line.place), line.is_inside)

    def _head_cell(self, line: Line, row: int, column: GridColumn) -> Cell:
        """Sums over thousands of calls are not added up at each painting."""
        if (row, column) not in self._heads:
            rows = [self.row(place) for place in line.members]
            self._heads[row, column] = group_cell(rows, column, self.is_open_at(row))
        return self._heads[row, column]

    def _tip(self, index: AnyIndex) -> str:
        line, column = self.line(index.row()), index.column()
        row = self.row(line.place)
        if line.members:
            return plain_tip(self.cell(index).text)
        if column == GridColumn.REMARKS:
            words = (f"{badge.sign}: {badge.words}" for badge in remarks(row, self.flags_of(line.place)))
            return plain_tip("\n".join(words))
        if column > GridColumn.REMARKS:
            return exact(self.trace, self.trace.nodes[row.node])
        return plain_tip(self.cell(index).text)

    def _spoken(self, index: AnyIndex) -> str:
        line = self.line(index.row())
        if index.column():
            return f"{HEADINGS[index.column()]} {self.cell(index).text}"
        if line.members:
            return group_words([self.row(place) for place in line.members], self.is_open_at(index.row()))
        return call_words(self.row(line.place), self.flags_of(line.place), self.count)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            arrow = ("▾" if self.wish.is_descending else "▴") if section == self.wish.column else ""
            return f"{HEADINGS[section]} {arrow}".strip()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section > GridColumn.REMARKS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
