"""How far reading is, in the documents panel: a line, what is left, and the ways not to wait."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import ElidedWords
from rlm_desktop.ui.progress_line import ProgressLine
from rlm_desktop.ui.theme import AROUND, GRID, small_font
from rlm_desktop.viewmodel.asking import Asking


class ReadingStrip(QWidget):
    """There while documents are found and read."""

    ready_asked = Signal()

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("readingStrip")
        self._asking = asking
        self._words = ElidedWords(self, "muted")
        self._line = ProgressLine(self)
        self._stop = QToolButton(self)
        self._ready = QPushButton(self)
        self._build()
        asking.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._words.setFont(small_font())
        self._words.setObjectName("readingWords")
        set_icon(self._stop, "x", "muted", 14)
        self._stop.setProperty("kind", "tiny")
        self._stop.setObjectName("stopReadingButton")
        self._stop.setAccessibleName("Stop reading")
        self._stop.setToolTip("Stop reading; what is ready stays")
        self._stop.clicked.connect(self._asking.reading.stop)
        self._ready.setObjectName("askReadyButton")
        self._ready.clicked.connect(self.ready_asked)
        first = QHBoxLayout()
        first.setSpacing(GRID)
        first.addWidget(self._words, 1)
        first.addWidget(self._stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, GRID, AROUND, GRID)
        column.setSpacing(GRID)
        column.addLayout(first)
        column.addWidget(self._line)
        column.addWidget(self._ready)

    @Slot()
    def refresh(self) -> None:
        """Show how far it is."""
        reading = self._asking.reading
        self.setVisible(reading.is_going_on)
        if not reading.is_going_on:
            return
        words = reading.note or f"{reading.title}…"
        self._words.setText(words)
        self._words.setToolTip(words_of_scan(self._asking))
        self._line.set_share(reading.share)
        self._stop.setEnabled(not reading.is_stopping)
        show_ready(self._ready, self._asking)


def show_ready(button: QPushButton, asking: Asking) -> None:
    """Offer to ask about what is ready, once the user has a question and would have to wait."""
    ready = asking.documents.tally.ready
    button.setVisible(bool(ready and asking.question.strip()) and asking.is_reading and not asking.is_running)
    button.setText("Ask about the one ready" if ready == 1 else f"Ask about the {ready:,} ready")
    button.setAccessibleName(button.text())
    button.setToolTip(f"Do not wait for the others: {plural(asking.documents.tally.waiting, 'file')} would be left out")


def words_of_scan(asking: Asking) -> str:
    """Say what the scan found."""
    reading = asking.reading
    kinds = ", ".join(f"{files:,} {kind or 'other'}" for kind, files, _ in reading.kinds)
    return "\n".join(filter(None, (reading.title, reading.found, kinds, reading.apart)))
