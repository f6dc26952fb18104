"""The field in which a note is typed."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from typing_extensions import override

from rlm_desktop.ui import theme

_LEAST_LINES, _MOST_LINES = 3, 9


class NoteEditor(QPlainTextEdit):
    """As high as its text, within limits. Ctrl+Enter and Esc leave it; both keep what was typed."""

    begun = Signal()
    finished = Signal()
    """The keys asked to leave."""
    left = Signal()
    """The focus went elsewhere, if only to a menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("noteEdit")
        self.setProperty("kind", "field")
        self.setAccessibleName("Note")
        self.setPlaceholderText("What should be remembered of this?")
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._fit)
        self._fit()

    def write(self, text: str) -> None:
        """Show another text."""
        if text != self.toPlainText():
            self.setPlainText(text)

    def _fit(self) -> None:
        lines = min(max(self.document().blockCount(), _LEAST_LINES), _MOST_LINES)
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 4 * theme.GRID)

    @override
    def event(self, event: QEvent) -> bool:
        # Ctrl+Enter asks the question elsewhere in the window.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_leaving(event):
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_leaving(event):
            event.accept()
            self.finished.emit()
        else:
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.begun.emit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


def _is_leaving(event: QKeyEvent) -> bool:
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    return event.key() == Qt.Key.Key_Escape
