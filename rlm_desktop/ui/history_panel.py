"""Past runs at the left, newest first; a click opens one in the very same views, Delete removes it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QMenu, QMessageBox, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import one_line, plural
from rlm_desktop.ui.list_delegate import ListDelegate
from rlm_desktop.ui.parts import PanelHeader, Words
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE
from rlm_desktop.viewmodel.history_items import HistoryItems

AnyIndex = QModelIndex | QPersistentModelIndex
_MANY = 12
"""From so many runs on there is a field to find one."""


class HistoryView(QListView):
    """The list; Delete asks for the selected runs to be removed."""

    deletion_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("historyView")
        self.setAccessibleName("History of runs")
        self.setProperty("kind", "plain")
        self.setItemDelegate(ListDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.deletion_asked.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class HistoryPanel(QWidget):
    """Header, a field to find runs once there are many, and the list."""

    opened = Signal(object)  # RunId
    deletion_asked = Signal(object)  # list[RunId]
    compare_asked = Signal(object)  # list[RunId]: two, or one to find another for

    def __init__(self, items: HistoryItems, parent: QWidget) -> None:
        super().__init__(parent)
        self.items = items
        self._found = QSortFilterProxyModel(self)
        self._header = PanelHeader("History", self)
        self._find = QLineEdit(self)
        self._empty = Words(self, "muted", "Runs you make are kept here.")
        self.view = HistoryView(self)
        self._build()
        self._connect()
        self._on_changed()

    def _build(self) -> None:
        self._found.setSourceModel(self.items)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._find.setObjectName("historyFind")
        self._find.setPlaceholderText("Find a question")
        self._find.setAccessibleName("Find a run by its question")
        self._find.setClearButtonEnabled(True)
        self._empty.setContentsMargins(AROUND, GRID, AROUND, GRID)
        self._empty.setWordWrap(True)
        self.view.setModel(self._found)
        finding = QVBoxLayout()
        finding.setContentsMargins(INSIDE, 0, INSIDE, GRID)
        finding.addWidget(self._find)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addLayout(finding)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)

    def _connect(self) -> None:
        self.view.clicked.connect(self._on_chosen)
        self.view.activated.connect(self._on_chosen)
        self.view.deletion_asked.connect(self.ask_to_delete)
        self.view.customContextMenuRequested.connect(self._on_menu)
        self._find.textChanged.connect(self._on_find)
        self.items.changed.connect(self._on_changed)

    def select(self, run: RunId | None) -> None:
        """Mark the run that is shown."""
        place = self.items.place_of(run) if run is not None else None
        if place is None:
            self.view.clearSelection()
        else:
            self.view.setCurrentIndex(self._found.mapFromSource(self.items.index(place)))

    @property
    def chosen(self) -> list[RunId]:
        """The selected runs, the oldest first."""
        rows = sorted(self.view.selectedIndexes(), key=QModelIndex.row, reverse=True)
        runs = (self._run_at(index) for index in rows)
        return [run for run in runs if run is not None]

    @Slot()
    def ask_to_delete(self) -> None:
        """Ask whether the selected runs are really to go; the one that goes on is not among them."""
        rows = [row for run in self.chosen if (row := self.items.row_of(run)) and row.status != "running"]
        if not rows:
            return
        which = f"“{one_line(rows[0].title, 80)}”" if len(rows) == 1 else plural(len(rows), "run")
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Delete from the history", f"Delete {which}?", parent=self)
        box.setObjectName("deletionQuestion")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText("Its trace and answer are removed for good. Your documents stay where they are.")
        delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        delete.setProperty("kind", "stop")
        box.setDefaultButton(box.addButton("Keep", QMessageBox.ButtonRole.RejectRole))
        box.setProperty("runs", [row.run for row in rows])
        delete.clicked.connect(self._on_delete)
        box.open()

    def _run_at(self, index: AnyIndex) -> RunId | None:
        return self.items.run_at(self._found.mapToSource(index))

    @Slot()
    def _on_delete(self) -> None:
        box = self.findChild(QMessageBox, "deletionQuestion")
        if box is not None:
            self.deletion_asked.emit(box.property("runs"))

    @Slot()
    def _on_changed(self) -> None:
        count = self.items.rowCount()
        found = self._found.rowCount()
        self._header.set_count(self.items.in_short() if found == count else f"{found:,} of {self.items.in_short()}")
        self._empty.setVisible(not count)
        self._find.setVisible(count >= _MANY or bool(self._find.text()))

    @Slot(str)
    def _on_find(self, words: str) -> None:
        self._found.setFilterFixedString(words.strip())
        self._on_changed()

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        run = self._run_at(index)
        is_one_of_many = len(self.view.selectedIndexes()) > 1
        if run is not None and not is_one_of_many:
            self.opened.emit(run)

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        chosen = self.chosen
        if not chosen:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open", self._on_open).setEnabled(len(chosen) == 1)
        words = "Compare" if len(chosen) == 2 else "Compare with…"
        menu.addAction(f"{words}\tCtrl+Shift+D", self._on_compare).setEnabled(len(chosen) <= 2)
        menu.addAction("Copy the run's id", self._on_copy)
        menu.addSeparator()
        menu.addAction("Delete…\tDel", self.ask_to_delete)
        menu.popup(self.view.viewport().mapToGlobal(place))

    @Slot()
    def _on_open(self) -> None:
        self._on_chosen(self.view.currentIndex())

    @Slot()
    def _on_compare(self) -> None:
        self.compare_asked.emit(self.chosen)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self.chosen))
