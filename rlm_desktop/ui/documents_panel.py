"""The documents at the left: what was given, how far it is read, and what could not be."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.ui.icons import pixmap, set_icon
from rlm_desktop.ui.list_delegate import ListDelegate
from rlm_desktop.ui.parts import PanelHeader, Words
from rlm_desktop.ui.theme import AROUND, GRID
from rlm_desktop.viewmodel.asking import Asking

AnyIndex = QModelIndex | QPersistentModelIndex
_ARROW = 12
_FEW = 40


class DocumentsDelegate(ListDelegate):
    """A folder's row has an arrow that tells whether it is open."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        if index.model().hasChildren(index):
            name = "chevron-down" if self._view.isExpanded(index) else "chevron-right"
            top = option.rect.center().y() - _ARROW // 2 + 1
            place = QRect((AROUND - _ARROW) // 2, top, _ARROW, _ARROW)
            painter.drawPixmap(place, pixmap(name, "muted", _ARROW, self._view.devicePixelRatioF()))


class DocumentsView(QTreeView):
    """The tree of documents; Delete leaves the selected ones out."""

    removal_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("documentsView")
        self.setAccessibleName("Documents")
        self.setProperty("kind", "plain")
        self.setItemDelegate(DocumentsDelegate(self))
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setExpandsOnDoubleClick(False)
        self.clicked.connect(self._on_clicked)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removal_asked.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        if self.model().hasChildren(index):
            self.setExpanded(index, not self.isExpanded(index))


class DocumentsPanel(QWidget):
    """Header, tree, and what to do while there is nothing in it."""

    files_asked = Signal()

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self._asking = asking
        self._header = PanelHeader("Documents", self)
        self._add = QToolButton(self)
        self._empty = Words(self, "muted", "Drop files or a folder here.")
        self._empty.setWordWrap(True)
        self.view = DocumentsView(self)
        self._build()
        asking.documents.changed.connect(self._on_changed)
        asking.documents.rowsInserted.connect(self._on_inserted)
        self._on_changed()

    def _build(self) -> None:
        set_icon(self._add, "file-plus", "muted")
        self._add.setProperty("kind", "quiet")
        self._add.setObjectName("openFilesButton")
        self._add.setToolTip("Open files… (Ctrl+O)")
        self._add.setAccessibleName("Open files")
        self._add.clicked.connect(self.files_asked)
        self._header.add(self._add)
        self._empty.setContentsMargins(AROUND, GRID, AROUND, GRID)
        self.view.setModel(self._asking.documents)
        self.view.removal_asked.connect(self._on_remove)
        self.view.customContextMenuRequested.connect(self._on_menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)

    @Slot()
    def _on_changed(self) -> None:
        self._header.set_count(self._asking.documents.in_short())
        self._empty.setVisible(not self._asking.documents.rowCount())

    @Slot(QModelIndex, int, int)
    def _on_inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        """A small folder shows its files at once; a large one opens when asked, even if its files come in turns."""
        if parent.isValid() and not first and last < _FEW:
            self.view.expand(parent)
        elif parent.isValid() and 0 < first < _FEW <= last:
            self.view.collapse(parent)

    @Slot()
    def _on_remove(self) -> None:
        items = self._asking.documents
        paths = [path for index in self.view.selectedIndexes() for path in items.paths_at(index)]
        if paths:
            self._asking.forget(paths)

    @Slot()
    def _on_copy(self) -> None:
        items = self._asking.documents
        paths = [path for index in self.view.selectedIndexes() for path in items.paths_at(index)]
        QGuiApplication.clipboard().setText("\n".join(dict.fromkeys(paths)))

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        if not self._asking.documents.rowCount():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = bool(self.view.selectedIndexes())
        menu.addAction("Leave out of the next question\tDel", self._on_remove).setEnabled(chosen)
        menu.addAction("Leave all out", self._asking.forget_all)
        menu.addSeparator()
        menu.addAction("Copy the path", self._on_copy).setEnabled(chosen)
        menu.popup(self.view.viewport().mapToGlobal(place))
