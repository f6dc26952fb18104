"""All keys on one sheet, in groups; what is typed leaves those that fit."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rlm_desktop.ui.commands import Command, Group, told_keys
from rlm_desktop.ui.key_caps import KeyCaps
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE, small_font, title_font
from rlm_desktop.viewmodel.finding import holds_words

_LARGEST = QSize(1040, 700)
_COLUMN = 310
_NOTE = "Single letters work everywhere but in a field where you type. Ctrl+K finds every command by its words."


class KeyRow(QWidget):
    """What a command does, and its keys."""

    def __init__(self, command: Command, parent: QWidget) -> None:
        super().__init__(parent)
        self.command = command
        self.setAccessibleName(f"{command.words}: {told_keys(command)}")
        words = Words(self, "text", command.words)
        words.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 1)
        row.setSpacing(INSIDE)
        row.addWidget(words, 1)
        row.addWidget(KeyCaps(command.keys, self), 0, Qt.AlignmentFlag.AlignTop)


class KeyGroup(QWidget):
    """The rows of one group under its name."""

    def __init__(self, name: Group, commands: Iterable[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.rows = [KeyRow(command, self) for command in commands]
        heading = Words(self, "muted", name)
        heading.setFont(small_font())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(heading)
        for row in self.rows:
            column.addWidget(row)

    def keep(self, typed: str) -> int:
        """Show the rows that fit; give how many do."""
        shown = 0
        for row in self.rows:
            command = row.command
            fits = holds_words(typed, f"{command.words} {command.group} {told_keys(command)}")
            row.setVisible(fits)
            shown += fits
        self.setVisible(bool(shown))
        return shown


class KeySheet(QDialog):
    """As many columns as there is room for."""

    def __init__(self, commands: Iterable[Command], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keySheet")
        self.setWindowTitle("Keys")
        self.setAccessibleName("All keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.field = QLineEdit(self)
        self._area = QScrollArea(self)
        self._inside = QWidget(self._area)
        self._none = Words(self, "muted", "No key does that. Ctrl+K finds commands without keys.")
        by_group: dict[Group, list[Command]] = {}
        for command in commands:
            if command.keys:
                by_group.setdefault(command.group, []).append(command)
        self.groups = [KeyGroup(name, rows, self._inside) for name, rows in by_group.items()]
        size = QSize(parent.width() - 2 * AROUND, parent.height() - 2 * AROUND).boundedTo(_LARGEST)
        self._build(max(1, min(3, (size.width() - 2 * AROUND) // _COLUMN)))
        self.resize(size)
        self._on_typed("")

    def _build(self, columns: int) -> None:
        title, note, close = QLabel("Keys", self), Words(self, "muted", _NOTE), QPushButton("Close", self)
        title.setFont(title_font())
        note.setWordWrap(True)
        self.field.setObjectName("keySheetField")
        self.field.setAccessibleName("Find a key by what it does")
        self.field.setPlaceholderText("Find a key by what it does")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._on_typed)
        close.setAutoDefault(False)
        close.setAccessibleName("Close")
        close.clicked.connect(self.reject)
        head = QHBoxLayout()
        head.setSpacing(AROUND)
        head.addWidget(title)
        head.addWidget(self.field, 1)
        head.addWidget(close)
        self._fill(columns)
        self._area.setObjectName("keySheetArea")
        self._area.setAccessibleName("Keys in groups")
        self._area.setProperty("kind", "plain")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(BETWEEN)
        column.addLayout(head)
        column.addWidget(note)
        column.addWidget(self._none)
        column.addWidget(self._area, 1)

    def _fill(self, columns: int) -> None:
        """Put each group, the longest first, where there is least so far: so most keys are seen at once."""
        row = QHBoxLayout(self._inside)
        row.setContentsMargins(0, 0, AROUND, 0)
        row.setSpacing(2 * AROUND)
        stacks = [QVBoxLayout() for _ in range(columns)]
        heights = [0] * columns
        for group in sorted(self.groups, key=lambda one: -len(one.rows)):
            least = heights.index(min(heights))
            heights[least] += len(group.rows) + 2
            stacks[least].addWidget(group)
        for stack in stacks:
            stack.setSpacing(AROUND)
            stack.addStretch(1)
            row.addLayout(stack, 1)

    @Slot(str)
    def _on_typed(self, typed: str) -> None:
        shown = sum(group.keep(typed) for group in self.groups)
        self._none.setVisible(not shown)
