"""Paints the rows of the trace: indentation, opener, words, badges, share bars and figures."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from rlm_desktop.trace.rows import Badge, Row, Tint
from rlm_desktop.ui import theme
from rlm_desktop.ui.row_backs import paint_hovered, paint_selected
from rlm_desktop.viewmodel.trace_items import Column, RowRole

INDENT = 14
OPENER = 16
EDGE = 12
_ERROR_SHARE = 0.45
BADGE_HEIGHT = 16
BAR_WIDTH = 46
BAR_HEIGHT = 6
ROOM_FOR_WORDS = 150


class TraceDelegate(QStyledItemDelegate):
    """Draws one cell; all colours come from the theme by role."""

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush = Brush(painter, option)
        brush.background(index.column() == Column.TRACE)
        row: Row = index.data(RowRole)
        match index.column():
            case Column.TRACE:
                _paint_name(brush, row)
            case Column.SHARE:
                _paint_share(brush, row)
            case _:
                _paint_figure(brush, index.data(), index.column())
        painter.restore()

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), theme.ROW)


class Brush:
    """A painter on one cell, with the theme at hand."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        # PySide declares neither the fields of the option nor those of its bases.
        cell: Any = option
        self.painter = painter
        self.rect: QRect = cell.rect
        self.palette: QPalette = cell.palette
        self.font: QFont = cell.font
        self.is_selected = bool(cell.state & QStyle.StateFlag.State_Selected)
        self.is_hovered = bool(cell.state & QStyle.StateFlag.State_MouseOver)

    def background(self, is_first: bool) -> None:
        """Fill the selected or hovered cell; mark the selected row at its left edge."""
        if self.is_selected:
            paint_selected(self.painter, self.rect, self.palette)
        elif self.is_hovered:
            paint_hovered(self.painter, self.rect, "base", self.palette)
        if self.is_selected and is_first:
            mark = QRect(self.rect.left(), self.rect.top(), 2, self.rect.height())
            self.painter.fillRect(mark, theme.colour("accent", self.palette))

    def words(self, text: str, left: int, right: int, tint: Tint, font: QFont | None = None) -> int:
        """Write words between two edges, cut with an ellipsis; give where they end."""
        font = font or self.font
        metrics = QFontMetrics(font)
        room = right - left
        if room < 8 or not text:
            return left
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        self.painter.setFont(font)
        self.painter.setPen(theme.colour(tint, self.palette))
        box = QRect(left, self.rect.top(), room, self.rect.height())
        self.painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        return left + metrics.horizontalAdvance(shown)


def _paint_name(brush: Brush, row: Row) -> None:
    left = opener_left(brush.rect, row.level)
    if row.is_open is not None:
        _paint_opener(brush, left, row)
    left += OPENER
    small = theme.small_font()
    right = brush.rect.right() - 6
    badges = _badge_widths(row.badges, small, right - left)
    title_right = right - sum(width + 8 for _, _, width in badges)
    left = _paint_words(brush, row, left, title_right)
    for sign, badge, width in badges:
        _paint_badge(brush, sign, badge.tint, QRect(left + 8, brush.rect.center().y() - 7, width, BADGE_HEIGHT), small)
        left += width + 4


def opener_left(cell: QRect, level: int) -> int:
    """Give where a row's opener begins."""
    return cell.left() + EDGE + level * INDENT


def _paint_words(brush: Brush, row: Row, left: int, right: int) -> int:
    if row.is_live:
        left = _paint_live_dot(brush, left, row)
    if row.prefix:
        tint: Tint = "muted" if row.prefix.isdigit() else row.tint
        left = brush.words(row.prefix, left, right, tint) + 6
    kept = _room_for_error(brush, row, right - left)
    end = brush.words(row.title, left, right - kept, "text")
    if row.note and end + 24 < right:
        end = brush.words(row.note, end + 10, right, row.note_tint)
    return end


