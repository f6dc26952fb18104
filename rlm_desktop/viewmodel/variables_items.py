"""The variables of a run over time for Qt: read in slices, grown in place, at the playhead only what happened."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from rlm_desktop.trace.facts import VariableChange
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.slices import Slices
from rlm_desktop.viewmodel.variables_table import NewStep, StepColumn, VariableHistory, reading

AnyIndex = QModelIndex | QPersistentModelIndex
ChangeRole = Qt.ItemDataRole.UserRole + 1


class VariablesItems(QAbstractTableModel):
    """A row a name, a column an ended step. `ChangeRole` gives the `VariableChange` of a cell, or None."""

    told = Signal()
    """More is known, or another step is the current one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trace = Trace()
        self._run: NodeId | None = None
        self._history = VariableHistory()
        self._names: list[str] = []
        self._current: NodeId | None = None
        self._slices = Slices(self)

    def show_run(self, trace: Trace, run: Node, current: NodeId | None) -> None:
        """Show a run with one step marked; a run that is shown already is brought up to date."""
        if trace is not self._trace or run.id != self._run:
            self.beginResetModel()
            self._trace, self._run = trace, run.id
            self._history, self._names = VariableHistory(), []
            self.endResetModel()
        if current != self._current:
            self._current = current
            self._mark()
        self._slices.begin(self._reading(run))

    def _mark(self) -> None:
        if self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
            if self._names:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self._names) - 1, self.columnCount() - 1))
        self.told.emit()

    def _reading(self, run: Node) -> Iterator[None]:
        found: list[NewStep] = []
        yield from reading(self._trace, run, len(self._history.columns), found)
        if found:
            self._take(found)
            self.told.emit()

    def _take(self, found: list[NewStep]) -> None:
        first = len(self._history.columns)
        self.beginInsertColumns(QModelIndex(), first, first + len(found) - 1)
        for column, changes in found:
            self._history.add(column, changes)
        self.endInsertColumns()
        new = list(self._history.names)[len(self._names) :]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._names), len(self._names) + len(new) - 1)
            self._names += new
            self.endInsertRows()

    @property
    def is_busy(self) -> bool:
        """Whether steps are being read."""
        return self._slices.is_busy

    @property
    def current_column(self) -> int | None:
        """The column of the marked step; None where it has not ended or none is marked."""
        columns = self._history.columns
        return next((place for place, column in enumerate(columns) if column.step == self._current), None)

    @property
    def words(self) -> str:
        """How much there is: `4 names · 8 steps`."""
        return f"{plural(len(self._names), 'name')} · {plural(len(self._history.columns), 'step')}"

    def column(self, place: int) -> StepColumn:
        """Give the step of a column."""
        return self._history.columns[place]

    def change(self, index: AnyIndex) -> VariableChange | None:
        """Give what changed in a cell."""
        return self._history.changes.get((index.row(), index.column()))

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._names)

    @override
    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._history.columns)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        change = self.change(index)
        if role == ChangeRole:
            return change
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index, change)
        if change is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return change.size or change.type
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self._spoken(index, change))
        return None

    def _spoken(self, index: AnyIndex, change: VariableChange | None) -> str:
        place = f"{self._names[index.row()]}, {self.column(index.column()).place}"
        if change is None:
            return f"{place}: unchanged"
        return ", ".join(
            part for part in (f"{place}: {change.change}", change.type, change.size, change.preview) if part
        )

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._names[section]
        return self.column(section).place
