"""The ways out of the window and into it: a run as a file or in the clipboard, and runs out of files."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, QTemporaryDir, Slot
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QFileDialog, QMenu

from rlm_desktop.export.formats import FORMATS, Format, format_called
from rlm_desktop.trace.ids import RunId
from rlm_desktop.ui.commands import Command
from rlm_desktop.ui.export_dialog import ExportDialog
from rlm_desktop.ui.main_window import MainWindow
from rlm_desktop.viewmodel.remedies import Problem
from rlm_desktop.viewmodel.transfers import Export, Import, Transfers

_MOST_COPIED_BYTES = 50_000_000
_COPIES = {
    "Copy the answer, with its evidence, as Markdown": "answer-md",
    "Copy the answer, with its evidence, formatted": "answer-html",
    "Copy the trace, as Markdown": "trace-md",
}
_LONGEST_NAME = 60
_IMPORTED = "Runs (*.rlmtrace *.jsonl *.json);;All files (*)"


class Exports(QObject):
    """Joins transfers with the window."""

    def __init__(self, window: MainWindow, transfers: Transfers) -> None:
        super().__init__(window)
        self._window, self._transfers = window, transfers
        self._folder = str(Path.home())
        self._last_format = FORMATS[0].name
        self._copies: QTemporaryDir | None = None
        """Where copies are written on their way to the clipboard; it goes with this object."""
        self._run: RunId | None = None
        self._wish: Export | None = None
        """What was chosen, before it has a place."""
        transfers.exported.connect(self._on_exported)
        transfers.imported.connect(self._on_imported)
        transfers.failed.connect(self._on_failed)
        window.traces_given.connect(self.bring_in)
        window.history.export_asked.connect(self.export)
        window.run_page.line.export_button.setMenu(self._menu())
        window.commands.add(self._commands())

    def _commands(self) -> Sequence[Command]:
        copies = [
            Command(words=words, group="Copy", act=partial(self.copy, name), holds=self._has_run)
            for words, name in _COPIES.items()
        ]
        export = Command(
            words="Export the run…", group="Views", keys=("Ctrl+E",), act=self.export_shown, holds=self._has_run
        )
        bring = Command(
            words="Import runs…", group="Views", keys=("Ctrl+I",), act=self.open_files, holds=lambda: self._is_ready
        )
        return [export, bring, *copies]

    def _menu(self) -> QMenu:
        menu = QMenu(self._window.run_page.line.export_button)
        menu.setObjectName("exportMenu")
        menu.addAction("Export to a file…\tCtrl+E", self.export_shown)
        menu.addSeparator()
        for words, name in _COPIES.items():
            menu.addAction(words, partial(self.copy, name))
        return menu

    @property
    def _is_ready(self) -> bool:
        return bool(self._transfers.command)

    def _has_run(self) -> bool:
        return self._is_ready and self._window.shown.run is not None

    # Out

    @Slot()
    def export_shown(self) -> None:
        """Let the user export the run that is shown."""
        if self._window.shown.run is not None:
            self.export(self._window.shown.run)

    @Slot(object)
    def export(self, run: RunId) -> None:
        """Let the user choose how a run is exported."""
        if not self._is_ready:
            return
        self._run = run
        row = self._window.history.items.row_of(run)
        dialog = ExportDialog(row.title if row is not None else "", self._last_format, self._window)
        dialog.chosen.connect(self._on_chosen)
        dialog.open()

    @Slot(object, bool, bool)
    def _on_chosen(self, chosen: Format, redact: bool, with_documents: bool) -> None:
        assert self._run is not None
        self._last_format = chosen.name
        self._wish = Export(run=self._run, format=chosen, path=Path(), redact=redact, with_documents=with_documents)
        name = f"{self._file_name(self._run)}{chosen.suffix}"
        kind = f"{chosen.title} (*{chosen.suffix})"
        dialog = QFileDialog(self._window, chosen.title, str(Path(self._folder, name)), kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(chosen.suffix.removeprefix("."))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def _file_name(self, run: RunId) -> str:
        row = self._window.history.items.row_of(run)
        words = "".join(sign if sign.isalnum() else " " for sign in (row.title if row is not None else ""))
        return " ".join(words.split())[:_LONGEST_NAME].strip() or run

    @Slot(str)
    def save(self, path: str) -> None:
        """Write what was chosen to a file."""
        if self._wish is not None:
            self._folder = str(Path(path).parent)
            self._transfers.begin(replace(self._wish, path=Path(path)))

    def copy(self, name: str) -> None:
        """Put the run that is shown into the clipboard, in this format."""
        run = self._window.shown.run
        if run is not None and self._is_ready:
            self._copies = self._copies or QTemporaryDir()
            path = Path(self._copies.filePath(name))
            self._transfers.begin(Export(run=run, format=format_called(name), path=path))

    @Slot(object)
    def _on_exported(self, wish: Export) -> None:
        if self._copies is None or wish.path.parent != Path(self._copies.path()):
            return
        if wish.path.stat().st_size > _MOST_COPIED_BYTES:
            self._on_failed("This is too much for the clipboard. Export it to a file instead.")
        else:
            _put_into_clipboard(wish.path.read_text("utf-8"), is_html=wish.format.suffix == ".html")
            self._transfers.say(f"Copied: {wish.format.title}.")
        wish.path.unlink()

    @Slot(str)
    def _on_failed(self, problem: str) -> None:
        self._window.tell(Problem(text=problem))

    # In

    @Slot()
    def open_files(self) -> None:
        """Let the user choose files with runs in them."""
        dialog = QFileDialog(self._window, "Import runs", self._folder, _IMPORTED)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self.bring_in)
        dialog.open()

    @Slot(list)
    def bring_in(self, files: Sequence[str]) -> None:
        """Take the runs of files into the history."""
        if files and self._is_ready:
            self._transfers.begin(Import(files=tuple(files)))

    @Slot(object)
    def _on_imported(self, runs: Sequence[RunId]) -> None:
        """Show the last of them, unless a run is followed just now."""
        if not self._window.asking.is_running:
            self._window.run_opened.emit(runs[-1])


def _put_into_clipboard(text: str, *, is_html: bool) -> None:
    data = QMimeData()
    if is_html:
        page = QTextDocument()
        page.setHtml(text)
        data.setHtml(text)
        data.setText(page.toPlainText())
    else:
        data.setText(text)
    QGuiApplication.clipboard().setMimeData(data)
