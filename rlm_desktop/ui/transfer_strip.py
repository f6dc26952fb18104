"""Says how an export or an import goes, and what came of it."""

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import ElidedWords, action_button
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE
from rlm_desktop.viewmodel.transfers import Transfers

_BAR_WIDTH = 120
_WHOLE = 1_000


class TransferStrip(QFrame):
    """Words, how far it is, and what can be done: stop it, show its folder, close the strip."""

    def __init__(self, transfers: Transfers, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("transferStrip")
        self.setProperty("kind", "strip")
        self._transfers = transfers
        self.words = ElidedWords(self)
        self._bar = QProgressBar(self)
        self._stop = action_button(self, "Cancel", "stopTransfer", transfers.stop)
        self._folder = action_button(self, "Show in folder", "showTransferred", self.show_folder)
        self._close = QToolButton(self)
        self._build()
        transfers.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._bar.setFixedWidth(_BAR_WIDTH)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("How far it is")
        self._stop.setToolTip("Stop, and leave nothing of it")
        for button in (self._stop, self._folder):
            button.setProperty("kind", "quiet")
        self._close.setObjectName("closeTransfer")
        self._close.setProperty("kind", "quiet")
        self._close.setToolTip("Hide this message")
        self._close.setAccessibleName("Hide this message")
        self._close.clicked.connect(self._transfers.dismiss)
        set_icon(self._close, "x", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND, GRID, GRID, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self.words, 1)
        for widget in (self._bar, self._stop, self._folder, self._close):
            row.addWidget(widget)

    @Slot()
    def refresh(self) -> None:
        """Show how it stands."""
        transfers = self._transfers
        self.words.setText(transfers.words)
        self.words.setToolTip(transfers.words)
        self.setAccessibleName(transfers.words)
        self._bar.setVisible(transfers.is_running)
        self._bar.setRange(0, 0 if transfers.share is None else _WHOLE)
        self._bar.setValue(round((transfers.share or 0) * _WHOLE))
        self._stop.setVisible(transfers.is_running)
        self._folder.setVisible(transfers.written is not None)
        self._close.setVisible(not transfers.is_running)
        self.setVisible(bool(transfers.words))

    @Slot()
    def show_folder(self) -> None:
        """Let the system show where the file is."""
        written = self._transfers.written
        if written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(written.parent)))
