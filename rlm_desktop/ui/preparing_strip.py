"""Says how far the large run is that is being got ready."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from rlm_desktop.ui.parts import ElidedWords, action_button
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE
from rlm_desktop.viewmodel.preparing import Preparing

_BAR_WIDTH = 120
_WHOLE = 100


class PreparingStrip(QFrame):
    """Words, how far it is, and a way not to wait for it; there only while a run is being got ready."""

    def __init__(self, preparing: Preparing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("preparingStrip")
        self.setProperty("kind", "strip")
        self._preparing = preparing
        self.words = ElidedWords(self)
        self._bar = QProgressBar(self)
        self._leave = action_button(self, "Cancel", "leavePreparing", preparing.leave)
        self._build()
        preparing.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._bar.setRange(0, _WHOLE)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("How far it is")
        self._leave.setToolTip("Do not wait for it; what is shown now stays")
        self._leave.setProperty("kind", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND, GRID, GRID, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self.words, 1)
        row.addWidget(self._bar)
        row.addWidget(self._leave)

    @Slot()
    def refresh(self) -> None:
        """Show how it stands."""
        words = self._preparing.words
        self.words.setText(words)
        self.words.setToolTip("From the next time on it opens at once." if words else "")
        self.setAccessibleName(words)
        self._bar.setValue(int(self._preparing.share * _WHOLE))
        self.setVisible(bool(words))
