"""The charts of the run that is shown: at the position looked at, and at most four times a second anew."""

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.ui.chart_page import ChartPage
from rlm_desktop.viewmodel.chart import Chart
from rlm_desktop.viewmodel.run_charts import RUN_KINDS, run_chart
from rlm_desktop.viewmodel.run_figures import RunFigures
from rlm_desktop.viewmodel.shown_run import ShownRun

REST_MS = 250


class RunCharts(QWidget):
    """Adds up only while it can be seen."""

    def __init__(self, shown: ShownRun, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runCharts")
        self._shown = shown
        self._figures = RunFigures()
        self._is_stale = False
        self._resting = QTimer(self, singleShot=True, interval=REST_MS)
        self.page = ChartPage(RUN_KINDS, self._make, self._about, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        shown.items.moved.connect(self._on_moved)
        for signal in (shown.opened, shown.filled, shown.ended):
            signal.connect(self._on_other)
        self._resting.timeout.connect(self._on_rested)

    def _make(self, measure: str, division: str) -> Chart:
        items = self._shown.items
        figures = items.figures()
        if figures is None:
            self._figures.show(items.entries, items.position)
        return run_chart(figures or self._figures, measure, division)

    def _about(self) -> str:
        started = self._shown.started
        return started.title if started is not None else ""

    @Slot()
    def _on_moved(self) -> None:
        self._is_stale = True
        if self.isVisible() and not self._resting.isActive():
            self._refresh()

    @Slot()
    def _on_other(self) -> None:
        """Another run, or the end of this one, is shown without delay."""
        if self.isVisible():
            self._refresh()

    @Slot()
    def _on_rested(self) -> None:
        if self._is_stale and self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        self._is_stale = False
        self.page.refresh()
        self._resting.start()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
