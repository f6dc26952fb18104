"""What can be done with the whole history: search it, show only some runs, sort them."""

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from rlm_desktop.ui.order_menu import OrderMenu
from rlm_desktop.viewmodel.history_hits import ORDER_WORDS
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.history_query import STATUS_NAMES, term_of
from rlm_desktop.viewmodel.history_rows import STATUS_WORDS

_MOST_OFFERED = 15
_COSTS = {
    "cost>0.01": "Cost over $0.01",
    "cost>0.1": "Cost over $0.10",
    "cost>1": "Cost over $1",
    "cost:unknown": "Unknown price",
}


class HistoryMenu(QMenu):
    """The menu behind the three dots."""

    search_asked = Signal()
    term_chosen = Signal(str)
    all_asked = Signal()

    def __init__(self, items: HistoryItems, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("historyMenu")
        self._items = items
        self.addAction("Search\tCtrl+F", self.search_asked.emit)
        self._only = self.addMenu("Show only")
        self._only.setObjectName("historyOnly")
        self._all = self.addAction("Show all", self.all_asked.emit)
        orders = OrderMenu(ORDER_WORDS.items(), lambda: self._items.order, self)
        orders.chosen.connect(self._items.set_order)
        self.addMenu(orders)
        self.aboutToShow.connect(self._on_shown)
        self._only.aboutToShow.connect(self._fill_only)
        self._only.triggered.connect(self._on_only)

    @Slot()
    def _on_shown(self) -> None:
        self._only.setEnabled(bool(self._items.rows))
        self._all.setEnabled(self._items.is_filtered)

    @Slot()
    def _fill_only(self) -> None:
        """Offer the states, models and tags that there are, with their numbers, and a few costs."""
        self._only.clear()
        for offers in (self._statuses(), self._counted("model"), self._counted("tag"), self._pins(), self._costs()):
            for term, words in offers:
                self._only.addAction(words.replace("&", "&&")).setData(term)
            self._only.addSeparator()

    def _statuses(self) -> Iterator[tuple[str, str]]:
        counts = Counter(row.status for row in self._items.rows)
        for name, status in STATUS_NAMES.items():
            if counts[status]:
                yield f"status:{name}", f"{STATUS_WORDS[status].capitalize()}\t{counts[status]:,}"

    def _counted(self, field: str) -> Iterator[tuple[str, str]]:
        counts: Counter[str] = Counter()
        for row in self._items.rows:
            counts.update({row.root, row.worker} - {""} if field == "model" else row.tags)
        for value, count in counts.most_common(_MOST_OFFERED):
            yield term_of(field, value), f"{value}\t{count:,}"

    def _pins(self) -> Iterator[tuple[str, str]]:
        count = sum(row.is_pinned for row in self._items.rows)
        if count:
            yield "is:pinned", f"Pinned\t{count:,}"

    def _costs(self) -> Iterator[tuple[str, str]]:
        yield from _COSTS.items()

    @Slot(QAction)
    def _on_only(self, action: QAction) -> None:
        self.term_chosen.emit(action.data())
