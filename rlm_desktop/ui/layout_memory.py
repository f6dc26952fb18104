"""Lays a window out as it was left, as far as today's screens allow, and says how it is left now."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication

from rlm_desktop.settings.window_layout import View, WindowLayout
from rlm_desktop.ui.pair import Pair, Shape
from rlm_desktop.ui.room import LEAST
from rlm_desktop.ui.run_line import ANSWER, CHARTS, SENT, TRACE

if TYPE_CHECKING:
    from rlm_desktop.ui.main_window import MainWindow

_VIEWS: dict[View, int] = {"answer": ANSWER, "trace": TRACE, "sent": SENT, "charts": CHARTS}
_SHAPES: tuple[Shape, ...] = ("beside", "over")
_HANDLE = QSize(120, 32)
"""So much of a window's upper edge must be on a screen for a hand to take hold of it."""


def layout_of(window: "MainWindow") -> WindowLayout:
    """Say how a window is left."""
    columns, box = window.columns, window.normalGeometry() if window.isMaximized() else window.geometry()
    splits = {"columns": (columns.left_width, 1), "left": _two(columns.left.sizes())}
    for name, pair in _pairs(window).items():
        splits |= {f"{name}-{shape}": _two(sizes) for shape, sizes in pair.sizes().items()}
    return WindowLayout(
        x=window.pos().x() if not window.isMaximized() else box.x(),
        y=window.pos().y() if not window.isMaximized() else box.y(),
        width=box.width(),
        height=box.height(),
        is_maximized=window.isMaximized(),
        has_left=columns.wants_left,
        view=next(name for name, view in _VIEWS.items() if view == window.run_page.wanted_view),
        history_order=window.history.items.order,
        splits={name: sizes for name, sizes in splits.items() if all(sizes)},
    )


def screens_of_today() -> list[QRect]:
    """Give the part of each screen that windows may take."""
    return [screen.availableGeometry() for screen in QGuiApplication.screens()]


def lay_out(window: "MainWindow", layout: WindowLayout, screens: Sequence[QRect]) -> None:
    """Lay a window out as it was left; what does not fit the screens is left as on the first start."""
    wanted = QSize(layout.width or window.width(), layout.height or window.height())
    window.resize(fitting(wanted, screens))
    if layout.x is not None and layout.y is not None and can_be_held(QPoint(layout.x, layout.y), screens):
        window.move(layout.x, layout.y)
    for name, pair in _pairs(window).items():
        for shape in _SHAPES:
            sizes = layout.splits.get(f"{name}-{shape}")
            if sizes is not None:
                pair.take_sizes(shape, list(sizes))
    columns = window.columns
    columns.wants_left = layout.has_left
    columns.take_left_width(layout.splits.get("columns", (columns.left_width, 1))[0])
    if "left" in layout.splits:
        columns.left.setSizes(layout.splits["left"])
    window.run_page.wanted_view = _VIEWS[layout.view]
    window.history.items.set_order(layout.history_order)
    if layout.is_maximized:
        window.setWindowState(window.windowState() | window.windowState().WindowMaximized)


def fitting(size: QSize, screens: Sequence[QRect]) -> QSize:
    """Give a size that is not larger than the largest screen, nor smaller than a window may be."""
    largest = max(screens, key=lambda screen: screen.width() * screen.height(), default=None)
    return (size if largest is None else size.boundedTo(largest.size())).expandedTo(LEAST)


def can_be_held(corner: QPoint, screens: Sequence[QRect]) -> bool:
    """Tell whether the upper edge of a window at this corner is on a screen."""
    return any(screen.contains(QRect(corner, _HANDLE)) for screen in screens)


def _pairs(window: "MainWindow") -> dict[str, Pair]:
    return {"trace": window.run_page.panel, "answer": window.run_page.answer}


def _two(sizes: Sequence[int]) -> tuple[int, int]:
    return (sizes[0], sizes[1])
