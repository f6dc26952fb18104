"""The quotes of an answer as a table: what is quoted, in which document, on which page, and whether it was found."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from rlm_desktop.export.answer import MATCHES, quote_part, quote_sign
from rlm_desktop.trace.facts import Quote
from rlm_desktop.trace.wording import one_line
from rlm_desktop.ui.parts import Card
from rlm_desktop.ui.theme import GRID, ROW, colour, mono_font
from rlm_desktop.viewmodel.guarded_text import plain_tip

AnyIndex = QModelIndex | QPersistentModelIndex
_MOST_ROWS_SHOWN = 8


class QuoteItems(QAbstractTableModel):
    """One row a quote."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.quotes: tuple[Quote, ...] = ()

    def show(self, quotes: Sequence[Quote]) -> None:
        """Show other quotes."""
        self.beginResetModel()
        self.quotes = tuple(quotes)
        self.endResetModel()

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.quotes)

    @override
    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else 3

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        quote = self.quotes[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _cell(quote, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{_cell(quote, index.column())}, {MATCHES[quote.match]}"
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(f"“{one_line(quote.text, 400)}”\n{_in_words(quote)}")
            case Qt.ItemDataRole.ForegroundRole:
                return _ink(quote, index.column())
            case Qt.ItemDataRole.FontRole:
                return mono_font(-1) if index.column() == 2 else None
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if index.column() == 2 else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
            case _:
                return None


def _cell(quote: Quote, column: int) -> str:
    if column == 0:
        return f"{quote_sign(quote)} “{one_line(quote.text)}”"
    if column == 1:
        return (quote.document or "").rsplit("/", 1)[-1] or MATCHES[quote.match]
    return quote_part(quote) or ("several" if quote.match == "several" else "")


def _in_words(quote: Quote) -> str:
    words = MATCHES[quote.match].capitalize()
    return f"{words}: {quote.document}" if quote.document else words


def _ink(quote: Quote, column: int) -> Any:
    if quote.match == "none":
        return colour("warn")
    return colour("text" if column == 0 else "muted")


class EvidenceCard(Card):
    """The table in its card; choosing a row shows the passage."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Evidence", "answer", parent)
        self._items = QuoteItems(self)
        self.table = QTableView(self)
        self._build()

    def _build(self) -> None:
        table = self.table
        table.setObjectName("evidenceView")
        table.setAccessibleName("Quotes of the answer")
        table.setProperty("kind", "quotes")
        table.setModel(self._items)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.horizontalHeader().hide()
        table.verticalHeader().hide()
        table.verticalHeader().setMinimumSectionSize(ROW)
        table.verticalHeader().setDefaultSectionSize(ROW)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        table.selectionModel().currentRowChanged.connect(self._on_row)
        self.column.addWidget(table)
        self.column.addSpacing(GRID)

    def tell(self, quotes: Sequence[Quote], in_short: str) -> None:
        """Show an answer's quotes, or hide when there are none."""
        if tuple(quotes) != self._items.quotes:
            self._items.show(quotes)
        self.setVisible(bool(quotes))
        self.set_note(in_short)
        self.table.setFixedHeight(ROW * min(len(quotes), _MOST_ROWS_SHOWN))

    def choose(self, number: int) -> None:
        """Make a quote the current one."""
        self.table.setCurrentIndex(self._items.index(number, 0))

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(current.row())
