"""The table inside a card: hairlines between rows, figures to the right, a row leads where it says."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.ui import theme
from rlm_desktop.ui.parts import dress_table
from rlm_desktop.ui.quiet_header import QuietHeader
from rlm_desktop.ui.trace_delegate import Brush
from rlm_desktop.viewmodel.cards import Cell, TableBody
from rlm_desktop.viewmodel.plain_table import CellRole, PlainTable

SIDE = 12
GAP = 20
ROW = 25
WIDEST = 320
MOST_ROWS = 40
MEASURED_ROWS = 200
_LEAST = 120
"""Below this, the column that stretches and the widest other one are not squeezed."""


class CellDelegate(QStyledItemDelegate):
    """Paints a cell with its role colour and a hairline above."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        brush = Brush(painter, option)
        brush.background(False)
        cell: Cell = index.data(CellRole)
        if index.row():
            painter.setPen(theme.colour("line", brush.palette))
            painter.drawLine(brush.rect.topLeft(), brush.rect.topRight())
        _write(brush, cell, index.column() == 0)
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_width_of(index.data(CellRole)) + GAP, ROW)


def _write(brush: Brush, cell: Cell, is_first: bool) -> None:
    font = theme.mono_font(-1.0) if cell.is_figure or cell.is_code else theme.small_font()
    left = SIDE if is_first else GAP // 2
    box: QRect = brush.rect.adjusted(left, 0, -(SIDE - 2), 0)
    words = QFontMetrics(font).elidedText(cell.text, Qt.TextElideMode.ElideRight, box.width())
    brush.painter.setFont(font)
    brush.painter.setPen(theme.colour(cell.tint, brush.palette))
    side = Qt.AlignmentFlag.AlignRight if cell.is_figure and not is_first else Qt.AlignmentFlag.AlignLeft
    brush.painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, words)


def _width_of(cell: Cell) -> int:
    font = theme.mono_font(-1.0) if cell.is_figure or cell.is_code else theme.small_font()
    return QFontMetrics(font).horizontalAdvance(cell.text) + 2


class CardTable(QTableView):
    """Shows a `TableBody`, as high as its rows."""

    wanted = Signal(object)  # NodeId: the row's node was clicked

    def __init__(self, body: TableBody, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = PlainTable(body, self)
        self.setModel(self._model)
        self.setItemDelegate(CellDelegate(self))
        dress_table(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self._widths: list[int] = []
        self._dress_headers()
        self.clicked.connect(self._on_clicked)
        self.activated.connect(self._on_clicked)
        self._fit()

    def show_body(self, body: TableBody) -> None:
        """Show other rows."""
        if body != self._model.body:
            self._model.show_body(body)
            self._fit()

    def _dress_headers(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW)
        rows.setDefaultSectionSize(ROW)
        self.setHorizontalHeader(QuietHeader(self, GAP // 2, SIDE - 2))

    def _fit(self) -> None:
        body = self._model.body
        columns = self.horizontalHeader()
        columns.setVisible(bool(body.headings))
        self._widths = [self._column_width(body, column) for column in range(self._model.columnCount())]
        if self._widths:
            columns.setSectionResizeMode(self._stretch, QHeaderView.ResizeMode.Stretch)
        self._share()
        heading = columns.maximumHeight() if body.headings else 0
        self.setFixedHeight(min(MOST_ROWS, len(body.rows)) * ROW + heading + 2)
        if body.current is not None:
            self.selectRow(body.current)
        else:
            self.clearSelection()

    @property
    def _stretch(self) -> int:
        return min(self._model.body.stretch, len(self._widths) - 1)

    def _share(self) -> None:
        """Give each column what it wants; where that is too much, the widest one less, so that no figure is cut."""
        widths = dict(enumerate(self._widths))
        stretched = widths.pop(self._stretch, 0)
        excess = sum(widths.values()) + min(stretched, _LEAST) - self.viewport().width()
        widest = max(widths, key=lambda column: widths[column], default=None)
        if excess > 0 and widest is not None and widths[widest] > _LEAST:
            widths[widest] = max(_LEAST, widths[widest] - excess)
        for column, width in widths.items():
            self.horizontalHeader().resizeSection(column, width)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _column_width(self, body: TableBody, column: int) -> int:
        widths = [_width_of(row[column]) for row in body.rows[:MEASURED_ROWS]]
        if body.headings:
            widths.append(self.fontMetrics().horizontalAdvance(body.headings[column]))
        extra = SIDE if column in (0, self._model.columnCount() - 1) else 0
        return min(WIDEST, max(widths, default=0)) + GAP + extra

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        cell = self._model.cell(index)
        if cell.node is not None:
            self.wanted.emit(cell.node)
