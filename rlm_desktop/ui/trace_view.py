"""The trace as rows: what happened, in order, with what it cost; driven by mouse and keys alike."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPushButton, QTableView, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.rows import exact
from rlm_desktop.trace.tree import Trace
from rlm_desktop.ui import theme
from rlm_desktop.ui.parts import dress_table
from rlm_desktop.ui.quiet_header import QuietHeader
from rlm_desktop.ui.trace_delegate import OPENER, TraceDelegate, opener_left
from rlm_desktop.viewmodel.trace_items import Column, NodeRole, RowRole, TraceItems
from rlm_desktop.viewmodel.walking import next_peer, parent_of

Way = Callable[[Trace, NodeId | None], NodeId | None]
WIDTHS = {Column.SHARE: 84, Column.COST: 66, Column.CALLS: 42, Column.TIME: 76}
_NARROWEST = {Column.SHARE: 470, Column.CALLS: 400}
"""Below these widths the words of a row need the room of a column more; its tooltip tells the figures."""


class TraceView(QTableView):
    """Shows `TraceItems`. Follows the newest turn until the user scrolls up or picks a row; `L` follows again."""

    picked = Signal(object)  # NodeId: the current row's node

    def __init__(self, items: TraceItems, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("traceView")
        self.setAccessibleName("Trace")
        self.items = items
        self._is_following = True
        self._is_moving_itself = False
        # Before the view's own slots: when they move the current row off a vanishing one, nobody picked a row.
        items.rowsAboutToBeRemoved.connect(self._on_rows_leaving)
        items.rowsRemoved.connect(self._on_rows_left)
        self.setModel(items)
        self._kept: tuple[NodeId, int] | None = None
        self.setItemDelegate(TraceDelegate(self))
        self._catch_up = QPushButton("Follow the run (L)", self)
        self._catch_up.clicked.connect(self.toggle_follow)
        self._catch_up.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._dress()
        self._size_columns()
        # After the slots of the view and of its headers: each forgets where it was when all rows change at once.
        items.modelAboutToBeReset.connect(self._on_about_to_change)
        items.modelReset.connect(self._on_all_changed)
        items.changed.connect(self._on_changed)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.verticalScrollBar().sliderMoved.connect(self._on_scrolled)

    def _dress(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        dress_table(self)
        self.setCornerButtonEnabled(False)

    def _size_columns(self) -> None:
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(theme.ROW)
        rows.setDefaultSectionSize(theme.ROW)
        columns = QuietHeader(self)
        self.setHorizontalHeader(columns)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns.setSectionResizeMode(Column.TRACE, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            columns.resizeSection(column, width)

    # Where we are

    @property
    def current(self) -> NodeId | None:
        """The node of the current row."""
        index = self.currentIndex()
        return index.data(NodeRole) if index.isValid() else None

    @property
    def is_following(self) -> bool:
        """Whether the newest turn stays in sight by itself."""
        return self._is_following

    def follow(self, is_following: bool) -> None:
        """Keep the newest turn in sight, or leave the view where it is."""
        self._is_following = is_following
        if is_following:
            self._show_latest()
        self._offer_to_follow()

    def go_to_peer(self, step: int) -> None:
        """Go to the next or previous node of the same kind under the same parent."""
        self.walk(partial(next_peer, step=step))

    @Slot(object)
    def go_to(self, node: NodeId | None) -> None:
        """Open the way to a node, make it current and stop following."""
        index = self.items.reveal(node) if node is not None else QModelIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    @Slot(object)
    def _on_changed(self, _nodes: object) -> None:
        if self._is_following:
            self._show_latest()
        self._offer_to_follow()

    def _offer_to_follow(self) -> None:
        root = self.items.trace.root
        self._catch_up.setVisible(root is not None and root.is_open and not self._is_following)
        corner = self.viewport().geometry().bottomRight()
        size = self._catch_up.sizeHint()
        self._catch_up.setGeometry(corner.x() - size.width() - 12, corner.y() - size.height() - 8, *size.toTuple())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, narrowest in _NARROWEST.items():
            self.setColumnHidden(column, event.size().width() < narrowest)
        self._offer_to_follow()

    def _show_latest(self) -> None:
        latest = self.items.latest
        index = self.items.index_of(latest) if latest is not None else QModelIndex()
        if not index.isValid():
            return
        self._is_moving_itself = True
        if index.row() != self.currentIndex().row():
            mode = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, mode)
        self.scrollToBottom()
        self.scrollTo(index)
        self._is_moving_itself = False

    @Slot()
    def _on_rows_leaving(self) -> None:
        self._is_moving_itself = True

    @Slot()
    def _on_rows_left(self) -> None:
        self._is_moving_itself = False

    @Slot()
    def _on_about_to_change(self) -> None:
        index = self.currentIndex()
        row = index.row() if index.isValid() else self.rowAt(0)
        self._kept = (self.items.node_at(row), self.rowViewportPosition(row)) if row >= 0 else None
        self._is_moving_itself = True

    @Slot()
    def _on_all_changed(self) -> None:
        """Go back to where we were, as far as that is there; who follows the run is led on."""
        if self._is_following:
            self._is_moving_itself = False
            return
        index = self.items.index_of(self._kept[0]) if self._kept is not None else QModelIndex()
        if self._kept is not None and index.isValid():
            mode = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, mode)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.rowViewportPosition(index.row()) - self._kept[1])
        self._is_moving_itself = False

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not current.isValid():
            return
        node = current.data(NodeRole)
        if not self._is_moving_itself:
            self.follow(False)
            self.items.touch(node)
        self.picked.emit(node)

    @Slot(int)
    def _on_scrolled(self, place: int) -> None:
        if place < self.verticalScrollBar().maximum():
            self.follow(False)

    # Mouse

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._opener_at(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self._toggle(index)
            event.accept()
            return
        super().mousePressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self._opener_at(event.position().toPoint()).isValid():
            self._toggle(index.siblingAtColumn(Column.TRACE))
        event.accept()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y() > 0 and self.verticalScrollBar().maximum():
            self.follow(False)
        super().wheelEvent(event)

    def _opener_at(self, point: QPoint) -> QModelIndex:
        index = self.indexAt(point)
        if not index.isValid() or index.column() != Column.TRACE:
            return QModelIndex()
        row = index.data(RowRole)
        left = opener_left(self.visualRect(index), row.level)
        is_hit = row.is_open is not None and left - 4 <= point.x() < left + OPENER
        return index if is_hit else QModelIndex()

    def _toggle(self, index: QModelIndex) -> None:
        row = index.data(RowRole)
        if row.is_open is not None:
            self.follow(False)
            self.items.set_open(index, not row.is_open)

    # Keys

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that lead from row to row, and Ctrl+C; all others are commands."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_row()
        elif Qt.Key(event.key()) in _ROW_KEYS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            event.ignore()

    @override
    def keyboardSearch(self, search: str) -> None:
        """Letters are commands here, not a search for rows."""

    def step_rows(self, rows: int) -> None:
        """Go some rows down, or up, as far as there are any."""
        last = self.items.rowCount() - 1
        if last >= 0:
            self.go_to(self.items.node_at(max(0, min(self.currentIndex().row() + rows, last))))

    def to_end(self, step: int) -> None:
        """Go to the last row, or the first."""
        self.step_rows(step * self.items.rowCount())

    def walk(self, way: Way) -> None:
        """Go a way through the trace from the current row."""
        self.go_to(way(self.items.trace, self.current))

    def open_or_go_in(self) -> None:
        """Open the current row; if it is open, go to its first child."""
        index = self.currentIndex().siblingAtColumn(Column.TRACE)
        row = index.data(RowRole) if index.isValid() else None
        if row is None or row.is_open is None:
            return
        if row.is_open:
            self.go_to(self.items.node_at(index.row() + 1))
        else:
            self._toggle(index)

    def close_or_go_out(self) -> None:
        """Close the current row; if there is nothing to close, go to its parent."""
        index = self.currentIndex().siblingAtColumn(Column.TRACE)
        row = index.data(RowRole) if index.isValid() else None
        if row is not None and row.is_open:
            self._toggle(index)
        else:
            self.go_out()

    def go_out(self) -> None:
        """Go to the row above in the tree."""
        self.walk(parent_of)

    def focus_here(self) -> None:
        """Show the current row with what is below it and nothing else; on the row that heads it all, show all."""
        node = self.current
        if node is None:
            return
        here = self.items.trace.nodes[node]
        head = node if here.children else here.parent
        self.show_only(None if head == self.items.top else head)

    @Slot(object)
    def show_only(self, top: NodeId | None) -> None:
        """Show only a node and what is below it, or the whole run; the current row stays in sight."""
        self.items.show_only(top)
        self.go_to(self.current if self.current is not None else top)

    def row_in_words(self) -> str:
        """Give the current row with its exact figures."""
        index = self.currentIndex()
        trace = self.items.trace
        if not index.isValid():
            return ""
        return f"{index.siblingAtColumn(Column.TRACE).data()}\n{exact(trace, trace.nodes[index.data(NodeRole)])}"

    def copy_row(self) -> None:
        """Put the current row with its exact figures on the clipboard."""
        words = self.row_in_words()
        if words:
            QGuiApplication.clipboard().setText(words)

    @Slot()
    def toggle_follow(self) -> None:
        """Follow the newest turn, or stop."""
        self.follow(not self._is_following)


_ROW_KEYS = frozenset((Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown))
