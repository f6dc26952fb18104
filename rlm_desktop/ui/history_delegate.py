"""Paints a run of the history: a dot or a pin, words, tags, a note at the right; while searching, the match below."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from rlm_desktop.ui.icons import pixmap
from rlm_desktop.ui.row_backs import paint_hovered, paint_selected
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE, ROW, Role, colour, mono_font, small_font
from rlm_desktop.viewmodel.roles import DotRole, InkRole, NoteInkRole, NoteRole, PinRole, SnippetRole, TagsRole

AnyIndex = QModelIndex | QPersistentModelIndex
_DOT = 7
_PIN = 12
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_TAGS_SHARE = 0.4
_BEFORE_MATCH_SHARE = 0.4


class HistoryDelegate(QStyledItemDelegate):
    """One line a row over the whole width, two while words are searched; numbers in the tabular face."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self.has_second_line = False

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        second = QFontMetrics(small_font()).height() + GRID if self.has_second_line else 0
        return QSize(120, max(ROW, option.fontMetrics.height() + INSIDE) + second)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _fill(painter, option, has_focus=self._view.hasFocus())
        area: QRect = option.rect.adjusted(AROUND, 0, -AROUND, 0)
        snippet = index.data(SnippetRole)
        if snippet is not None and self.has_second_line:
            height = QFontMetrics(small_font()).height() + GRID
            place = area.adjusted(0, area.height() - height - GRID // 2, 0, -GRID)
            part = snippet.part.capitalize() if snippet.part is not None else ""
            _paint_snippet(painter, place, part, (snippet.before, snippet.match, snippet.after))
            area.setHeight(area.height() - height)
        _paint_note(painter, area, option.font, index)
        _paint_dot(painter, area, index)
        if index.data(PinRole):
            self._paint_pin(painter, area)
        _paint_tags(painter, area, index.data(TagsRole) or ())
        _paint_words(painter, area, option, index)
        painter.restore()

    def _paint_pin(self, painter: QPainter, area: QRect) -> None:
        place = QRect(area.left() - 1, area.center().y() - _PIN // 2 + 1, _PIN, _PIN)
        painter.drawPixmap(place, pixmap("pin", "accent", _PIN, self._view.devicePixelRatioF()))
        area.setLeft(area.left() + _PIN + GRID)

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("runNameEdit")
        editor.setAccessibleName("Name of the run; empty for its question")
        editor.setProperty("kind", "in-row")
        return editor

    @override
    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: AnyIndex) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text())

    @override
    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        assert isinstance(editor, QLineEdit)
        if not editor.isModified():
            editor.setText(index.data(Qt.ItemDataRole.EditRole))

    @override
    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        editor.setGeometry(option.rect.adjusted(INSIDE, 1, -INSIDE, -1))


def _fill(painter: QPainter, option: QStyleOptionViewItem, *, has_focus: bool) -> None:
    if option.state & QStyle.StateFlag.State_Selected:
        paint_selected(painter, option.rect)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        paint_hovered(painter, option.rect, "window")
    if has_focus and option.state & QStyle.StateFlag.State_HasFocus:
        painter.fillRect(QRect(option.rect.left(), option.rect.top(), 2, option.rect.height()), colour("accent"))


def _paint_note(painter: QPainter, area: QRect, font: QFont, index: AnyIndex) -> None:
    note = index.data(NoteRole)
    if not note:
        return
    face = mono_font(-1) if note[0].isdigit() or note[0] in "$<≥" else font
    _write(painter, area, _RIGHT, note, face, index.data(NoteInkRole) or "muted")
    area.setRight(area.right() - QFontMetrics(face).horizontalAdvance(note) - INSIDE)


def _paint_dot(painter: QPainter, area: QRect, index: AnyIndex) -> None:
    role = index.data(DotRole)
    if role is None:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(role))
    painter.drawEllipse(QRect(area.left(), area.center().y() - _DOT // 2 + 1, _DOT, _DOT))
    area.setLeft(area.left() + _DOT + INSIDE)


def _paint_tags(painter: QPainter, area: QRect, tags: tuple[str, ...]) -> None:
    if not tags:
        return
    face = small_font()
    metrics = QFontMetrics(face)
    words = metrics.elidedText(" · ".join(tags), Qt.TextElideMode.ElideRight, int(area.width() * _TAGS_SHARE))
    _write(painter, area, _RIGHT, words, face, "muted")
    area.setRight(area.right() - metrics.horizontalAdvance(words) - INSIDE)


def _paint_words(painter: QPainter, area: QRect, option: QStyleOptionViewItem, index: AnyIndex) -> None:
    words = option.fontMetrics.elidedText(index.data() or "", Qt.TextElideMode.ElideRight, area.width())
    _write(painter, area, _LEFT, words, option.font, index.data(InkRole) or "text")


def _paint_snippet(painter: QPainter, area: QRect, part: str, pieces: tuple[str, str, str]) -> None:
    """Say what it is from, and cut it at both ends so that the match stays in sight."""
    face = small_font()
    metrics = QFontMetrics(face)
    before, match, after = pieces
    label = f"{part}  " if part and any(pieces) else ""
    if match:
        room = int(area.width() * _BEFORE_MATCH_SHARE)
        before = metrics.elidedText(before, Qt.TextElideMode.ElideLeft, room)
    parts: tuple[tuple[str, Role], ...] = ((label, "text"), (before, "muted"), (match, "accent"), (after, "muted"))
    for words, ink in parts:
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
        _write(painter, area, _LEFT, shown, face, ink)
        area.setLeft(area.left() + metrics.horizontalAdvance(shown))


def _write(painter: QPainter, area: QRect, alignment: int, words: str, face: QFont, ink: Role) -> None:
    painter.setFont(face)
    painter.setPen(colour(ink))
    painter.drawText(area, alignment, words)
