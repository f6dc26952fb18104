"""The one list of what can be done in the window: its words, its keys, where it holds, and what it does."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

from rlm_desktop.ui.key_caps import key_words

Group = Literal["Question", "Documents", "Views", "Trace", "Copy", "Detail", "Replay", "Looks", "Window"]
Where = Callable[[], bool]


def anywhere() -> bool:
    """Hold wherever the user is."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something the user can do. The first of its keys is the one that is told."""

    words: str
    group: Group
    act: Callable[[], object]
    keys: tuple[str, ...] = ()
    """As `QKeySequence` writes them: `Ctrl+K`, `F1`; and `J`, `Shift+E`, `$`, `Space` for those without Ctrl."""
    holds: Where = anywhere
    """Whether it can be done now."""
    within: QWidget | None = None
    """The keys work while the focus is in here; None is anywhere in the window."""
    is_native: bool = False
    """Whether the widget takes its keys by itself, as views do with arrows; then they are only told here."""


class Commands(QObject):
    """Holds the commands of a window. Keys with Ctrl become shortcuts; a key without is taken when nobody else did.

    That is why no single letter fires in a text field: the field takes it first.
    """

    def __init__(self, top: QWidget) -> None:
        super().__init__(top)
        self._top = top
        self._all: list[Command] = []
        self._plain: dict[str, list[Command]] = defaultdict(list)
        top.installEventFilter(self)

    def __iter__(self) -> Iterator[Command]:
        return iter(self._all)

    def add(self, commands: Iterable[Command]) -> None:
        """Take commands into the list; their keys work from now on."""
        for command in commands:
            self._all.append(command)
            for key in () if command.is_native else command.keys:
                if is_plain(key):
                    self._plain[key].append(command)
                else:
                    self._add_shortcut(command, key)

    def called(self, words: str) -> Command:
        """Give a command by its words."""
        return next(command for command in self._all if command.words == words)

    def press(self, key: str) -> bool:
        """Do what a key without Ctrl stands for here and now; tell whether it stands for anything."""
        for command in self._plain.get(key, ()):
            if command.holds() and _has_focus(command.within):
                command.act()
                return True
        return False

    def _add_shortcut(self, command: Command, key: str) -> None:
        action = _Shortcut(command, self._top if command.within is None else command.within)
        action.setShortcut(QKeySequence(key))
        if command.within is not None:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if is_text_field(QApplication.focusWidget()):
            return False
        return any(self.press(key) for key in keys_of(event))


class _Shortcut(QAction):
    """Does a command when its keys are pressed and it holds."""

    def __init__(self, command: Command, where: QWidget) -> None:
        super().__init__(command.words, where)
        self._command = command
        where.addAction(self)
        self.triggered.connect(self._on_triggered)

    @Slot()
    def _on_triggered(self) -> None:
        if self._command.holds():
            self._command.act()


_NAMED = (
    *(Qt.Key.Key_Space, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_Return),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
)
_NAMES = {key: QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) for key in _NAMED}


def is_plain(key: str) -> bool:
    """Tell whether a key is pressed alone, or with Shift: a letter, a sign, a digit, Space, an arrow."""
    name = key.removeprefix("Shift+")
    return len(name) == 1 or name in _NAMES.values()


def keys_of(event: QKeyEvent) -> Iterator[str]:
    """Name the key without Ctrl that was pressed, as `Command.keys` does; a letter also without its Shift.

    Signs go by what they are, not by where they lie: `$` and `?` are elsewhere on each keyboard.
    """
    if event.modifiers() & (
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    ):
        return
    name = _NAMES.get(Qt.Key(event.key()))
    text = event.text()
    if name is not None:
        yield name
    elif text.isalpha() and len(text) == 1:
        if text.isupper():
            yield f"Shift+{text}"
        yield text.upper()
    elif text:
        yield text


def is_text_field(widget: QWidget | None) -> bool:
    """Tell whether words are typed into a widget."""
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit | QAbstractSpinBox):
        return not widget.isReadOnly()
    return isinstance(widget, QComboBox) and widget.isEditable()


def told_keys(command: Command) -> str:
    """Write a command's keys as this computer does."""
    return " or ".join(key_words(key) for key in command.keys)


def _has_focus(within: QWidget | None) -> bool:
    if within is None:
        return True
    focus = QApplication.focusWidget()
    return focus is not None and (focus is within or within.isAncestorOf(focus))
