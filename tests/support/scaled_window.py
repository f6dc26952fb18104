"""A program: opens the window at a size in logical pixels, goes through all it can show, and tells what is clipped.

`QT_SCALE_FACTOR` must stand when Qt begins, so each scale needs a process of its own.
"""

import json
import sys

from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.support.clipping import clipped
from tests.support.dressed_window import Dressed, dressed_window
from tests.support.scenes import scenes, shown_dialog

_SETTLE_MS = 20
_MOST_LOOKS = 100


def look(user: Dressed, size: QSize) -> list[str]:
    """Say what is clipped now; a dialog must fit over the window it belongs to."""
    dialog = shown_dialog(user)
    top = user.window if dialog is None else dialog
    found = troubles(top, size)
    for _ in range(_MOST_LOOKS):
        # Layouts take their turn in the event loop; what is clipped for good stays so.
        if not found:
            break
        QTest.qWait(_SETTLE_MS)
        found = troubles(top, size)
    if dialog is not None:
        dialog.reject()
        QTest.qWait(_SETTLE_MS)
        user.window.activateWindow()
        QTest.qWait(_SETTLE_MS)
    return found


def troubles(top: QWidget, size: QSize) -> list[str]:
    """Say what is clipped in a window or dialog, and whether it is too large itself."""
    QTest.qWait(_SETTLE_MS)
    is_too_large = top.width() > size.width() or top.height() > size.height()
    return clipped(top) + ([f"{type(top).__name__} is {top.width()}×{top.height()}"] if is_too_large else [])


def main(width: int, height: int) -> None:
    """Print the ratio, the room, and the troubles of each scene."""
    size = QSize(width, height)
    with dressed_window() as user:
        user.window.resize(size)
        QTest.qWait(_SETTLE_MS)
        told = {}
        for name, act in scenes(user).items():
            act()
            told[name] = look(user, size)
        ratio, shape = user.window.devicePixelRatioF(), user.page.panel.shape
    print(json.dumps({"ratio": ratio, "shape": shape, "clipped": {name: bad for name, bad in told.items() if bad}}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
