"""The detail of the selected row: the way to it, and tabs of cards."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QElapsedTimer, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QTabBar,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui import theme
from rlm_desktop.ui.card_frame import CardFrame
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.viewmodel.cards import Card, Crumb, TextBody
from rlm_desktop.viewmodel.detail import TABS, Detail, Tab
from rlm_desktop.viewmodel.trace_items import TraceItems

REFRESH_MS = 100
REST = 8


class DetailTabBar(QTabBar):
    """Quiet tab names; the current one is underlined in the accent colour."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideRight)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour("line"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        for tab in range(self.count()):
            self._paint_tab(painter, tab)
        painter.end()

    def _paint_tab(self, painter: QPainter, tab: int) -> None:
        box = self.tabRect(tab)
        is_current = tab == self.currentIndex()
        painter.setPen(theme.colour("text" if is_current else "muted"))
        words = self.fontMetrics().elidedText(self.tabText(tab), Qt.TextElideMode.ElideRight, box.width() - theme.GRID)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        if is_current:
            line = box.adjusted(8, box.height() - 2, -8, 0)
            painter.fillRect(line, theme.colour("accent"))
        if is_current and self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.drawRoundedRect(box.adjusted(3, 3, -4, -5), 4, 4)


class CardPage(QScrollArea):
    """A column of cards; frames are kept and shown anew, so a live node does not flicker."""

    node_wanted = Signal(object)  # NodeId
    tab_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
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


class DetailView(QWidget):
    """Shows `Detail` of a node; while the node lives, it is read again ten times a second at most."""

    node_wanted = Signal(object)  # NodeId: a crumb or a row of a table was clicked
    peer_wanted = Signal(int)  # -1 or +1

    def __init__(self, items: TraceItems, load: Callable[[TextRef], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("detailView")
        self._items = items
        self._load = load
        self._node: NodeId | None = None
        self._crumbs: tuple[Crumb, ...] = ()
        self._way = QLabel(self)
        self._tabs = QTabWidget(self)
        self._pages: dict[Tab, CardPage] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        self._build()
        items.changed.connect(self._on_changed)
        items.cleared.connect(self._on_cleared)
        self._refresh()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._build_way())
        layout.addWidget(self._build_tabs())

    def _build_way(self) -> QHBoxLayout:
        self._way.setFont(theme.small_font())
        self._way.setTextFormat(Qt.TextFormat.RichText)
        self._way.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self._way.setAccessibleName("Place in the run")
        self._way.linkActivated.connect(self._on_crumb)
        row = QHBoxLayout()
        row.setContentsMargins(theme.AROUND, theme.GRID, theme.INSIDE, 0)
        row.addWidget(self._way, 1)
        row.addWidget(self._peer_button("chevron-left", "Previous of its kind (,)", self._on_previous))
        row.addWidget(self._peer_button("chevron-right", "Next of its kind (.)", self._on_next))
        return row

    def _peer_button(self, icon: str, words: str, act: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "quiet")
        set_icon(button, icon)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(act)
        return button

    def _build_tabs(self) -> QTabWidget:
        self._tabs.setObjectName("detailTabs")
        self._tabs.setTabBar(DetailTabBar(self._tabs))
        self._tabs.setDocumentMode(True)
        self._tabs.setAccessibleName("Detail")
        for tab in TABS:
            page = CardPage(self._tabs)
            page.setAccessibleName(tab)
            page.node_wanted.connect(self.node_wanted)
            page.tab_wanted.connect(self.open_tab)
            self._pages[tab] = page
            self._tabs.addTab(page, tab)
        self._tabs.currentChanged.connect(self._on_tab)
        return self._tabs

    @property
    def tab(self) -> Tab:
        """The tab that is open."""
        return TABS[self._tabs.currentIndex()]

    @Slot(object)
    def show_node(self, node: NodeId | None) -> None:
        """Show another node."""
        if node != self._node:
            self._node = node
            self._pages[self.tab].verticalScrollBar().setValue(0)
        self._refresh()

    @Slot(str)
    def open_tab(self, tab: str) -> None:
        """Open a tab by its name."""
        self._tabs.setCurrentIndex([str(name) for name in TABS].index(tab))

    def take_focus(self) -> None:
        """Take the keys: arrows change the tab, Tab goes on into it."""
        self._tabs.tabBar().setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _refresh(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        self._timer.stop()
        self._show_current()
        # What takes long to tell is told less often.
        self._timer.setInterval(max(REFRESH_MS, clock.elapsed() * REST))

    def _show_current(self) -> None:
        page = self._pages[self.tab]
        if self._node is None or self._node not in self._items.trace.nodes:
            self._way.clear()
            page.show_cards([], "Pick a row of the trace to read what happened there.")
            return
        detail = Detail(self._items.trace, self._node, self._load)
        self._crumbs = detail.crumbs()
        self._show_way()
        page.show_cards(detail.cards(self.tab), detail.why_empty(self.tab))

    def _show_way(self) -> None:
        links = []
        for crumb in self._crumbs:
            is_last = crumb is self._crumbs[-1]
            shade = theme.colour(crumb.tint if is_last else "muted").name()
            links.append(f'<a href="{crumb.node}" style="color:{shade};text-decoration:none">{escape(crumb.text)}</a>')
        separator = f'<span style="color:{theme.colour("muted").name()}"> › </span>'
        self._way.setText(separator.join(links))

    @Slot(object)
    def _on_changed(self, nodes: set[NodeId] | None) -> None:
        if (nodes is None or self._node in nodes) and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_cleared(self) -> None:
        self.show_node(None)

    @Slot(int)
    def _on_tab(self, _tab: int) -> None:
        self._refresh()

    @Slot(str)
    def _on_crumb(self, link: str) -> None:
        self.node_wanted.emit(NodeId(int(link)))

    @Slot()
    def _on_previous(self) -> None:
        self.peer_wanted.emit(-1)

    @Slot()
    def _on_next(self) -> None:
        self.peer_wanted.emit(1)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._crumbs:
            self._show_way()
