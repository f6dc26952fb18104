"""Watches a display until something is painted on it, then takes a picture of it: `smoke_picture.py FILE`.

Says that it watches, begins to count when standard input closes, and prints after how many seconds it saw something.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtGui import QGuiApplication, QImage

COLOURS = 12
"""So many different ones, on a coarse grid, are more than an empty window has."""
GRID = 48
SETTLED_SECONDS = 5.0
LONGEST_SECONDS = 90.0


def main(file: str) -> int:
    """Watch and picture; gives 1 when nothing was ever painted."""
    app = QGuiApplication([])
    print("watching", flush=True)
    sys.stdin.read()
    begin = time.perf_counter()
    while len(colours(grabbed(app))) < COLOURS:
        if time.perf_counter() - begin > LONGEST_SECONDS:
            return 1
        time.sleep(0.01)
    seconds = time.perf_counter() - begin
    settle(app)
    grabbed(app).save(file)
    print(f"{seconds:.3f}")
    return 0


def grabbed(app: QGuiApplication) -> QImage:
    """Give what the whole display shows."""
    return app.primaryScreen().grabWindow(0).toImage()


def colours(image: QImage) -> set[int]:
    """Give the colours on a coarse grid."""
    across, down = range(0, image.width(), image.width() // GRID), range(0, image.height(), image.height() // GRID)
    return {image.pixel(x, y) for x in across for y in down}


def settle(app: QGuiApplication) -> None:
    """Wait until nothing has changed for a while."""
    begin = since = time.perf_counter()
    last = grabbed(app)
    while time.perf_counter() - since < SETTLED_SECONDS and time.perf_counter() - begin < LONGEST_SECONDS:
        time.sleep(0.1)
        now = grabbed(app)
        if now != last:
            last, since = now, time.perf_counter()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
