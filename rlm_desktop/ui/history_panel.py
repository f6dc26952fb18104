"""Past runs at the left, newest first; a click opens one in the very same views."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QListView, QVBoxLayout, QWidget

from rlm_desktop.trace.ids import RunId
from rlm_desktop.ui.list_delegate import ListDelegate
from rlm_desktop.ui.parts import ElidedWords, PanelHeader
from rlm_desktop.ui.theme import AROUND, GRID
from rlm_desktop.viewmodel.history_items import HistoryItems

AnyIndex = QModelIndex | QPersistentModelIndex


class HistoryPanel(QWidget):
    """The list of runs."""

    opened = Signal(object)  # RunId

    def __init__(self, items: HistoryItems, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._header = PanelHeader("History", self)
        self._empty = ElidedWords(self, "muted", "Runs you make are kept here.")
        self.view = QListView(self)
        self._build()
        items.changed.connect(self._on_changed)
        self._on_changed()

    def _build(self) -> None:
        self._empty.setContentsMargins(AROUND, GRID, AROUND, GRID)
        self.view.setObjectName("historyView")
        self.view.setAccessibleName("History of runs")
        self.view.setProperty("kind", "plain")
        self.view.setItemDelegate(ListDelegate(self.view))
        self.view.setModel(self._items)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.clicked.connect(self._on_clicked)
        self.view.activated.connect(self._on_clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)

    def select(self, run: RunId | None) -> None:
        """Mark the run that is shown."""
        place = self._items.place_of(run) if run is not None else None
        if place is None:
            self.view.clearSelection()
        else:
            self.view.setCurrentIndex(self._items.index(place))

    @Slot()
    def _on_changed(self) -> None:
        self._header.set_count(self._items.in_short())
        self._empty.setVisible(not self._items.rowCount())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        run = self._items.run_at(index)
        if run is not None:
            self.opened.emit(run)
