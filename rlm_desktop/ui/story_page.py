"""The tab Story: cards, and for a batch its map grid above them."""

from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.ui.batch_card import BatchCard
from rlm_desktop.ui.detail_page import NOTHING_PICKED, DetailPage
from rlm_desktop.ui.table_over_cards import TableOverCards
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.reasking import Reasking


class StoryPage(DetailPage):
    """Tells what happened at a node."""

    def __init__(self, reasking: Reasking, parent: QWidget) -> None:
        super().__init__(parent)
        self._parts = TableOverCards(0.75, self)
        self.batch = BatchCard(reasking, self._parts.above)
        self._parts.put(self.batch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._parts)
        self.batch.wanted.connect(self.node_wanted)
        self._parts.node_wanted.connect(self.node_wanted)
        self._parts.tab_wanted.connect(self.tab_wanted)

    @override
    def show_detail(self, detail: Detail | None) -> None:
        is_batch = detail is not None and detail.node.kind == "batch"
        self._parts.show_table(is_batch)
        if detail is None:
            self._parts.show_cards([], NOTHING_PICKED)
            return
        if is_batch:
            self.batch.show_batch(detail.trace, detail.node.id, detail.texts)
        self._parts.show_cards(detail.cards("Story"), detail.why_empty("Story"))

    def run_failed_again(self) -> None:
        """Say what running the failed calls of the shown fan-out again would cost, and take the keys."""
        self.batch.again.ask()
        self.batch.again.take_focus()

    @override
    def to_top(self) -> None:
        self._parts.to_top()
