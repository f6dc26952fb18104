"""The table of the map grid: thousands of lines, driven by mouse and keys alike."""

from collections.abc import Iterator

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.ui.card_table import GAP, ROW, SIDE, CellDelegate
from rlm_desktop.ui.parts import dress_table
from rlm_desktop.ui.quiet_header import QuietHeader
from rlm_desktop.viewmodel.call_export import copying
from rlm_desktop.viewmodel.call_grid import CallGrid
from rlm_desktop.viewmodel.call_order import GridColumn
from rlm_desktop.viewmodel.slices import Slices

_WIDTHS = {
    GridColumn.NUMBER: 62,
    GridColumn.STATE: 94,
    GridColumn.ASKED: 104,
    GridColumn.REMARKS: 106,
    GridColumn.TIME: 72,
    GridColumn.COST: 80,
    GridColumn.INPUT: 62,
    GridColumn.OUTPUT: 62,
    GridColumn.RETRIES: 78,
}
_NARROWEST_ANSWER = 120


class CallGridView(QTableView):
    """Shows a `CallGrid`. A click or Enter goes to the call, or opens a group; Shift and Ctrl select."""

    wanted = Signal(object)  # NodeId
    copied = Signal(int)

    def __init__(self, grid: CallGrid, parent: QWidget) -> None:
        super().__init__(parent)
        self._grid = grid
        self._slices = Slices(self)
        self._kept: tuple[NodeId | None, list[NodeId], int] = (None, [], 0)
        self.setObjectName("callGrid")
        self.setAccessibleName("Calls of this batch")
        self.setModel(grid)
        self.setItemDelegate(CellDelegate(self))
        self._dress()
        grid.modelAboutToBeReset.connect(self._on_leaving)
        grid.modelReset.connect(self._on_reset)

    def _dress(self) -> None:
        dress_table(self)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW)
        rows.setDefaultSectionSize(ROW)
        columns = QuietHeader(self, GAP // 2, SIDE - 2)
        self.setHorizontalHeader(columns)
        columns.setSectionsClickable(True)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        columns.sectionClicked.connect(self._on_heading)
        columns.setToolTip("Click to sort")
        for column, width in _WIDTHS.items():
            columns.resizeSection(column, width)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        others = sum(self.columnWidth(column) for column in GridColumn if column != GridColumn.ANSWER)
        self.setColumnWidth(GridColumn.ANSWER, max(_NARROWEST_ANSWER, event.size().width() - others))

    @Slot(int)
    def _on_heading(self, column: int) -> None:
        self._grid.sort_by(GridColumn(column))

    # What survives another order

    @Slot()
    def _on_leaving(self) -> None:
        current = self.currentIndex()
        selected = [self._grid.node_at(row) for row in self.selected()]
        node = self._grid.node_at(current.row()) if current.isValid() else None
        self._kept = (node, selected, self.verticalScrollBar().value())

    @Slot()
    def _on_reset(self) -> None:
        """Select the same calls again where they stand now, with the current one in sight."""
        current, selected, scrolled = self._kept
        self._kept = (None, [], 0)
        if current is None:
            self.verticalScrollBar().setValue(scrolled)
            return
        wanted = {current, *selected}
        rows = {self._grid.node_at(row): row for row in reversed(range(self._grid.rowCount()))}
        chosen = QItemSelection()
        for node in wanted & rows.keys():
            index = self._grid.index(rows[node], 0)
            chosen.select(index, index)
        mode = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().select(chosen, mode)
        if current in rows:
            here = self._grid.index(rows[current], 0)
            self.selectionModel().setCurrentIndex(here, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(here)

    # Mouse and keys

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        is_plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        index = self.indexAt(event.position().toPoint())
        if is_plain and index.isValid() and len(self.selected()) == 1:
            self.open_line(index)

    def open_line(self, index: QModelIndex) -> None:
        """Go to the call of a line; open or close a group."""
        if self._grid.line(index.row()).members:
            self._grid.set_group_open(index.row(), not self._grid.is_open_at(index.row()))
        else:
            self.wanted.emit(self._grid.target_at(index.row()))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.open_line(index)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and index.isValid() and self._is_in_group(index):
            self._open_or_close(index, event.key() == Qt.Key.Key_Right)
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _is_in_group(self, index: QModelIndex) -> bool:
        line = self._grid.line(index.row())
        return bool(line.members) or line.is_inside

    def _open_or_close(self, index: QModelIndex, is_open: bool) -> None:
        """Open a group, or close it from its head or from one of its calls."""
        row = index.row()
        while not self._grid.line(row).members:
            row -= 1
        if row != index.row() and not is_open:
            self.setCurrentIndex(self._grid.index(row, 0))
        self._grid.set_group_open(row, is_open)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Letters are commands of the panel, not a search for rows."""

    def selected(self) -> list[int]:
        """Give the selected lines from above to below."""
        # Asking for each selected row takes a fifth of a second with 10,000 of them.
        parts = self.selectionModel().selection()
        ranges = [parts.at(place) for place in range(parts.count())]
        return sorted({row for part in ranges for row in range(part.top(), part.bottom() + 1)})

    @property
    def is_copying(self) -> bool:
        """Whether lines are on their way to the clipboard."""
        return self._slices.is_busy

    @Slot()
    def copy_rows(self) -> None:
        """Put the selected lines on the clipboard; all of them where none is selected."""
        self._slices.begin(self._copying(self.selected() or list(range(self._grid.rowCount()))))

    def _copying(self, rows: list[int]) -> Iterator[None]:
        lines: list[str] = []
        yield from copying(self._grid, rows, lines)
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.copied.emit(len(lines) - 1)
