"""Lets Python's garbage collector run in the window's thread only, and never for long.

It may start in any thread that makes an object, and would then destroy Qt objects there, which Qt does not survive.
"""

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

_EVERY_MS = 250
_FLOOD = 50_000
"""So many objects more at once are a run that was opened or grew: data, of which nothing is garbage."""
_LONG_SECONDS = 0.008
"""Half a frame. What a longer pass found alive is not looked at again."""


class Collector(QObject):
    """Collects by the interpreter's own thresholds, a few times a second, from construction to `stop`.

    A pass over all objects of a huge run takes longer than a frame, and frees nothing: its parts know each other by
    number, so they go when the run does. They are frozen, that is, left out of later passes.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.tend)
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Clean up once more, and leave it to the interpreter again."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        gc.enable()

    @Slot()
    def tend(self) -> None:
        """Collect what is due."""
        if gc.get_count()[0] > _FLOOD:
            gc.freeze()
            return
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
                _collect(generation)
                return


def _collect(generation: int) -> None:
    started = time.perf_counter()
    gc.collect(generation)
    if time.perf_counter() - started > _LONG_SECONDS:
        gc.freeze()
