"""The list of runs: driven by mouse and keys alike, and what was selected stays so whatever is filtered."""

from collections.abc import Callable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import RunId
from rlm_desktop.ui.history_delegate import HistoryDelegate
from rlm_desktop.viewmodel.history_items import HistoryItems


class HistoryView(QListView):
    """Enter opens, F2 renames, P pins, T tags, Delete deletes, Ctrl+Z brings back, / searches, Escape shows all."""

    deletion_asked = Signal()
    undo_asked = Signal()
    pin_asked = Signal()
    tags_asked = Signal()
    search_asked = Signal()
    all_asked = Signal()

    def __init__(self, items: HistoryItems, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._kept: list[RunId] = []
        self._current: RunId | None = None
        self._top = 0
        self._delegate = HistoryDelegate(self)
        # Before the view's own slots: they forget what was selected.
        items.modelAboutToBeReset.connect(self._on_leaving)
        self.setModel(items)
        items.modelReset.connect(self._on_reset)
        items.changed.connect(self._on_changed)
        self.setItemDelegate(self._delegate)
        self._dress()

    def _dress(self) -> None:
        self.setObjectName("historyView")
        self.setAccessibleName("History of runs")
        self.setAccessibleDescription("F2 renames, P pins, T tags, Delete deletes, Control Z brings back")
        self.setProperty("kind", "plain")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @property
    def chosen(self) -> list[RunId]:
        """The selected runs, in the order of the list."""
        indexes = sorted(self.selectedIndexes(), key=lambda index: index.row())
        return [run for run in map(self._items.run_at, indexes) if run is not None]

    @Slot()
    def rename(self) -> None:
        """Edit the name of the current run in its row."""
        index = self.currentIndex()
        if index.isValid():
            self.scrollTo(index)
            self.edit(index)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        acts: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Delete: self.deletion_asked.emit,
            Qt.Key.Key_Backspace: self.deletion_asked.emit,
            Qt.Key.Key_F2: self.rename,
            Qt.Key.Key_P: self.pin_asked.emit,
            Qt.Key.Key_T: self.tags_asked.emit,
            Qt.Key.Key_Slash: self.search_asked.emit,
            Qt.Key.Key_Escape: self.all_asked.emit,
        }
        control = (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        )
        act = None if event.modifiers() & control else acts.get(Qt.Key(event.key()))
        if event.matches(QKeySequence.StandardKey.Undo):
            act = self.undo_asked.emit
        if act is None:
            super().keyPressEvent(event)
            return
        act()
        event.accept()

    @Slot()
    def _on_changed(self) -> None:
        if self._delegate.has_second_line != self._items.has_words:
            self._delegate.has_second_line = self._items.has_words
            self.scheduleDelayedItemsLayout()

    # All rows are looked at anew: what was selected stays so

    @Slot()
    def _on_leaving(self) -> None:
        self._kept = self.chosen
        self._current = self._items.run_at(self.currentIndex())
        self._top = self.verticalScrollBar().value()

    @Slot()
    def _on_reset(self) -> None:
        places = {self._items.run_at(self._items.index(row)): row for row in range(self._items.rowCount())}
        chosen = QItemSelection()
        for run in self._kept:
            if run in places:
                chosen.select(self._items.index(places[run]), self._items.index(places[run]))
        if self._current in places:
            here = self._items.index(places[self._current])
            self.selectionModel().setCurrentIndex(here, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.verticalScrollBar().setValue(self._top)
