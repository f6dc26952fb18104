"""Opens what tells of commands, over a window: the palette, the sheet of keys, and the guide."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QDialog, QWidget

from rlm_desktop.settings.places import resources_dir
from rlm_desktop.ui.command_palette import CommandPalette
from rlm_desktop.ui.commands import Command, Commands
from rlm_desktop.ui.guide_dialog import GuideDialog
from rlm_desktop.ui.key_caps import key_words
from rlm_desktop.ui.key_sheet import KeySheet
from rlm_desktop.viewmodel.guide import KeyGroup, read_guide


class CommandDialogs(QObject):
    """Palette or sheet, one at a time, as both are modal; the guide stays open beside the window."""

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

    @Slot()
    def open_guide(self) -> None:
        """Show the guide; the one that is open comes to the front."""
        guide = self._guide()
        if guide is None:
            guide = GuideDialog(read_guide(resources_dir() / "guide", key_groups(self._commands)), self._window)
            guide.finished.connect(self._window.activateWindow)
        guide.show()
        guide.raise_()
        guide.activateWindow()

    @Slot()
    def close_guide(self) -> None:
        """Close the guide with its window."""
        guide = self._guide()
        if guide is not None:
            guide.close()

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        guide = self._guide()
        if guide is not None:
            guide.redress()

    def _guide(self) -> GuideDialog | None:
        return self._window.findChild(GuideDialog)

    def _open(self, dialog: QDialog) -> None:
        # Not every window manager gives the keys back to where they were.
        dialog.finished.connect(self._window.activateWindow)
        dialog.open()

    @Slot(object)
    def _on_command(self, command: Command) -> None:
        # Later, when the palette has given back the focus.
        QTimer.singleShot(0, self, command.act)


def key_groups(commands: Iterable[Command]) -> list[KeyGroup]:
    """Give the keys of all commands that have some, in groups, as the guide lists them."""
    rows: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for command in commands:
        if command.keys:
            rows.setdefault(command.group, []).append((command.words, tuple(map(key_words, command.keys))))
    return [KeyGroup(name=name, rows=tuple(group)) for name, group in rows.items()]
