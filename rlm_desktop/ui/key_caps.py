"""Keys drawn as caps, the way they look on a keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from rlm_desktop.ui import theme

_SIDE, _GAP, _HEIGHT = 6, 4, 20


def key_words(key: str) -> str:
    """Name a key as this computer does."""
    words = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) or key
    return words.replace("Return", "Enter")


def _on_cap(key: str) -> str:
    return _ARROWS.get(key) or key_words(key)


_ARROWS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}


def caps_width(keys: Sequence[str]) -> int:
    """Measure the caps of some keys."""
    return sum(_width(key) for key in keys) + _GAP * max(0, len(keys) - 1)


def paint_caps(painter: QPainter, box: QRect, keys: Sequence[str]) -> None:
    """Draw the caps at the right end of a box."""
    right = box.right()
    painter.setFont(theme.mono_font(-1.5))
    for key in reversed(keys):
        cap = QRectF(right - _width(key), box.center().y() - _HEIGHT / 2 + 0.5, _width(key), _HEIGHT)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(theme.colour("text"))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, _on_cap(key))
        right -= _width(key) + _GAP


def _width(key: str) -> int:
    return max(_HEIGHT, QFontMetrics(theme.mono_font(-1.5)).horizontalAdvance(_on_cap(key)) + 2 * _SIDE)


class KeyCaps(QWidget):
    """The caps of a command in a layout."""

    def __init__(self, keys: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._keys = tuple(keys)
        self.setFixedSize(self.sizeHint())

    @override
    def sizeHint(self) -> QSize:
        return QSize(caps_width(self._keys) + 1, _HEIGHT + 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_caps(painter, self.rect(), self._keys)
        painter.end()
