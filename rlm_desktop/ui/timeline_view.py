"""The run over time: the root LM's line, the calls packed in lanes, the cost, and where we are."""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.wording import money, plural, seconds
from rlm_desktop.ui import theme
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.rows import Tint
from rlm_desktop.viewmodel.timeline import Bar, Timeline
from rlm_desktop.viewmodel.trace_items import TraceItems

NAMES = 44
ROOT = (4, 12)
CALLS = (22, 24)
COST = (50, 14)
HEIGHT = 72
THICKEST_BAR = 4.0
CLICK = 4


class TimelineView(QWidget):
    """Shows a `Timeline`; a click on a call leads to it, a click or drag elsewhere moves the playhead."""

    node_wanted = Signal(object)  # NodeId

    def __init__(self, items: TraceItems, replay: Replay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("timelineView")
        self.setAccessibleName("Timeline")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(NAMES + 120)
        self.timeline = Timeline()
        self._items = items
        self._replay = replay
        self._picture: QPixmap | None = None
        self._pressed_at: QPointF | None = None
        self._is_dragging = False
        items.fed.connect(self._on_fed)
        items.cleared.connect(self._on_cleared)
        items.moved.connect(self._on_moved)
        self._on_fed(items.entries)

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(NAMES + 120, HEIGHT)

    # What happened

    @Slot(object)
    def _on_fed(self, entries: list[Entry]) -> None:
        self.timeline.feed(entries)
        self._paint_anew()

    @Slot()
    def _on_cleared(self) -> None:
        self.timeline = Timeline()
        self._paint_anew()

    @Slot(int, int)
    def _on_moved(self, _position: int, _count: int) -> None:
        self.update()

    def _paint_anew(self) -> None:
        self._picture = None
        self.setAccessibleDescription(self._in_words())
        self.update()

    def _in_words(self) -> str:
        line = self.timeline
        calls = len(line.calls) + len(line.roots)
        parts = [plural(line.turns, "turn"), plural(calls, "call"), plural(len(line.errors), "error")]
        return ", ".join([*parts, seconds(line.seconds)])

    # Where things are

    def x_of(self, at: float) -> float:
        """Give where a time lies."""
        whole = self.timeline.seconds or 1.0
        return NAMES + (at - self.timeline.begin) / whole * self._room()

    def time_of(self, x: float) -> float:
        """Give the time at a place."""
        return self.timeline.begin + (x - NAMES) / self._room() * self.timeline.seconds

    def _room(self) -> int:
        return max(1, self.width() - NAMES - 8)

    def _lane_height(self) -> float:
        return min(THICKEST_BAR + 1.0, CALLS[1] / max(1, self.timeline.lanes))

    def _bar_under(self, point: QPointF) -> Bar | None:
        at = self.time_of(point.x())
        if ROOT[0] <= point.y() <= sum(ROOT):
            return self.timeline.bar_at(self.timeline.roots, at, None)
        if CALLS[0] <= point.y() <= sum(CALLS):
            lane = int((point.y() - CALLS[0]) / self._lane_height())
            return self.timeline.bar_at(self.timeline.calls, at, lane)
        return None

    # Painting

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._picture = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_playhead(painter)
        if self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painter.end()

    def _draw(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.colour("window"))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_names(painter)
        self._paint_roots(painter)
        self._paint_calls(painter)
        self._paint_errors(painter)
        self._paint_cost(painter)
        painter.end()
        return picture

    def _paint_names(self, painter: QPainter) -> None:
        painter.setFont(theme.mono_font(-2.0))
        painter.setPen(theme.colour("muted"))
        for name, (top, height) in (("root", ROOT), ("calls", CALLS), ("$", COST)):
            box = QRect(0, top, NAMES - 8, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_roots(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for bar in self.timeline.roots:
            left, right = self._edges(bar)
            painter.setBrush(theme.colour(_tint(bar)))
            painter.drawRoundedRect(QRectF(left, ROOT[0], max(2.0, right - left), ROOT[1]), 3, 3)

    def _paint_calls(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        lane = self._lane_height()
        height = max(1.0, lane - 1.0)
        for bar, left, width in self._seen():
            painter.setBrush(theme.colour(_tint(bar)))
            painter.drawRoundedRect(QRectF(left, CALLS[0] + (bar.lane or 0) * lane, width, height), 1, 1)

    def _seen(self) -> Iterator[tuple[Bar, float, float]]:
        """Leave out bars that would lie wholly on the pixel of their neighbour; failures never."""
        last: dict[int | None, float] = {}
        for bar in self.timeline.calls:
            left, right = self._edges(bar)
            if right - last.get(bar.lane, -9.0) >= 0.5 or bar.state == "failed":
                last[bar.lane] = right
                yield bar, left, max(1.0, right - left - 1.0)

    def _edges(self, bar: Bar) -> tuple[float, float]:
        return self.x_of(bar.start), self.x_of(self.timeline.end if bar.end is None else bar.end)

    def _paint_errors(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("error"))
        for x in sorted({round(self.x_of(tick.at)) for tick in self.timeline.errors}):
            foot = sum(CALLS)
            painter.drawPolygon(QPolygonF([QPointF(x - 3, foot + 4), QPointF(x + 3, foot + 4), QPointF(x, foot)]))

    def _paint_cost(self, painter: QPainter) -> None:
        costs = self.timeline.costs
        top = costs[-1][1] if costs else 0
        if not top:
            return
        foot = float(sum(COST))
        points = [QPointF(NAMES, foot)]
        points += [QPointF(self.x_of(at), foot - (COST[1] - 2) * cost / top) for at, cost in costs]
        points.append(QPointF(self.x_of(self.timeline.end), points[-1].y()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme.colour("answer"))
        painter.drawPolyline(QPolygonF(points))

    def _paint_playhead(self, painter: QPainter) -> None:
        at = self._now()
        if at is None:
            return
        x = self.x_of(at)
        if not self._replay.is_at_end:
            veil = QColor(theme.colour("window"))
            veil.setAlphaF(0.62)
            painter.fillRect(QRectF(x, 0, self.width() - x, self.height()), veil)
        painter.fillRect(QRectF(round(x) - 0.5, 0, 1.5, self.height()), theme.colour("accent"))

    def _now(self) -> float | None:
        entries = self._items.entries
        return entries[max(0, self._items.position - 1)].at if entries else None

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
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position()
        self._is_dragging = False

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None:
            return
        moved = (event.position() - self._pressed_at).manhattanLength()
        self._is_dragging = self._is_dragging or moved > CLICK
        if self._is_dragging:
            self._seek(event.position().x())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_click = self._pressed_at is not None and not self._is_dragging
        self._pressed_at = None
        if not was_click:
            return
        bar = self._bar_under(event.position())
        if bar is not None:
            self.node_wanted.emit(bar.node)
        else:
            self._seek(event.position().x())

    def _seek(self, x: float) -> None:
        self._replay.pause()
        self._replay.seek_time(self.time_of(x))

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
        at = self.time_of(point.x())
        return f"{seconds(at - self.timeline.begin)} after the start\n{money(self.timeline.cost_at(at))} spent"


def _tint(bar: Bar) -> Tint:
    if bar.state == "failed":
        return "error"
    return "root" if bar.is_root else "worker"
