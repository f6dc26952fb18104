"""Opens the two dialogs that tell of commands, over a window: the palette and the sheet of keys."""

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDialog, QWidget

from rlm_desktop.ui.command_palette import CommandPalette
from rlm_desktop.ui.commands import Command, Commands
from rlm_desktop.ui.key_sheet import KeySheet


class CommandDialogs(QObject):
    """One of them at a time, as both are modal."""

    def __init__(self, commands: Commands, window: QWidget) -> None:
        super().__init__(window)
        self._commands, self._window = commands, window

    @Slot()
    def open_keys(self) -> None:
        """Show all keys."""
        self._open(KeySheet(self._commands, self._window))

    @Slot()
    def open_palette(self) -> None:
        """Let the user find what can be done now, by its words."""
        palette = CommandPalette([command for command in self._commands if command.holds()], self._window)
        palette.chosen.connect(self._on_command)
        self._open(palette)

    def _open(self, dialog: QDialog) -> None:
        # Not every window manager gives the keys back to where they were.
        dialog.finished.connect(self._window.activateWindow)
        dialog.open()

    @Slot(object)
    def _on_command(self, command: Command) -> None:
        # Later, when the palette has given back the focus.
        QTimer.singleShot(0, self, command.act)
