"""The page of a document on which a quote stands, with the quote marked."""

from PySide6.QtCore import QMimeData, Slot
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QHBoxLayout, QTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.controls import show_controls
from rlm_desktop.ui.parts import ElidedWords, Hairline, Words
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE, colour, is_contrast, mixed, mono_font
from rlm_desktop.viewmodel.guarded_text import split_long_lines
from rlm_desktop.viewmodel.passages import Passage

_MARGIN = AROUND + GRID
_LEAST_SHARE = 0.8
_PROSE = ("pdf", "html", "text", "markdown", "")


class PlainPage(QTextEdit):
    """Gives away words only: what is copied or dragged has no looks and refers to nothing."""

    @override
    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(self.textCursor().selection().toPlainText())
        return data


class PassageView(QWidget):
    """Document and page on top, the text on a page below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("passageView")
        self._name = Words(self)
        self._where = ElidedWords(self, "muted")
        self.page = PlainPage(self)
        self._hint = ElidedWords(self, "muted")
        self._passage: Passage | None = None
        self._build()
        self.clear()

    def _build(self) -> None:
        self.page.setReadOnly(True)
        self.page.setAccessibleName("Passage of the document")
        self.page.setProperty("kind", "page")
        self.page.setUndoRedoEnabled(False)
        head = QHBoxLayout()
        head.setContentsMargins(AROUND, INSIDE, AROUND, INSIDE)
        head.setSpacing(BETWEEN)
        head.addWidget(self._name)
        head.addWidget(self._where, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline(self))
        body = QVBoxLayout()
        body.setContentsMargins(AROUND, BETWEEN, AROUND, AROUND)
        body.addWidget(self._hint)
        body.addWidget(self.page, 1)
        column.addLayout(body, 1)

    @Slot(object)
    def tell(self, passage: Passage) -> None:
        """Show a passage, or why it cannot be shown."""
        self._passage = passage
        self._name.setText(passage.document.rsplit("/", 1)[-1])
        self._where.setText(_where(passage))
        self.page.setVisible(not passage.problem)
        self._hint.setVisible(bool(passage.problem))
        self._hint.setText(passage.problem)
        self._write(passage)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.redress()

    def clear(self) -> None:
        """Show no passage."""
        self._passage = None
        self._name.setText("Document")
        self._where.setText("")
        self.page.clear()
        self.page.hide()
        self._hint.setText("Choose a quote to see where it stands.")
        self._hint.show()

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        if self._passage is not None:
            self.tell(self._passage)

    def _write(self, passage: Passage) -> None:
        self.page.clear()
        self.page.document().setDocumentMargin(_MARGIN)
        cursor = self.page.textCursor()
        cursor.setBlockFormat(_lines())
        plain = _face(passage.kind in _PROSE)
        _fit(plain, passage.text, self.page.viewport().width() - 2 * _MARGIN)
        marked = QTextCharFormat(plain)
        marked.setBackground(mixed("answer", "base", 0.28, self.palette()))
        marked.setFontUnderline(is_contrast())
        cursor.insertText(_safe(passage.text[: passage.start]), plain)
        place = cursor.position()
        cursor.insertText(_safe(passage.text[passage.start : passage.end]), marked)
        cursor.insertText(_safe(passage.text[passage.end :]), plain)
        self._scroll_to(place)

    def _scroll_to(self, place: int) -> None:
        """Bring the quote into the upper third; a page that fits stays at its top."""
        cursor = QTextCursor(self.page.document())
        cursor.setPosition(place)
        self.page.setTextCursor(cursor)
        bar = self.page.verticalScrollBar()
        top = bar.value() + self.page.cursorRect(cursor).top()
        bar.setValue(max(0, top - self.page.viewport().height() // 3))


def _where(passage: Passage) -> str:
    if passage.part and not passage.part.startswith("p. "):
        return show_controls(passage.part)
    if passage.page is None:
        return ""
    return f"page {passage.page} of {passage.pages}" if passage.pages else f"page {passage.page}"


def _safe(text: str) -> str:
    return split_long_lines(show_controls(text.encode("utf-8", "replace").decode("utf-8")))[0]


def _lines() -> QTextBlockFormat:
    shape = QTextBlockFormat()
    shape.setLineHeight(135, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    return shape


def _fit(shape: QTextCharFormat, text: str, room: int) -> None:
    """Shrink the face a little where that keeps lines that end by themselves from being broken once more."""
    longest = max(text.splitlines(), key=len, default="")
    needed = QFontMetricsF(shape.font()).horizontalAdvance(longest)
    if room < needed <= room / _LEAST_SHARE:
        shape.setFontPointSize(shape.fontPointSize() * room / needed - 0.1)


def _face(is_prose: bool) -> QTextCharFormat:
    shape = QTextCharFormat()
    if is_prose:
        shape.setFontFamilies(["Noto Serif", "Source Serif 4", "Georgia", "DejaVu Serif", "serif"])
        shape.setFontStyleHint(QFont.StyleHint.Serif)
        shape.setFontPointSize(QGuiApplication.font().pointSizeF())
    else:
        face = mono_font()
        shape.setFontFamilies(face.families())
        shape.setFontPointSize(face.pointSizeF())
    shape.setForeground(colour("text"))
    return shape
