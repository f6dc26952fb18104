"""A card of the detail: a heading line, and a text or a table under it."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.rows import Tint
from rlm_desktop.ui import theme
from rlm_desktop.ui.card_table import CardTable
from rlm_desktop.ui.copy_button import CopyButton
from rlm_desktop.ui.text_pane import TextPane
from rlm_desktop.viewmodel.cards import Card, TableBody, TextBody

HEADING = 28
_COPY = 22


class CardHeading(QWidget):
    """Title in its role's colour, a note beside it, figures at the right."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._card: Card | None = None
        self.copy = CopyButton("text", self._text, self)
        self.copy.setProperty("kind", "tiny")
        self.copy.setFixedSize(_COPY, _COPY)
        self.setFixedHeight(HEADING)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_card(self, card: Card) -> None:
        """Say what this card says."""
        self._card = card
        body = card.body
        self.copy.name(f"text of “{card.title}”")
        self.copy.setVisible(isinstance(body, TextBody) and bool(body.text or body.long))
        self.setAccessibleName(" ".join(part for part in (card.title, card.note, card.meta) if part))
        self.update()

    def _text(self) -> str:
        body = self._card.body if self._card is not None else None
        if not isinstance(body, TextBody):
            return ""
        return body.long.stretch(0, body.long.characters) if body.long is not None else body.text

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.copy.move(self.width() - _COPY - 3, (self.height() - _COPY) // 2)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        card = self._card
        if card is None:
            return
        painter = QPainter(self)
        font = theme.small_font()
        inner = self.rect().adjusted(theme.BETWEEN, 0, -theme.BETWEEN - (0 if self.copy.isHidden() else _COPY - 3), 0)
        left = _write(painter, inner, card.title, card.tint, font)
        meta = min(QFontMetrics(font).horizontalAdvance(card.meta), inner.width() // 2)
        room = QRect(left + 8, 0, max(0, inner.right() - meta - 12 - left - 8), self.height())
        _write(painter, room, card.note, "muted", font)
        right = QRect(inner.right() - meta, 0, meta + 1, self.height())
        _write(painter, right, card.meta, "muted", font)
        painter.end()


def _write(painter: QPainter, box: QRect, text: str, tint: Tint, font: QFont) -> int:
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width() + 1)
    painter.setFont(font)
    painter.setPen(theme.colour(tint))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return box.left() + QFontMetrics(font).horizontalAdvance(shown)


class CardFrame(QFrame):
    """Shows one `Card`; another card of the same sort is shown in place."""

    node_wanted = Signal(object)  # NodeId
    tab_wanted = Signal(str)

    def __init__(self, card: Card, parent: QWidget) -> None:
        super().__init__(parent)
        self.card = card
        self._heading = CardHeading(self)
        self._body: TextPane | CardTable
        self._foot = QWidget(self)
        self._left_out = QLabel(self._foot)
        self._back = QPushButton("Previous part", self._foot)
        self._more = QPushButton(self._foot)
        self._build(card)
        self.show_card(card)

    def _build(self, card: Card) -> None:
        if isinstance(card.body, TableBody):
            self._body = CardTable(card.body, self)
            self._body.wanted.connect(self.node_wanted)
        else:
            self._body = TextPane(self)
        self._left_out.setFont(theme.small_font())
        self._left_out.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._more.setProperty("kind", "quiet")
        self._more.clicked.connect(self._on_more)
        self._back.setProperty("kind", "quiet")
        self._back.clicked.connect(self._on_back)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(theme.BETWEEN, 2, theme.GRID, 2)
        foot.addWidget(self._left_out)
        foot.addStretch(1)
        foot.addWidget(self._back)
        foot.addWidget(self._more)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 2)
        layout.setSpacing(1)
        layout.addWidget(self._heading)
        layout.addWidget(self._body)
        layout.addWidget(self._foot)

    def takes(self, card: Card) -> bool:
        """Tell whether this frame can show that card in place."""
        return isinstance(card.body, TableBody) == isinstance(self.card.body, TableBody)

    def show_card(self, card: Card) -> None:
        """Show a card."""
        self.card = card
        self._heading.show_card(card)
        self._show_body(card.body)
        self._show_foot(card)

    def fill(self, fills: bool) -> None:
        """Take all the room there is; only texts do."""
        if isinstance(self._body, TextPane):
            self._body.fill(fills)
        is_empty = self._body.isHidden() and self._foot.isHidden()
        policy = QSizePolicy.Policy.Fixed if is_empty else QSizePolicy.Policy.Preferred
        self.setSizePolicy(QSizePolicy.Policy.Preferred, policy)

    def _show_body(self, body: TextBody | TableBody) -> None:
        if isinstance(self._body, TextPane) and isinstance(body, TextBody):
            self._body.show_body(body)
            self._body.setAccessibleName(self.card.title)
            self._body.setVisible(bool(body.text or body.long))
        elif isinstance(self._body, CardTable) and isinstance(body, TableBody):
            self._body.show_body(body)
            self._body.setAccessibleName(self.card.title)

    def _show_foot(self, card: Card) -> None:
        words, button = card.left_out, f"Open {card.more}" if card.more else ""
        pane = self._body if isinstance(self._body, TextPane) else None
        self._back.setVisible(pane is not None and pane.is_paged)
        if pane is not None and pane.is_paged:
            words = f"Characters {pane.start + 1:,} to {pane.end:,} of {pane.total:,}"
            button = "Next part"
            self._back.setEnabled(pane.start > 0)
        elif pane is not None and pane.guarded.split_lines and not words:
            words = f"{pane.guarded.split_lines:,} long lines split at 2,000 characters, marked ↩"
        self._more.setEnabled(pane is None or not pane.is_paged or pane.end < pane.total)
        self._left_out.setText(words)
        self._more.setText(button)
        self._more.setVisible(bool(button))
        self._foot.setVisible(bool(words))

    @Slot()
    def _on_more(self) -> None:
        if isinstance(self._body, TextPane) and self._body.is_paged:
            self._body.show_next()
            self._show_foot(self.card)
        elif self.card.more:
            self.tab_wanted.emit(self.card.more)

    @Slot()
    def _on_back(self) -> None:
        if isinstance(self._body, TextPane):
            self._body.show_previous()
            self._show_foot(self.card)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.colour("line"))
        painter.setBrush(theme.colour("base"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        line = HEADING + 1
        painter.drawLine(1, line, self.width() - 2, line)
        painter.end()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(120, super().minimumSizeHint().height())
