"""The part of a menu that sorts a list: one order holds, and is marked."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget


class OrderMenu(QMenu):
    """Offers orders, each with its words; `current` says which one holds whenever the menu is shown."""

    chosen = Signal(str)

    def __init__(self, orders: Iterable[tuple[str, str]], current: Callable[[], str], parent: QWidget) -> None:
        super().__init__("Sort by", parent)
        self._current = current
        self._orders = QActionGroup(self)
        for order, words in orders:
            action = self.addAction(words)
            action.setCheckable(True)
            action.setData(order)
            self._orders.addAction(action)
        self._mark()
        self.aboutToShow.connect(self._mark)
        self._orders.triggered.connect(self._on_order)

    @Slot()
    def _mark(self) -> None:
        for action in self._orders.actions():
            action.setChecked(action.data() == self._current())

    @Slot(QAction)
    def _on_order(self, action: QAction) -> None:
        self.chosen.emit(action.data())
