"""The documents at the left: what was given, how far it is read, and what could not be."""

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.corpora_menu import CorporaButton
from rlm_desktop.ui.documents_filter import DocumentsFilter, DocumentsNotes
from rlm_desktop.ui.documents_menu import DocumentsMenu
from rlm_desktop.ui.documents_view import DocumentsView
from rlm_desktop.ui.drops import local_paths
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import ElidedWords, Words
from rlm_desktop.ui.reading_strip import ReadingStrip
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.asking import Asking

_MANY = 12
"""From so many documents on there is a field to filter them."""
_EMPTY = "Drop files or a folder here, or paste text (Ctrl+V)."
_NONE_FOUND = "No document has these words. Escape shows all."


class DocumentsPanel(QWidget):
    """Title, counts, filter and progress over the list; and what to do while there is nothing in it."""

    files_asked = Signal()
    folder_asked = Signal()
    ready_asked = Signal()
    text_pasted = Signal(str)
    nothing_pasted = Signal()
    preview_asked = Signal(object)  # DocumentRow

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("documentsPanel")
        self._asking, self._items = asking, asking.documents
        self._title = CorporaButton(asking, self)
        self._count = ElidedWords(self, "muted")
        self._add, self._more = QToolButton(self), QToolButton(self)
        self._menu = DocumentsMenu(asking, self)
        self.notes = DocumentsNotes(self)
        self.filter = DocumentsFilter(self)
        self._strip = ReadingStrip(asking, self)
        self._empty = Words(self, "muted", _EMPTY)
        self.view = DocumentsView(self._items, self)
        self._build()
        self._connect()
        self._on_changed()

    # How it is built

    def _build(self) -> None:
        self._build_add()
        _dress(self._more, "documentsMenuButton", "ellipsis", "More about documents", self._menu)
        self._count.setFont(small_font())
        self._count.setObjectName("documentsCount")
        self._count.setContentsMargins(AROUND, 0, AROUND, GRID)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(AROUND, GRID, AROUND, GRID)
        head, finding = QHBoxLayout(), QVBoxLayout()
        head.setContentsMargins(AROUND - GRID, GRID, INSIDE, 0)
        head.setSpacing(GRID)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self._add)
        head.addWidget(self._more)
        finding.setContentsMargins(INSIDE, 0, INSIDE, GRID)
        finding.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        for one in (self._count, self.notes, self._strip):
            column.addWidget(one)
        column.addLayout(finding)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)

    def _build_add(self) -> None:
        menu = QMenu(self)
        menu.addAction("Add files…\tCtrl+O", self.files_asked.emit)
        menu.addAction("Add a folder…\tCtrl+Shift+O", self.folder_asked.emit)
        menu.addAction("Paste text\tCtrl+V", self.paste)
        _dress(self._add, "addDocumentsButton", "file-plus", "Add documents", menu)

    def _connect(self) -> None:
        self._asking.changed.connect(self._on_changed)
        self._menu.filter_asked.connect(self.go_to_filter)
        self._menu.filter_chosen.connect(self.filter.setText)
        self.notes.chosen.connect(self.filter.setText)
        self.filter.textChanged.connect(self._items.set_filter)
        self.filter.textChanged.connect(self._on_changed)
        self.filter.left.connect(self._on_filter_left)
        self._strip.ready_asked.connect(self.ready_asked)
        view = self.view
        view.removal_asked.connect(self._on_remove)
        view.preview_asked.connect(self.preview_asked)
        view.filter_asked.connect(self.go_to_filter)
        view.paste_asked.connect(self.paste)
        view.all_asked.connect(self.filter.clear)
        view.customContextMenuRequested.connect(self._on_view_menu)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (("Ctrl+F", self.go_to_filter), ("F5", self._asking.refresh)):
            QShortcut(QKeySequence(keys), self, context=within).activated.connect(act)

    # What the user does

    @Slot()
    def go_to_filter(self, words: str = "") -> None:
        """Go to the filter, with what was typed already."""
        self.filter.show()
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if words:
            self.filter.setText(self.filter.text() + words)
        else:
            self.filter.selectAll()

    @Slot()
    def paste(self) -> None:
        """Take what was copied: files as documents, text as one document more."""
        # An empty clipboard may give none, whatever the stub says.
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        paths = local_paths(data) if data is not None else []
        if paths:
            self._asking.give(paths)
        elif data is not None and data.text().strip():
            self.text_pasted.emit(data.text())
        else:
            self.nothing_pasted.emit()

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.filter.redress()

    # What follows

    @Slot()
    def _on_changed(self) -> None:
        tally, shown = self._items.tally, self._items.rowCount()
        has_any = bool(tally.files or tally.noted or tally.duplicates)
        self._count.setVisible(has_any)
        self._count.setToolTip(self._exactly() if tally.files else "")
        self._count.setAccessibleName(tally.in_words if tally.files else "No documents")
        self._show_count()
        self.notes.show_tally(tally, self.filter.text())
        wants_filter = tally.files >= _MANY or bool(self.filter.text()) or self.filter.hasFocus()
        self.filter.setVisible(has_any and wants_filter)
        self._empty.setText(_NONE_FOUND if has_any else _EMPTY)
        self._empty.setVisible(not shown and not (self._asking.is_reading and not has_any))

    def _exactly(self) -> str:
        counted = self._asking.counted
        more = f"\n{counted.tokens:,} tokens as {counted.model} counts them" if counted is not None else ""
        return self._items.tally.exactly + more

    def _show_count(self) -> None:
        """The longest words there is room for."""
        tally = self._items.tally
        counted = self._asking.counted
        words = [tally.in_words if counted is None else tally.with_tokens(counted.tokens), tally.in_short]
        if self.filter.text():
            words = [f"{self._items.rowCount():,} of {plural(tally.files, 'document')}"]
        room = self.width() - 2 * AROUND
        fitting = (one for one in words if self._count.fontMetrics().horizontalAdvance(one) <= room)
        self._count.setText(next(fitting, words[-1]))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._title.refresh()
        self._show_count()

    @Slot()
    def _on_filter_left(self) -> None:
        self.view.setFocus()
        if not self.view.selectionModel().hasSelection():
            self.view.go_to(max(0, self.view.currentIndex().row()))

    @Slot()
    def _on_remove(self) -> None:
        if self.view.has_all_chosen and self._items.shows_folders:
            self._asking.forget_all()
            return
        paths = self._chosen_paths()
        if paths:
            self._asking.forget(paths)

    def _chosen_paths(self) -> list[str]:
        return list(dict.fromkeys(path for index in self.view.chosen() for path in self._items.paths_at(index)))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._chosen_paths()))

    @Slot()
    def _on_preview(self) -> None:
        row = self._items.row_at(self.view.currentIndex())
        if row is not None:
            self.preview_asked.emit(row)

    @Slot(QPoint)
    def _on_view_menu(self, place: QPoint) -> None:
        if not self._items.rowCount():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        has_chosen = self.view.selectionModel().hasSelection()
        row = self._items.row_at(self.view.currentIndex())
        menu.addAction("Show what the model sees\tEnter", self._on_preview).setEnabled(row is not None)
        menu.addAction("Copy the path", self._on_copy).setEnabled(has_chosen)
        menu.addSeparator()
        menu.addAction("Leave out of the next question\tDel", self._on_remove).setEnabled(has_chosen)
        menu.popup(self.view.viewport().mapToGlobal(place))


def _dress(button: QToolButton, name: str, icon: str, words: str, menu: QMenu) -> None:
    set_icon(button, icon, "muted")
    button.setObjectName(name)
    button.setProperty("kind", "quiet")
    button.setToolTip(words)
    button.setAccessibleName(words)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
