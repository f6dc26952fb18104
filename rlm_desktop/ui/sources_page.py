"""The Sources tab: which pieces of which documents the shown node's texts contain, and the document beneath."""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.rows import Tint
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace
from rlm_desktop.ui import theme
from rlm_desktop.ui.parts import Words, dress_table
from rlm_desktop.ui.passage_view import PassageView
from rlm_desktop.ui.trace_delegate import Brush
from rlm_desktop.viewmodel.passages import Passage
from rlm_desktop.viewmodel.source_items import SourceItems, SourceRole
from rlm_desktop.viewmodel.source_texts import source_texts, version_of
from rlm_desktop.viewmodel.sources import Found, Group, Piece, Sources, Wish

_INKS: dict[str, Tint] = {"exact": "answer", "several": "code", "none": "warn"}
_WIDTHS = {1: 132, 2: 76, 3: 58, 4: 108}
_SIDE = 16


class SourceDelegate(QStyledItemDelegate):
    """Headings in secondary ink over the whole width; the verdict in its colour, and in words."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        brush = Brush(painter, option)
        row: Group | Piece = index.data(SourceRole)
        if isinstance(row, Piece):
            brush.background(index.column() == 0)
        painter.setPen(theme.colour("line", brush.palette))
        if index.row():
            painter.drawLine(brush.rect.topLeft(), brush.rect.topRight())
        is_figure = index.column() == 3
        font = theme.mono_font(-1.0) if is_figure else theme.small_font()
        box = brush.rect.adjusted(_SIDE if index.column() == 0 else _SIDE // 2, 0, -_SIDE // 2, 0)
        painter.setFont(font)
        painter.setPen(theme.colour(_ink(row, index.column()), brush.palette))
        words = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, index.data(Qt.ItemDataRole.TextAlignmentRole), words)
        painter.restore()


def _ink(row: Group | Piece, column: int) -> Tint:
    if isinstance(row, Group):
        return "warn" if row.problem else "muted"
    if column == 4:
        return _INKS[row.quote.match]
    return "text" if column == 0 else "muted"


class SourcesTable(QTableView):
    """The pieces; Enter asks to read on in the document."""

    read_on = Signal()

    def __init__(self, items: SourceItems, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sourcesView")
        self.setAccessibleName("Sources in the documents")
        self.setModel(items)
        self.setItemDelegate(SourceDelegate(self))
        dress_table(self)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.horizontalHeader().resizeSection(column, width)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(theme.ROW)
        rows.setDefaultSectionSize(theme.ROW)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.read_on.emit()
        elif event.text().isprintable() and event.text():
            # Letters are commands of the trace.
            event.ignore()
        else:
            super().keyPressEvent(event)


class SourcesPage(QWidget):
    """Looks up the texts of a node when it is shown, and shows where they stand."""

    def __init__(self, load: Callable[[TextRef], str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sourcesPage")
        self._load = load
        self._sources: Sources | None = None
        self._wish: Wish | None = None
        self._wants_focus = False
        self._items = SourceItems(self)
        self._said = Words(self, "muted")
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self.table = SourcesTable(self._items, self._split)
        self.passage = PassageView(self._split)
        self._build()

    def _build(self) -> None:
        self._said.setObjectName("sourcesWord")
        self._said.setWordWrap(True)
        self._said.setFont(theme.small_font())
        self._said.setContentsMargins(theme.AROUND, theme.INSIDE, theme.AROUND, theme.INSIDE)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.setSizes([260, 300])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._said)
        column.addWidget(self._split, 1)
        self.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.table.read_on.connect(self.passage.page.setFocus)
        self._show(Found(), "")

    def use(self, sources: Sources) -> None:
        """Look texts up with these."""
        self._sources = sources
        sources.found.connect(self._on_found)
        sources.passages.found.connect(self._on_passage)

    def show_node(self, trace: Trace, node: NodeId | None) -> None:
        """Show the sources of a node; the same texts are not looked up again."""
        texts = source_texts(trace, trace.nodes[node]) if node is not None and node in trace.nodes else ()
        wish = Wish(version_of(trace), texts)
        if wish == self._wish:
            return
        self._wish = wish
        if self._sources is not None:
            self._sources.forget()
        if not texts:
            self._show(Found(), _NO_TEXTS)
        elif not wish.version or self._sources is None:
            self._show(Found(), _NO_DOCUMENTS)
        else:
            self._show(Found(), "Looking through the documents…")
            self._sources.ask(wish, self._load)

    def reset(self) -> None:
        """Forget what was looked up: another run is shown."""
        self._wish, self._wants_focus = None, False
        self._show(Found(), "")

    def open(self) -> None:
        """Go to the sources, and from there into the document."""
        if self.table.hasFocus() and self.passage.isVisible():
            self.passage.page.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        self._wants_focus = self._items.rowCount() == 0
        self._take_focus()

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.passage.redress()

    def _take_focus(self) -> None:
        first = self._items.first_piece()
        if first is None:
            return
        if not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self._items.index(first, 0))
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self, found: Found, words: str) -> None:
        self.table.clearSpans()
        self._items.show(found)
        for row in self._items.headings():
            self.table.setSpan(row, 0, 1, self._items.columnCount())
        self._said.setText(words)
        self._leave_passage()

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        self._show(found, found.problem)
        if not found.problem:
            self._said.setText(f"{self._items.in_short()}. Pieces of {found.least} characters or more are found.")
        if self._wants_focus:
            self._wants_focus = False
            self._take_focus()

    @Slot(object)
    def _on_passage(self, passage: Passage) -> None:
        self.passage.show()
        self.passage.tell(passage)

    @Slot(QModelIndex, QModelIndex)
    def _on_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = current.data(SourceRole) if current.isValid() else None
        if self._sources is None or self._wish is None:
            return
        if isinstance(row, Piece) and row.quote.document:
            self._sources.passages.ask(self._wish.version, row.quote)
        else:
            self._sources.passages.forget()
            self._leave_passage()

    def _leave_passage(self) -> None:
        """Hide the document; who was reading in it is led back to the list, not to whatever comes next."""
        if self.passage.isAncestorOf(self.focusWidget()):
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.passage.clear()
        self.passage.hide()


_NO_TEXTS = "No text of its own belongs to this row. Pick a turn, a call, an output or the answer."
_NO_DOCUMENTS = "The documents of this run were not kept with it, so nothing can be looked up in them."
