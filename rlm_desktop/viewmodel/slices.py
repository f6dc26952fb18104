"""Long work in the window's thread, done in slices so short that nobody notices."""

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer, Slot

_SLICE_SECONDS = 0.006


class Slices(QObject):
    """Goes through one iterator at a time, a few milliseconds a turn; a new one takes the place of the old."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: Iterator[object] | None = None
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def begin(self, steps: Iterator[object]) -> None:
        """Do these steps; those that are under way are given up. Short work is done at once."""
        self._steps = steps
        self._timer.start()
        self._go_on()

    def drop(self) -> None:
        """Give up what is under way."""
        self._steps = None
        self._timer.stop()

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._steps is not None

    @Slot()
    def _go_on(self) -> None:
        steps, end = self._steps, time.perf_counter() + _SLICE_SECONDS
        while steps is not None and time.perf_counter() < end:
            if next(steps, self) is self:
                self.drop()
                return
