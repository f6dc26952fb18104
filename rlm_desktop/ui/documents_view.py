"""The list of documents: dense rows that show more columns the wider the panel is, driven by mouse and keys alike."""

from collections.abc import Iterator

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.ui.icons import pixmap
from rlm_desktop.ui.row_backs import paint_hovered, paint_selected
from rlm_desktop.ui.theme import (
    AROUND,
    BETWEEN,
    GRID,
    INSIDE,
    ROW,
    Role,
    colour,
    mono_font,
    small_font,
)
from rlm_desktop.viewmodel.document_looks import Look
from rlm_desktop.viewmodel.document_tree import Item
from rlm_desktop.viewmodel.documents_items import DocumentsItems
from rlm_desktop.viewmodel.roles import LookRole

AnyIndex = QModelIndex | QPersistentModelIndex
_ARROW = 12
_MOST_KEPT = 200
"""So many selected rows are selected again after all rows were looked at anew."""
_COLUMNS = ((640, 0, 8), (340, 1, 7), (560, 2, 9), (460, 3, 8))
"""From which width on there is room for which figure, and for how many digits."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class DocumentsDelegate(QStyledItemDelegate):
    """Paints a `Look`: an arrow for a folder, words, figures, and the length or the state at the right."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        look: Look | None = index.data(LookRole)
        if look is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _fill(painter, option, has_focus=self._view.hasFocus())
        area: QRect = option.rect.adjusted(AROUND + look.depth * INSIDE, 0, -AROUND, 0)
        self._paint_arrow(painter, area, look)
        _paint_note(painter, area, option.font, look)
        _paint_figures(painter, area, option.rect.width(), look)
        _paint_words(painter, area, option.font, look)
        painter.restore()

    def _paint_arrow(self, painter: QPainter, area: QRect, look: Look) -> None:
        if look.is_open is None:
            return
        name = "chevron-down" if look.is_open else "chevron-right"
        top = area.center().y() - _ARROW // 2 + 1
        place = QRect(area.left() - _ARROW - 2, top, _ARROW, _ARROW)
        painter.drawPixmap(place, pixmap(name, "muted", _ARROW, self._view.devicePixelRatioF()))


