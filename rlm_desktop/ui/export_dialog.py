"""Lets the user choose in which form a run leaves, and with what of it."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QListWidget, QPushButton, QVBoxLayout, QWidget

from rlm_desktop.export.formats import FORMATS, Format
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.room import over
from rlm_desktop.ui.theme import AROUND, INSIDE

_SIZE = QSize(460, 520)
_LEAST_ROWS = 3
_REDACT_TIP = "Texts, names and paths are replaced; times, tokens, costs and the shape of the run stay."


class ExportDialog(QDialog):
    """The formats, and two wishes; where the file goes is asked after it."""

    chosen = Signal(object, bool, bool)  # Format, whether to redact, whether with documents

    def __init__(self, title: str, first: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Export")
        self._title = Words(self, "muted", title)
        self.formats = QListWidget(self)
        self._use = Words(self, "muted")
        self.redact = QCheckBox("Leave out all words", self)
        self.documents = QCheckBox("With the documents", self)
        self._build()
        self.formats.setCurrentRow(next((row for row, one in enumerate(FORMATS) if one.name == first), 0))
        self.formats.setFocus()

    def _build(self) -> None:
        for one in FORMATS:
            self.formats.addItem(one.title)
        self.formats.setObjectName("exportFormats")
        self.formats.setAccessibleName("Formats")
        self.formats.setMinimumHeight(_LEAST_ROWS * self.fontMetrics().lineSpacing())
        self.formats.currentRowChanged.connect(self._on_format)
        for words in (self._title, self._use):
            words.setWordWrap(True)
        self._use.setObjectName("exportUse")
        self.redact.setObjectName("exportRedact")
        self.redact.setToolTip(_REDACT_TIP)
        self.redact.toggled.connect(self._on_format)
        self.documents.setObjectName("exportDocuments")
        self.documents.setChecked(True)
        self.documents.setToolTip("So that the run can be checked against them where it is imported")
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(INSIDE)
        column.addWidget(self._title)
        column.addWidget(self.formats, 1)
        for widget in (self._use, self.redact, self.documents, self._build_buttons()):
            column.addWidget(widget)
        self.resize(over(self.parentWidget(), _SIZE))

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        export = QPushButton("Export…", buttons)
        export.setObjectName("exportChosen")
        export.setProperty("kind", "main")
        export.setDefault(True)
        buttons.addButton(export, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        return buttons

    @property
    def format(self) -> Format:
        """The format that is chosen."""
        return FORMATS[self.formats.currentRow()]

    @Slot()
    def _on_format(self) -> None:
        """Say what the format is for, and offer what it can do."""
        one = self.format
        self._use.setText(f"{one.use} ({one.name})")
        self.formats.setAccessibleDescription(one.use)
        self.redact.setEnabled(not one.only_words)
        self.documents.setEnabled(one.name == "rlmtrace" and not self._redacts)

    @property
    def _redacts(self) -> bool:
        return self.redact.isEnabled() and self.redact.isChecked()

    @Slot()
    def _on_accepted(self) -> None:
        # The box is about documents inside the file; the others only quote what was looked up in them.
        with_documents = self.documents.isChecked() or self.format.name != "rlmtrace"
        self.chosen.emit(self.format, self._redacts, with_documents)
        self.accept()
