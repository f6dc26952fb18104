"""Where everything of a chart lies in a picture of a given size."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Self

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QGuiApplication

from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.chart import Chart, amount_words, exact, short, ticks

AROUND = 16.0
GAP = 8.0
STUB = 9.0
"""So long is the hatched end of a bar with calls of unknown price; it has no measure."""
UNDER = 5.0
"""Between the field and the words under it."""
THICKEST = 46.0
WIDEST_PITCH = 64.0
"""Lying bars are no farther apart than this."""
_MOST_OF_WIDTH_FOR_NAMES = 0.36


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces of a picture, in pixels, so that the screen, PNG and SVG lay it out alike."""

    title: QFont
    words: QFont

    @classmethod
    def of_application(cls) -> Self:
        """Take the application's face."""
        body = QGuiApplication.font()
        pixels = QFontInfo(body).pixelSize()
        title, words = QFont(body), QFont(body)
        title.setPixelSize(pixels + 2)
        title.setWeight(QFont.Weight.Medium)
        words.setPixelSize(pixels - 1)
        return cls(title, words)

    def width(self, text: str) -> float:
        """Give how wide words are."""
        return QFontMetricsF(self.words).horizontalAdvance(text)

    @property
    def line(self) -> float:
        """The height of a line of words."""
        return ceil(QFontMetricsF(self.words).height())

    @property
    def title_line(self) -> float:
        """The height of the title."""
        return ceil(QFontMetricsF(self.title).height())


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """A series, or None for unknown prices, and where its sign and name lie."""

    series: int | None
    box: QRectF
    name: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: a series' amount, or with None its calls of unknown price."""

    bar: int
    series: int | None
    box: QRectF


class Plot:
    """The layout of one chart: head, legend, the field of the bars, axes and notes."""

    def __init__(self, chart: Chart, size: QSizeF, fonts: Fonts) -> None:
        self.chart, self.size, self.fonts = chart, size, fonts
        self.ticks = ticks(chart.top)
        self.title = QRectF(AROUND, AROUND - 4, size.width() - 2 * AROUND, fonts.title_line)
        self.subtitle = self.title.translated(0, fonts.title_line + 1)
        self.subtitle.setHeight(fonts.line)
        self.legend = self._legend(self.subtitle.bottom() + GAP)
        foot = self.legend[-1].box.bottom() if self.legend else self.subtitle.bottom()
        self.axis_top = QRectF(AROUND, foot + GAP, size.width() - 2 * AROUND, fonts.line)
        """The line over the field: what stands along its left side."""
        notes = len(chart.notes) * fonts.line
        self.notes = QRectF(AROUND, size.height() - AROUND - notes + 4, size.width() - 2 * AROUND, notes)
        self.field = self._field()

    def _legend(self, top: float) -> list[LegendEntry]:
        """Lay the entries out in lines; one series alone needs none."""
        names = [(place, series.name) for place, series in enumerate(self.chart.series)]
        listed: list[tuple[int | None, str]] = list(names) if len(names) > 1 else []
        if self.chart.unknown:
            listed = [*names, (None, "Unknown price")]
        left, entries = AROUND, []
        for place, name in listed:
            width = 2 * GAP + 2 + self.fonts.width(name)
            if left + width > self.size.width() - AROUND and left > AROUND:
                left, top = AROUND, top + self.fonts.line + 2
            entries.append(LegendEntry(place, QRectF(left, top, width, self.fonts.line), name))
            left += width + 2 * GAP
        return entries

    def _field(self) -> QRectF:
        top = self.axis_top.bottom() + GAP + (0 if self.chart.is_flat else STUB)
        bottom = self.notes.top() - GAP - UNDER - 2 * self.fonts.line
        if self.chart.is_flat:
            left = AROUND + self.name_width + GAP
            right = self.size.width() - AROUND - self._end_width()
            bottom = min(bottom, top + self.count * WIDEST_PITCH)
        else:
            left = AROUND + GAP + max(self.fonts.width(self.tick_words(tick)) for tick in self.ticks)
            right = self.size.width() - AROUND
        return QRectF(left, top, max(1.0, right - left), max(1.0, bottom - top))

    @property
    def name_width(self) -> float:
        """How much room the names of lying bars get."""
        widest = max((self.fonts.width(bar.label) for bar in self.chart.bars), default=0.0)
        return min(widest, self.size.width() * _MOST_OF_WIDTH_FOR_NAMES)

    def _end_width(self) -> float:
        """Lying bars have their value behind them."""
        return GAP + STUB + max((self.fonts.width(self.end_words(place)) for place in range(self.count)), default=0.0)

    @property
    def count(self) -> int:
        """How many bars there are."""
        return len(self.chart.bars)

    def tick_words(self, tick: int) -> str:
        """Write a value at the axis."""
        return exact(self.chart.unit, tick) if self.chart.unit == "money" else short(self.chart.unit, tick)

    def end_words(self, bar: int) -> str:
        """Write what stands at the end of a bar."""
        told = self.chart.bars[bar]
        words = amount_words(self.chart.unit, told.total, told.unknown)
        return f"{words} · {plural(told.runs, 'run')}" if self.chart.has_runs and self.chart.is_flat else words

    # Along the bars

    @property
    def pitch(self) -> float:
        """From one bar to the next."""
        along = self.field.height() if self.chart.is_flat else self.field.width()
        return along / max(1, self.count)

    def band(self, bar: int) -> QRectF:
        """Give the whole strip of a bar, to be pointed at."""
        begin = bar * self.pitch
        if self.chart.is_flat:
            return QRectF(0, self.field.top() + begin, self.size.width(), self.pitch)
        height = self.field.bottom() - self.field.top() + STUB
        return QRectF(self.field.left() + begin, self.field.top() - STUB, self.pitch, height)

    def bar_at(self, point: QPointF) -> int | None:
        """Give the bar that is pointed at."""
        return next((bar for bar in range(self.count) if self.band(bar).contains(point)), None)

    def labelled(self) -> Iterator[int]:
        """Give the bars whose names have room under them: all, or every second, fifth, …"""
        widest = max((self.fonts.width(bar.label) for bar in self.chart.bars), default=0.0) + 2 * GAP
        room = self.fonts.line if self.chart.is_flat else widest
        every = max(1, ceil(room / self.pitch))
        return (bar for bar in range(self.count) if bar % every == 0)

    # Across

    def place_of(self, value: float) -> float:
        """Give where a value lies: its x where bars lie, else its y."""
        share = value / (self.ticks[-1] or 1)
        if self.chart.is_flat:
            return self.field.left() + share * self.field.width()
        return self.field.bottom() - share * self.field.height()

    def pieces(self) -> Iterator[Piece]:
        """Give the parts of all bars that can be seen."""
        for number, bar in enumerate(self.chart.bars):
            begin = 0
            for series, amount in enumerate(bar.amounts):
                if amount:
                    yield Piece(number, series, self._box(number, self.place_of(begin), self.place_of(begin + amount)))
                begin += amount
            if bar.unknown:
                end = self.place_of(begin)
                yield Piece(number, None, self._box(number, end, end + (STUB if self.chart.is_flat else -STUB)))

    def _box(self, bar: int, begin: float, end: float) -> QRectF:
        thick = min(THICKEST, self.pitch - (1 if self.pitch < 6 else max(2.0, self.pitch * 0.28)))
        thick = max(1.0, thick)
        side = bar * self.pitch + (self.pitch - thick) / 2
        if self.chart.is_flat:
            return QRectF(begin, self.field.top() + side, end - begin, thick)
        return QRectF(self.field.left() + side, end, thick, begin - end)
