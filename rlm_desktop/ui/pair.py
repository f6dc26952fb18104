"""Two views that belong together: side by side, one over the other, or one at a time with a switch."""

from typing import Literal

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.ui.parts import Switch
from rlm_desktop.ui.theme import GRID, INSIDE

Shape = Literal["beside", "over", "one"]
_LEAST_HEIGHT = 80


class Pair(QWidget):
    """Shares its room between two views in the shape that fits; each shape keeps its own sizes."""

    def __init__(self, names: tuple[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self._head = QWidget(self)
        self.switch = Switch(names, self._head)
        self._views: list[QWidget] = []
        self._least = (0, 0)
        self._shape: Shape = "beside"
        self._sizes: dict[Shape, list[int]] = {}
        self._has_second = True
        self._build()

    def _build(self) -> None:
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(1)
        row = QHBoxLayout(self._head)
        row.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        row.addWidget(self.switch)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.split, 1)
        self._head.hide()
        self.switch.chosen.connect(self._on_switch)
        self.split.splitterMoved.connect(self._note_sizes)

    def put(self, first: QWidget, second: QWidget, sizes: list[int], least: tuple[int, int]) -> None:
        """Take the two views, the sizes they begin with, and how narrow each may become beside the other."""
        self._views, self._least = [first, second], least
        for view in self._views:
            self.split.addWidget(view)
        self._sizes = {"beside": sizes, "over": [1, 1]}
        self._give_room()

    @property
    def shape(self) -> Shape:
        """How the two share the room."""
        return self._shape

    def take_shape(self, shape: Shape) -> None:
        """Share the room in another way; going back brings back the sizes."""
        if shape == self._shape:
            return
        self._shape = shape
        self.split.setOrientation(Qt.Orientation.Horizontal if shape == "beside" else Qt.Orientation.Vertical)
        self._give_room()
        self._share()

    def sizes(self) -> dict[Shape, list[int]]:
        """Give the sizes of each shape as the user left them."""
        return dict(self._sizes)

    def take_sizes(self, shape: Shape, sizes: list[int]) -> None:
        """Take the sizes of a shape, as they were the last time."""
        self._sizes[shape] = sizes
        if shape == self._shape:
            self._share()

    def set_second(self, has_second: bool) -> None:
        """Say whether the second view has anything to show."""
        self._has_second = has_second
        self._give_room()

    def bring(self, place: int) -> None:
        """Let the first or second view be in sight."""
        if self._shape == "one" and place != self.switch.current and (self._has_second or not place):
            self.switch.choose(place)
            self._give_room()

    def shows(self, place: int) -> bool:
        """Whether the first or second view is in sight."""
        is_there = self._has_second or not place
        return is_there and (self._shape != "one" or not self._has_second or self.switch.current == place)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._share()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Share the length in the proportion that the user left; Qt by itself would change only one of the two."""
        layout, sizes = self.layout(), self._sizes.get(self._shape)
        if not self.isVisible() or sizes is None or layout is None:
            return
        layout.activate()
        length = self.split.width() if self._shape == "beside" else self.split.height()
        first = round(length * sizes[0] / sum(sizes))
        self.split.setSizes([first, max(1, length - first - self.split.handleWidth())])

    @Slot()
    def _note_sizes(self) -> None:
        if self.isVisible() and self._shape != "one" and self._has_second and all(self.split.sizes()):
            self._sizes[self._shape] = self.split.sizes()

    def _give_room(self) -> None:
        is_beside = self._shape == "beside"
        for place, view in enumerate(self._views):
            view.setMinimumWidth(self._least[place] if is_beside else 0)
            view.setMinimumHeight(_LEAST_HEIGHT if self._shape == "over" else 0)
            view.setVisible(self.shows(place))
        self._head.setVisible(self._shape == "one" and self._has_second)

    @Slot(int)
    def _on_switch(self, _place: int) -> None:
        self._give_room()
