"""A chart as a picture to take along: always in the light palette, so that it can be printed."""

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, QSizeF
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator

from rlm_desktop.ui import theme
from rlm_desktop.ui.chart_drawing import draw_chart
from rlm_desktop.ui.chart_plot import Fonts, Plot
from rlm_desktop.viewmodel.chart import Chart

SIZE = QSize(960, 540)
PNG_SCALE = 2
_DOTS_PER_INCH = 96


def png_of(chart: Chart) -> bytes:
    """Paint a chart as a PNG, with two pixels for one of the screen."""
    image = QImage(SIZE * PNG_SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(PNG_SCALE)
    image.setText("Title", chart.title)
    painter = QPainter(image)
    _draw(painter, chart, Fonts.of_application())
    painter.end()
    written = QByteArray()
    buffer = QBuffer(written)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(written.data())


def svg_of(chart: Chart) -> bytes:
    """Paint a chart as an SVG whose text stays text."""
    written = QByteArray()
    buffer = QBuffer(written)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(SIZE)
    generator.setViewBox(QRect(0, 0, SIZE.width(), SIZE.height()))
    generator.setResolution(_DOTS_PER_INCH)
    generator.setTitle(chart.title)
    generator.setDescription(chart.in_words)
    fonts = Fonts.of_application()
    painter = QPainter(generator)
    _draw(painter, chart, fonts)
    painter.end()
    # Where the face is missing, another without serifs takes its place.
    family = fonts.words.family()
    return bytes(written.data()).replace(
        f'font-family="{family}"'.encode(), f'font-family="{family}, sans-serif"'.encode()
    )


def _draw(painter: QPainter, chart: Chart, fonts: Fonts) -> None:
    draw_chart(painter, Plot(chart, QSizeF(SIZE), fonts), theme.palette_for("light"))
