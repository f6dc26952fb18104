"""What lies behind a row of a list or table: a tint for the selected one, or a frame where tints are not wanted."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPalette

from rlm_desktop.ui.theme import Role, colour, is_contrast, mixed, selection

_HOVER = 0.08
_FRAME = 2


def paint_selected(painter: QPainter, cell: QRect, palette: QPalette | None = None) -> None:
    """Mark a cell of the selected row."""
    # Covers what the view itself has painted there.
    painter.fillRect(cell, selection(palette))
    if is_contrast(palette):
        _rule(painter, cell, "accent", _FRAME, palette)


def paint_hovered(painter: QPainter, cell: QRect, surface: Role, palette: QPalette | None = None) -> None:
    """Mark a cell of the row that the mouse is on."""
    if is_contrast(palette):
        _rule(painter, cell, "line", 1, palette)
    else:
        painter.fillRect(cell, mixed("muted", surface, _HOVER, palette))


def _rule(painter: QPainter, cell: QRect, role: Role, width: int, palette: QPalette | None) -> None:
    """Draw a line over and under a cell; the cells of a row together make a frame."""
    shade = colour(role, palette)
    painter.fillRect(QRect(cell.left(), cell.top(), cell.width(), width), shade)
    painter.fillRect(QRect(cell.left(), cell.bottom() - width + 1, cell.width(), width), shade)
