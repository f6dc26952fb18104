"""How full a model's window is, what its prompt is made of, and what of it was cached, in one picture."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from rlm_desktop.ui.theme import BETWEEN, GRID, colour, small_font
from rlm_desktop.viewmodel.context_items import SPEAKERS, ContextItems, whole_words

_GAUGE, _PARTS, _LINE, _WORDS = 5, 16, 6, 16
_LEAST = 1.0


class WindowBar(QWidget):
    """Above, the prompt against the window; below, its messages side by side, the cached ones underlined."""

    def __init__(self, items: ContextItems, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self.setAccessibleName("The model's window")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def refresh(self) -> None:
        """Paint what is known now."""
        self.setAccessibleDescription(whole_words(self._items))
        self.setToolTip(whole_words(self._items))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, BETWEEN + _GAUGE + GRID * 2 + _PARTS + _LINE + _WORDS)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        window = self._items.window
        if window is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(BETWEEN, BETWEEN, self.width() - 2 * BETWEEN, _GAUGE)
        if window.window_tokens:
            self._paint_gauge(painter, room, min(1.0, self._items.tokens / window.window_tokens))
        parts = QRectF(room.left(), room.bottom() + 2 * GRID, room.width(), _PARTS)
        self._paint_parts(painter, parts)
        if window.input_tokens and window.cached_tokens:
            self._paint_cached(painter, parts, min(1.0, window.cached_tokens / window.input_tokens))
        painter.end()

    def _paint_gauge(self, painter: QPainter, room: QRectF, share: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("line", self.palette()))
        painter.drawRoundedRect(room, _GAUGE / 2, _GAUGE / 2)
        full = QRectF(room)
        full.setWidth(max(_GAUGE, room.width() * share))
        painter.setBrush(colour("root" if share < 0.85 else "warn", self.palette()))
        painter.drawRoundedRect(full, _GAUGE / 2, _GAUGE / 2)

    def _paint_parts(self, painter: QPainter, room: QRectF) -> None:
        painter.fillRect(room, colour("raised", self.palette()))
        left = room.left()
        for row in self._items.rows:
            width = row.share * room.width()
            if width <= 0:
                continue
            tint = SPEAKERS[row.standing.message.role][1]
            gap = 1.0 if width > 3 else 0.0
            painter.fillRect(QRectF(left, room.top(), max(_LEAST, width - gap), room.height()), colour(tint))
            if row.standing.fate == "new":
                self._mark_new(painter, QRectF(left, room.top(), max(_LEAST, width - gap), room.height()))
            left += width

    def _mark_new(self, painter: QPainter, box: QRectF) -> None:
        """New is told by a rim, so that the speaker's colour stays."""
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), 3), colour("accent", self.palette()))

    def _paint_cached(self, painter: QPainter, parts: QRectF, share: float) -> None:
        """A line from the beginning with an end to it: the cache serves a prefix."""
        middle, end = parts.bottom() + _LINE / 2 + 1, parts.left() + parts.width() * share
        painter.setPen(QPen(colour("text", self.palette()), 1.5))
        painter.drawLine(QPointF(parts.left(), middle), QPointF(end, middle))
        for edge in (parts.left(), end):
            painter.drawLine(QPointF(edge, middle - 3), QPointF(edge, middle + 3))
        painter.setFont(small_font())
        painter.setPen(colour("muted", self.palette()))
        words = f"from the provider's prompt cache, {share * 100:.0f} %"
        width = painter.fontMetrics().horizontalAdvance(words)
        left = max(parts.left(), min(end - width, parts.right() - width))
        place = QRectF(left, parts.bottom() + _LINE, width + 2, _WORDS)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), words)
