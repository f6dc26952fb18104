"""The tab Context: what stands in the root LM's window at a turn, and below it the message that is picked."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.context_view import ContextView
from rlm_desktop.ui.detail_page import NOTHING_PICKED, DetailPage
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Card, Words
from rlm_desktop.ui.table_over_cards import TableOverCards
from rlm_desktop.ui.theme import BETWEEN, GRID, INSIDE, small_font
from rlm_desktop.ui.window_bar import WindowBar
from rlm_desktop.viewmodel import cards as told
from rlm_desktop.viewmodel.context_items import (
    FATES,
    SPEAKERS,
    ContextItems,
    place_words,
    size_words,
    whole_words,
)
from rlm_desktop.viewmodel.context_window import context_of
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.walking import next_turn

_PICK = "Pick a message to read it."


class ContextPage(DetailPage):
    """Shows the window at the turn that the node is in; for the run at the newest turn."""

    is_about_run = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items = ContextItems(self)
        self._detail: Detail | None = None
        self._picked: int | None = None
        self._parts = TableOverCards(0.6, self)
        self._card = Card("Context", "root", self._parts.above)
        self._bar = WindowBar(self.items, self._card)
        self._words = Words(self._card, "muted")
        self._earlier = QToolButton(self._card)
        self._later = QToolButton(self._card)
        self.view = ContextView(self.items, self._card)
        self._build()
        self._parts.node_wanted.connect(self.node_wanted)
        self.view.opened.connect(self._on_opened)
        self.items.told.connect(self._on_told)
        self.items.modelReset.connect(self._on_reset)

    def _build(self) -> None:
        self._words.setFont(small_font())
        self._words.setWordWrap(True)
        self._words.setObjectName("contextWords")
        line = QHBoxLayout()
        line.setContentsMargins(BETWEEN, GRID, INSIDE, INSIDE)
        line.addWidget(self._words, 1)
        for button, icon, words, act in (
            (self._earlier, "chevron-left", "The turn before", self._on_earlier),
            (self._later, "chevron-right", "The turn after", self._on_later),
        ):
            button.setProperty("kind", "quiet")
            set_icon(button, icon)
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.clicked.connect(act)
            line.addWidget(button)
        self._earlier.setObjectName("contextEarlier")
        self._later.setObjectName("contextLater")
        self._card.column.addWidget(self._bar)
        self._card.column.addLayout(line)
        self._card.column.addWidget(self.view, 1)
        self._parts.put(self._card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._parts)

    @override
    def show_detail(self, detail: Detail | None) -> None:
        self._detail = detail
        if detail is None:
            self._parts.show_table(False)
            self._parts.show_cards([], NOTHING_PICKED)
            return
        self.items.show_window(context_of(detail.trace, detail.node), detail.texts)
        self._on_told()

    @override
    def to_top(self) -> None:
        self._parts.to_top()

    @Slot()
    def _on_reset(self) -> None:
        self._picked = None

    @Slot()
    def _on_told(self) -> None:
        window = self.items.window
        if window is not None:
            self._card.set_note(place_words(window))
            self._card.set_aside(size_words(self.items))
            self._words.setText(whole_words(self.items))
            self._earlier.setEnabled(window.turn > 1)
            self._later.setEnabled(0 < window.turn < window.newest)
            self._bar.refresh()
        edges = self._card.sizeHint().height() - self.view.sizeHint().height()
        self._parts.show_table(window is not None, edges + self.view.wanted_height)
        self._show_cards()

    @Slot(int)
    def _on_opened(self, row: int) -> None:
        self._picked = row
        self._show_cards()
        self._parts.to_top()

    def _show_cards(self) -> None:
        if self._detail is None:
            return
        if self.items.window is None:
            self._parts.show_cards([], self._detail.why_empty("Context"))
        elif self._picked is None:
            self._parts.show_cards([], _PICK)
        else:
            self._parts.show_cards([self._message_card(self._detail, self._picked)], "")

    def _message_card(self, detail: Detail, picked: int) -> told.Card:
        standing = self.items.rows[picked].standing
        speaker, tint = SPEAKERS[standing.message.role]
        return told.Card(
            title=speaker,
            tint=tint,
            note=FATES[standing.fate][0],
            meta=plural(standing.message.text.characters, "character"),
            body=told.TextBody(text=detail.texts.text(standing.message.text)),
        )

    @Slot()
    def _on_earlier(self) -> None:
        self._step(-1)

    @Slot()
    def _on_later(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        """Go to the turn before or after the one that is shown, in the trace too."""
        detail, window = self._detail, self.items.window
        if detail is not None and window is not None:
            self.node_wanted.emit(next_turn(detail.trace, detail.trace.nodes[window.call].parent, step))
