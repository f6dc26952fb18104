"""The answer, laid out but inert: it loads nothing, and asks before it opens a link."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QMimeData, QRect, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextCursor,
)
from PySide6.QtWidgets import QTextBrowser, QWidget
from typing_extensions import override

from rlm_desktop.export.addresses import is_live
from rlm_desktop.export.answer import quote_sign
from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.facts import Quote
from rlm_desktop.ui.answer_dress import (
    QUOTE_SCHEME,
    apart,
    boxed,
    dress,
    links,
    mark_format,
    mark_role,
    mark_words,
    pieces_boxes,
    sheet,
)
from rlm_desktop.ui.link_question import LinkQuestion
from rlm_desktop.ui.theme import GRID, colour
from rlm_desktop.viewmodel.guarded_text import parts_of, split_long_lines
from rlm_desktop.viewmodel.links import target_of

LARGEST_PART = 100_000
"""Characters of a text that is too long to be laid out which are shown at once."""


@dataclass(frozen=True, slots=True)
class _Chip:
    """Where the mark of a quote stands in the document shown."""

    start: int
    end: int
    quote: Quote


class AnswerText(QTextBrowser):
    """Grows with its text. Tab goes from mark to mark and link to link, Enter follows."""

    quote_chosen = Signal(int)
    looked_at = Signal(QRect)
    """Where the keyboard has gone, to be scrolled into view."""
    parts_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("answerView")
        self.setAccessibleName("Answer")
        self.setProperty("kind", "plain")
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().setIndentWidth(6 * GRID)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.anchorClicked.connect(self._on_link)
        self._text = ""
        self._quotes: tuple[Quote, ...] = ()
        self._chips: list[_Chip] = []
        self.parts: list[tuple[int, int]] = [(0, 0)]
        self.part = 0
        self.is_laid_out = True

    def tell(self, text: str, quotes: Sequence[Quote]) -> None:
        """Show an answer; its quotes get a mark saying where they stand."""
        self._text, self._quotes = text, tuple(quotes)
        self._show(0)

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self._show(self.part)

    def show_part(self, part: int) -> None:
        """Show another part of a text that is too long to be shown at once."""
        self._show(max(0, min(part, len(self.parts) - 1)))

    def _show(self, part: int) -> None:
        # Reading Markdown takes 0.1 s to import, and the first paint must not wait for it.
        from rlm_desktop.export.inert_html import inert_html  # noqa: PLC0415

        html = inert_html(self._text)
        self.is_laid_out = html is not None
        self.parts = [(0, len(self._text))] if self.is_laid_out else parts_of(self._text, LARGEST_PART)
        self.part = part
        self._chips = []
        if html is None:
            start, end = self.parts[part]
            self.setPlainText(_as_written(self._text[start:end]))
        else:
            self._lay_out(html)
        self._mark_all()
        self._fit()
        self.parts_changed.emit()

    def _lay_out(self, html: str) -> None:
        self.document().setDefaultStyleSheet(sheet())
        self.setHtml(boxed(html))
        dress(self.document())

    @override
    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Give nothing. Qt would still read local pictures by itself, so none ever reaches the document."""
        return b""

    @override
    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy and drag words only: all of the answer as its Markdown, a piece of it as plain text."""
        cursor = self.textCursor()
        is_all = self.is_laid_out and cursor.selectionEnd() - cursor.selectionStart() >= self._length() > 0
        data = QMimeData()
        words = self._text if is_all else cursor.selection().toPlainText().replace("\u00a0", " ")
        data.setText(words)
        return data

    def _length(self) -> int:
        return self.document().characterCount() - 1

    @Slot()
    def copy_all(self) -> None:
        """Put the whole answer on the clipboard as its Markdown."""
        QGuiApplication.clipboard().setText(self._text)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        whole = QAction("Copy answer as Markdown", menu)
        whole.triggered.connect(self.copy_all)
        menu.addSeparator()
        menu.addAction(whole)
        menu.popup(event.globalPos())

    @override
    def focusNextPrevChild(self, forward: bool) -> bool:
        moved = super().focusNextPrevChild(forward)
        if moved and self.hasFocus():
            self.looked_at.emit(self.cursorRect())
        return moved

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @override
    def sizeHint(self) -> QSize:
        return QSize(480, self.minimumHeight())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        self._paint_chips(painter, event.rect())
        self._paint_focus(painter)
        painter.end()

    def _paint_chips(self, painter: QPainter, seen: QRect) -> None:
        """Draw a full line around a proved quote's mark, a broken one around one that was not found."""
        first = self.cursorForPosition(seen.topLeft()).block().position()
        last = self.cursorForPosition(seen.bottomRight()).block()
        for chip in self._chips:
            if not first <= chip.start <= last.position() + last.length():
                continue
            is_broken = chip.quote.match == "none"
            line = Qt.PenStyle.DashLine if is_broken else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour(mark_role(chip.quote)), 1, line))
            self._outline(painter, chip.start, chip.end)

    def _paint_focus(self, painter: QPainter) -> None:
        """Frame the mark or link that the keyboard is on."""
        cursor = self.textCursor()
        if self.hasFocus() and cursor.hasSelection() and cursor.charFormat().isAnchor():
            painter.setPen(QPen(colour("accent"), 2))
            self._outline(painter, cursor.selectionStart(), cursor.selectionEnd())

    def _outline(self, painter: QPainter, start: int, end: int) -> None:
        for box in pieces_boxes(self.document(), start, end):
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), GRID, GRID)

    def _mark_all(self) -> None:
        after = 0
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for number, quote in enumerate(self._quotes):
            end = self._find(quote, after)
            if end is not None:
                after = self._mark(number, quote, end)
        cursor.endEditBlock()

    def _find(self, quote: Quote, after: int) -> QTextCursor | None:
        """Find the end of a quote, from where the one before it ended: they come in the answer's order."""
        text = _unmarked(quote.text)
        for start in (after, 0) if after else (0,):
            first = self.document().find(_first_words(text), start)
            end = self.document().find(_last_words(text), first.selectionStart()) if not first.isNull() else first
            if not end.isNull():
                return end
        return None

    def _mark(self, number: int, quote: Quote, end: QTextCursor) -> int:
        end.setPosition(end.selectionEnd())
        following = QTextCursor(end)
        following.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
        if following.selectedText() in ("”", '"', "»", "’"):
            end.setPosition(following.position())
        plain = end.charFormat()
        end.insertText("\u00a0", plain)
        start = end.position()
        words = f"\u00a0{quote_sign(quote)} {show_controls(mark_words(quote))}\u00a0".replace(" ", "\u00a0")
        end.insertText(apart(words, end.block().text()), mark_format(number, quote))
        added = end.position() - start + 1
        if any(chip.start >= start - 1 for chip in self._chips):
            self._chips = [_moved(chip, added) if chip.start >= start - 1 else chip for chip in self._chips]
        self._chips.append(_Chip(start, end.position(), quote))
        return end.position()

    @Slot()
    def _fit(self) -> None:
        # Qt makes a table of the full width up to a pixel too wide.
        is_wider = self.document().size().width() > self.viewport().width() + 2
        needed, off = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(needed if is_wider else off)
        extra = self.horizontalScrollBar().sizeHint().height() if is_wider else 0
        self.setFixedHeight(round(self.document().size().height()) + extra + 2)

    @Slot(QUrl)
    def _on_link(self, link: QUrl) -> None:
        if link.scheme() == QUOTE_SCHEME:
            self.quote_chosen.emit(int(link.path()))
        elif is_live(link.toString(QUrl.ComponentFormattingOption.FullyEncoded)):
            words = self._words_of(link)
            LinkQuestion(target_of(link.toString(QUrl.ComponentFormattingOption.FullyEncoded), words), self).open()

    def _words_of(self, link: QUrl) -> str:
        """Give what the answer calls a link; one link may be in several pieces."""
        pieces = (piece for piece in links(self.document()) if QUrl(piece.charFormat().anchorHref()) == link)
        return "".join(piece.text() for piece in pieces)


def _moved(chip: _Chip, by: int) -> _Chip:
    return _Chip(chip.start + by, chip.end + by, chip.quote)


def _as_written(text: str) -> str:
    return split_long_lines(show_controls(text.encode("utf-8", "replace").decode("utf-8")))[0]


def _unmarked(text: str) -> str:
    """A quote as it looks once Markdown is rendered: no signs of emphasis and code, no bullet in front."""
    return re.sub(r"\*+|`+|^\s*(?:[-+]\s|#+\s)", "", text)


def _first_words(text: str) -> str:
    return text.strip()[:40].splitlines()[0].strip() if text.strip() else text


def _last_words(text: str) -> str:
    return text.strip()[-40:].splitlines()[-1].strip() if text.strip() else text
