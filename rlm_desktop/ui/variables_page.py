"""The tab Variables: names by steps, and below it the value that is picked."""

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.ui.detail_page import NOTHING_PICKED, DetailPage
from rlm_desktop.ui.parts import Card
from rlm_desktop.ui.table_over_cards import TableOverCards
from rlm_desktop.ui.variables_view import VariablesView
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.recorded_values import value_cards
from rlm_desktop.viewmodel.relatives import run_of
from rlm_desktop.viewmodel.variables_items import VariablesItems

_CARD_EDGES = 44
"""What a card has above and below its table."""


class VariablesPage(DetailPage):
    """Shows the variables of the run that a node is in, with the node's step marked."""

    is_about_run = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items = VariablesItems(self)
        self._detail: Detail | None = None
        self._picked: tuple[int, int] | None = None
        self._marked: NodeId | None = None
        self._parts = TableOverCards(0.6, self)
        self._card = Card("Variables", "muted", self._parts.above)
        self.view = VariablesView(self.items, self._card)
        self._card.column.addWidget(self.view, 1)
        self._parts.put(self._card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._parts)
        self._parts.node_wanted.connect(self.node_wanted)
        self._parts.tab_wanted.connect(self.tab_wanted)
        self.view.opened.connect(self._on_opened)
        self.view.step_wanted.connect(self.node_wanted)
        self.items.told.connect(self._on_told)
        self.items.modelReset.connect(self._on_reset)

    @override
    def show_detail(self, detail: Detail | None) -> None:
        self._detail = detail
        if detail is None:
            self._parts.show_table(False)
            self._parts.show_cards([], NOTHING_PICKED)
            return
        step = detail.step
        self.items.show_run(detail.trace, run_of(detail.trace, detail.node), step.id if step is not None else None)
        self._on_told()

    @override
    def to_top(self) -> None:
        self._picked = None
        self._parts.to_top()

    @Slot()
    def _on_reset(self) -> None:
        self._picked = self._marked = None

    @Slot()
    def _on_told(self) -> None:
        self._card.set_note(f"step by step · {self.items.words}")
        self.view.fit()
        self._parts.show_table(bool(self.items.rowCount()), _CARD_EDGES + self.view.wanted_height)
        column = self.items.current_column
        marked = self.items.column(column).step if column is not None else None
        if marked != self._marked:
            self._marked = marked
            self.view.show_current()
        self._show_cards()

    @Slot(QModelIndex)
    def _on_opened(self, index: QModelIndex) -> None:
        self._picked = (index.row(), index.column())
        self._show_cards()
        self._parts.to_top()

    def _show_cards(self) -> None:
        """Show the picked value, or what the step changed."""
        if self._detail is None:
            return
        change = self.items.change(self.items.index(*self._picked)) if self._picked is not None else None
        if change is None or self._picked is None:
            why = _PICK if self.items.rowCount() else self._detail.why_empty("Variables")
            self._parts.show_cards(self._detail.cards("Variables"), why)
        else:
            column = self.items.column(self._picked[1])
            self._parts.show_cards(value_cards(change, column.step, column.place), "")


_PICK = "Pick a cell to read what was recorded of the value. An empty cell means that the value did not change."
