"""What the scan found and how far reading is, large in the middle of the window while there is no run to look at."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rlm_desktop.trace.wording import plural, size
from rlm_desktop.ui.parts import Figure, Words
from rlm_desktop.ui.progress_line import ProgressLine
from rlm_desktop.ui.reading_strip import show_ready
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE
from rlm_desktop.viewmodel.asking import Asking

_MOST_KINDS = 6
_Row = tuple[str, str, str]


class ReadingCard(QWidget):
    """Kinds with their numbers and sizes, a line that fills, and the buttons not to wait."""

    ready_asked = Signal()

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("readingCard")
        self._asking = asking
        self._rows: list[_Row] = []
        self._kinds = QGridLayout()
        self._apart = Words(self, "muted")
        self._line = ProgressLine(self)
        self._stop = QPushButton("Stop reading", self)
        self._ready = QPushButton(self)
        self._build()
        asking.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._kinds.setHorizontalSpacing(2 * AROUND)
        self._kinds.setVerticalSpacing(GRID)
        self._apart.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stop.setAccessibleName("Stop reading")
        self._stop.setToolTip("What is ready stays")
        self._stop.clicked.connect(self._asking.reading.stop)
        self._ready.setProperty("kind", "main")
        self._ready.clicked.connect(self.ready_asked)
        table, buttons = QHBoxLayout(), QHBoxLayout()
        buttons.setSpacing(INSIDE)
        for row, inside in ((table, (self._kinds,)), (buttons, (self._ready, self._stop))):
            row.addStretch(1)
            for one in inside:
                row.addLayout(one) if isinstance(one, QGridLayout) else row.addWidget(one)
            row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN)
        column.addLayout(table)
        column.addWidget(self._apart)
        column.addWidget(self._line)
        column.addLayout(buttons)

    @Slot()
    def refresh(self) -> None:
        """Show what is known now."""
        reading = self._asking.reading
        self.setVisible(reading.is_going_on)
        if not reading.is_going_on:
            return
        self._show_kinds(_kind_rows(reading.kinds))
        self._apart.setText(reading.apart)
        self._apart.setVisible(bool(reading.apart))
        self._line.set_share(reading.share)
        self._stop.setEnabled(not reading.is_stopping)
        show_ready(self._ready, self._asking)

    def _show_kinds(self, rows: list[_Row]) -> None:
        if rows == self._rows:
            return
        self._rows = rows
        while (item := self._kinds.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, (kind, files, weight) in enumerate(rows):
            self._kinds.addWidget(Words(self, "text", kind), place, 0)
            for column, text in ((1, files), (2, weight)):
                figure = Figure(self, "muted")
                figure.setText(text)
                self._kinds.addWidget(figure, place, column, Qt.AlignmentFlag.AlignRight)


def _kind_rows(kinds: list[tuple[str, int, int]]) -> list[_Row]:
    """The kinds with the most bytes, and the others in one row."""
    rows = [(kind or "other", plural(files, "file"), size(weight)) for kind, files, weight in kinds[:_MOST_KINDS]]
    rest = kinds[_MOST_KINDS:]
    if rest:
        files, weight = sum(kind[1] for kind in rest), sum(kind[2] for kind in rest)
        rows.append((f"{len(rest)} other kinds", plural(files, "file"), size(weight)))
    return rows
