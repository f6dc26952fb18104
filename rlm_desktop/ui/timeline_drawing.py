"""Draws a timeline: three lines of bars, one curve, and a tick for each failure."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Protocol, Self, runtime_checkable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from rlm_desktop.trace.rows import Tint
from rlm_desktop.trace.timeline import Bar, Block, Tick
from rlm_desktop.ui import theme

NAMES = 44
ROOT = (4, 12)
CALLS = (22, 24)
COST = (50, 14)
HEIGHT = 72
THICKEST_BAR = 4.0
RIGHT = 8
ROUND_FROM = 3.0
MOST_BARS = 3_000
_LOOKS: tuple[Tint, ...] = ("worker", "root", "error")


class Line(Protocol):
    """A run over time, as `Timeline` gives it while it grows and `SealedTimeline` when it was opened whole."""

    @property
    def begin(self) -> float: ...  # noqa: D102
    @property
    def end(self) -> float: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def lanes(self) -> int: ...  # noqa: D102
    @property
    def turns(self) -> int: ...  # noqa: D102
    @property
    def call_count(self) -> int: ...  # noqa: D102
    @property
    def error_count(self) -> int: ...  # noqa: D102
    @property
    def top_cost(self) -> int: ...  # noqa: D102

    def cost_at(self, at: float) -> int: ...  # noqa: D102
    def count(self, begin: float, end: float, /) -> int: ...  # noqa: D102
    def blocks(self, begin: float, end: float) -> list[Block]: ...  # noqa: D102
    def root_blocks(self, begin: float, end: float) -> list[Block]: ...  # noqa: D102
    def errors(self, begin: float, end: float) -> list[Tick]: ...  # noqa: D102
    def bar_at(self, at: float, lane: int | None) -> Bar | None: ...  # noqa: D102


@runtime_checkable
class Dense(Protocol):
    """A run over time that can tell how dense its calls are."""

    def count(self, begin: float, end: float) -> int: ...  # noqa: D102
    def density(self, begin: float, end: float, width: int) -> Any: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns times into places and back."""

    begin: float
    end: float
    pixels_per_second: float

    @classmethod
    def of(cls, begin: float, end: float, width: int) -> Self:
        """Fit a stretch of time into a width."""
        room = max(1, width - NAMES - RIGHT)
        return cls(begin, end, room / ((end - begin) or 1.0))

    def x_of(self, at: float) -> float:
        """Give where a time lies."""
        return NAMES + (at - self.begin) * self.pixels_per_second

    def time_of(self, x: float) -> float:
        """Give the time at a place."""
        return self.begin + (x - NAMES) / self.pixels_per_second


def lane_height(timeline: Line) -> float:
    """Give the height of one lane of calls."""
    return min(THICKEST_BAR + 1.0, CALLS[1] / max(1, timeline.lanes))


def draw_timeline(painter: QPainter, timeline: Line, scale: Scale, width: int, *, has_names: bool = True) -> None:
    """Draw the stretch of time that the scale fits in; without names where they are squeezed and can't be read."""
    if has_names:
        _draw_names(painter)
    painter.setClipRect(QRectF(NAMES, 0, width - NAMES, HEIGHT))
    painter.setPen(Qt.PenStyle.NoPen)
    if isinstance(timeline, Dense) and timeline.count(scale.begin, scale.end) > MOST_BARS:
        _draw_density(painter, timeline, scale, width)
    else:
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


def _draw_roots(painter: QPainter, timeline: Line, scale: Scale) -> None:
    for block in timeline.root_blocks(scale.begin, scale.end):
        left, right = scale.x_of(block.start), scale.x_of(block.end)
        painter.setBrush(theme.colour(_tint(block)))
        painter.drawRoundedRect(QRectF(left, ROOT[0], max(2.0, right - left), ROOT[1]), 3, 3)


def _draw_density(painter: QPainter, timeline: "Dense", scale: Scale, width: int) -> None:
    """Draw calls that no eye can tell apart as a picture, a cell of it a pixel wide."""
    columns = max(1, width - NAMES - RIGHT)
    cells = timeline.density(scale.begin, scale.end, columns)
    picture = QImage(cells.tobytes(), columns, cells.shape[0], columns, QImage.Format.Format_Indexed8)
    picture.setColorTable([0, *(theme.colour(role).rgb() for role in _LOOKS)])
    painter.drawImage(QRectF(NAMES, CALLS[0], columns, CALLS[1]), picture)


def _draw_calls(painter: QPainter, timeline: Line, scale: Scale) -> None:
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


def _call_boxes(timeline: Line, scale: Scale) -> dict[Tint, list[QRectF]]:
    boxes: dict[Tint, list[QRectF]] = defaultdict(list)
    lane = lane_height(timeline)
    height = max(1.0, lane - 1.0)
    origin = NAMES - scale.begin * scale.pixels_per_second
    for block in timeline.blocks(scale.begin, scale.end):
        left = origin + block.start * scale.pixels_per_second
        width = (block.end - block.start) * scale.pixels_per_second - 1.0
        boxes[_tint(block)].append(QRectF(left, CALLS[0] + block.lane * lane, max(1.0, width), height))
    return boxes


def _draw_errors(painter: QPainter, timeline: Line, scale: Scale) -> None:
    painter.setBrush(theme.colour("error"))
    foot = sum(CALLS)
    for x in sorted({round(scale.x_of(tick.at)) for tick in timeline.errors(scale.begin, scale.end)}):
        painter.drawPolygon(QPolygonF([QPointF(x - 3, foot + 4), QPointF(x + 3, foot + 4), QPointF(x, foot)]))


def _draw_cost(painter: QPainter, timeline: Line, scale: Scale) -> None:
    top = timeline.top_cost
    if not top:
        return
    foot = float(sum(COST))
    height = (COST[1] - 2) / top
    right = round(scale.x_of(scale.end))
    points = [QPointF(x, foot - height * timeline.cost_at(scale.time_of(x))) for x in (*range(NAMES, right, 2), right)]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(theme.colour("answer"))
    painter.drawPolyline(QPolygonF(points))


def _tint(bar: Block) -> Tint:
    if bar.state == "failed":
        return "error"
    return "root" if bar.is_root else "worker"
