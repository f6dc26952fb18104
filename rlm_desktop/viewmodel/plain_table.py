"""A small table of cells for Qt, as cards hold it."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from rlm_desktop.viewmodel.cards import Cell, TableBody
from rlm_desktop.viewmodel.guarded_text import plain_tip

AnyIndex = QModelIndex | QPersistentModelIndex
CellRole = Qt.ItemDataRole.UserRole + 1
_OVER_FIGURES = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PlainTable(QAbstractTableModel):
    """Shows a `TableBody`."""

    def __init__(self, body: TableBody, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.body = body

    def show_body(self, body: TableBody) -> None:
        """Show another body; of the same shape in place."""
        was = self.body
        has_same_shape = len(was.rows) == len(body.rows) and self._width(was) == self._width(body)
        if not has_same_shape:
            self.beginResetModel()
        self.body = body
        if not has_same_shape:
            self.endResetModel()
        elif body.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(body.rows) - 1, self._width(body) - 1))

    def cell(self, index: AnyIndex) -> Cell:
        """Give the cell at a place."""
        return self.body.rows[index.row()][index.column()]

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.body.rows)

    @override
    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else self._width(self.body)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CellRole:
            return self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index).text
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.cell(index).text)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index.row(), index.column())
        return None

    def _spoken(self, row: int, column: int) -> str:
        """Say a cell with its heading; the first one says the whole row."""
        cells = self.body.rows[row]
        headings = (*self.body.headings, *[""] * len(cells))
        said = [f"{heading} {cell.text}".strip() for heading, cell in zip(headings, cells, strict=False) if cell.text]
        return ", ".join(said) if not column else f"{headings[column]} {cells[column].text}".strip()

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole and section and self.body.rows:
            return _OVER_FIGURES if self.body.rows[0][section].is_figure else None
        is_heading = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self.body.headings[section] if is_heading and section < len(self.body.headings) else None

    def _width(self, body: TableBody) -> int:
        return len(body.rows[0]) if body.rows else 0
