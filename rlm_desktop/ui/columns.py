"""Documents and history at the left, question and run at the right; with little room they take turns."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget
from typing_extensions import override

from rlm_desktop.ui.tall import Tall

_LEFT, _LEAST_LEFT = 264, 224
_HEIGHTS = [440, 360]


class Columns(QSplitter):
    """Hides the left column when it is not wanted; in a narrow window it is shown in place of the right one."""

    changed = Signal()
    """The left column came or went."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.left = QSplitter(Qt.Orientation.Vertical, self)
        self.right = Tall("Question and run", self)
        self.is_narrow = False
        self.wants_left = True
        """Whether the left column is shown where there is room for both."""
        self._is_left_up = False
        self._left_width = _LEFT
        self._build()

    def _build(self) -> None:
        self.left.setProperty("kind", "quiet")
        for split in (self, self.left):
            split.setHandleWidth(1)
            split.setChildrenCollapsible(False)
        self.left.setMinimumWidth(_LEAST_LEFT)
        self.addWidget(self.left)
        self.addWidget(self.right)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self.splitterMoved.connect(self._on_moved)

    def fill_left(self, upper: QWidget, lower: QWidget) -> None:
        """Put the documents over the history."""
        self.left.addWidget(upper)
        self.left.addWidget(lower)
        self.left.setSizes(_HEIGHTS)

    @property
    def shows_left(self) -> bool:
        """Whether documents and history are in sight."""
        return self._is_left_up if self.is_narrow else self.wants_left

    @property
    def left_width(self) -> int:
        """How wide the left column is where there is room for both."""
        return self._left_width

    def take_left_width(self, width: int) -> None:
        """Make the left column as wide as it was the last time."""
        self._left_width = max(_LEAST_LEFT, width)
        self._apply()

    def set_narrow(self, is_narrow: bool) -> None:
        """Let the columns take turns, or stand side by side again."""
        if is_narrow != self.is_narrow:
            self.is_narrow, self._is_left_up = is_narrow, False
            self._apply()

    @Slot()
    def toggle_left(self) -> None:
        """Show or hide documents and history."""
        self.show_left(not self.shows_left)

    @Slot()
    def show_left(self, is_shown: bool = True) -> None:
        """Bring documents and history into sight, or put them away."""
        if is_shown == self.shows_left:
            return
        if self.is_narrow:
            self._is_left_up = is_shown
        else:
            self.wants_left = is_shown
        self._apply()

    @Slot()
    def show_right(self) -> None:
        """Bring the question and the run into sight."""
        if self.is_narrow:
            self.show_left(False)

    def _apply(self) -> None:
        self.left.setVisible(self.shows_left)
        self.right.setVisible(not (self.is_narrow and self._is_left_up))
        self._share()
        self.changed.emit()

    def _share(self) -> None:
        if self.shows_left and not self.is_narrow:
            self.setSizes([self._left_width, max(1, self.width() - self._left_width - 1)])

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._share()

    @Slot()
    def _on_moved(self) -> None:
        if self.shows_left and not self.is_narrow:
            self._left_width = self.sizes()[0]
