"""A table of cells that takes the room it gets: for pages, where a card's table is as high as its rows."""

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from rlm_desktop.ui.card_table import GAP, ROW, SIDE, CellDelegate
from rlm_desktop.ui.parts import dress_table
from rlm_desktop.ui.quiet_header import QuietHeader
from rlm_desktop.ui.theme import small_font
from rlm_desktop.viewmodel.cards import TableBody
from rlm_desktop.viewmodel.plain_table import PlainTable


class CellTable(QTableView):
    """Shows a `TableBody`; its first column takes the room that is left."""

    def __init__(self, name: str, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = PlainTable(TableBody(rows=()), self)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setModel(self._items)
        self.setItemDelegate(CellDelegate(self))
        dress_table(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.setHorizontalHeader(QuietHeader(self, GAP // 2, SIDE - 2))

    def show_body(self, body: TableBody) -> None:
        """Show other rows; the selected row stays selected where there are as many."""
        self._items.show_body(body)
        if body.rows:
            self.resizeColumnsToContents()
            words = QFontMetrics(small_font())
            for column, heading in enumerate(body.headings):
                least = words.horizontalAdvance(heading) + 2 * GAP
                self.setColumnWidth(column, max(self.columnWidth(column), least))
            self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
