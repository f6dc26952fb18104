"""Paints the rows of a comparison: two halves beside each other, gaps hatched, signs beside every colour."""

from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem
from typing_extensions import override

from rlm_desktop.ui import theme
from rlm_desktop.ui.compare_text import elided, face, paint_text, text_height
from rlm_desktop.viewmodel.comparison.items import CompareRole
from rlm_desktop.viewmodel.comparison.rows import CompareRow, Half, RowKind

AnyIndex = QModelIndex | QPersistentModelIndex
Side = Literal["left", "right"]
EDGE = theme.AROUND
GUTTER = 20
"""The sign's column at the left of each half."""
NAME = 148
"""The room of a figure's or setting's name."""
FIGURE = 116
"""The width of a column of figures."""
_HEIGHTS: dict[RowKind, int] = {"section": 34, "figure": theme.ROW, "step": 30, "label": 22, "fold": 22}
_PAD = 4


def halves(width: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Give from where to where each half reaches."""
    middle = width // 2
    return (0, middle), (middle + 1, width)


def side_at(x: int, width: int) -> Side:
    """Tell in which half a place is."""
    return "left" if x < halves(width)[1][0] else "right"


def is_on_opener(x: int) -> bool:
    """Tell whether a place is on the sign that opens a step."""
    return x < EDGE + GUTTER


class CompareDelegate(QStyledItemDelegate):
    """Draws one row over the whole width."""

    hovered: tuple[int, Side] | None = None
    """The row and half that a click would follow."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        row: CompareRow = index.data(CompareRole)
        # PySide declares no field of the option.
        width: int = option.rect.width()
        return QSize(width, _height(row, width))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: CompareRow = index.data(CompareRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.hovered[1] if self.hovered is not None and self.hovered[0] == index.row() else None
        brush = _Brush(painter, option, row, hovered)
        _PAINTERS[row.kind](brush)
        brush.frame()
        painter.restore()


def _height(row: CompareRow, width: int) -> int:
    if row.kind == "note":
        return text_height(row.text, is_prose=True, width=width - 2 * EDGE - GUTTER) + 2 * _PAD
    if row.kind in ("line", "prose"):
        is_prose = row.kind == "prose"
        room = _text_room(width)
        texts = [half.text for half in (row.left, row.right) if half is not None]
        heights = [text_height(text, is_prose=is_prose, width=room) for text in texts]
        return max(heights) + (_PAD if is_prose else 0)
    if row.kind == "setting":
        rooms = (_text_room(width) - NAME, _text_room(width))
        sides = zip((row.left, row.right), rooms, strict=True)
        heights = [text_height(half.text, is_prose=False, width=room) for half, room in sides if half is not None]
        return max(heights) + 2 * _PAD
    return _HEIGHTS[row.kind]


def _text_room(width: int) -> int:
    return width // 2 - EDGE - GUTTER - theme.INSIDE


class _Brush:
    """A painter on one row, with the theme at hand."""

    def __init__(self, painter: QPainter, option: QStyleOptionViewItem, row: CompareRow, hovered: Side | None) -> None:
        cell: Any = option
        self.painter, self.row, self.hovered = painter, row, hovered
        self.rect: QRect = cell.rect
        self.palette: QPalette = cell.palette
        self.is_selected = bool(cell.state & QStyle.StateFlag.State_Selected)
        self.has_focus = bool(cell.state & QStyle.StateFlag.State_HasFocus)
        self.sides: tuple[tuple[Side, Half | None], ...] = (("left", row.left), ("right", row.right))

    def ink(self, role: theme.Role) -> QColor:
        """Give a role's colour."""
        return theme.colour(role, self.palette)

    def box(self, side: Side) -> QRect:
        """Give a half's rectangle."""
        left, right = halves(self.rect.width())[side == "right"]
        return QRect(self.rect.left() + left, self.rect.top(), right - left, self.rect.height())

    def fill(self, role: theme.Role, share: float, box: QRect | None = None) -> None:
        """Lay a role's colour softly over a half or the row."""
        self.painter.fillRect(box or self.rect, theme.mixed(role, "base", share, self.palette))

    def words(
        self, text: str, box: QRect, role: theme.Role, font: QFont | None = None, *, at_right: bool = False
    ) -> int:
        """Write one line, cut with a mark; give its width."""
        font = font or theme.small_font()
        shown = elided(text, font, box.width())
        self.painter.setFont(font)
        self.painter.setPen(self.ink(role))
        side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
        self.painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        return QFontMetrics(font).horizontalAdvance(shown)

    def gap(self, side: Side) -> None:
        """Hatch a half that has nothing."""
        box = self.box(side)
        self.fill("muted", 0.04, box)
        self.painter.fillRect(box, QBrush(theme.mixed("muted", "base", 0.28, self.palette), Qt.BrushStyle.BDiagPattern))

    def opener(self, left: int, middle: int) -> None:
        """Paint the triangle that tells whether a row is open."""
        down = [QPointF(-4, -2.5), QPointF(4, -2.5), QPointF(0, 3)]
        corners = down if self.row.is_open else [QPointF(-2.5, -4), QPointF(-2.5, 4), QPointF(3, 0)]
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.ink("muted"))
        self.painter.drawPolygon(QPolygonF([QPointF(left, middle) + corner for corner in corners]))

    def frame(self) -> None:
        """Draw the line between the halves, and mark the selected row."""
        if self.row.has_halves:
            middle = self.box("left").right() + 1
            self.painter.fillRect(QRect(middle, self.rect.top(), 1, self.rect.height()), self.ink("line"))
        if self.is_selected:
            mark = QRect(self.rect.left(), self.rect.top(), 3, self.rect.height())
            self.painter.fillRect(mark, self.ink("accent"))


def _paint_section(brush: _Brush) -> None:
    box = brush.rect
    brush.painter.fillRect(QRect(box.left(), box.top(), box.width(), 1), brush.ink("line"))
    brush.opener(box.left() + EDGE + 5, box.center().y())
    left = box.adjusted(EDGE + GUTTER, 0, -EDGE, 0)
    end = brush.words(brush.row.text, left, "text", face(is_prose=True))
    brush.words(brush.row.note, left.adjusted(end + theme.BETWEEN, 0, 0, 0), "muted")


def _paint_note(brush: _Brush) -> None:
    place = QPointF(brush.rect.left() + EDGE + GUTTER, brush.rect.top() + _PAD)
    width = brush.rect.width() - 2 * EDGE - GUTTER
    ink = brush.ink("muted")
    paint_text(brush.painter, place, width, brush.row.text, is_prose=True, ink=ink, marks=(), mark=ink)


def _paint_figure(brush: _Brush) -> None:
    """Paint a figure: its name once, then columns of values and of what changed."""
    row, font = brush.row, theme.mono_font(-1)
    ink: theme.Role = "text" if row.differs else "muted"
    for side, half in brush.sides:
        box = brush.box(side).adjusted(EDGE, 0, -theme.INSIDE, 0)
        if side == "left":
            brush.words("≠" if row.differs else "=", box, ink, font)
            name = QRect(box.left() + GUTTER, box.top(), NAME - theme.INSIDE, box.height())
            brush.words(half.name if half is not None else "", name, "muted")
            box.setLeft(name.right())
        words = (half.text, half.note, half.share) if half is not None else ()
        for column, text in enumerate(words):
            place = QRect(box.left() + column * FIGURE, box.top(), FIGURE, box.height())
            brush.words(text, place.intersected(box), ink, font, at_right=True)


def _paint_setting(brush: _Brush) -> None:
    """Paint a setting: its name once, its value on both sides."""
    row = brush.row
    sign = "≠" if row.differs else "="
    for side, half in brush.sides:
        if half is None:
            brush.gap(side)
            continue
        box = brush.box(side).adjusted(EDGE, 0, -theme.INSIDE, 0)
        brush.words(sign if side == "left" else "", box, "text" if row.differs else "muted", theme.mono_font(-1))
        box.setLeft(box.left() + GUTTER)
        if side == "left":
            brush.words(half.name, QRect(box.left(), box.top(), NAME - 8, box.height()), "muted")
            box.setLeft(box.left() + NAME)
        ink = brush.ink("text" if row.differs else "muted")
        place = QPointF(box.left(), box.top() + _PAD)
        paint_text(brush.painter, place, box.width(), half.text, is_prose=False, ink=ink, marks=(), mark=ink)


def _paint_step(brush: _Brush) -> None:
    row = brush.row
    for side, half in brush.sides:
        if half is None:
            brush.gap(side)
            words = brush.box(side).adjusted(EDGE + GUTTER, 0, -EDGE, 0)
            brush.words(row.note, words, "muted")
            continue
        brush.fill("muted", 0.09, brush.box(side))
        _paint_step_half(brush, side, half)
    brush.opener(brush.rect.left() + EDGE - 4, brush.rect.center().y())


def _paint_step_half(brush: _Brush, side: Side, half: Half) -> None:
    row = brush.row
    box = brush.box(side).adjusted(EDGE + 4, 0, -theme.INSIDE, 0)
    sign_ink: theme.Role = {"=": "muted", "−": "error", "+": "answer"}.get(half.sign, "warn")  # type: ignore[assignment]
    brush.words(half.sign, box, sign_ink, theme.mono_font())
    box.setLeft(box.left() + GUTTER - 4)
    figures = brush.words(half.note, box, "muted", theme.mono_font(-1.5), at_right=True)
    box.setRight(box.right() - figures - theme.BETWEEN)
    if side == "right" and box.width() > NAME + 160:
        box.setRight(box.right() - brush.words(row.note, box, sign_ink, at_right=True) - theme.BETWEEN)
    end = brush.words(half.name, box, "root")
    box.setLeft(box.left() + end + theme.INSIDE)
    is_hovered = brush.hovered == side
    brush.words(half.text, box, "accent" if is_hovered else "text", face(is_prose=True))


def _paint_label(brush: _Brush) -> None:
    for side, half in brush.sides:
        if half is None:
            brush.gap(side)
            continue
        box = brush.box(side).adjusted(EDGE + GUTTER, 0, -theme.INSIDE, 0)
        end = brush.words(half.text, box, "code")
        brush.words(half.note, box.adjusted(end + theme.INSIDE, 0, 0, 0), "muted")


def _paint_line(brush: _Brush) -> None:
    row = brush.row
    is_prose = row.kind == "prose"
    for side, half in brush.sides:
        if half is None:
            brush.gap(side)
            continue
        role: theme.Role = "error" if side == "left" else "answer"
        box = brush.box(side)
        if row.differs:
            brush.fill(role, 0.09, box)
        sign = QRect(box.left() + EDGE, box.top(), GUTTER, min(box.height(), theme.ROW - 6))
        brush.words(half.sign, sign, role, theme.mono_font())
        place = QPointF(box.left() + EDGE + GUTTER, box.top() + (_PAD / 2 if is_prose else 0))
        paint_text(
            brush.painter,
            place,
            _text_room(brush.rect.width()),
            half.text,
            is_prose=is_prose,
            ink=brush.ink("text"),
            marks=half.spans,
            mark=theme.mixed(role, "base", 0.26, brush.palette),
        )


def _paint_fold(brush: _Brush) -> None:
    box = brush.rect
    brush.fill("muted", 0.05)
    brush.opener(box.left() + EDGE + GUTTER + 5, box.center().y())
    brush.words(brush.row.text, box.adjusted(EDGE + 2 * GUTTER, 0, -EDGE, 0), "muted")


_PAINTERS: dict[RowKind, Callable[[_Brush], None]] = {
    "section": _paint_section,
    "note": _paint_note,
    "figure": _paint_figure,
    "setting": _paint_setting,
    "step": _paint_step,
    "label": _paint_label,
    "line": _paint_line,
    "prose": _paint_line,
    "fold": _paint_fold,
}
