"""Draws a chart: the same on the screen, in a PNG and in an SVG."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen

from rlm_desktop.ui import theme
from rlm_desktop.ui.chart_plot import GAP, STUB, UNDER, Piece, Plot
from rlm_desktop.ui.theme import Role
from rlm_desktop.viewmodel.chart import UNIT_WORDS, Series

_SIGN = 10.0
_HATCH = 4.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter


def draw_chart(painter: QPainter, plot: Plot, palette: QPalette, pointed: int | None = None) -> None:
    """Draw all of a chart in the colours of a palette; `pointed` is the bar under the mouse."""
    drawing = _Drawing(painter, plot, palette)
    painter.fillRect(QRectF(QPointF(0, 0), plot.size), theme.colour("base", palette))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if pointed is not None:
        painter.fillRect(plot.band(pointed), theme.mixed("muted", "base", 0.10, palette))
    drawing.head()
    drawing.legend()
    drawing.grid()
    for piece in plot.pieces():
        drawing.piece(piece)
    drawing.names()
    drawing.ends()
    drawing.notes()


class _Drawing:
    """A painter with a plot and a theme at hand."""

    def __init__(self, painter: QPainter, plot: Plot, palette: QPalette) -> None:
        self.painter, self.plot, self.palette = painter, plot, palette
        self.chart, self.fonts = plot.chart, plot.fonts

    def head(self) -> None:
        self._words(self.plot.title, self.chart.title, "text", _LEFT, self.fonts.title)
        self._words(self.plot.subtitle, self.chart.subtitle, "muted", _LEFT)

    def legend(self) -> None:
        for entry in self.plot.legend:
            middle = entry.box.center().y()
            sign = QRectF(entry.box.left(), middle - _SIGN / 2, _SIGN, _SIGN)
            self._fill(sign, entry.series)
            self._words(entry.box.adjusted(_SIGN + GAP - 2, 0, 4, 0), entry.name, "text", _LEFT)

    def grid(self) -> None:
        """Lines at round values, with what they mean."""
        field, is_flat = self.plot.field, self.chart.is_flat
        over = self.chart.axis if is_flat else UNIT_WORDS[self.chart.unit]
        under = UNIT_WORDS[self.chart.unit] if is_flat else self.chart.axis
        line = self.fonts.line
        self._words(self.plot.axis_top, over, "muted", _LEFT)
        self._words(QRectF(field.left(), field.bottom() + UNDER + line, field.width(), line), under, "muted", _CENTRE)
        for tick in self.plot.ticks:
            at = round(self.plot.place_of(tick)) + 0.5
            self.painter.setPen(QPen(theme.colour("muted" if not tick else "line", self.palette), 1))
            if is_flat:
                self.painter.drawLine(QLineF(at, field.top(), at, field.bottom()))
                box = QRectF(at - 60, field.bottom() + UNDER, 120, line)
                self._words(box, self.plot.tick_words(tick), "muted", _CENTRE)
            else:
                self.painter.drawLine(QLineF(field.left(), at, field.right(), at))
                box = QRectF(0, at - line / 2, field.left() - GAP, line)
                self._words(box, self.plot.tick_words(tick), "muted", _RIGHT)

    def piece(self, piece: Piece) -> None:
        self._fill(piece.box, piece.series)
        series = None if piece.series is None else self.chart.series[piece.series]
        if series is None or not self._has_shades():
            return
        room = piece.box.adjusted(3, 0, -3, 0)
        if room.width() >= self.fonts.width(series.name) and room.height() >= self.fonts.line:
            fill = self._colour(series)
            inks = (theme.colour("text", self.palette), theme.colour("base", self.palette))
            self._write(room, series.name, max(inks, key=lambda ink: theme.contrast(ink, fill)), _CENTRE)

    def names(self) -> None:
        """The bars' names: under standing ones, before lying ones."""
        field, line = self.plot.field, self.fonts.line
        for bar in self.plot.labelled():
            band, label = self.plot.band(bar), self.chart.bars[bar].label
            if self.chart.is_flat:
                box = QRectF(field.left() - GAP - self.plot.name_width, band.top(), self.plot.name_width, band.height())
                self._words(box, label, "text", _RIGHT)
            else:
                width = max(band.width(), self.fonts.width(label) + 2)
                left = min(band.center().x() - width / 2, self.plot.size.width() - width - 2)
                box = QRectF(left, field.bottom() + UNDER, width, line)
                self._words(box, label, "text", _CENTRE)

    def ends(self) -> None:
        """What each bar comes to, where there is room."""
        words = [self.plot.end_words(bar) for bar in range(self.plot.count)]
        widest = max((self.fonts.width(word) for word in words), default=0.0)
        if not self.chart.is_flat and widest + GAP > self.plot.pitch:
            return
        for bar in self.plot.labelled():
            word = words[bar]
            told, band = self.chart.bars[bar], self.plot.band(bar)
            end = self.plot.place_of(told.total)
            if self.chart.is_flat:
                left = end + GAP / 2 + (STUB if told.unknown else 0)
                self._note(QRectF(left, band.center().y() - self.fonts.line / 2, 0, self.fonts.line), word)
            elif told.total or told.unknown:
                bottom = end - 1 - (STUB if told.unknown else 0)
                left = band.center().x() - self.fonts.width(word) / 2
                self._note(QRectF(left, bottom - self.fonts.line, 0, self.fonts.line), word)

    def _note(self, box: QRectF, words: str) -> None:
        """Write a value over the lines of the grid."""
        box.setWidth(self.fonts.width(words))
        self.painter.fillRect(box.adjusted(-2, 1, 2, -1), theme.colour("base", self.palette))
        self._words(box, words, "muted", _LEFT)

    def notes(self) -> None:
        box = QRectF(self.plot.notes)
        box.setHeight(self.fonts.line)
        for note in self.chart.notes:
            self._words(box, note, "muted", _LEFT)
            box.translate(0, self.fonts.line)

    def _has_shades(self) -> bool:
        """Whether series of one role must be told apart by more than their shade."""
        return len({series.tint for series in self.chart.series}) < len(self.chart.series)

    def _colour(self, series: Series) -> QColor:
        return theme.mixed(series.tint, "base", series.shade, self.palette)

    def _fill(self, box: QRectF, series: int | None) -> None:
        """Fill a part of a bar inside a line of its role's full colour; unknown prices are hatched."""
        role: Role = "warn" if series is None else self.chart.series[series].tint
        inner = box.adjusted(0.5, 0.5, -0.5, -0.5) if min(box.width(), box.height()) > 2 else box
        fill = theme.colour("base", self.palette) if series is None else self._colour(self.chart.series[series])
        is_thin = inner == box
        self.painter.setPen(Qt.PenStyle.NoPen if is_thin else QPen(theme.colour(role, self.palette), 1))
        self.painter.setBrush(fill)
        self.painter.drawRect(inner)
        if series is None:
            self.painter.setPen(QPen(theme.colour(role, self.palette), 1))
            self.painter.drawLines(_hatching(inner))

    def _words(self, box: QRectF, text: str, role: Role, side: Qt.AlignmentFlag, font: QFont | None = None) -> None:
        self._write(box, text, theme.colour(role, self.palette), side, font)

    def _write(self, box: QRectF, text: str, ink: QColor, side: Qt.AlignmentFlag, font: QFont | None = None) -> None:
        font = font or self.fonts.words
        self.painter.setFont(font)
        self.painter.setPen(ink)
        cut = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 0.5)
        self.painter.drawText(box, side | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip, cut)


def _hatching(box: QRectF) -> list[QLineF]:
    """Give rising lines that stay inside a box; real lines, since not every reader of SVG knows patterns."""
    lines = []
    offset = _HATCH
    while offset < box.width() + box.height():
        left, right = max(0.0, offset - box.height()), min(offset, box.width())
        bottom = box.bottom()
        lines.append(QLineF(box.left() + left, bottom - (offset - left), box.left() + right, bottom - (offset - right)))
        offset += _HATCH
    return lines
