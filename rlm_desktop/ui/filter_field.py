"""A field that filters a list while it is typed into."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from rlm_desktop.ui.icons import icon


class FilterField(QLineEdit):
    """Escape clears it and leaves, Down and Enter go to the list."""

    left = Signal()

    def __init__(self, name: str, words: str, hint: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)
        self.setClearButtonEnabled(True)
        self._lens = self.addAction(icon("search", "muted", 14), QLineEdit.ActionPosition.LeadingPosition)
        self._lens.setText("Filter")

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self._lens.setIcon(icon("search", "muted", 14))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)
