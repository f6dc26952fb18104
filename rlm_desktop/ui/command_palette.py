"""The palette: type a few letters of what you want to do, press Enter."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.ui import theme
from rlm_desktop.ui.commands import Command, told_keys
from rlm_desktop.ui.key_caps import caps_width, paint_caps
from rlm_desktop.ui.parts import Hairline, Words
from rlm_desktop.ui.trace_delegate import Brush
from rlm_desktop.viewmodel.finding import found

AnyIndex = QModelIndex | QPersistentModelIndex
_WIDTH, _MOST_ROWS, _ROW = 560, 11, 32
_NONE = "No command has these words."


class CommandItems(QAbstractListModel):
    """The commands that fit what is typed."""

    def __init__(self, commands: Sequence[Command], parent: QObject) -> None:
        super().__init__(parent)
        self._all = list(commands)
        self.shown = list(commands)

    def find(self, typed: str) -> None:
        """Keep the commands that fit, the best first."""
        self.beginResetModel()
        self.shown = found(typed, self._all, lambda command: f"{command.words} {command.group}")
        self.endResetModel()

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.shown)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        command = self.shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return command.words
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (command.words, command.group, told_keys(command)) if part)
            case Qt.ItemDataRole.UserRole:
                return command
            case _:
                return None


class CommandDelegate(QStyledItemDelegate):
    """Words at the left, the group quietly after them, keys at the right."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, _ROW)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush = Brush(painter, option)
        # The style sheet makes the view's own palette transparent, which tells nothing of the theme.
        brush.palette = QGuiApplication.palette()
        brush.background(True)
        command: Command = index.data(Qt.ItemDataRole.UserRole)
        box = brush.rect.adjusted(theme.AROUND, 0, -theme.AROUND, 0)
        keys = command.keys[:1]
        paint_caps(painter, box, keys)
        right = box.right() - caps_width(keys) - theme.INSIDE
        end = brush.words(command.words, box.left(), right, "text")
        brush.words(command.group, end + theme.INSIDE, right, "muted", theme.small_font())
        painter.restore()


class CommandPalette(QDialog):
    """A field over a list. What is chosen is done when the palette is gone."""

    chosen = Signal(object)  # Command

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.FramelessWindowHint | Qt.WindowType.Dialog)
        self.setObjectName("commandPalette")
        self.setWindowTitle("All commands")
        self.setAccessibleName("All commands")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._items = CommandItems(commands, self)
        self.field = QLineEdit(self)
        self.view = QListView(self)
        self._none = Words(self, "muted", _NONE)
        self._most = _MOST_ROWS
        self._build()
        self._place(parent)
        self._on_typed("")

    def _build(self) -> None:
        self.field.setObjectName("paletteField")
        self.field.setAccessibleName("Words of a command")
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setProperty("kind", "bare")
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._on_typed)
        self.field.returnPressed.connect(self._on_return)
        view = self.view
        view.setObjectName("paletteView")
        view.setAccessibleName("Commands")
        view.setProperty("kind", "plain")
        view.setModel(self._items)
        view.setItemDelegate(CommandDelegate(view))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.clicked.connect(self._on_clicked)
        view.activated.connect(self._on_clicked)
        self._none.setContentsMargins(theme.AROUND, theme.INSIDE, theme.AROUND, theme.BETWEEN)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, theme.GRID, 1, theme.GRID)
        column.setSpacing(theme.GRID)
        for widget in (self.field, Hairline(self), self._none, view):
            column.addWidget(widget)

    def _place(self, parent: QWidget) -> None:
        """Stand at the top of the window, in its middle."""
        width = min(_WIDTH, parent.width() - 2 * theme.AROUND)
        self._most = max(3, min(_MOST_ROWS, (parent.height() - 6 * theme.AROUND) // _ROW - 1))
        self.setFixedWidth(width)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - width) // 2, corner.y() + 3 * theme.AROUND)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows and pages move through the list while the field keeps the letters."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            rows = _STEPS.get(Qt.Key(event.key()))
            if rows is not None:
                self._step(rows)
                return True
        return False

    def _step(self, rows: int) -> None:
        count = self._items.rowCount()
        if count:
            row = self.view.currentIndex().row() + rows
            # A single step goes round at the ends.
            row = row % count if abs(rows) == 1 else max(0, min(row, count - 1))
            self.view.setCurrentIndex(self._items.index(row))

    @Slot(str)
    def _on_typed(self, typed: str) -> None:
        self._items.find(typed)
        self.view.setCurrentIndex(self._items.index(0))
        count = self._items.rowCount()
        self._none.setVisible(not count)
        self.view.setVisible(bool(count))
        self.view.setFixedHeight(min(count, self._most) * _ROW)
        self.adjustSize()

    @Slot()
    def _on_return(self) -> None:
        self._on_clicked(self.view.currentIndex())

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        command = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        if command is not None:
            self.accept()
            self.chosen.emit(command)

    @override
    def paintEvent(self, event: Any) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.colour("muted"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: _MOST_ROWS - 1,
    Qt.Key.Key_PageUp: 1 - _MOST_ROWS,
}
