"""The figures under a chart: a click on a heading, or S, sorts by its column; Ctrl+C copies."""

from PySide6.QtCore import QItemSelectionModel, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QWidget
from typing_extensions import override

from rlm_desktop.ui.cell_table import CellTable
from rlm_desktop.viewmodel.cards import TableBody
from rlm_desktop.viewmodel.chart import Chart
from rlm_desktop.viewmodel.chart_table import Order, chart_table, table_text


class ChartTable(CellTable):
    """Shows a chart's figures in an order of the reader's."""

    def __init__(self, chart: Chart, parent: QWidget) -> None:
        super().__init__("chartTable", "The figures of the chart", parent)
        self._chart = chart
        self._order: Order | None = None
        self._body = TableBody(rows=())
        self.setAccessibleDescription("S sorts by the column of the current cell, Ctrl+C copies the selected rows.")
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setToolTip("Click to sort by this column, and again to turn the order round")
        header.sectionClicked.connect(self.sort_by)

    def show_chart(self, chart: Chart) -> None:
        """Show other figures; the order stays while the columns do."""
        if (chart.title, chart.series) != (self._chart.title, self._chart.series):
            self._order = None
        self._chart = chart
        self._show()

    def text(self) -> str:
        """Give the selected rows for the clipboard, or all where fewer than two are."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        kept = tuple(self._body.rows[row] for row in rows) if len(rows) > 1 else self._body.rows
        return table_text(TableBody(rows=kept, headings=tuple(h.rstrip(" ▾▴") for h in self._body.headings)))

    @Slot(int)
    def sort_by(self, column: int) -> None:
        """Sort by a column: figures the largest first, then turned round."""
        was = self._order
        is_falling = not was.is_falling if was is not None and was.column == column else column > 0
        self._order = Order(column, is_falling)
        self._show()

    def _show(self) -> None:
        self._body = chart_table(self._chart, self._order)
        self.show_body(self._body)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.text())
        elif event.key() == Qt.Key.Key_S and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._sort_by_current()
        else:
            super().keyPressEvent(event)

    def _sort_by_current(self) -> None:
        current = self.currentIndex()
        if not current.isValid():
            return
        self.sort_by(current.column())
        place = self.model().index(current.row(), current.column())
        self.selectionModel().setCurrentIndex(place, QItemSelectionModel.SelectionFlag.NoUpdate)