def _room_for_error(brush: Brush, row: Row, room: int) -> int:
    """Keep room for what went wrong beside however long a title."""
    if row.note_tint != "error":
        return 0
    return min(QFontMetrics(brush.font).horizontalAdvance(row.note) + 12, round(room * _ERROR_SHARE))


def _paint_live_dot(brush: Brush, left: int, row: Row) -> int:
    brush.painter.setPen(Qt.PenStyle.NoPen)
    brush.painter.setBrush(theme.colour(row.tint, brush.palette))
    brush.painter.drawEllipse(QPointF(left + 3.5, brush.rect.center().y() + 0.5), 3.5, 3.5)
    return left + 13


def _paint_opener(brush: Brush, left: int, row: Row) -> None:
    middle = QPointF(left + 5, brush.rect.center().y() + 0.5)
    if row.is_open:
        corners = [QPointF(-4, -2.5), QPointF(4, -2.5), QPointF(0, 3)]
    else:
        corners = [QPointF(-2.5, -4), QPointF(-2.5, 4), QPointF(3, 0)]
    brush.painter.setPen(Qt.PenStyle.NoPen)
    brush.painter.setBrush(theme.colour(row.tint, brush.palette))
    brush.painter.drawPolygon(QPolygonF([middle + corner for corner in corners]))


def _badge_widths(badges: tuple[Badge, ...], font: QFont, room: int) -> list[tuple[str, Badge, int]]:
    """Measure the badges; in a narrow column their words give way to the sign alone."""
    metrics = QFontMetrics(font)
    signs = [badge.sign if room >= ROOM_FOR_WORDS else badge.sign.split(" ")[0] for badge in badges]
    return [(sign, badge, metrics.horizontalAdvance(sign) + 10) for sign, badge in zip(signs, badges, strict=True)]


def _paint_badge(brush: Brush, sign: str, tint: Tint, box: QRect, font: QFont) -> None:
    brush.painter.setPen(QPen(theme.colour(tint, brush.palette), 1))
    brush.painter.setBrush(Qt.BrushStyle.NoBrush)
    brush.painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    brush.painter.setFont(font)
    brush.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, sign)


def _paint_share(brush: Brush, row: Row) -> None:
    if row.share is None:
        return
    rail = QRectF(brush.rect.left() + 2, brush.rect.center().y() - BAR_HEIGHT / 2 + 0.5, BAR_WIDTH, BAR_HEIGHT)
    brush.painter.setPen(Qt.PenStyle.NoPen)
    if theme.is_contrast(brush.palette):
        brush.painter.setPen(theme.colour("line", brush.palette))
        brush.painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        brush.painter.setBrush(theme.colour("line" if brush.is_selected else "raised", brush.palette))
    brush.painter.drawRoundedRect(rail, 3, 3)
    brush.painter.setPen(Qt.PenStyle.NoPen)
    if row.share > 0:
        rail.setWidth(max(2.0, BAR_WIDTH * row.share))
        brush.painter.setBrush(theme.colour(row.share_tint, brush.palette))
        brush.painter.drawRoundedRect(rail, min(3.0, rail.width() / 2), 3)
    percent = round(row.share * 100)
    if percent:
        tint: Tint = "muted" if row.share_tint not in ("warn", "error") else row.share_tint
        _right(brush, f"{percent}%", tint, theme.mono_font(-1.5))


def _paint_figure(brush: Brush, text: str, column: int) -> None:
    is_nothing = text in ("0", "$0")
    tint: Tint = "text" if column == Column.COST and not is_nothing else "muted"
    _right(brush, text, tint, theme.mono_font(-1.0), 12 if column == Column.TIME else 4)


def _right(brush: Brush, text: str, tint: Tint, font: QFont, margin: int = 6) -> None:
    brush.painter.setFont(font)
    brush.painter.setPen(theme.colour(tint, brush.palette))
    box = brush.rect.adjusted(0, 0, -margin, 0)
    brush.painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
