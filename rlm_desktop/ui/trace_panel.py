"""The trace beside the detail of its current row; where there is less room, over it, or in its place."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui.detail_view import DetailView
from rlm_desktop.ui.filter_bar import FilterBar
from rlm_desktop.ui.focus_bar import FocusBar
from rlm_desktop.ui.pair import Pair
from rlm_desktop.ui.trace_view import TraceView
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.markdown_copy import as_markdown
from rlm_desktop.viewmodel.trace_items import TraceItems
from rlm_desktop.viewmodel.walking import failed_fan_out


class TracePanel(Pair):
    """Joins `TraceView` and `DetailView`: what is picked is told."""

    def __init__(self, items: TraceItems, load: Callable[[TextRef], str], parent: QWidget | None = None) -> None:
        super().__init__(("Trace", "Detail"), parent)
        self._items, self._load = items, load
        self._filter: FilterBar | None = None
        self._left = QWidget(self.split)
        self._focus_bar = FocusBar(items, self._left)
        self.trace = TraceView(items, self._left)
        self.detail = DetailView(items, load, self.split)
        self._fill()
        self._connect()

    def _fill(self) -> None:
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._focus_bar)
        column.addWidget(self.trace, 1)
        self.put(self._left, self.detail, [560, 620], (330, 300))

    def _connect(self) -> None:
        self.trace.picked.connect(self.detail.show_node)
        self.detail.node_wanted.connect(self.trace.go_to)
        self.detail.peer_wanted.connect(self.trace.go_to_peer)
        self.detail.note.begun.connect(self._on_note_begun)
        self.detail.note.done.connect(self.show_trace)
        self._focus_bar.left.connect(self.show_all)

    # What the user does

    @property
    def current(self) -> NodeId | None:
        """The node of the current row."""
        return self.trace.current

    @Slot()
    def show_trace(self) -> None:
        """Bring the trace into sight and give it the keys."""
        self.bring(0)
        self.trace.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def show_detail(self) -> None:
        """Bring the detail into sight and give it the keys."""
        self.bring(1)
        self.detail.take_focus()

    @Slot()
    def show_all(self) -> None:
        """Show the whole run again."""
        self.trace.show_only(None)

    def open_tab(self, tab: str) -> None:
        """Open a tab of the detail, and show the detail if it is not in sight."""
        self.detail.open_tab(tab)
        if not self.shows(1):
            self.show_detail()

    def give_filter(self, bar: FilterBar) -> None:
        """Put the bar that filters the trace under it."""
        layout = self._left.layout()
        assert layout is not None
        layout.addWidget(bar)
        self._filter = bar
        bar.hit_wanted.connect(self.go_to_hit)
        bar.left.connect(self.show_trace)

    @Slot(int)
    def go_to_hit(self, step: int) -> None:
        """Go to the next row that the filter lets through, or the one before."""
        self.trace.go_to(self._items.next_hit(self.current, step))

    def search(self) -> None:
        """Go to the field for words to look for."""
        if self._filter is not None:
            self.show_trace()
            self._filter.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._filter.field.selectAll()

    def open_source(self) -> None:
        """Show the documents that the current row is about."""
        if self.current is not None:
            self.open_tab("Sources")
            self.detail.open_source()

    @property
    def failed_fan_out(self) -> NodeId | None:
        """The fan-out whose failed calls can be run again from the current row."""
        return failed_fan_out(self._items.trace, self.current)

    def run_failed_again(self) -> None:
        """Go to the fan-out, and say what running its failed calls again would cost."""
        batch = self.failed_fan_out
        if batch is not None:
            self.trace.go_to(batch)
            self.open_tab("Story")
            self.detail.story.run_failed_again()

    def edit_note(self) -> None:
        """Write a note on the current row."""
        if self.current is not None:
            self.show_detail()
            self.detail.note.edit()

    def copy_markdown(self) -> None:
        """Put the current row with its story on the clipboard, as Markdown."""
        node = self.current
        if node is not None:
            detail = Detail(self._items.trace, node, self._load, self._items.notes.all())
            QGuiApplication.clipboard().setText(as_markdown(detail, self.trace.row_in_words()))

    @property
    def has_focus(self) -> bool:
        """Whether the keys go to the trace or the detail."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    @Slot()
    def _on_note_begun(self) -> None:
        self.trace.follow(False)
