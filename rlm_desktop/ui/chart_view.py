"""A chart on the screen: the bar under the mouse tells its exact values."""

from PySide6.QtCore import QEvent, QPointF, QSize, QSizeF
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from rlm_desktop.ui.chart_drawing import draw_chart
from rlm_desktop.ui.chart_plot import Fonts, Plot
from rlm_desktop.viewmodel.chart import Chart, tip
from rlm_desktop.viewmodel.guarded_text import plain_tip

_LEAST = QSize(320, 280)
_USUAL = QSize(800, 380)


class ChartView(QWidget):
    """Paints a `Chart`; the picture is kept until the chart, the size or the theme is another."""

    def __init__(self, chart: Chart, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("chartView")
        self.setAccessibleName("Chart")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(_LEAST)
        self.chart = chart
        self._pointed: int | None = None
        self._plot: Plot | None = None
        self._picture: QPixmap | None = None

    def show_chart(self, chart: Chart) -> None:
        """Show another chart."""
        self.chart = chart
        self.setAccessibleDescription(f"{chart.in_words}. The table under it has the same figures.")
        self._forget()

    @property
    def plot(self) -> Plot:
        """Where everything lies now."""
        if self._plot is None:
            self._plot = Plot(self.chart, QSizeF(self.size()), Fonts.of_application())
        return self._plot

    def _forget(self) -> None:
        self._plot = self._picture = None
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return _USUAL

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            ratio = self.devicePixelRatioF()
            self._picture = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
            self._picture.setDevicePixelRatio(ratio)
            painter = QPainter(self._picture)
            draw_chart(painter, self.plot, self.palette(), self._pointed)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._forget()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._forget()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.plot.bar_at(event.position()))

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def _point_at(self, bar: int | None) -> None:
        if bar != self._pointed:
            self._pointed, self._picture = bar, None
            self.update()

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            bar = self.plot.bar_at(QPointF(event.pos()))
            words = "" if bar is None else plain_tip(tip(self.chart, self.chart.bars[bar]))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)
