"""The tab Story: cards, and for a batch its map grid above them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.ui.batch_card import BatchCard
from rlm_desktop.ui.card_page import CardPage
from rlm_desktop.ui.detail_page import NOTHING_PICKED, DetailPage
from rlm_desktop.ui.theme import AROUND, BETWEEN
from rlm_desktop.viewmodel.detail import Detail


class StoryPage(DetailPage):
    """Tells what happened at a node."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parts = QSplitter(Qt.Orientation.Vertical, self)
        self._parts.setChildrenCollapsible(False)
        self._parts.setHandleWidth(1)
        self._above = QWidget(self._parts)
        self.batch = BatchCard(self._above)
        self._cards = CardPage(self._parts)
        inside = QVBoxLayout(self._above)
        inside.setContentsMargins(AROUND, BETWEEN, AROUND, BETWEEN)
        inside.addWidget(self.batch)
        for part, share in ((self._above, 3), (self._cards, 1)):
            self._parts.addWidget(part)
            self._parts.setStretchFactor(self._parts.indexOf(part), share)
        self._above.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._parts)
        self.batch.wanted.connect(self.node_wanted)
        self._cards.node_wanted.connect(self.node_wanted)
        self._cards.tab_wanted.connect(self.tab_wanted)

    @override
    def show_detail(self, detail: Detail | None) -> None:
        is_batch = detail is not None and detail.node.kind == "batch"
        self._above.setVisible(is_batch)
        if detail is None:
            self._cards.show_cards([], NOTHING_PICKED)
            return
        if is_batch:
            self.batch.show_batch(detail.trace, detail.node.id, detail.texts)
        self._cards.show_cards(detail.cards("Story"), detail.why_empty("Story"))

    @override
    def to_top(self) -> None:
        self._cards.verticalScrollBar().setValue(0)
