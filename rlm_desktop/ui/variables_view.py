"""The table of variables over time: names stay at the left, the current step is marked."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.trace.facts import VariableChange
from rlm_desktop.trace.wording import one_line
from rlm_desktop.ui.parts import dress_table
from rlm_desktop.ui.quiet_header import QuietHeader
from rlm_desktop.ui.theme import BETWEEN, colour, mixed, mono_font, small_font
from rlm_desktop.ui.trace_delegate import Brush
from rlm_desktop.viewmodel.recorded_values import CHANGES
from rlm_desktop.viewmodel.variables_items import ChangeRole, VariablesItems

ROW = 42
COLUMN = 138
_NARROWEST, _WIDEST = 72, 190
_SIDE = 8


class ChangeDelegate(QStyledItemDelegate):
    """Paints a change in two lines: its size in the colour of what happened, the beginning of its value."""

    def __init__(self, items: VariablesItems, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        brush = Brush(painter, option)
        if index.column() == self._items.current_column:
            painter.fillRect(brush.rect, mixed("accent", "base", 0.06, brush.palette))
        brush.background(False)
        painter.setPen(colour("line", brush.palette))
        painter.drawLine(brush.rect.bottomLeft(), brush.rect.bottomRight())
        change: VariableChange | None = index.data(ChangeRole)
        if change is not None:
            _paint_change(brush, change)
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(COLUMN, ROW)


def _paint_change(brush: Brush, change: VariableChange) -> None:
    sign, tint = CHANGES[change.change]
    words = "deleted" if change.change == "deleted" else change.size or change.type
    box = brush.rect.adjusted(_SIDE, 3, -_SIDE, -4)
    upper, lower = QRect(box), QRect(box)
    upper.setHeight(box.height() // 2)
    lower.setTop(upper.bottom() + 1)
    brush.painter.setFont(small_font())
    brush.painter.setPen(colour(tint, brush.palette))
    _write(brush.painter, upper, f"{sign} {words}")
    brush.painter.setFont(mono_font(-1.5))
    brush.painter.setPen(colour("muted", brush.palette))
    _write(brush.painter, lower, one_line(change.preview, 80))


def _write(painter: QPainter, box: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class StepHeader(QuietHeader):
    """The steps; the current one in the accent colour, underlined."""

    def __init__(self, items: VariablesItems, parent: QWidget) -> None:
        super().__init__(parent, _SIDE)
        self._items = items

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.fillRect(rect, colour("base", self.palette()))
        is_current = logicalIndex == self._items.current_column
        painter.setPen(colour("line", self.palette()))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(colour("accent" if is_current else "muted", self.palette()))
        painter.setFont(small_font())
        words = f"▸ {self._words(logicalIndex)}" if is_current else self._words(logicalIndex)
        _write(painter, rect.adjusted(_SIDE, 0, -_SIDE, -1), words)
        if is_current:
            painter.fillRect(rect.adjusted(0, rect.height() - 2, 0, 0), colour("accent", self.palette()))

    def _words(self, section: int) -> str:
        return str(self._items.headerData(section, Qt.Orientation.Horizontal))


class NameHeader(QHeaderView):
    """The names, which stay in sight while steps are scrolled."""

    def __init__(self, items: VariablesItems, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._items = items
        self.setProperty("kind", "names")
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(ROW)
        self.setDefaultSectionSize(ROW)

    def fit(self) -> None:
        """Be as wide as the names, within limits."""
        metrics = QFontMetrics(mono_font(-1.0))
        names = (str(self._items.headerData(row, Qt.Orientation.Vertical)) for row in range(self._items.rowCount()))
        widest = max((metrics.horizontalAdvance(name) for name in names), default=0)
        self.setFixedWidth(max(_NARROWEST, min(_WIDEST, widest + BETWEEN + _SIDE + 2)))

    @override
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        painter.fillRect(rect, colour("base", self.palette()))
        painter.setPen(colour("line", self.palette()))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(colour("text", self.palette()))
        painter.setFont(mono_font(-1.0))
        name = str(self._items.headerData(logicalIndex, Qt.Orientation.Vertical))
        _write(painter, rect.adjusted(BETWEEN, 0, -_SIDE, -1), name)


class VariablesView(QTableView):
    """Shows `VariablesItems`. A click or Enter opens what was recorded of a value, a double click goes to its step."""

    opened = Signal(QModelIndex)
    step_wanted = Signal(object)  # NodeId

    def __init__(self, items: VariablesItems, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._names = NameHeader(items, self)
        self.setObjectName("variablesTable")
        self.setAccessibleName("Variables, step by step")
        self.setModel(items)
        self.setItemDelegate(ChangeDelegate(items, self))
        dress_table(self)
        self.setCornerButtonEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalHeader(self._names)
        steps = StepHeader(items, self)
        self.setHorizontalHeader(steps)
        steps.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        steps.setDefaultSectionSize(COLUMN)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._on_double)

    def fit(self) -> None:
        """Take the width of the names."""
        self._names.fit()

    @property
    def wanted_height(self) -> int:
        """How high the table is with all its rows in sight."""
        bar = self.horizontalScrollBar().sizeHint().height()
        return self._items.rowCount() * ROW + self.horizontalHeader().height() + bar

    def show_current(self) -> None:
        """Bring the current step into sight."""
        column = self._items.current_column
        if column is not None and self._items.rowCount():
            row = max(0, self.rowAt(0))
            self.scrollTo(self._items.index(row, column), QAbstractItemView.ScrollHint.EnsureVisible)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Letters are commands of the panel, not a search for cells."""

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index)

    @Slot(QModelIndex)
    def _on_double(self, index: QModelIndex) -> None:
        self.step_wanted.emit(self._items.column(index.column()).step)
