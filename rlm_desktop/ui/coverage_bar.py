"""How much of the documents was read, as one bar and one sentence."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.export.answer import Share, shares_of
from rlm_desktop.trace.facts import Coverage
from rlm_desktop.ui.parts import Card, Words
from rlm_desktop.ui.theme import BETWEEN, INSIDE, colour, small_font

_HEIGHT = 10


class Bar(QWidget):
    """Parts of a whole side by side."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shares: tuple[Share, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def tell(self, shares: tuple[Share, ...]) -> None:
        """Show these parts."""
        self._shares = shares
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(100, _HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), _HEIGHT / 2, _HEIGHT / 2)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), colour("line", self.palette()))
        left = 0.0
        for share in self._shares:
            width = share.part * self.width()
            painter.fillRect(QRectF(left, 0, width, _HEIGHT), colour(share.role, self.palette()))
            left += width


class CoverageCard(Card):
    """The bar and what it means."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Coverage", "muted", parent)
        self._bar = Bar(self)
        self._words = Words(self, "muted")
        self._words.setFont(small_font())
        self._words.setWordWrap(True)
        inside = QVBoxLayout()
        inside.setContentsMargins(BETWEEN, BETWEEN, BETWEEN, BETWEEN)
        inside.setSpacing(INSIDE)
        inside.addWidget(self._bar)
        inside.addWidget(self._words)
        self.column.addLayout(inside)

    def tell(self, coverage: Coverage | None, skipped: int) -> None:
        """Show a run's coverage, or hide where it was not counted."""
        self.setVisible(coverage is not None)
        if coverage is None:
            return
        shares = shares_of(coverage)
        self._bar.tell(shares)
        words = [share.words for share in shares]
        if skipped:
            words.append("1 file could not be read" if skipped == 1 else f"{skipped} files could not be read")
        self._words.setText(" · ".join(words))
        self.setAccessibleDescription(self._words.text())
