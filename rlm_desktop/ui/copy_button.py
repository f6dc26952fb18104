"""A small button that copies a text and says that it did."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton, QWidget

from rlm_desktop.ui.icons import set_icon

_SAID_MS = 1_500


class CopyButton(QToolButton):
    """Copies what `text` gives when it is pressed."""

    def __init__(self, what: str, text: Callable[[], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._what, self._text = what, text
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAID_MS)
        self._timer.timeout.connect(self._on_time)
        self.setProperty("kind", "quiet")
        self.clicked.connect(self.copy)
        self._on_time()

    def name(self, what: str) -> None:
        """Say what is copied."""
        if what != self._what:
            self._what = what
            self._on_time()

    @Slot()
    def copy(self) -> None:
        """Copy, and show a check mark for a moment."""
        QGuiApplication.clipboard().setText(self._text())
        set_icon(self, "check", "answer", 14)
        self.setToolTip("Copied")
        self._timer.start()

    @Slot()
    def _on_time(self) -> None:
        set_icon(self, "copy", "muted", 14)
        self.setToolTip(f"Copy the {self._what}")
        self.setAccessibleName(f"Copy the {self._what}")
