"""A read-only pane for code, prompts, replies and outputs: coloured, guarded, as high as its text."""

from math import ceil

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget
from typing_extensions import override

from rlm_desktop.trace.rows import Tint
from rlm_desktop.ui import theme
from rlm_desktop.viewmodel.cards import LineMark, TextBody
from rlm_desktop.viewmodel.code_colours import Span, coloured_lines
from rlm_desktop.viewmodel.guarded_text import LARGEST_TEXT, GuardedText, guard

_SAMPLE = 1_000
"""A text that begins with so many other characters than the last one is another text."""
_MOST_PART_LINES = 40_000
"""140,000 short lines take a text widget 0.4 s."""
MOST_LINES = 60
"""A higher pane would push the next card out of reach; it scrolls by itself instead."""


class Colours(QSyntaxHighlighter):
    """Applies colours that were found for the whole text at once."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._lines: list[list[Span]] = []
        self._shapes: dict[Tint, QTextCharFormat] = {}

    def prepare(self, lines: list[list[Span]], document: QTextDocument) -> None:
        """Take the colours of the next text; a text without any is left alone, as asking for each line costs time."""
        self._lines = lines
        is_coloured = any(lines)
        if is_coloured != (self.document() is not None):
            self.setDocument(document if is_coloured else None)

    def repaint(self) -> None:
        """Take the colours of another theme."""
        self._shapes.clear()
        if self.document() is not None:
            self.rehighlight()

    @override
    def highlightBlock(self, text: str) -> None:
        number = self.currentBlock().blockNumber()
        for span in self._lines[number] if number < len(self._lines) else ():
            self.setFormat(span.start, span.length, self._shape(span.tint))

    def _shape(self, tint: Tint) -> QTextCharFormat:
        if tint not in self._shapes:
            self._shapes[tint] = QTextCharFormat()
            self._shapes[tint].setForeground(theme.colour(tint))
        return self._shapes[tint]


class TextPane(QPlainTextEdit):
    """Shows a `TextBody`. Code keeps its lines; other texts wrap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._body = TextBody(text="")
        self._marks: dict[int, list[LineMark]] = {}
        self._starts = [0]
        self._shown = ""
        self._fills = False
        self.guarded = GuardedText(text="", shown=0, total=0)
        self._colours = Colours(self.document())
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(theme.mono_font())
        self.document().setDocumentMargin(0)
        self.setViewportMargins(theme.BETWEEN, theme.INSIDE, theme.INSIDE, theme.INSIDE)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def show_body(self, body: TextBody) -> None:
        """Show a text; one that only grew is added to, so selection and place stay."""
        if body == self._body:
            return
        if not self._goes_on_in(body):
            self._starts = [0]
        self._body = body
        self._show_text()

    def _goes_on_in(self, body: TextBody) -> bool:
        """Tell whether a text is the one that is shown, grown; then the part that is looked at stays."""
        was = self._body
        if was.long is not None and body.long is not None:
            return body.long.pieces[: len(was.long.pieces)] == was.long.pieces
        is_grown = len(body.text) >= len(was.text) and body.text.startswith(was.text[:_SAMPLE])
        return was.long is None and body.long is None and is_grown

    def show_next(self) -> None:
        """Show the part of the text after the one that is shown."""
        if self.end < self.total:
            self._starts.append(self.end)
            self._show_text()
            self.verticalScrollBar().setValue(0)

    def show_previous(self) -> None:
        """Show the part of the text before the one that is shown."""
        if self.start:
            self._starts.pop()
            self._show_text()
            self.verticalScrollBar().setValue(0)

    @property
    def start(self) -> int:
        """Where in the whole text the part begins that is shown."""
        return self._starts[-1]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + self.guarded.shown

    @property
    def total(self) -> int:
        """How long the whole text is."""
        return self._body.long.characters if self._body.long is not None else len(self._body.text)

    @property
    def is_paged(self) -> bool:
        """Whether only a part of the text is shown."""
        return self.guarded.shown < self.total

    def _part(self) -> str:
        """Give the part that is shown, ending where a line does if one does in its second half."""
        text, start = self._body, self.start
        end = start + LARGEST_TEXT
        part = text.long.stretch(start, end) if text.long is not None else text.text[start:end]
        line_end = part.rfind("\n", LARGEST_TEXT // 2) + 1 if end < self.total else 0
        part = part[: line_end or len(part)]
        rest = part.split("\n", _MOST_PART_LINES)[_MOST_PART_LINES:]
        return part[: len(part) - len(rest[0])] if rest else part

    def fill(self, fills: bool) -> None:
        """Take all the room there is, or just the text's height."""
        self._fills = fills
        self.fit()

    def _show_text(self) -> None:
        self.guarded = guard(self._part())
        is_code = self._body.language in ("python", "json")
        wrap = QPlainTextEdit.LineWrapMode.NoWrap if is_code else QPlainTextEdit.LineWrapMode.WidgetWidth
        self.setLineWrapMode(wrap)
        self.setFont(QGuiApplication.font() if self._body.is_prose else theme.mono_font())
        self._colours.prepare(coloured_lines(self.guarded.text, self._body.language), self.document())
        self._marks = {}
        for mark in self._body.marks if not self.start else ():
            self._marks.setdefault(mark.line - 1, []).append(mark)
        self._set_or_append(self.guarded.text)
        self.fit()

    def _set_or_append(self, text: str) -> None:
        """Leave what is shown alone if there is only more of it; at its end, stay at the end."""
        shown, self._shown = self._shown, text
        if not shown or not text.startswith(shown):
            self.setPlainText(text)
            return
        bar = self.verticalScrollBar()
        was_at_end = bar.value() == bar.maximum()
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text[len(shown) :])
        if was_at_end:
            bar.setValue(bar.maximum())

    def fit(self) -> None:
        """Be as high as the text, up to a limit."""
        if self._fills:
            self.setMinimumHeight(0)
            self.setMaximumHeight(16_777_215)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
            return
        lines = max(1, ceil(self.document().size().height()))
        fits = lines <= MOST_LINES
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(off if fits else needed)
        height = ceil(min(lines, MOST_LINES) * self._line_height()) + 2 * theme.INSIDE + 2
        if self._is_wider_than_pane():
            height += self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(height)

    def _line_height(self) -> float:
        first = self.document().firstBlock()
        return self.blockBoundingRect(first).height() / max(1, first.lineCount())

    def _is_wider_than_pane(self) -> bool:
        is_unwrapped = self.lineWrapMode() == QPlainTextEdit.LineWrapMode.NoWrap
        return is_unwrapped and self.document().size().width() > self.viewport().width()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange) and hasattr(self, "_colours"):
            self._colours.repaint()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._marks:
            self._paint_marks()

    def _paint_marks(self) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(theme.small_font())
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                break
            for mark in self._marks.get(block.blockNumber(), ()):
                self._paint_mark(painter, mark, block, box)
            block = block.next()
        painter.end()

    def _paint_mark(self, painter: QPainter, mark: LineMark, block: QTextBlock, box: QRectF) -> None:
        end = box.left() + self.fontMetrics().horizontalAdvance(block.text()) + 24
        width = painter.fontMetrics().horizontalAdvance(mark.text) + 12
        place = QRectF(min(end, self.viewport().width() - width - 2.0), box.top(), width, box.height())
        shade: QColor = theme.colour(mark.tint)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(shade)
        painter.setBrush(theme.colour("base"))
        painter.drawRoundedRect(place.adjusted(0.5, 1.5, -0.5, -0.5), 4, 4)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, mark.text)
