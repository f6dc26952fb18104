"""Lets Python's garbage collector run in the window's thread only.

It may start in any thread that makes an object, and would then destroy Qt objects there, which Qt does not survive.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 250


class Collector(QObject):
    """Collects by the interpreter's own thresholds, a few times a second, from construction to `stop`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._on_time)
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Clean up once more, and leave it to the interpreter again."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    @Slot()
    def _on_time(self) -> None:
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
                gc.collect(generation)
                return
