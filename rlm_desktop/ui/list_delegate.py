"""Paints a row of the documents or the history: a dot, words, and a note at the right."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from rlm_desktop.ui.row_backs import paint_hovered, paint_selected
from rlm_desktop.ui.theme import AROUND, INSIDE, ROW, colour, mono_font
from rlm_desktop.viewmodel.roles import DotRole, InkRole, NoteInkRole, NoteRole

AnyIndex = QModelIndex | QPersistentModelIndex
_DOT = 7


class ListDelegate(QStyledItemDelegate):
    """One line a row over the whole width; numbers at the right in the tabular face."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(120, max(ROW, option.fontMetrics.height() + INSIDE))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _fill(painter, option)
        area: QRect = option.rect.adjusted(_indent(index), 0, -AROUND, 0)
        _paint_note(painter, area, option, index)
        _paint_dot(painter, area, index)
        _paint_words(painter, area, option, index)
        painter.restore()


def _indent(index: AnyIndex) -> int:
    return AROUND + (INSIDE if index.parent().isValid() else 0)


def _fill(painter: QPainter, option: QStyleOptionViewItem) -> None:
    if option.state & QStyle.StateFlag.State_Selected:
        paint_selected(painter, option.rect)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        paint_hovered(painter, option.rect, "window")


def _paint_note(painter: QPainter, area: QRect, option: QStyleOptionViewItem, index: AnyIndex) -> None:
    note = index.data(NoteRole)
    if not note:
        return
    font = mono_font(-1) if note[0].isdigit() or note[0] in "$<" else option.font
    painter.setFont(font)
    painter.setPen(colour(index.data(NoteInkRole) or "muted"))
    painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), note)
    area.setRight(area.right() - QFontMetrics(font).horizontalAdvance(note) - INSIDE)


def _paint_dot(painter: QPainter, area: QRect, index: AnyIndex) -> None:
    role = index.data(DotRole)
    if role is None:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(role))
    painter.drawEllipse(QRect(area.left(), area.center().y() - _DOT // 2 + 1, _DOT, _DOT))
    area.setLeft(area.left() + _DOT + INSIDE)


def _paint_words(painter: QPainter, area: QRect, option: QStyleOptionViewItem, index: AnyIndex) -> None:
    painter.setFont(option.font)
    painter.setPen(colour(index.data(InkRole) or "text"))
    words = option.fontMetrics.elidedText(index.data() or "", Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), words)
