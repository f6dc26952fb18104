"""The field that filters the documents, and the links to those that want a look."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.filter_field import FilterField
from rlm_desktop.ui.flow import Flow
from rlm_desktop.ui.theme import AROUND, GRID, small_font
from rlm_desktop.viewmodel.document_order import DUPLICATE, LEFT_OUT, PROBLEM, STATE_WORDS
from rlm_desktop.viewmodel.document_rows import Tally

_HINT = f"Words of a name or folder, kind:pdf, or state: with one of {', '.join(STATE_WORDS)}"


class DocumentsFilter(FilterField):
    """Filters while it is typed into; Escape clears it and leaves, Down goes to the list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("documentsFilter", "Filter documents", _HINT, parent)


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
