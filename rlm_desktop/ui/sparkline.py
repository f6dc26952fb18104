"""A small picture of durations: one bar a call, in the order in which they were sent."""

from itertools import pairwise

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from rlm_desktop.ui.theme import BETWEEN, GRID, Role, colour
from rlm_desktop.viewmodel.batch_words import Bar

HEIGHT = 40
_WIDEST = 20.0
_GAP_FROM = 4.0


class Sparkline(QWidget):
    """Shows bars; where there are more calls than pixels, the longest of each few."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._bars: list[Bar] = []
        self.setAccessibleName("Durations of the calls")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: list[Bar], words: str) -> None:
        """Show these durations, and what they say in words."""
        self._bars = bars
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(100, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        inner = QRectF(self.rect()).adjusted(BETWEEN, GRID, -BETWEEN, -GRID)
        painter.fillRect(QRectF(inner.left(), inner.bottom(), inner.width(), 1), colour("line", self.palette()))
        shown = merged(self._bars, int(inner.width()))
        longest = max((bar.seconds for bar in shown), default=0.0)
        width = min(_WIDEST, inner.width() / max(1, len(shown)))
        gap = 1.0 if width >= _GAP_FROM else 0.0
        for place, bar in enumerate(shown):
            height = max(1.0, inner.height() * bar.seconds / longest) if longest else 1.0
            box = QRectF(inner.left() + place * width, inner.bottom() - height, max(1.0, width - gap), height)
            painter.fillRect(box, colour(_role(bar), self.palette()))
            if bar.state == "failed":
                # A failure is told by its place too: a tick hangs from above.
                painter.fillRect(QRectF(box.left(), inner.top(), box.width(), 3), colour("error", self.palette()))
        painter.end()


def merged(bars: list[Bar], most: int) -> list[Bar]:
    """Take as many bars as there are pixels: a failed one of each few, or else the longest."""
    if len(bars) <= max(1, most):
        return bars
    edges = [place * len(bars) // most for place in range(most + 1)]
    pieces = [bars[first:last] for first, last in pairwise(edges)]
    return [max(piece, key=lambda bar: (bar.state == "failed", bar.seconds)) for piece in pieces]


def _role(bar: Bar) -> Role:
    if bar.state == "failed":
        return "error"
    return "warn" if bar.is_flagged else "worker"
