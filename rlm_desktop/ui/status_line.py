"""The line at the bottom: what holds for the model-written code, where text goes, and the position in the run."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.parts import Dot, ElidedWords
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.shown_run import ShownRun


class StatusLine(QWidget):
    """Quiet facts; the replay bar sits at its right end."""

    def __init__(self, asking: Asking, shown: ShownRun, parent: QWidget) -> None:
        super().__init__(parent)
        self._asking = asking
        self._shown = shown
        self._dot = Dot(self, "muted")
        self._engine = ElidedWords(self, "muted", "Starting the engine")
        self._engine.setObjectName("engineState")
        self._goes_to = ElidedWords(self, "muted")
        self._goes_to.setObjectName("goesTo")
        self._row = QHBoxLayout(self)
        self._build()
        shown.opened.connect(self.refresh)
        shown.changed.connect(self.refresh)
        asking.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._row.setContentsMargins(AROUND, GRID, AROUND, GRID)
        self._row.setSpacing(INSIDE)
        for label in (self._engine, self._goes_to):
            label.setFont(small_font())
        self._row.addWidget(self._dot)
        self._row.addWidget(self._engine)
        self._row.addSpacing(AROUND)
        self._row.addWidget(self._goes_to, 1)

    def add(self, widget: QWidget) -> None:
        """Put something at the right end."""
        self._row.addWidget(widget)

    def tell_engine(self, words: str, more: str, is_well: bool) -> None:
        """Say how the engine is, or how it holds model code; `more` is for those who ask."""
        self._dot.set_role("answer" if is_well else "warn")
        self._engine.setText(words)
        self._engine.setToolTip(f"{words}\n{more}" if more else words)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say where text goes: in the shown run, or in the next one."""
        started = self._shown.started
        if started is not None:
            places = " and ".join(dict.fromkeys((started.root.goes_to, started.worker.goes_to)))
            amount = f"{started.characters:,} characters in {plural(started.document_count, 'document')}"
            is_told = started.isolation in ("", self._engine.text())
            isolation = "" if is_told else f"{started.isolation} · "
            verb = "goes" if self._shown.is_live else "went"
            self._goes_to.setText(f"{isolation}Text {verb} to: {places} · {amount}")
            self._goes_to.setToolTip(plain_tip(self._goes_to.text()))
            return
        self._goes_to.setText("")
        self._goes_to.setToolTip("")
