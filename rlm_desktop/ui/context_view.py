"""The messages in a model's window as a table, each with a bar for its part of the prompt."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView, QWidget
from typing_extensions import override

from rlm_desktop.ui.card_table import GAP, ROW, CellDelegate
from rlm_desktop.ui.parts import dress_table
from rlm_desktop.ui.quiet_header import QuietHeader
from rlm_desktop.ui.theme import colour
from rlm_desktop.ui.trace_delegate import Brush
from rlm_desktop.viewmodel.context_items import SPEAKERS, ContextColumn, ContextItems, MessageRole, MessageRow

_WIDTHS = {
    ContextColumn.NUMBER: 42,
    ContextColumn.SPEAKER: 84,
    ContextColumn.FATE: 122,
    ContextColumn.TOKENS: 72,
    ContextColumn.SHARE: 122,
}
_NARROWEST_MESSAGE = 100
_BAR, _FIGURE = 7, 44


class ShareDelegate(CellDelegate):
    """Paints the bar of a message: its part of the prompt, underlined as far as it was cached."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        row: MessageRow = index.data(MessageRole)
        if not row.standing.is_there:
            return
        brush = Brush(painter, option)
        room = brush.rect.width() - GAP - _FIGURE
        left, top = brush.rect.left() + GAP / 2, brush.rect.center().y() - _BAR / 2
        painter.fillRect(QRectF(left, top, room, _BAR), colour("raised", brush.palette))
        width = max(1.5, room * row.share)
        painter.fillRect(QRectF(left, top, width, _BAR), colour(SPEAKERS[row.standing.message.role][1], brush.palette))
        if row.cached:
            line = QRectF(left, top + _BAR + 1, max(1.5, width * row.cached), 1.5)
            painter.fillRect(line, colour("text", brush.palette))


class ContextView(QTableView):
    """Shows `ContextItems`. A click or Enter opens a message."""

    opened = Signal(int)

    def __init__(self, items: ContextItems, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self.setObjectName("contextTable")
        self.setAccessibleName("Messages in the window")
        self.setModel(items)
        self.setItemDelegate(CellDelegate(self))
        self.setItemDelegateForColumn(ContextColumn.SHARE, ShareDelegate(self))
        dress_table(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW)
        rows.setDefaultSectionSize(ROW)
        self.setHorizontalHeader(QuietHeader(self, GAP // 2))
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        self.clicked.connect(self._on_clicked)

    @property
    def wanted_height(self) -> int:
        """How high the table is with all its rows in sight."""
        bar = self.horizontalScrollBar().sizeHint().height()
        return self._items.rowCount() * ROW + self.horizontalHeader().height() + bar

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        others = sum(_WIDTHS.values())
        self.setColumnWidth(ContextColumn.MESSAGE, max(_NARROWEST_MESSAGE, event.size().width() - others))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Letters are commands of the panel, not a search for rows."""

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())
