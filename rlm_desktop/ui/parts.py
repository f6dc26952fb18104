"""Small pieces that several panels are made of."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE, Role, colour, mono_font, small_font

_DOT = 8


class Hairline(QFrame):
    """A line of one pixel between groups."""

    def __init__(self, parent: QWidget, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        super().__init__(parent)
        self.setProperty("kind", "hairline")
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)


class Dot(QWidget):
    """A steady dot in a role's colour."""

    def __init__(self, parent: QWidget, role: Role = "muted") -> None:
        super().__init__(parent)
        self._role = role
        self.setFixedSize(_DOT, _DOT)

    def set_role(self, role: Role) -> None:
        """Mean something else."""
        self._role = role
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._role, self.palette()))
        painter.drawEllipse(self.rect())


class Words(QLabel):
    """A label in a role's colour that never asks for more width than it gets: it is cut with a mark."""

    def __init__(self, parent: QWidget, role: Role = "text", text: str = "") -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_role(role)

    def set_role(self, role: Role) -> None:
        """Take another role's colour."""
        if self.property("ink") != role:
            self.setProperty("ink", role)
            if self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                self.style().polish(self)


class ElidedWords(Words):
    """Words that are cut at the end when there is no room; the whole is in the tooltip."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        cut = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())
        painter.drawText(self.contentsRect(), int(self.alignment()), cut)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(GRID * 6, super().minimumSizeHint().height())


class PanelHeader(QWidget):
    """A panel's name at the left and what is in it, in short, at the right; buttons may follow."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._count = ElidedWords(self, "muted")
        self._count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        name = Words(self, "muted", title)
        for label in (name, self._count):
            label.setFont(small_font())
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND, INSIDE, AROUND, GRID)
        row.setSpacing(GRID)
        row.addWidget(name)
        row.addWidget(self._count, 1)

    def set_count(self, text: str) -> None:
        """Say in short what is in the panel."""
        self._count.setText(text)
        self._count.setToolTip(text)

    def add(self, widget: QWidget) -> None:
        """Put a button at the right end."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(widget)


class Switch(QFrame):
    """A row of joined buttons of which one is on."""

    chosen = Signal(int)

    def __init__(self, words: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "switch")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, word in enumerate(words):
            row.addWidget(self._make(number, word))
        self._group.idClicked.connect(self._on_clicked)
        self._group.buttons()[0].setChecked(True)

    def button(self, number: int) -> QPushButton:
        """Give one of the buttons."""
        button = self._group.button(number)
        assert isinstance(button, QPushButton)
        return button

    def choose(self, number: int) -> None:
        """Turn one on, without a signal."""
        self.button(number).setChecked(True)

    @property
    def current(self) -> int:
        """The number of the one that is on."""
        return self._group.checkedId()

    def _make(self, number: int, word: str) -> QPushButton:
        button = QPushButton(word, self)
        button.setCheckable(True)
        button.setProperty("kind", "segment")
        button.setProperty("place", "first" if not number else "later")
        button.setAccessibleName(f"{word} view")
        self._group.addButton(button, number)
        return button

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(number)


class Figure(Words):
    """A number in the tabular face."""

    def __init__(self, parent: QWidget, role: Role = "text") -> None:
        super().__init__(parent, role)
        self.setFont(mono_font())


class Card(QFrame):
    """A group with a hairline around it and a title line."""

    def __init__(self, title: str, role: Role, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setAccessibleName(title)
        self._note = ElidedWords(self, "muted")
        self._aside = ElidedWords(self, "muted")
        name = Words(self, role, title)
        head = QHBoxLayout()
        head.setContentsMargins(BETWEEN, INSIDE - 2, BETWEEN, INSIDE - 2)
        head.setSpacing(INSIDE)
        for label in (name, self._note, self._aside):
            label.setFont(small_font())
        head.addWidget(name)
        head.addWidget(self._note, 1)
        head.addWidget(self._aside)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(head)
        self.column.addWidget(Hairline(self))

    def set_note(self, text: str) -> None:
        """Say in short what is in the group."""
        self._note.setText(text)

    def set_aside(self, text: str) -> None:
        """Say something at the right end of the title line."""
        self._aside.setText(text)


def amount(edit: QLineEdit) -> float | None:
    """Read a number; None where the field is empty or holds none yet."""
    try:
        return float(edit.text())
    except ValueError:
        return None


def action_button(parent: QWidget, words: str, name: str, act: Callable[[], object]) -> QPushButton:
    """Make a button that says what it does, also to a screen reader; tests find it by its name."""
    button = QPushButton(words, parent)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.clicked.connect(act)
    return button


def dress_table(view: QTableView) -> None:
    """Let a table be quiet rows of words: no frame, no grid, and Tab leads out of it."""
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setMouseTracking(True)
    view.setTabKeyNavigation(False)
