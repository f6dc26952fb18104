"""What all recorded runs have cost and used: by day, by model and by corpus."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from rlm_desktop.ui.chart_page import ChartPage
from rlm_desktop.ui.room import over
from rlm_desktop.ui.theme import AROUND
from rlm_desktop.viewmodel.all_charts import ALL_KINDS
from rlm_desktop.viewmodel.spendings import Spendings

_SIZE = QSize(980, 680)


class AllChartsDialog(QDialog):
    """Reads when it opens."""

    def __init__(self, spendings: Spendings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("allCharts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Charts of all runs")
        self.page = ChartPage(ALL_KINDS, spendings.chart, self._about, self)
        self._build()
        spendings.changed.connect(self.page.refresh)
        spendings.refresh()

    def _build(self) -> None:
        buttons = QDialogButtonBox(self)
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(AROUND, 0, AROUND, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, AROUND)
        column.setSpacing(AROUND)
        column.addWidget(self.page, 1)
        column.addWidget(buttons)
        self.resize(over(self.parentWidget(), _SIZE))

    def _about(self) -> str:
        return "All recorded runs"
