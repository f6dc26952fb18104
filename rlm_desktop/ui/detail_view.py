"""The detail of the selected row: the way to it, and tabs of cards."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QElapsedTimer, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui import theme
from rlm_desktop.ui.detail_page import DetailPage
from rlm_desktop.ui.detail_tabs import make_page
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.note_strip import NoteStrip
from rlm_desktop.ui.sources_page import SourcesPage
from rlm_desktop.ui.story_page import StoryPage
from rlm_desktop.ui.tabs_with_rest import TabsWithRest
from rlm_desktop.viewmodel.cards import Crumb
from rlm_desktop.viewmodel.detail import TABS, Detail, Tab
from rlm_desktop.viewmodel.trace_items import TraceItems

REFRESH_MS = 100
REST = 8


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
        self._tabs = TabsWithRest(self)
        self.sources = SourcesPage(load, self._tabs)
        self.note = NoteStrip(items.notes, self)
        self.story = StoryPage(items.reasking, self._tabs)
        self._pages: dict[Tab, DetailPage] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        self._build()
        items.changed.connect(self._on_changed)
        items.cleared.connect(self._on_cleared)
        items.notes.changed.connect(self._on_notes)
        self._refresh()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._build_way())
        layout.addWidget(self._build_tabs(), 1)
        layout.addWidget(self.note)

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

    def _build_tabs(self) -> TabsWithRest:
        self._tabs.setObjectName("detailTabs")
        self._tabs.setAccessibleName("Detail")
        for tab in TABS:
            if tab == "Sources":
                self._tabs.addTab(self.sources, tab)
                continue
            page = self.story if tab == "Story" else make_page(tab, self._tabs)
            page.node_wanted.connect(self.node_wanted)
            page.tab_wanted.connect(self.open_tab)
            self._pages[tab] = page
            self._tabs.addTab(page, tab)
        for number, tab in enumerate(TABS):
            self._tabs.setTabToolTip(number, f"{tab} ({number + 1})")
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
            if self.tab in self._pages:
                self._pages[self.tab].to_top()
        self._refresh()
        self.note.show_node(node, self._crumbs[-1].text if node is not None and self._crumbs else "")

    @Slot(str)
    def open_tab(self, tab: str) -> None:
        """Open a tab by its name."""
        self._tabs.setCurrentIndex([str(name) for name in TABS].index(tab))

    def take_focus(self) -> None:
        """Take the keys: arrows change the tab, Tab goes on into it."""
        self._tabs.tabBar().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_source(self) -> None:
        """Show which documents the node's texts came from, and go into the one that is chosen."""
        self.open_tab("Sources")
        self.sources.open()

    @Slot()
    def _refresh(self) -> None:
        clock = QElapsedTimer()
        clock.start()
        self._timer.stop()
        self._show_current()
        # What takes long to tell is told less often.
        self._timer.setInterval(max(REFRESH_MS, clock.elapsed() * REST))

    def _show_current(self) -> None:
        page = self._pages.get(self.tab)
        if page is None:
            self.sources.show_node(self._items.trace, self._node)
        if self._node is None or self._node not in self._items.trace.nodes:
            self._way.clear()
            if page is not None:
                page.show_detail(None)
            return
        detail = Detail(self._items.trace, self._node, self._load, self._items.notes.all())
        self._crumbs = detail.crumbs()
        self._show_way()
        if page is not None:
            page.show_detail(detail)

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
        is_about_run = self.tab in self._pages and self._pages[self.tab].is_about_run
        if (nodes is None or self._is_touched(nodes) or is_about_run) and not self._timer.isActive():
            self._timer.start()

    def _is_touched(self, nodes: set[NodeId]) -> bool:
        """What is asked again of a batch stands beside it, in a batch of its own."""
        node = self._items.trace.nodes.get(self._node) if self._node is not None else None
        return node is not None and (node.id in nodes or (node.kind == "batch" and node.parent in nodes))

    @Slot(object)
    def _on_notes(self, nodes: set[NodeId]) -> None:
        root = self._items.trace.root
        is_listed = root is not None and self._node == root.id
        if (self._node in nodes or is_listed) and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _on_cleared(self) -> None:
        self.sources.reset()
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
