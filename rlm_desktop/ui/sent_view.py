"""What left this computer in the run that is shown: document by document, and as a file."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rlm_desktop.trace.reasks import sent_in
from rlm_desktop.ui.cell_table import CellTable
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import AROUND, BETWEEN
from rlm_desktop.viewmodel.sent_table import sent_csv, sent_table, sent_words
from rlm_desktop.viewmodel.shown_run import ShownRun


class SentView(QWidget):
    """The ledger of a run."""

    def __init__(self, shown: ShownRun, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sentView")
        self._shown = shown
        self.words = Words(self)
        self.table = CellTable("sentTable", "What was sent of which document", self)
        self.export = QPushButton("Export as CSV…", self)
        self._build()
        for signal in (shown.opened, shown.filled, shown.ended):
            signal.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self.words.setWordWrap(True)
        self.export.setObjectName("sentExport")
        self.export.setToolTip("Save this table for a spreadsheet")
        self.export.clicked.connect(self._on_export)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, BETWEEN, AROUND, AROUND)
        column.setSpacing(BETWEEN)
        column.addLayout(head)
        column.addWidget(self.table, 1)

    @Slot()
    def refresh(self) -> None:
        """Show the ledger of the run that is shown now."""
        sent = sent_in(self._shown.items.trace.root)
        self.words.setText(sent_words(sent, is_over=not self._shown.is_live))
        self.table.show_body(sent_table(sent))
        self.table.setVisible(bool(sent))
        self.export.setEnabled(bool(sent))

    def take_focus(self) -> None:
        """Take the keys."""
        (self.table if self.table.isVisible() else self.export).setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _on_export(self) -> None:
        dialog = QFileDialog(self, "Export what was sent", str(Path.home() / "sent.csv"), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(self._on_file)
        dialog.open()

    @Slot(str)
    def _on_file(self, path: str) -> None:
        try:
            Path(path).write_text(sent_csv(sent_in(self._shown.items.trace.root)), "utf-8", newline="")
        except OSError as error:
            self.words.setText(f"The table could not be written to {path}: {error.strerror}. Choose another folder.")
            return
        self.words.setText(f"Written to {path}.")
