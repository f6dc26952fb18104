"""Says what was deleted, and brings it back; it stays until it is closed."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import ElidedWords, action_button
from rlm_desktop.ui.theme import AROUND, GRID


class UndoStrip(QFrame):
    """Words, Undo, and a cross."""

    undo_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("undoStrip")
        self.setProperty("kind", "strip")
        self._words = ElidedWords(self)
        self._undo = action_button(self, "Undo", "undoDeletion", self.undo_asked.emit)
        self._undo.setProperty("kind", "quiet")
        self._undo.setToolTip("Bring it back (Ctrl+Z in the list)")
        self._close = QToolButton(self)
        self._close.setObjectName("closeUndo")
        self._close.setProperty("kind", "quiet")
        self._close.setToolTip("Remove it for good")
        self._close.setAccessibleName("Remove it for good")
        self._close.clicked.connect(self.closed.emit)
        set_icon(self._close, "x", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self._words, 1)
        row.addWidget(self._undo)
        row.addWidget(self._close)
        self.hide()

    @Slot(str)
    def tell(self, words: str) -> None:
        """Say what can be brought back; nothing hides it."""
        self._words.setText(words)
        self._words.setToolTip(words)
        self.setAccessibleName(words)
        self._undo.setAccessibleName(f"Undo: {words}")
        self.setVisible(bool(words))

    @property
    def text(self) -> str:
        """What it says now."""
        return self._words.text()
