"""The run over time: the root LM's line, the calls packed in lanes, the cost, and where we are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.timeline import Bar, Timeline
from rlm_desktop.trace.wording import money, plural, seconds
from rlm_desktop.ui import theme
from rlm_desktop.ui.timeline_drawing import CALLS, HEIGHT, NAMES, ROOT, Line, Scale, draw_timeline, lane_height
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.trace_items import TraceItems

if TYPE_CHECKING:
    from rlm_desktop.skeleton.sealed import SealedRun

CLICK = 4
LOW_STRETCH = 0.56
LEAST_SECONDS = 0.01
REST = 6
"""A picture is kept for so many times as long as drawing it took."""


class TimelineView(QWidget):
    """Shows a `Timeline`; a click on a call leads to it, a click or drag elsewhere moves the playhead."""

    node_wanted = Signal(object)  # NodeId
    stretch_wanted = Signal(float, float)  # seconds after the start: what went on between is to be shown

    def __init__(self, items: TraceItems, replay: Replay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timelineView")
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(NAMES + 120)
        self.timeline: Line = Timeline()
        self._seen: tuple[float, float] | None = None
        """The stretch of time that is shown; None is all of it."""
        self._items = items
        self._replay = replay
        self._picture: QPixmap | None = None
        self._is_stale = False
        self._resting = QTimer(self, singleShot=True)
        self._resting.timeout.connect(self.update)
        self._pressed_at: QPointF | None = None
        self._is_choosing = False
        self._chosen_to = 0.0
        self._is_dragging = False
        self._stretch = 1.0
        items.fed.connect(self._on_fed)
        items.sealed.connect(self._on_sealed)
        items.cleared.connect(self._on_cleared)
        items.moved.connect(self._on_moved)
        self._on_fed(items.entries)

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, round(HEIGHT * self._stretch))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(NAMES + 120, round(HEIGHT * self._stretch))

    def set_low(self, is_low: bool) -> None:
        """Be about half as high where there is little room; everything is still there."""
        stretch = LOW_STRETCH if is_low else 1.0
        if stretch != self._stretch:
            self._stretch, self._picture = stretch, None
            self.updateGeometry()
            self.update()

    # What happened

    @Slot(object)
    def _on_fed(self, entries: Sequence[Entry]) -> None:
        if isinstance(self.timeline, Timeline):
            self.timeline.feed(entries)
        self._paint_anew()

    @Slot(object)
    def _on_sealed(self, run: "SealedRun") -> None:
        # Brings numpy, which the run has brought already.
        from rlm_desktop.skeleton.timeline import SealedTimeline  # noqa: PLC0415

        self.timeline, self._seen = SealedTimeline(run), None
        self._paint_anew()

    @Slot()
    def _on_cleared(self) -> None:
        self.timeline, self._seen = Timeline(), None
        self._paint_anew()

    @Slot(int, int)
    def _on_moved(self, _position: int, _count: int) -> None:
        self.update()

    def _paint_anew(self) -> None:
        self._is_stale = True
        self.setAccessibleDescription(self._in_words())
        self.update()

    def _in_words(self) -> str:
        line = self.timeline
        parts = [plural(line.turns, "turn"), plural(line.call_count, "call"), plural(line.error_count, "error")]
        return ", ".join([*parts, seconds(line.seconds)])

    # Where things are

    def _scale(self) -> Scale:
        begin, end = self._seen or (self.timeline.begin, self.timeline.end)
        return Scale.of(begin, end, self.width())

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Show so much less time, or more, around a place; never more than all."""
        line, scale = self.timeline, self._scale()
        seconds_seen = (scale.end - scale.begin) / factor
        if seconds_seen >= line.seconds:
            self._see(None)
            return
        at = scale.time_of(self.width() / 2 if x is None else x)
        begin = at - (at - scale.begin) / factor
        self._see((begin, begin + max(seconds_seen, LEAST_SECONDS)))

    def pan(self, share: float) -> None:
        """Show later time by a share of what is shown, or earlier."""
        if self._seen is not None:
            by = share * (self._seen[1] - self._seen[0])
            self._see((self._seen[0] + by, self._seen[1] + by))

    def _see(self, seen: tuple[float, float] | None) -> None:
        if seen is not None:
            length = seen[1] - seen[0]
            begin = min(max(seen[0], self.timeline.begin), self.timeline.end - length)
            seen = (begin, begin + length)
        self._seen = seen
        self._picture = None
        self.update()

    def _bar_under(self, point: QPointF) -> Bar | None:
        at, y = self._scale().time_of(point.x()), point.y() / self._stretch
        if ROOT[0] <= y <= sum(ROOT):
            return self.timeline.bar_at(at, None)
        if CALLS[0] <= y <= sum(CALLS):
            lane = int((y - CALLS[0]) / lane_height(self.timeline))
            return self.timeline.bar_at(at, lane)
        return None

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None or (self._is_stale and not self._resting.isActive()):
            self._redraw()
        painter = QPainter(self)
        if self._picture is not None:
            painter.drawPixmap(0, 0, self._picture)
        self._paint_playhead(painter)
        if self._pressed_at is not None and self._is_choosing:
            left, right = sorted((self._pressed_at.x(), self._chosen_to))
            shade = QColor(theme.colour("accent"))
            shade.setAlphaF(0.25)
            painter.fillRect(QRectF(left, 0, right - left, self.height()), shade)
        if self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.end()

    def _redraw(self) -> None:
        """Draw what happened; the longer that takes, the longer it is left as it is afterwards."""
        clock = QElapsedTimer()
        clock.start()
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.colour("window"))
        painter = QPainter(picture)
        painter.scale(1.0, self._stretch)
        has_names = self._stretch == 1.0
        draw_timeline(painter, self.timeline, self._scale(), self.width(), has_names=has_names)
        painter.end()
        self._picture, self._is_stale = picture, False
        self._resting.start(clock.elapsed() * REST)

    def _paint_playhead(self, painter: QPainter) -> None:
        at = self._now()
        if at is None:
            return
        x = self._scale().x_of(at)
        if not self._replay.is_at_end:
            veil = QColor(theme.colour("window"))
            veil.setAlphaF(0.62)
            left = max(x, NAMES)
            painter.fillRect(QRectF(left, 0, self.width() - left, self.height()), veil)
        if x >= NAMES:
            painter.fillRect(QRectF(round(x) - 0.5, 0, 1.5, self.height()), theme.colour("accent"))

    def _playhead_x(self) -> float | None:
        at = self._now()
        return None if at is None else self._scale().x_of(at)

    def _now(self) -> float | None:
        return self._items.time_of(max(0, self._items.position - 1)) if self._items.entries else None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._picture = None

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._picture = None
            self.update()

    # Mouse and keys

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel shows more time or less around the pointer; sideways, or with Shift, earlier and later."""
        sideways, turned = event.angleDelta().x(), event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            sideways, turned = sideways or turned, 0
        if turned:
            self.zoom(1.25 ** (turned / 120), event.position().x())
        elif sideways:
            self.pan(-sideways / 1_200)
        event.accept()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._see(None)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()
        self._is_dragging = False
        self._is_choosing = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._chosen_to = event.position().x()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        moved = (event.position() - self._pressed_at).manhattanLength()
        self._is_dragging = self._is_dragging or moved > CLICK
        if self._is_choosing:
            self._chosen_to = event.position().x()
            self.update()
        elif self._is_dragging:
            self._seek(event.position().x())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_click = self._pressed_at is not None and not self._is_dragging
        if self._pressed_at is not None and self._is_dragging and self._is_choosing:
            self._tell_stretch(self._pressed_at.x(), event.position().x())
        self._pressed_at = None
        self.update()
        if not was_click:
            return
        bar = self._bar_under(event.position())
        if bar is not None:
            self.node_wanted.emit(bar.node)
        else:
            self._seek(event.position().x())

    def _tell_stretch(self, one: float, other: float) -> None:
        scale, line = self._scale(), self.timeline
        begin, end = (max(0.0, scale.time_of(max(NAMES, x)) - line.begin) for x in sorted((one, other)))
        self.stretch_wanted.emit(begin, min(end, line.seconds))

    def _seek(self, x: float) -> None:
        self._replay.pause()
        self._replay.seek_time(self._scale().time_of(x))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match Qt.Key(event.key()):
            case Qt.Key.Key_Left:
                self._replay.step(-1)
            case Qt.Key.Key_Right:
                self._replay.step(1)
            case Qt.Key.Key_Home:
                self._replay.seek(0)
            case Qt.Key.Key_End:
                self._replay.to_end()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(1.5, self._playhead_x())
            case Qt.Key.Key_Minus:
                self.zoom(1 / 1.5, self._playhead_x())
            case Qt.Key.Key_0:
                self._see(None)
            case _:
                super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _tip(self, point: QPointF) -> str:
        if not self.timeline.seconds or point.x() < NAMES:
            return ""
        bar = self._bar_under(point)
        if bar is not None:
            end = self.timeline.end if bar.end is None else bar.end
            return f"{bar.label}\n{bar.state}, {seconds(end - bar.start)}"
        at = self._scale().time_of(point.x())
        return f"{seconds(at - self.timeline.begin)} after the start\n{money(self.timeline.cost_at(at))} spent"
