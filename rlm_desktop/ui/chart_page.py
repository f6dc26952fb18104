"""A chart over its figures, with what can be looked at and how it is divided; and the picture as a file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rlm_desktop.ui.chart_files import png_of, svg_of
from rlm_desktop.ui.chart_table import ChartTable
from rlm_desktop.ui.chart_view import ChartView
from rlm_desktop.ui.copy_button import CopyButton
from rlm_desktop.ui.flow import Flow
from rlm_desktop.ui.parts import Hairline, Switch, Words
from rlm_desktop.ui.theme import AROUND, BETWEEN, INSIDE, Role
from rlm_desktop.viewmodel.chart import Chart

_NOTHING = Chart(title="", axis="", unit="calls", series=(), bars=())
_LEAST_TABLE = 110
Make = Callable[[str, str], Chart]
"""Gives the chart of a measure and a division."""
_FORMATS: dict[str, tuple[str, Callable[[Chart], bytes]]] = {
    "png": ("PNG picture (*.png)", png_of),
    "svg": ("SVG picture (*.svg)", svg_of),
}


class ChartPage(QWidget):
    """Shows what `make` gives; `about` says in a line what the exported picture is of."""

    def __init__(
        self, kinds: Mapping[str, tuple[str, ...]], make: Make, about: Callable[[], str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._kinds, self._make, self._about = kinds, make, about
        self._measures = tuple(kinds)
        self.measure = Switch(self._measures, self)
        self.divisions = [Switch(divisions, self) for divisions in kinds.values()]
        self.words = Words(self, "muted")
        self.empty = Words(self, "muted")
        self.view = ChartView(_NOTHING, self)
        self.table = ChartTable(_NOTHING, self)
        self._copy = CopyButton("table", self.table.text, self)
        self.export_button = QPushButton("Export…", self)
        self._picture = QStackedWidget(self)
        self._build()

    def _build(self) -> None:
        head, choices = QHBoxLayout(), QWidget(self)
        head.setContentsMargins(AROUND, BETWEEN, AROUND, INSIDE)
        head.setSpacing(INSIDE)
        flow = Flow(choices, INSIDE, INSIDE)
        for number, switch in enumerate((self.measure, *self.divisions)):
            switch.chosen.connect(self._on_chosen)
            switch.setVisible(number < 2)
            flow.addWidget(switch)
        head.addWidget(choices, 1)
        for button in (self.export_button, self._copy):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._build_export()
        self.words.setContentsMargins(AROUND, 0, AROUND, INSIDE)
        self.words.setObjectName("chartWords")
        self.empty.setObjectName("chartEmpty")
        for label in (self.words, self.empty):
            label.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.hide()
        self._picture.addWidget(self.view)
        self._picture.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        """In a low window, picture and table keep a height at which they can be read."""
        area = QScrollArea(self)
        area.setProperty("kind", "plain")
        area.setAccessibleName("Chart and table")
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        both = QWidget(area)
        both.setProperty("kind", "surface")
        self.table.setMinimumHeight(_LEAST_TABLE)
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._picture, 5)
        column.addWidget(Hairline(both))
        column.addWidget(self.table, 3)
        area.setWidget(both)
        return area

    @property
    def chart(self) -> Chart:
        """The chart that is shown."""
        return self.view.chart

    def choose(self, measure: str, division: str) -> None:
        """Show one of the charts."""
        place = self._measures.index(measure)
        self.measure.choose(place)
        self.divisions[place].choose(self._kinds[measure].index(division))
        self._on_chosen()

    @Slot()
    def refresh(self) -> None:
        """Show the figures of now."""
        measure = self._measures[self.measure.current]
        division = self._kinds[measure][self.divisions[self.measure.current].current]
        chart = self._make(measure, division)
        if chart != self.view.chart:
            self.view.show_chart(chart)
            self.table.show_chart(chart)
        self.empty.setText(chart.empty)
        self._picture.setCurrentWidget(self.empty if chart.empty else self.view)
        self.table.setVisible(bool(chart.bars))
        self._copy.setEnabled(bool(chart.bars))
        self.export_button.setEnabled(not chart.empty)

    @Slot()
    def _on_chosen(self) -> None:
        for number, switch in enumerate(self.divisions):
            switch.setVisible(number == self.measure.current)
        self.words.hide()
        self.refresh()

    # Export

    def _build_export(self) -> None:
        self.export_button.setObjectName("chartExport")
        self.export_button.setToolTip("Save the picture in the light theme, with its title and legend")
        menu = QMenu(self.export_button)
        menu.addAction("PNG picture…", self._on_png)
        menu.addAction("SVG picture…", self._on_svg)
        self.export_button.setMenu(menu)

    @Slot()
    def _on_png(self) -> None:
        self._ask_where("png")

    @Slot()
    def _on_svg(self) -> None:
        self._ask_where("svg")

    def _ask_where(self, kind: str) -> None:
        name = self.chart.title.lower().replace(" ", "-")
        words = _FORMATS[kind][0]
        dialog = QFileDialog(self, "Export the chart", str(Path.home() / f"{name}.{kind}"), words)
        dialog.setObjectName("chartFileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.fileSelected.connect(self.export)
        dialog.open()

    @Slot(str)
    def export(self, path: str) -> None:
        """Write the picture; the ending of the name says what kind."""
        kind = "svg" if path.lower().endswith(".svg") else "png"
        about = " · ".join(part for part in (self.chart.subtitle, self._about()) if part)
        try:
            Path(path).write_bytes(_FORMATS[kind][1](replace(self.chart, subtitle=about)))
        except OSError as error:
            self._tell(f"The chart could not be written to {path}: {error.strerror}. Choose another folder.", "error")
            return
        self._tell(f"Written to {path}.", "muted")

    def _tell(self, words: str, role: Role) -> None:
        self.words.set_role(role)
        self.words.setText(words)
        self.words.show()
