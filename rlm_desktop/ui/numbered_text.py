"""A read-only text with the numbers of its lines beside it and the names of its parts at their beginnings."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPointF, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

from rlm_desktop.ui.theme import BETWEEN, GRID, INSIDE, colour, is_contrast, mixed, mono_font, small_font
from rlm_desktop.viewmodel.guarded_text import GuardedLines
from rlm_desktop.viewmodel.preview import Place

_WIDEST_LABEL = 160


class _Strip(QWidget):
    """A strip beside the text, painted by it."""

    def __init__(self, text: "NumberedText", paint: Callable[[QPainter, QWidget], None]) -> None:
        super().__init__(text)
        self._paint = paint

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint(painter, self)
        painter.end()


class NumberedText(QPlainTextEdit):
    """Shows guarded lines. Keys move the cursor, so that a screen reader can follow and words can be copied."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = GuardedLines()
        self._places: dict[int, str] = {}
        self._numbers = _Strip(self, self._paint_numbers)
        self._labels = _Strip(self, self._paint_labels)
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setProperty("kind", "plain")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setUndoRedoEnabled(False)
        self.setFont(mono_font())
        self.document().setDocumentMargin(INSIDE)
        self.updateRequest.connect(self._on_update)

    def show_lines(self, lines: GuardedLines, places: list[Place]) -> None:
        """Show a text from its beginning."""
        self._lines = lines
        self._places = {place.line: place.label for place in places}
        self.setExtraSelections([])
        self.setPlainText(lines.text)
        self.setViewportMargins(self._number_width(), 0, self._label_width(), 0)
        self._place_strips()

    def mark(self, start: int, end: int) -> None:
        """Bring a stretch, counted in characters of the text, into the upper third and mark it."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._to_qt(start))
        self.setTextCursor(cursor)
        self._scroll_to(cursor)
        cursor.setPosition(self._to_qt(end), QTextCursor.MoveMode.KeepAnchor)
        found = QTextEdit.ExtraSelection()
        found.cursor = cursor
        found.format.setBackground(mixed("accent", "base", 0.30, self.palette()))
        found.format.setFontUnderline(is_contrast())
        self.setExtraSelections([found] if end > start else [])

    @property
    def place(self) -> int:
        """Where the cursor stands, counted in characters."""
        text = self._lines.text.encode("utf-16-le", "surrogatepass")
        return len(text[: 2 * self.textCursor().position()].decode("utf-16-le", "surrogatepass"))

    @property
    def line(self) -> int:
        """Which shown line stands on top."""
        return self.firstVisibleBlock().blockNumber()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(QPen(colour("line", self.palette()), 1))
        for block, box in self._visible() if self._places else ():
            if block.blockNumber() in self._places:
                painter.drawLine(QPointF(0, box.top()), QPointF(self.viewport().width(), box.top()))
        painter.end()

    def _paint_numbers(self, painter: QPainter, strip: QWidget) -> None:
        painter.setFont(mono_font(-1.5))
        painter.setPen(colour("muted", self.palette()))
        for block, box in self._visible():
            number = self._lines.numbers[block.blockNumber()] if block.blockNumber() < len(self._lines.numbers) else 0
            if number:
                place = QRectF(0, box.top(), strip.width() - BETWEEN, self.fontMetrics().height())
                painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), f"{number:,}")

    def _paint_labels(self, painter: QPainter, strip: QWidget) -> None:
        painter.setFont(small_font())
        room = strip.width() - INSIDE
        for block, box in self._visible():
            label = self._places.get(block.blockNumber())
            if label:
                painter.setPen(QPen(colour("line", self.palette()), 1))
                painter.drawLine(QPointF(0, box.top()), QPointF(room, box.top()))
                painter.setPen(colour("muted", self.palette()))
                words = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, room - INSIDE)
                painter.drawText(QPointF(INSIDE, box.top() + painter.fontMetrics().ascent() + GRID), words)

    def _number_width(self) -> int:
        digits = len(f"{max(self._lines.numbers):,}")
        return 2 * BETWEEN + self.fontMetrics().horizontalAdvance("0") * max(3, digits)

    def _label_width(self) -> int:
        metrics = QFontMetrics(small_font())
        widest = max((metrics.horizontalAdvance(label) for label in self._places.values()), default=0)
        return min(_WIDEST_LABEL, widest + 2 * INSIDE) if widest else 0

    def _visible(self) -> list[tuple[QTextBlock, QRectF]]:
        found: list[tuple[QTextBlock, QRectF]] = []
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > self.viewport().height():
                break
            found.append((block, box))
            block = block.next()
        return found

    def _scroll_to(self, cursor: QTextCursor) -> None:
        """The bar counts lines here; those above the upper third are left above."""
        self.centerCursor()
        above = self.cursorRect(cursor).top() - self.viewport().height() // 3
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + round(above / max(1, self.fontMetrics().lineSpacing())))

    def _to_qt(self, place: int) -> int:
        """Qt counts a character beyond the first 65,536 twice."""
        return len(self._lines.text[:place].encode("utf-16-le", "surrogatepass")) // 2

    @Slot(QRect, int)
    def _on_update(self, _area: QRect, _dy: int) -> None:
        self._numbers.update()
        self._labels.update()

    def _place_strips(self) -> None:
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top(), self._number_width(), inside.height())
        width, bar = self._label_width(), self.verticalScrollBar()
        right = inside.right() + 1 - (bar.width() if bar.isVisible() else 0)
        self._labels.setGeometry(right - width, inside.top(), width, inside.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_strips()

    @override
    def createMimeDataFromSelection(self) -> QMimeData:
        """Give away words only."""
        data = QMimeData()
        data.setText(self.textCursor().selection().toPlainText())
        return data
