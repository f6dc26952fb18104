"""The question before a link of an answer is opened: the whole address, and what is odd about it."""

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from rlm_desktop.viewmodel.links import Target

_LINE = 72
_MOST_LINES = 12


class LinkQuestion(QMessageBox):
    """Open, Copy or Cancel; Cancel is what Enter does."""

    def __init__(self, target: Target, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("linkQuestion")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._target = target
        self._open = self.addButton(QMessageBox.StandardButton.Open)
        self._copy = self.addButton("Copy", QMessageBox.ButtonRole.ActionRole)
        self.setDefaultButton(self.addButton(QMessageBox.StandardButton.Cancel))
        self._build()
        self.buttonClicked.connect(self._on_button)

    def _build(self) -> None:
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWindowTitle("Open a link")
        self.setIcon(QMessageBox.Icon.Warning if self._target.warnings else QMessageBox.Icon.Question)
        where = f"Write a mail to {self._target.place}?" if self._target.is_mail else f"Open {self._target.place}?"
        self.setText(where)
        source = "The answer was written by a model; look before you follow."
        self.setInformativeText("\n\n".join([_wrapped(self._target.address), *self._target.warnings, source]))

    @Slot(QAbstractButton)
    def _on_button(self, button: QAbstractButton) -> None:
        if button is self._open:
            QDesktopServices.openUrl(QUrl(self._target.address))
        elif button is self._copy:
            QGuiApplication.clipboard().setText(self._target.address)


def _wrapped(address: str) -> str:
    """Break an address into lines, so that a long one cannot push its end, or the buttons, off the screen."""
    lines = [address[start : start + _LINE] for start in range(0, len(address), _LINE)]
    if len(lines) <= _MOST_LINES:
        return "\n".join(lines)
    left_out = sum(map(len, lines[_MOST_LINES:]))
    return "\n".join([*lines[:_MOST_LINES], f"… {left_out:,} more characters; Copy takes all of them"])
