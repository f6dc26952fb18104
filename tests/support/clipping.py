"""Finds what cannot be seen whole: widgets that stand out of their place, and words that got too little of it."""

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollBar,
    QSlider,
    QTabBar,
    QWidget,
)

from rlm_desktop.ui.parts import ElidedWords

_HELD = (QAbstractButton, QLabel, QAbstractSpinBox, QComboBox, QSlider)


def clipped(top: QWidget) -> list[str]:
    """Say of each visible widget that is not seen whole what is wrong with it."""
    found = []
    for widget in top.findChildren(QWidget):
        if widget.isVisible() and widget.window() is top.window() and not _is_inner(widget):
            found += [f"{_name(widget)}: {what}" for what in _troubles(widget)]
    return found


def _troubles(widget: QWidget) -> Iterator[str]:
    parent = widget.parentWidget()
    scrolls = _scrolls(parent)
    inside = QRect(parent.rect())
    if scrolls:
        # What is lower or higher is scrolled to.
        inside.setTop(min(inside.top(), widget.geometry().top()))
        inside.setBottom(max(inside.bottom(), widget.geometry().bottom()))
    if not inside.contains(widget.geometry()) and not widget.geometry().isEmpty():
        yield f"stands at {_box(widget.geometry())} in {_box(parent.rect())}"
    if isinstance(widget, QTabBar) and widget.tabRect(widget.count() - 1).right() > widget.width():
        yield "has a tab that stands out"
    if isinstance(widget, _HELD) and not isinstance(widget, ElidedWords):
        needed = widget.minimumSizeHint()
        if widget.width() < min(needed.width(), widget.maximumWidth()) - 1:
            yield f"has a width of {widget.width()} and needs {needed.width()}"
        if widget.height() < min(needed.height(), widget.maximumHeight()) - 1:
            yield f"has a height of {widget.height()} and needs {needed.height()}"


def _scrolls(widget: QWidget) -> bool:
    area = widget.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() is widget


def _is_inner(widget: QWidget) -> bool:
    """What Qt itself puts into its widgets is Qt's to place."""
    parent = widget.parentWidget()
    if isinstance(widget, QScrollBar | QHeaderView) or isinstance(
        parent, QScrollBar | QComboBox | QAbstractSpinBox | QLineEdit
    ):
        return True
    # A tooltip of the trace, a button that lies over its rows.
    return widget.objectName().startswith("qt_")


def _name(widget: QWidget) -> str:
    words = widget.objectName() or widget.accessibleName() or getattr(widget, "text", str)()
    return f"{type(widget).__name__} {words!r} in {type(widget.parentWidget()).__name__}"


def _box(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()}×{rect.height()}"