class DocumentsView(QTableView):
    """The rows. Enter shows a document or opens a folder, Delete leaves out; letters filter, Escape shows all."""

    removal_asked = Signal()
    preview_asked = Signal(object)  # DocumentRow
    filter_asked = Signal(str)
    paste_asked = Signal()
    all_asked = Signal()

    def __init__(self, items: DocumentsItems, parent: QWidget) -> None:
        super().__init__(parent)
        self._items = items
        self._kept: list[Item] = []
        self._current: tuple[Item | None, int] = (None, 0)
        self._top = 0
        self._is_second_click = False
        # Before the view's own slots: they forget what was selected.
        items.modelAboutToBeReset.connect(self._on_leaving)
        self.setModel(items)
        items.modelReset.connect(self._on_reset)
        self.setItemDelegate(DocumentsDelegate(self))
        self.doubleClicked.connect(self._on_double_clicked)
        self._dress()

    def _dress(self) -> None:
        self.setObjectName("documentsView")
        self.setAccessibleName("Documents")
        self.setProperty("kind", "plain")
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(max(ROW, self.fontMetrics().height() + INSIDE))

    def chosen(self) -> Iterator[QModelIndex]:
        """Give the selected rows."""
        for part in self._parts():
            for row in range(part.top(), part.bottom() + 1):
                yield self._items.index(row)

    @property
    def has_all_chosen(self) -> bool:
        """Whether every row is selected."""
        return 0 < self._chosen_count() == self._items.rowCount()

    def _chosen_count(self) -> int:
        return sum(part.height() for part in self._parts())

    def _parts(self) -> list[QItemSelectionRange]:
        chosen: QItemSelection = self.selectionModel().selection()
        return [chosen.at(number) for number in range(chosen.count())]

    def go_to(self, row: int) -> None:
        """Make a row the current one."""
        if 0 <= row < self._items.rowCount():
            alone = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._items.index(row), alone)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = {
            Qt.Key.Key_Delete: self.removal_asked.emit,
            Qt.Key.Key_Backspace: self.removal_asked.emit,
            Qt.Key.Key_Return: self._open,
            Qt.Key.Key_Enter: self._open,
            Qt.Key.Key_Right: self._go_in,
            Qt.Key.Key_Left: self._go_out,
            Qt.Key.Key_Escape: self.all_asked.emit,
        }.get(Qt.Key(event.key()))
        has_modifier = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_asked.emit()
        elif act is not None and not has_modifier:
            act()
        elif event.text().strip() and event.text().isprintable() and not has_modifier:
            self.filter_asked.emit(event.text())
        else:
            super().keyPressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and not event.modifiers() and not self._is_second_click:
            self._toggle(index)
        self._is_second_click = False

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The first click opened or closed the folder; the second changes nothing."""
        self._is_second_click = True
        super().mouseDoubleClickEvent(event)

    def _toggle(self, index: QModelIndex) -> None:
        folder = self._items.folder_at(index)
        if folder is not None:
            self._items.set_open(index, not folder.is_open)

    def _open(self) -> None:
        row = self._items.row_at(self.currentIndex())
        if row is not None:
            self.preview_asked.emit(row)
        else:
            self._toggle(self.currentIndex())

    def _go_in(self) -> None:
        """Open a folder, or go to what is in it."""
        folder = self._items.folder_at(self.currentIndex())
        if folder is not None and folder.is_open:
            self.go_to(self.currentIndex().row() + 1)
        elif folder is not None:
            self._items.set_open(self.currentIndex(), True)

    def _go_out(self) -> None:
        """Close a folder, or go to the folder around."""
        index = self.currentIndex()
        folder = self._items.folder_at(index)
        if folder is not None and folder.is_open:
            self._items.set_open(index, False)
            return
        around = self._items.around(index)
        if around is not None:
            self.go_to(around)

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        row = self._items.row_at(index)
        if row is not None:
            self.preview_asked.emit(row)

    # All rows are looked at anew: what was selected stays so

    @Slot()
    def _on_leaving(self) -> None:
        are_few = self._chosen_count() <= _MOST_KEPT
        self._kept = [self._items.item_at(index.row()) for index in self.chosen()] if are_few else []
        index = self.currentIndex()
        self._current = (self._items.item_at(index.row()), index.row()) if index.isValid() else (None, 0)
        self._top = self.verticalScrollBar().value()

    @Slot()
    def _on_reset(self) -> None:
        chosen = QItemSelection()
        for item in self._kept:
            place = self._items.place_of(item)
            if place is not None:
                chosen.select(self._items.index(place), self._items.index(place))
        current, row = self._current
        place = None if current is None else self._items.place_of(current)
        if current is not None and self._items.rowCount():
            here = self._items.index(min(row, self._items.rowCount() - 1) if place is None else place)
            self.selectionModel().setCurrentIndex(here, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._kept, self._current = [], (None, 0)
        self.verticalScrollBar().setValue(self._top)


def _fill(painter: QPainter, option: QStyleOptionViewItem, *, has_focus: bool) -> None:
    if option.state & QStyle.StateFlag.State_Selected:
        paint_selected(painter, option.rect)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        paint_hovered(painter, option.rect, "window")
    if has_focus and option.state & QStyle.StateFlag.State_HasFocus:
        painter.fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), colour("accent"))


def _paint_note(painter: QPainter, area: QRect, font: QFont, look: Look) -> None:
    if not look.note:
        return
    face = mono_font(-1) if look.note[0].isdigit() else font
    _write(painter, area, look.note, face, look.note_ink)
    room = QFontMetrics(face).horizontalAdvance(look.note)
    area.setRight(area.right() - room - INSIDE)
    if look.lacks:
        place = QRect(area.right() - _ARROW, area.center().y() - _ARROW // 2 + 1, _ARROW, _ARROW)
        painter.drawPixmap(place, pixmap("triangle-alert", "warn", _ARROW, painter.device().devicePixelRatioF()))
        area.setRight(area.right() - _ARROW - GRID)


def _paint_figures(painter: QPainter, area: QRect, width: int, look: Look) -> None:
    """Columns have fixed places, whatever stands in them."""
    face = mono_font(-1)
    digit = QFontMetrics(face).horizontalAdvance("0")
    right = width - AROUND - 9 * digit
    for least, figure, digits in sorted(_COLUMNS):
        if width < least:
            break
        if look.figures[figure]:
            _write(
                painter, QRect(area.left(), area.top(), right - area.left(), area.height()), look.figures[figure], face
            )
        right -= digits * digit + BETWEEN
        area.setRight(min(area.right(), right))


def _paint_words(painter: QPainter, area: QRect, font: QFont, look: Look) -> None:
    metrics = QFontMetrics(font)
    words = metrics.elidedText(look.words, Qt.TextElideMode.ElideMiddle, area.width())
    painter.setFont(font)
    painter.setPen(colour(look.ink))
    painter.drawText(area, int(_LEFT), words)
    area.setLeft(area.left() + metrics.horizontalAdvance(words) + INSIDE)
    if look.place and area.width() > BETWEEN:
        face = small_font()
        place = QFontMetrics(face).elidedText(look.place, Qt.TextElideMode.ElideLeft, area.width())
        painter.setFont(face)
        painter.setPen(colour("muted"))
        painter.drawText(area, int(_LEFT), place)


def _write(painter: QPainter, area: QRect, words: str, face: QFont, ink: Role = "muted") -> None:
    painter.setFont(face)
    painter.setPen(colour(ink))
    painter.drawText(area, int(_RIGHT), words)
