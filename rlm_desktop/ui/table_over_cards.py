"""A card with a table above, and below it the cards of what is picked in it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from rlm_desktop.ui.card_page import CardPage
from rlm_desktop.ui.theme import AROUND, BETWEEN
from rlm_desktop.viewmodel.cards import Card

_ANY_HEIGHT = 16_777_215


class TableOverCards(QSplitter):
    """Divides a tab; the reader moves the line between the two."""

    node_wanted = Signal(object)  # NodeId
    tab_wanted = Signal(str)

    def __init__(self, share: float, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.above = QWidget(self)
        self.cards = CardPage(self)
        self._inside = QVBoxLayout(self.above)
        self._inside.setContentsMargins(AROUND, BETWEEN, AROUND, BETWEEN)
        for part, stretch in ((self.above, 3), (self.cards, 2)):
            self.addWidget(part)
            self.setStretchFactor(self.indexOf(part), stretch)
        self.above.hide()
        self._was_shown = False
        self._share = share
        self.cards.node_wanted.connect(self.node_wanted)
        self.cards.tab_wanted.connect(self.tab_wanted)

    def show_table(self, is_shown: bool, most: int = _ANY_HEIGHT) -> None:
        """Show or hide the part above; it is never higher than `most`, which is what its rows need."""
        self.above.setMaximumHeight(min(_ANY_HEIGHT, most + 2 * BETWEEN))
        if is_shown == self.above.isVisibleTo(self):
            return
        self.above.setVisible(is_shown)
        if is_shown and not self._was_shown:
            self._was_shown = True
            above = round(self.height() * self._share)
            self.setSizes([above, self.height() - above])

    def put(self, card: QWidget) -> None:
        """Put the card with the table above."""
        self._inside.addWidget(card)

    def show_cards(self, cards: list[Card], why_empty: str) -> None:
        """Show what is picked."""
        self.cards.show_cards(cards, why_empty)

    def to_top(self) -> None:
        """Show the first of the cards."""
        self.cards.verticalScrollBar().setValue(0)
