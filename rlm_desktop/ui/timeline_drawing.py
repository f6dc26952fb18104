"""Draws a timeline: three lines of bars, one curve, and a tick for each failure."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Self

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from rlm_desktop.ui import theme
from rlm_desktop.viewmodel.rows import Tint
from rlm_desktop.viewmodel.timeline import Bar, Block, Timeline

NAMES = 44
ROOT = (4, 12)
CALLS = (22, 24)
COST = (50, 14)
HEIGHT = 72
THICKEST_BAR = 4.0
RIGHT = 8
ROUND_FROM = 3.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns times into places and back."""

    begin: float
    end: float
    pixels_per_second: float

    @classmethod
    def of(cls, timeline: Timeline, width: int) -> Self:
        """Fit a whole timeline into a width."""
        room = max(1, width - NAMES - RIGHT)
        return cls(timeline.begin, timeline.end, room / (timeline.seconds or 1.0))

    def x_of(self, at: float) -> float:
        """Give where a time lies."""
        return NAMES + (at - self.begin) * self.pixels_per_second

    def time_of(self, x: float) -> float:
        """Give the time at a place."""
        return self.begin + (x - NAMES) / self.pixels_per_second


def lane_height(timeline: Timeline) -> float:
    """Give the height of one lane of calls."""
    return min(THICKEST_BAR + 1.0, CALLS[1] / max(1, timeline.lanes))


def draw_timeline(painter: QPainter, timeline: Timeline, width: int, *, has_names: bool = True) -> None:
    """Draw all of it; without names where it is squeezed and they could not be read."""
    scale = Scale.of(timeline, width)
    if has_names:
        _draw_names(painter)
    painter.setPen(Qt.PenStyle.NoPen)
    _draw_calls(painter, timeline, scale)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_roots(painter, timeline, scale)
    _draw_errors(painter, timeline, scale)
    _draw_cost(painter, timeline, scale)


def _draw_names(painter: QPainter) -> None:
    painter.setFont(theme.mono_font(-2.0))
    painter.setPen(theme.colour("muted"))
    for name, (top, height) in (("root", ROOT), ("calls", CALLS), ("$", COST)):
        box = QRect(0, top, NAMES - 8, height)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)


def _draw_roots(painter: QPainter, timeline: Timeline, scale: Scale) -> None:
    for bar in timeline.roots:
        left = scale.x_of(bar.start)
        right = scale.x_of(scale.end if bar.end is None else bar.end)
        painter.setBrush(theme.colour(_tint(bar)))
        painter.drawRoundedRect(QRectF(left, ROOT[0], max(2.0, right - left), ROOT[1]), 3, 3)


def _draw_calls(painter: QPainter, timeline: Timeline, scale: Scale) -> None:
    for tint, boxes in _call_boxes(timeline, scale).items():
        painter.setBrush(theme.colour(tint))
        narrow = [box for box in boxes if box.width() < ROUND_FROM]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if narrow:
            painter.drawRects(narrow)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for box in boxes:
            if box.width() >= ROUND_FROM:
                painter.drawRoundedRect(box, 1, 1)


def _call_boxes(timeline: Timeline, scale: Scale) -> dict[Tint, list[QRectF]]:
    boxes: dict[Tint, list[QRectF]] = defaultdict(list)
    lane = lane_height(timeline)
    height = max(1.0, lane - 1.0)
    origin = NAMES - scale.begin * scale.pixels_per_second
    pieces: list[tuple[Bar | Block, float]] = [(block, block.end) for block in timeline.blocks]
    pieces += [(bar, scale.end) for bar in timeline.running]
    for piece, end in pieces:
        left = origin + piece.start * scale.pixels_per_second
        width = (end - piece.start) * scale.pixels_per_second - 1.0
        boxes[_tint(piece)].append(QRectF(left, CALLS[0] + (piece.lane or 0) * lane, max(1.0, width), height))
    return boxes


def _draw_errors(painter: QPainter, timeline: Timeline, scale: Scale) -> None:
    painter.setBrush(theme.colour("error"))
    foot = sum(CALLS)
    for x in sorted({round(scale.x_of(tick.at)) for tick in timeline.errors}):
        painter.drawPolygon(QPolygonF([QPointF(x - 3, foot + 4), QPointF(x + 3, foot + 4), QPointF(x, foot)]))


def _draw_cost(painter: QPainter, timeline: Timeline, scale: Scale) -> None:
    top = timeline.costs[-1][1] if timeline.costs else 0
    if not top:
        return
    foot = float(sum(COST))
    height = (COST[1] - 2) / top
    right = round(scale.x_of(scale.end))
    points = [QPointF(x, foot - height * timeline.cost_at(scale.time_of(x))) for x in (*range(NAMES, right, 2), right)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(theme.colour("answer"))
    painter.drawPolyline(QPolygonF(points))


def _tint(bar: Bar | Block) -> Tint:
    if bar.state == "failed":
        return "error"
    return "root" if bar.is_root else "worker"
