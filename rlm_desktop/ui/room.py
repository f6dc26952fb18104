"""How much room the window has, and what follows for how its parts are placed."""

from dataclasses import dataclass
from typing import Self

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from rlm_desktop.ui.pair import Shape

NARROW = 900
"""Below this width documents and run take turns, and what stood side by side stands one over the other."""
LOW = 600
"""Below this height two views over each other would have too few lines each: one is shown at a time."""
LEAST = QSize(560, 360)
"""The smallest window in which everything can be reached: 1440 × 900 pixels at 250 %."""
_EDGES = QSize(32, 32)


@dataclass(frozen=True, slots=True)
class Room:
    """The room of a window, in words."""

    is_narrow: bool = False
    is_low: bool = False

    @classmethod
    def of(cls, size: QSize) -> Self:
        """Judge a size."""
        return cls(size.width() < NARROW, size.height() < LOW)

    @property
    def shape(self) -> Shape:
        """How two views share the room."""
        if not self.is_narrow:
            return "beside"
        return "one" if self.is_low else "over"


def over(parent: QWidget | None, wanted: QSize) -> QSize:
    """Give a dialog the size it would like, as far as the window it lies over is that large."""
    return wanted if parent is None else wanted.boundedTo(parent.window().size() - _EDGES)
