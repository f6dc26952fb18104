"""A column of cards that scrolls."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from rlm_desktop.ui import theme
from rlm_desktop.ui.card_frame import CardFrame
from rlm_desktop.viewmodel.cards import Card, TextBody


class CardPage(QScrollArea):
    """A column of cards; frames are kept and shown anew, so a live node does not flicker."""

    node_wanted = Signal(object)  # NodeId
    tab_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Cards")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._frames: list[CardFrame] = []
        self._inside = QWidget(self)
        self._empty = QLabel(self._inside)
        self._empty.setWordWrap(True)
        self._empty.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(theme.AROUND, theme.BETWEEN, theme.AROUND, theme.AROUND)
        self._column.setSpacing(theme.BETWEEN)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self.setWidget(self._inside)

    def show_cards(self, cards: list[Card], why_empty: str) -> None:
        """Show these cards, or why there are none."""
        for place, card in enumerate(cards):
            if place < len(self._frames) and self._frames[place].takes(card):
                self._frames[place].show_card(card)
            else:
                self._put(place, card)
        while len(self._frames) > len(cards):
            self._drop(len(self._frames) - 1)
        self._empty.setText("" if cards else why_empty)
        self._empty.setVisible(not cards)
        self._share_room()

    def _put(self, place: int, card: Card) -> None:
        if place < len(self._frames):
            self._drop(place)
        frame = CardFrame(card, self._inside)
        frame.node_wanted.connect(self.node_wanted)
        frame.tab_wanted.connect(self.tab_wanted)
        self._frames.insert(place, frame)
        self._column.insertWidget(place, frame)
        frame.show()

    def _drop(self, place: int) -> None:
        frame = self._frames.pop(place)
        self._column.removeWidget(frame)
        frame.hide()
        frame.deleteLater()

    def _share_room(self) -> None:
        """A single card may fill the page; several stand below each other."""
        is_alone = len(self._frames) == 1 and isinstance(self._frames[0].card.body, TextBody)
        for frame in self._frames:
            frame.fill(is_alone)
        self._column.setStretch(self._column.count() - 1, 0 if is_alone else 1)
        for place in range(len(self._frames)):
            self._column.setStretch(place, int(is_alone))
