"""What a screen reader is told of each control that can be seen."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QProgressBar,
    QScrollBar,
    QTabBar,
    QWidget,
)

CONTROLS = (
    *(QAbstractButton, QLineEdit, QAbstractScrollArea, QAbstractSlider, QAbstractSpinBox, QComboBox, QTabBar),
    QProgressBar,
)
_MOST_ROWS = 60


def controls(top: QWidget) -> Iterator[QWidget]:
    """Give all that can be seen in a window and be used, but for the inner parts of Qt's own widgets."""
    for widget in top.findChildren(QWidget):
        if widget.window() is not top.window() or not widget.isVisible() or _is_inner(widget):
            continue
        if isinstance(widget, CONTROLS) or widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            yield widget


def nameless(top: QWidget) -> list[str]:
    """Name, for the reader of a failing test, the controls that have no name for a screen reader."""
    return [_told(widget) for widget in controls(top) if not name_of(widget)]


def name_of(widget: QWidget) -> str:
    """Give what a screen reader calls a widget; of a combo box it reads the choice, and its name from our words."""
    if isinstance(widget, QComboBox):
        return widget.accessibleName().strip()
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name).strip()


def silent_rows(top: QWidget) -> list[str]:
    """Name the rows of views whose first cell says nothing."""
    found = []
    for view in controls(top):
        if not isinstance(view, QAbstractItemView) or isinstance(view, QHeaderView):
            continue
        items = view.model()
        for row in range(min(items.rowCount(view.rootIndex()), _MOST_ROWS)):
            index = items.index(row, 0, view.rootIndex())
            said = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data()
            if not str(said or "").strip():
                found.append(f"row {row} of {_told(view)}")
    return found


def _is_inner(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if isinstance(widget, QScrollBar) or widget.objectName().startswith("qt_"):
        return True
    if isinstance(widget, QHeaderView) and not widget.sectionsClickable():
        return True
    # The field in a combo box and the cross in a field belong to what they are in.
    return isinstance(parent, QComboBox | QAbstractSpinBox | QLineEdit)


def _told(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(widget).__name__} {widget.objectName()!r} in {type(parent).__name__} {parent.objectName()!r}"
