"""The list of a comparison: one scroll for both columns, driven by mouse and keys alike."""

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget
from typing_extensions import override

from rlm_desktop.ui.compare_delegate import CompareDelegate, Side, is_on_opener, side_at
from rlm_desktop.viewmodel.comparison.items import CompareItems
from rlm_desktop.viewmodel.comparison.rows import CompareRow

_HELP = (
    "Arrows: rows. Right and Left: open and close. J and K: next and previous difference. "
    "Enter: the step in the first run; Shift+Enter: in the second."
)


class CompareList(QListView):
    """Shows `CompareItems`."""

    step_wanted = Signal(str, object)  # "left" or "right", NodeId

    def __init__(self, items: CompareItems, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._delegate = CompareDelegate(self)
        self.setObjectName("compareList")
        self.setAccessibleName("Comparison of two runs")
        self.setAccessibleDescription(_HELP)
        self.setModel(items)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMouseTracking(True)
        self.clicked.connect(self._on_clicked)
        self._clicked_at = 0

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._clicked_at = event.position().toPoint().x()
        super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(event.position().toPoint().x(), self.indexAt(event.position().toPoint()))
        super().mouseMoveEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._hover(0, QModelIndex())
        super().leaveEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._take_key(event):
            super().keyPressEvent(event)

    def _take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means on the current row; tell whether it means anything."""
        place = self.currentIndex().row()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            return True
        match event.key():
            case Qt.Key.Key_Right | Qt.Key.Key_Left if place >= 0:
                self._items.set_open(place, event.key() == Qt.Key.Key_Right)
            case Qt.Key.Key_Space if place >= 0:
                self._toggle(place)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if place >= 0:
                is_second = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._follow(place, "right" if is_second else "left", takes_other=True)
            case Qt.Key.Key_J | Qt.Key.Key_K if not event.modifiers():
                self.go_to_change(1 if event.key() == Qt.Key.Key_J else -1)
            case _:
                return False
        return True

    def go_to_change(self, step: int) -> None:
        """Go to the next or previous difference."""
        place = self._items.next_change(self.currentIndex().row(), step)
        if place is not None:
            index = self._items.index(place)
            self.setCurrentIndex(index)
            self.scrollTo(index)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        row = self._items.row(index.row())
        if QGuiApplication.keyboardModifiers():
            return
        if row.kind == "step" and not is_on_opener(self._clicked_at):
            self._follow(index.row(), side_at(self._clicked_at, self.viewport().width()))
        else:
            self._toggle(index.row())

    def _toggle(self, place: int) -> None:
        self._items.set_open(place, not self._items.row(place).is_open)

    def _follow(self, place: int, side: Side, *, takes_other: bool = False) -> None:
        """Lead to a step in its run; a gap leads nowhere, but by keys to what is beside it."""
        row = self._items.row(place)
        other: Side = "right" if side == "left" else "left"
        for each in (side, other) if takes_other else (side,):
            half = row.left if each == "left" else row.right
            if half is not None and half.node is not None:
                self.step_wanted.emit(each, half.node)
                return
        if takes_other:
            self._toggle(place)

    def _hover(self, x: int, index: QModelIndex) -> None:
        hovered = self._hovered(x, index)
        if hovered != self._delegate.hovered:
            self._delegate.hovered = hovered
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor)
            self.viewport().update()

    def _hovered(self, x: int, index: QModelIndex) -> tuple[int, Side] | None:
        row = self._items.row(index.row()) if index.isValid() else None
        if row is None or row.kind != "step" or is_on_opener(x):
            return None
        side = side_at(x, self.viewport().width())
        return (index.row(), side) if (row.left if side == "left" else row.right) is not None else None

    def _copy(self) -> None:
        places = sorted(index.row() for index in self.selectedIndexes())
        lines = [line for place in places for line in _copied(self._items.row(place))]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))


def _copied(row: CompareRow) -> list[str]:
    """Write a row as text: lines as other tools write differences."""
    if row.kind not in ("line", "prose"):
        return [row.words]
    if not row.differs:
        return [f"  {row.left.text}"] if row.left is not None else []
    sides = (("- ", row.left), ("+ ", row.right))
    return [f"{sign}{half.text}" for sign, half in sides if half is not None]
