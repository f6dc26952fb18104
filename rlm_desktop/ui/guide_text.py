"""A page of the guide, laid out and inert, with the places of what is looked for marked."""

from typing import Any

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QTextEdit, QWidget
from typing_extensions import override

from rlm_desktop.ui.answer_dress import boxed, dress, sheet
from rlm_desktop.ui.theme import AROUND, colour, mixed
from rlm_desktop.viewmodel.guide import GuidePage, linked_page


class GuideText(QTextBrowser):
    """Shows one page. Tab goes from link to link, Enter follows."""

    page_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guideText")
        self.setAccessibleName("Page of the guide")
        self.setProperty("kind", "plain")
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(AROUND)
        self.anchorClicked.connect(self._on_link)
        self.hits: list[QTextCursor] = []
        """Where what is looked for stands in this page, from top to bottom."""

    def show_page(self, page: GuidePage) -> None:
        """Show a page from its top."""
        # Reading Markdown takes 0.1 s to import, and the first paint must not wait for it.
        from rlm_desktop.viewmodel.guide_html import page_html  # noqa: PLC0415

        self.document().setDefaultStyleSheet(sheet())
        self.setHtml(boxed(page_html(page)))
        dress(self.document())
        self.hits = []
        self.setExtraSelections([])

    def mark(self, words: str) -> None:
        """Mark every place of these words; none for no words."""
        self.hits = places_of(self.document(), words)
        self._show_marks(-1)

    def go_to_hit(self, place: int) -> None:
        """Bring one of the marked places into sight."""
        start = QTextCursor(self.hits[place])
        start.setPosition(start.selectionStart())
        self.setTextCursor(start)
        self.ensureCursorVisible()
        self._show_marks(place)

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Give nothing: a page consists of its words."""
        return b""

    def _show_marks(self, current: int) -> None:
        marks = []
        for place, hit in enumerate(self.hits):
            mark = QTextEdit.ExtraSelection()
            shape = QTextCharFormat()
            shape.setBackground(colour("warn") if place == current else mixed("warn", "base", 0.2))
            shape.setForeground(colour("base" if place == current else "text"))
            mark.cursor, mark.format = hit, shape
            marks.append(mark)
        self.setExtraSelections(marks)

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        name = linked_page(link.toString())
        if name is not None:
            self.page_wanted.emit(name)


def places_of(document: QTextDocument, words: str) -> list[QTextCursor]:
    """Find all places of some words, whatever their case."""
    places: list[QTextCursor] = []
    found = document.find(words) if words else QTextCursor()
    while not found.isNull():
        places.append(found)
        found = document.find(words, found)
    return places
