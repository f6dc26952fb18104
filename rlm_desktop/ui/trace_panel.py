"""The trace beside the detail of its current row, with the keys that both share."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QWidget
from typing_extensions import override

from rlm_desktop.trace.texts import TextRef
from rlm_desktop.ui.detail_view import DetailView
from rlm_desktop.ui.trace_view import TraceView
from rlm_desktop.viewmodel.detail import TABS
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.trace_items import TraceItems


class TracePanel(QSplitter):
    """Joins `TraceView` and `DetailView`: what is picked is told."""

    def __init__(
        self, items: TraceItems, replay: Replay, load: Callable[[TextRef], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._replay = replay
        self.trace = TraceView(items, self)
        self.detail = DetailView(items, load, self)
        self.addWidget(self.trace)
        self.addWidget(self.detail)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.setSizes([560, 620])
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)
        self.trace.setMinimumWidth(330)
        self.detail.setMinimumWidth(300)
        self.trace.picked.connect(self.detail.show_node)
        self.detail.node_wanted.connect(self.trace.go_to)
        self.detail.peer_wanted.connect(self.trace.go_to_peer)
        self.detail.note.begun.connect(self._on_note_begun)
        self.detail.note.done.connect(self._on_note_done)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the keys that a row does not: playing, stepping, tabs."""
        match event.text():
            case " ":
                self._replay.toggle()
            case "[":
                self._replay.step(-1)
            case "]":
                self._replay.step(1)
            case "m":
                self.detail.note.edit()
            case "p":
                self.detail.note.toggle_pin()
            case "o":
                self.detail.open_source()
            case digit if digit.isdigit() and 1 <= int(digit) <= len(TABS):
                self.detail.open_tab(TABS[int(digit) - 1])
            case _:
                super().keyPressEvent(event)

    @Slot()
    def _on_note_begun(self) -> None:
        self.trace.follow(False)

    @Slot()
    def _on_note_done(self) -> None:
        self.trace.setFocus(Qt.FocusReason.ShortcutFocusReason)
