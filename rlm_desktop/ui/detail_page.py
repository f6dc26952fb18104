"""What a tab of the detail is made of."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.ui.card_page import CardPage
from rlm_desktop.viewmodel.detail import Detail, Tab

NOTHING_PICKED = "Pick a row of the trace to read what happened there."


class DetailPage(QWidget):
    """One tab: shows a node, or says that none is picked."""

    node_wanted = Signal(object)  # NodeId
    tab_wanted = Signal(str)
    is_about_run = False
    """Whether it shows more of the run than the node and what is below it."""

    def show_detail(self, detail: Detail | None) -> None:
        """Show what there is of a node now."""
        raise NotImplementedError

    def to_top(self) -> None:
        """Another node is shown; begin at its beginning."""


class CardTab(DetailPage):
    """A tab that is a column of cards."""

    def __init__(self, tab: Tab, parent: QWidget) -> None:
        super().__init__(parent)
        self._tab = tab
        self._page = CardPage(self)
        self._page.setAccessibleName(tab)
        self._page.node_wanted.connect(self.node_wanted)
        self._page.tab_wanted.connect(self.tab_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._page)

    @override
    def show_detail(self, detail: Detail | None) -> None:
        if detail is None:
            self._page.show_cards([], NOTHING_PICKED)
        else:
            self._page.show_cards(detail.cards(self._tab), detail.why_empty(self._tab))

    @override
    def to_top(self) -> None:
        self._page.verticalScrollBar().setValue(0)
