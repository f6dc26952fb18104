"""Lets the user choose in which form a run leaves, and with what of it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from rlm_desktop.export.formats import FORMATS, Format
from rlm_desktop.ui.parts import Hairline, Words
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE

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
        self._formats = QButtonGroup(self)
        self.redact = QCheckBox("Leave out all words", self)
        self.documents = QCheckBox("With the documents", self)
        self._build()
        chosen = next((number for number, one in enumerate(FORMATS) if one.name == first), 0)
        self._formats.button(chosen).setChecked(True)
        self._on_format()
        self._formats.button(chosen).setFocus()

    def _build(self) -> None:
        self._title.setWordWrap(True)
        self.redact.setObjectName("exportRedact")
        self.redact.setToolTip(_REDACT_TIP)
        self.documents.setObjectName("exportDocuments")
        self.documents.setChecked(True)
        self.documents.setToolTip("So that the run can be checked against them where it is imported")
        self.redact.toggled.connect(self._on_format)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(BETWEEN)
        column.addWidget(self._title)
        column.addLayout(self._build_formats())
        column.addWidget(Hairline(self))
        column.addWidget(self.redact)
        column.addWidget(self.documents)
        column.addWidget(self._build_buttons())

    def _build_formats(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(BETWEEN)
        grid.setVerticalSpacing(GRID)
        for number, one in enumerate(FORMATS):
            button = QRadioButton(one.title, self)
            button.setObjectName(f"format-{one.name}")
            button.setToolTip(f"{one.use} ({one.name})")
            button.setAccessibleDescription(one.use)
            button.toggled.connect(self._on_format)
            self._formats.addButton(button, number)
            grid.addWidget(button, number, 0)
            grid.addWidget(Words(self, "muted", one.use), number, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _build_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        export = QPushButton("Export…", buttons)
        export.setObjectName("exportChosen")
        export.setProperty("kind", "primary")
        export.setDefault(True)
        buttons.addButton(export, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(0, INSIDE, 0, 0)
        return buttons

    @property
    def format(self) -> Format:
        """The format that is chosen."""
        return FORMATS[self._formats.checkedId()]

    @Slot()
    def _on_format(self) -> None:
        """Offer what the format can do."""
        one = self.format
        self.redact.setEnabled(not one.only_words)
        holds_documents = one.name == "rlmtrace"
        self.documents.setEnabled(holds_documents and not self._redacts)

    @property
    def _redacts(self) -> bool:
        return self.redact.isEnabled() and self.redact.isChecked()

    @Slot()
    def _on_accepted(self) -> None:
        with_documents = self.documents.isEnabled() and self.documents.isChecked()
        self.chosen.emit(self.format, self._redacts, with_documents)
        self.accept()
