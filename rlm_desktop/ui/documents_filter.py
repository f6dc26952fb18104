"""The field that filters the documents, and the links to those that want a look."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.flow import Flow
from rlm_desktop.ui.icons import icon
from rlm_desktop.ui.theme import AROUND, GRID, small_font
from rlm_desktop.viewmodel.document_order import DUPLICATE, LEFT_OUT, PROBLEM, STATE_WORDS
from rlm_desktop.viewmodel.document_rows import Tally

_HINT = f"Words of a name or folder, kind:pdf, or state: with one of {', '.join(STATE_WORDS)}"


class DocumentsFilter(QLineEdit):
    """Filters while it is typed into; Escape clears it and leaves, Down goes to the list."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("documentsFilter")
        self.setPlaceholderText("Filter documents")
        self.setAccessibleName("Filter documents")
        self.setAccessibleDescription(_HINT)
        self.setToolTip(_HINT)
        self.setClearButtonEnabled(True)
        self._lens = self.addAction(icon("search", "muted", 14), QLineEdit.ActionPosition.LeadingPosition)
        self._lens.setText("Filter")

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self._lens.setIcon(icon("search", "muted", 14))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class DocumentsNotes(QWidget):
    """Counts what has problems, is there twice or was left out; a click shows just these."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._links = {filter_text: self._make(filter_text) for filter_text in (PROBLEM, DUPLICATE, LEFT_OUT)}
        links = QWidget(self)
        row = Flow(links, GRID, 0)
        for link in self._links.values():
            row.addWidget(link)
        around = QVBoxLayout(self)
        around.setContentsMargins(AROUND - GRID, 0, AROUND, GRID)
        around.addWidget(links)

    def show_tally(self, tally: Tally, filter_text: str) -> None:
        """Show the counts; the one that is filtered for is marked."""
        words = {
            PROBLEM: plural(tally.problems, "problem") if tally.problems else "",
            DUPLICATE: plural(tally.duplicates, "duplicate") if tally.duplicates else "",
            LEFT_OUT: f"{tally.noted:,} left out" if tally.noted else "",
        }
        for key, link in self._links.items():
            link.setText(words[key])
            link.setAccessibleName(f"Show only: {words[key]}")
            link.setVisible(bool(words[key]))
            link.setChecked(filter_text == key)
        self.setVisible(any(words.values()))

    def _make(self, filter_text: str) -> QPushButton:
        link = QPushButton(self)
        link.setObjectName(f"only-{filter_text.partition(':')[2]}")
        link.setProperty("kind", "link")
        link.setProperty("ink", "warn" if filter_text == PROBLEM else "muted")
        link.setProperty("filter", filter_text)
        link.setFont(small_font())
        link.setCheckable(True)
        link.clicked.connect(self._on_clicked)
        return link

    @Slot(bool)
    def _on_clicked(self, is_on: bool) -> None:
        link = self.sender()
        if link is not None:
            self.chosen.emit(link.property("filter") if is_on else "")
