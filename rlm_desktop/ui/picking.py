"""Lets the user pick files or a folder, beginning where something was picked last."""

from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

_SIZE = QSize(860, 560)


class Picker(QObject):
    """Opens the dialogs over a window."""

    picked = Signal(list)  # list[str]

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._folder = str(Path.home())

    @Slot()
    def open_files(self) -> None:
        """Let the user pick files."""
        self._open("Open files", QFileDialog.FileMode.ExistingFiles)

    @Slot()
    def open_folder(self) -> None:
        """Let the user pick a folder."""
        self._open("Open a folder", QFileDialog.FileMode.Directory)

    def _open(self, title: str, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self._window, title, self._folder)
        dialog.resize(_SIZE)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(self._on_picked)
        dialog.open()

    @Slot(list)
    def _on_picked(self, paths: list[str]) -> None:
        if paths:
            self._folder = str(Path(paths[0]).parent)
        self.picked.emit(paths)
