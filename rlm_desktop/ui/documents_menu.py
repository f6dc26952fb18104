"""What can be done with all documents: look for changes, show only some, sort, open and close, leave out."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from rlm_desktop.ui.order_menu import OrderMenu
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.document_order import ORDER_WORDS, STATE_WORDS


class DocumentsMenu(QMenu):
    """The menu behind the three dots."""

    filter_asked = Signal()
    filter_chosen = Signal(str)

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("documentsMenu")
        self._asking, self._items = asking, asking.documents
        self._refresh = self.addAction("Look for changes\tF5", asking.refresh)
        self._read_anew = self.addAction("Read every file again", asking.read_anew)
        self.addSeparator()
        self.addAction("Filter\tCtrl+F", self.filter_asked.emit)
        self._only = self.addMenu("Show only")
        orders = OrderMenu(ORDER_WORDS.items(), lambda: self._items.order, self)
        orders.chosen.connect(self._items.set_order)
        self.addMenu(orders)
        self.addSeparator()
        self._open_all = self.addAction("Open all folders", self._on_open_all)
        self._close_all = self.addAction("Close all folders", self._on_close_all)
        self.addSeparator()
        self._forget_all = self.addAction("Leave all out", asking.forget_all)
        self.aboutToShow.connect(self._on_shown)
        self._only.aboutToShow.connect(self._fill_only)
        self._only.triggered.connect(self._on_only)

    @Slot()
    def _on_shown(self) -> None:
        has_any = bool(self._asking.paths)
        for action in (self._refresh, self._read_anew):
            action.setEnabled(has_any and not self._asking.is_reading)
        for action in (self._open_all, self._close_all):
            action.setEnabled(has_any and self._items.shows_folders)
        self._only.setEnabled(has_any)
        self._forget_all.setEnabled(has_any)

    @Slot()
    def _fill_only(self) -> None:
        """Offer the states and kinds that there are, with their numbers."""
        states, kinds = self._items.counts()
        self._only.clear()
        for prefix, counts in (("state", states), ("kind", kinds)):
            for name, count in counts:
                action = self._only.addAction(f"{STATE_WORDS.get(name, name)}\t{count:,}")
                action.setData(f"{prefix}:{name}")
            self._only.addSeparator()

    @Slot(QAction)
    def _on_only(self, action: QAction) -> None:
        self.filter_chosen.emit(action.data())

    @Slot()
    def _on_open_all(self) -> None:
        self._items.open_all(True)

    @Slot()
    def _on_close_all(self) -> None:
        self._items.open_all(False)
