"""Says over the trace that only a part of it is shown, and leads back to the whole."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import ElidedWords
from rlm_desktop.ui.theme import GRID, INSIDE, small_font
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.trace_items import TraceItems


class FocusBar(QWidget):
    """Hidden while the whole run is shown."""

    left = Signal()

    def __init__(self, items: TraceItems, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("focusBar")
        self._items = items
        self._leave = QPushButton("Whole run", self)
        self._place = ElidedWords(self)
        self._build()
        items.top_changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        set_icon(self._leave, "chevron-left", "accent", 14)
        self._leave.setObjectName("leaveFocus")
        self._leave.setProperty("kind", "link")
        self._leave.setAccessibleName("Show the whole run")
        self._leave.setToolTip("Show the whole run (F)")
        self._leave.clicked.connect(self.left)
        self._place.setFont(small_font())
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._leave)
        row.addWidget(self._place, 1)

    @Slot()
    def refresh(self) -> None:
        """Tell which part is shown."""
        trace, top = self._items.trace, self._items.top
        self.setVisible(top is not None)
        if top is None:
            return
        way = " › ".join(crumb.text for crumb in Detail(trace, top, lambda _text: "").crumbs()[1:])
        words = f"Only {way}: {trace.nodes[top].title}"
        self._place.setText(words)
        self._place.setToolTip(words)
