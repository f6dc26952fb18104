"""Where Tab leads: through all that can be seen, in the order in which it is read.

Qt goes by the order in which widgets were made, so whatever is made later (the cards of a detail, say) would come last.
"""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget


def tab_on(top: QWidget, is_forward: bool) -> bool:
    """Give the focus to what is read next in a window, or before; tell whether there is anything."""
    stops = list(stops_in(top))
    if not stops:
        return False
    if not is_forward:
        stops.reverse()
    target = _following(QApplication.focusWidget(), stops)
    target.setFocus(Qt.FocusReason.TabFocusReason if is_forward else Qt.FocusReason.BacktabFocusReason)
    _bring_into_sight(target)
    return True


def _following(here: QWidget | None, stops: list[QWidget]) -> QWidget:
    """Give the stop after this one; from a widget that is none, the first one inside it."""
    if here in stops:
        return stops[(stops.index(here) + 1) % len(stops)]
    inside = (stop for stop in stops if here is not None and here.isAncestorOf(stop))
    return next(inside, stops[0])


def _bring_into_sight(target: QWidget) -> None:
    above = target.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(target)
        above = above.parentWidget()


def stops_in(widget: QWidget) -> Iterator[QWidget]:
    """Give what Tab stops at in a widget: line by line, from the left."""
    for child in _as_read(widget):
        if _is_stop(child):
            yield child
        yield from stops_in(child)


def _as_read(widget: QWidget) -> Iterator[QWidget]:
    """Give the visible children line by line; a line is as high as half of its first one."""
    children = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    shown = [child for child in children if child.isVisible() and not child.isWindow()]
    shown.sort(key=lambda child: (child.y(), child.x()))
    line: list[QWidget] = []
    for child in shown:
        if line and child.y() > line[0].geometry().center().y():
            yield from sorted(line, key=QWidget.x)
            line = []
        line.append(child)
    yield from sorted(line, key=QWidget.x)


def _is_stop(widget: QWidget) -> bool:
    takes_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    if not takes_tab or not widget.isEnabled() or widget.focusProxy() is not None:
        return False
    # Of buttons of which one is on, Tab reaches that one; arrows lead to the others.
    is_off = isinstance(widget, QAbstractButton) and widget.group() is not None and not widget.isChecked()
    return not is_off
