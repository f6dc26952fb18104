"""The trace beside the detail of its current row; where there is less room, over it, or in its place."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QSplitter, QVBoxLayout, QWidget

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui.detail_view import DetailView
from rlm_desktop.ui.filter_bar import FilterBar
from rlm_desktop.ui.focus_bar import FocusBar
from rlm_desktop.ui.parts import Switch
from rlm_desktop.ui.trace_view import TraceView
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.markdown_copy import as_markdown
from rlm_desktop.viewmodel.trace_items import TraceItems

Shape = Literal["beside", "over", "one"]
"""How trace and detail share the room: side by side, one over the other, or only one of them at a time."""
_SIZES = [560, 620]


class TracePanel(QWidget):
    """Joins `TraceView` and `DetailView`: what is picked is told."""

    def __init__(self, items: TraceItems, load: Callable[[TextRef], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items, self._load = items, load
        self._shape: Shape = "beside"
        self._switch = Switch(("Trace", "Detail"), self)
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self._left = QWidget(self.split)
        self._focus_bar = FocusBar(items, self._left)
        self.trace = TraceView(items, self._left)
        self.detail = DetailView(items, load, self.split)
        self._build()
        self._connect()

    def _build(self) -> None:
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._focus_bar)
        column.addWidget(self.trace, 1)
        self.split.setObjectName("traceSplit")
        self.split.addWidget(self._left)
        self.split.addWidget(self.detail)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        self.split.setSizes(_SIZES)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 1)
        self._switch.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._switch)
        whole.addWidget(self.split, 1)
        self._give_room()

    def _connect(self) -> None:
        self.trace.picked.connect(self.detail.show_node)
        self.trace.activated.connect(self.show_detail)
        self.detail.node_wanted.connect(self.trace.go_to)
        self.detail.peer_wanted.connect(self.trace.go_to_peer)
        self.detail.note.begun.connect(self._on_note_begun)
        self.detail.note.done.connect(self.show_trace)
        self._focus_bar.left.connect(self.show_all)
        self._switch.chosen.connect(self._on_switch)

    @property
    def shape(self) -> Shape:
        """How trace and detail share the room."""
        return self._shape

    def take_shape(self, shape: Shape) -> None:
        """Share the room in another way; going back brings back the sizes."""
        if shape == self._shape:
            return
        self._shape = shape
        self.split.setOrientation(Qt.Orientation.Horizontal if shape == "beside" else Qt.Orientation.Vertical)
        self._switch.setVisible(shape == "one")
        self._give_room()

    def _give_room(self) -> None:
        is_beside = self._shape == "beside"
        self._left.setMinimumSize(330 if is_beside else 0, 0 if is_beside else 80)
        self.detail.setMinimumSize(300 if is_beside else 0, 0 if is_beside else 80)
        self._left.setVisible(self._shape != "one" or self._switch.current == 0)
        self.detail.setVisible(self._shape != "one" or self._switch.current == 1)

    # What the user does

    @property
    def current(self) -> NodeId | None:
        """The node of the current row."""
        return self.trace.current

    @Slot()
    def show_trace(self) -> None:
        """Bring the trace into sight and give it the keys."""
        if self._shape == "one":
            self._switch.choose(0)
            self._give_room()
        self.trace.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def show_detail(self) -> None:
        """Bring the detail into sight and give it the keys."""
        if self._shape == "one":
            self._switch.choose(1)
            self._give_room()
        self.detail.take_focus()

    @Slot()
    def show_all(self) -> None:
        """Show the whole run again."""
        self.trace.show_only(None)

    def open_tab(self, tab: str) -> None:
        """Open a tab of the detail, and show the detail if it is not in sight."""
        self.detail.open_tab(tab)
        if self._shape == "one" and self._switch.current == 0:
            self.show_detail()

    def give_filter(self, bar: FilterBar) -> None:
        """Put the bar that filters the trace under it."""
        layout = self._left.layout()
        assert layout is not None
        layout.addWidget(bar)
        bar.hit_wanted.connect(self.go_to_hit)
        bar.left.connect(self.show_trace)

    @Slot(int)
    def go_to_hit(self, step: int) -> None:
        """Go to the next row that the filter lets through, or the one before."""
        self.trace.go_to(self._items.next_hit(self.current, step))

    @property
    def search_field(self) -> QLineEdit | None:
        """Where words to look for in the run are typed, if there is such a field."""
        field: QObject | None = self.findChild(QLineEdit, "traceSearch")
        return field if isinstance(field, QLineEdit) else None

    def search(self) -> None:
        """Go to the field for words to look for."""
        field = self.search_field
        if field is not None:
            field.show()
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            field.selectAll()

    def open_source(self) -> None:
        """Show the documents that the current row is about."""
        if self.current is not None:
            self.open_tab("Sources")
            self.detail.open_source()

    def edit_note(self) -> None:
        """Write a note on the current row."""
        if self.current is not None:
            self.show_detail()
            self.detail.note.edit()

    def copy_markdown(self) -> None:
        """Put the current row with its story on the clipboard, as Markdown."""
        node = self.current
        if node is not None:
            detail = Detail(self._items.trace, node, self._load)
            QGuiApplication.clipboard().setText(as_markdown(detail, self.trace.row_in_words()))

    @property
    def has_focus(self) -> bool:
        """Whether the keys go to the trace or the detail."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    @Slot()
    def _on_note_begun(self) -> None:
        self.trace.follow(False)

    @Slot(int)
    def _on_switch(self, _which: int) -> None:
        self._give_room()
