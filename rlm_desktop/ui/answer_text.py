"""The answer as rendered Markdown, shut off from the network, with a mark after each quote that was looked up."""

import re
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QDesktopServices,
    QFont,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QMessageBox, QTextBrowser, QWidget
from typing_extensions import override

from rlm_desktop.trace.facts import Quote
from rlm_desktop.ui.theme import GRID, colour, mixed, mono_font, small_font, title_font

_QUOTE_SCHEME = "quote"
_LARGEST_MARKDOWN = 200_000
_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class AnswerText(QTextBrowser):
    """Grows with its text, loads nothing, and asks before it opens a link."""

    quote_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("answerView")
        self.setAccessibleName("Answer")
        self.setProperty("kind", "plain")
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(6 * GRID)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.anchorClicked.connect(self._on_link)
        self._shown: tuple[str, tuple[Quote, ...]] = ("", ())

    def tell(self, text: str, quotes: Sequence[Quote]) -> None:
        """Show an answer; its quotes get a mark saying where they stand."""
        self._shown = (text, tuple(quotes))
        if len(text) > _LARGEST_MARKDOWN:
            self.setPlainText(text)
        else:
            # Not QTextEdit.setMarkdown: it would render raw HTML.
            self.document().setMarkdown(text, _FEATURES)
        self._dress()
        for number, quote in enumerate(quotes):
            self._mark(number, quote)
        self._fit()

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.tell(*self._shown)

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Give nothing: an answer must not fetch pictures or files."""
        return None

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, self.minimumHeight())

    def _dress(self) -> None:
        """Give lines room, headings the title size and code the tabular face."""
        block = self.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            shape = QTextBlockFormat()
            shape.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            level = block.blockFormat().headingLevel()
            if level:
                shape.setTopMargin(0 if block == self.document().begin() else 4 * GRID)
                shape.setBottomMargin(2 * GRID)
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                cursor.mergeCharFormat(_heading(level))
                cursor = QTextCursor(block)
            if block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel):
                shape.setLeftMargin(4 * GRID)
            cursor.mergeBlockFormat(shape)
            self._dress_code(block)
            block = block.next()
        self._dress_tables()

    def _dress_code(self, block: QTextBlock) -> None:
        pieces, at = [], block.begin()
        while not at.atEnd():
            pieces.append(at.fragment())
            at += 1
        cursor = QTextCursor(self.document())
        for piece in pieces:
            if piece.charFormat().fontFixedPitch():
                cursor.setPosition(piece.position())
                cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(_code())

    def _dress_tables(self) -> None:
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _dress_table(frame)

    def _mark(self, number: int, quote: Quote) -> None:
        text = _unmarked(quote.text)
        cursor = self.document().find(_first_words(text))
        end = self.document().find(_last_words(text), cursor.selectionStart()) if not cursor.isNull() else cursor
        if end.isNull():
            return
        end.setPosition(end.selectionEnd())
        following = QTextCursor(end)
        following.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
        if following.selectedText() in ("”", '"', "»", "’"):
            end.setPosition(following.position())
        plain = end.charFormat()
        end.insertText("\u00a0", plain)
        end.insertText(f"\u00a0{mark_words(quote)}\u00a0", _mark_format(number, quote))
        end.insertText("", plain)

    @Slot()
    def _fit(self) -> None:
        bar = self.horizontalScrollBar()
        extra = bar.sizeHint().height() if bar.maximum() else 0
        self.setFixedHeight(round(self.document().size().height()) + extra + 2)

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        if link.scheme() == _QUOTE_SCHEME:
            self.quote_chosen.emit(int(link.path()))
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setText("Open this link in your browser?")
        box.setInformativeText(f"{link.toString()}\n\nThe answer was written by a model; look before you follow.")
        box.setStandardButtons(QMessageBox.StandardButton.Open | QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setProperty("link", link)
        box.finished.connect(self._on_link_answered)
        box.open()

    @Slot(int)
    def _on_link_answered(self, button: int) -> None:
        link = self.sender().property("link")
        if button == QMessageBox.StandardButton.Open.value and link.scheme() in ("http", "https", "mailto"):
            QDesktopServices.openUrl(link)


def _dress_table(table: QTextTable) -> None:
    """Hairlines between the rows, over the whole width; the head in the muted colour, not bold."""
    shape = table.format()
    shape.setBorder(0)
    shape.setCellSpacing(0)
    shape.setCellPadding(GRID + 2)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setTopMargin(2 * GRID)
    shape.setBottomMargin(3 * GRID)
    table.setFormat(shape)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            edge = cell.format().toTableCellFormat()
            edge.setBottomBorder(1)
            edge.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            edge.setBottomBorderBrush(colour("line"))
            cell.setFormat(edge)
    _dress_head(table)


def _dress_head(table: QTextTable) -> None:
    head = QTextCharFormat()
    head.setFontWeight(QFont.Weight.Normal)
    head.setForeground(colour("muted"))
    cursor = table.cellAt(0, 0).firstCursorPosition()
    cursor.setPosition(table.cellAt(0, table.columns() - 1).lastPosition(), QTextCursor.MoveMode.KeepAnchor)
    cursor.mergeCharFormat(head)


def mark_words(quote: Quote) -> str:
    """Say where a quote stands: `annual-1981.pdf, p. 14`, or that it was not found."""
    if quote.match == "none":
        return "not found"
    name = (quote.document or "").rsplit("/", 1)[-1]
    page = f", p. {quote.page}" if quote.page else ""
    return f"{name}{page}" + (" and elsewhere" if quote.match == "several" else "")


def _unmarked(text: str) -> str:
    """A quote as it looks once Markdown is rendered: no signs of emphasis and code, no bullet in front."""
    return re.sub(r"\*+|`+|^\s*(?:[-+]\s|#+\s)", "", text)


def _first_words(text: str) -> str:
    return text.strip()[:40].splitlines()[0].strip() if text.strip() else text


def _last_words(text: str) -> str:
    return text.strip()[-40:].splitlines()[-1].strip() if text.strip() else text


def _heading(level: int) -> QTextCharFormat:
    shape = QTextCharFormat()
    # Markdown's own enlargement would come on top of the title size.
    shape.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
    shape.setFontPointSize(title_font().pointSizeF() - max(0, level - 2))
    shape.setFontWeight(QFont.Weight.DemiBold)
    return shape


def _code() -> QTextCharFormat:
    shape = QTextCharFormat()
    face = mono_font()
    shape.setFontFamilies(face.families())
    shape.setFontPointSize(face.pointSizeF())
    shape.setForeground(colour("code"))
    return shape


def _mark_format(number: int, quote: Quote) -> QTextCharFormat:
    ink = "warn" if quote.match == "none" else "answer"
    shape = QTextCharFormat()
    shape.setFontPointSize(small_font().pointSizeF())
    shape.setForeground(colour("warn" if ink == "warn" else "answer"))
    shape.setBackground(mixed("warn" if ink == "warn" else "answer", "base", 0.12))
    shape.setFontUnderline(False)
    shape.setAnchor(True)
    shape.setAnchorHref(f"{_QUOTE_SCHEME}:{number}")
    shape.setToolTip("Not found in the documents" if ink == "warn" else "Show this passage in its document")
    return shape
