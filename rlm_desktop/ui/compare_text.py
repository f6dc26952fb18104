"""Wrapped text in a half of the comparison: measured, and painted with the words that differ."""

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from rlm_desktop.ui import theme
from rlm_desktop.viewmodel.comparison.alikeness import Spans

_TAB = 4
_CACHED = 20_000


def face(*, is_prose: bool) -> QFont:
    """Give the font of an answer, or of code and outputs."""
    return QGuiApplication.font() if is_prose else theme.mono_font()


def line_height(font: QFont) -> int:
    """Give the height of a line of this font."""
    return round(QFontMetricsF(font).height()) + 2


def text_height(text: str, *, is_prose: bool, width: int) -> int:
    """Give how high a text is when it is wrapped at a width."""
    font = face(is_prose=is_prose)
    return _lines(text, font.toString(), width) * line_height(font)


@lru_cache(_CACHED)
def _lines(text: str, font_name: str, width: int) -> int:
    font = QFont()
    font.fromString(font_name)
    if "\t" not in text and QFontMetricsF(font).horizontalAdvance(text) <= width:
        return 1
    return _layout(text, font, width).lineCount()


def _layout(text: str, font: QFont, width: int) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTabStopDistance(_TAB * QFontMetricsF(font).horizontalAdvance(" "))
    layout.setTextOption(option)
    height = line_height(font)
    layout.beginLayout()
    number = 0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        line.setPosition(QPointF(0, number * height))
        number += 1
    layout.endLayout()
    return layout


def paint_text(
    painter: QPainter, place: QPointF, width: int, text: str, *, is_prose: bool, ink: QColor, marks: Spans, mark: QColor
) -> None:
    """Paint a wrapped text; marked pieces have a fill and a line under them."""
    layout = _layout(text, face(is_prose=is_prose), width)
    painter.setPen(ink)
    layout.draw(painter, place, [_marked(text, start, end, mark, ink) for start, end in marks])


def _marked(text: str, start: int, end: int, mark: QColor, ink: QColor) -> QTextLayout.FormatRange:
    shape = QTextCharFormat()
    shape.setBackground(mark)
    shape.setForeground(ink)
    shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    piece = QTextLayout.FormatRange()
    # Qt counts UTF-16 units.
    piece.start = _units(text[:start])
    piece.length = _units(text[start:end])
    piece.format = shape
    return piece


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def elided(text: str, font: QFont, width: int) -> str:
    """Cut a text at a width, with a mark."""
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0, width))
