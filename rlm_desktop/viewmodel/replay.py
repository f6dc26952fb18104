"""Goes through a run event by event: by hand, or by itself at a chosen pace."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from rlm_desktop.viewmodel.trace_items import TraceItems

FRAME_MS = 33
SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
STEPWISE = 0.0
"""Stands among the speeds for a turn or step each second, however long it took."""
LONGEST_WAIT_SECONDS = 2.0
"""While playing, a longer silence of the run is cut to this much of the watcher's time."""


class Replay(QObject):
    """Moves the position of a trace. At the end, a live run carries it along."""

    moved = Signal(int, int)  # position, count
    playing_changed = Signal(bool)

    def __init__(self, items: TraceItems, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items = items
        self._speed = 8.0
        self._at = 0.0
        self._rested = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_frame)
        self._clock = QElapsedTimer()
        items.moved.connect(self.moved)
        items.cleared.connect(self.pause)

    @property
    def position(self) -> int:
        """How many entries are shown."""
        return self._items.position

    @property
    def count(self) -> int:
        """How many entries there are."""
        return len(self._items.entries)

    @property
    def is_at_end(self) -> bool:
        """Whether everything that happened is shown."""
        return self.position == self.count

    @property
    def is_playing(self) -> bool:
        """Whether it moves by itself."""
        return self._timer.isActive()

    @property
    def speed(self) -> float:
        """How much faster than the run itself it plays."""
        return self._speed

    def set_speed(self, speed: float) -> None:
        """Play faster or slower."""
        self._speed = speed

    @Slot(int)
    def seek(self, position: int) -> None:
        """Show the run as it was after so many entries."""
        self._items.go_to(position)
        self._at = self._time_of(self.position)

    def seek_time(self, at: float) -> None:
        """Show the run as it was at a time (Unix, seconds)."""
        self.seek(self._items.place_at(at))

    def step(self, entries: int) -> None:
        """Go some entries on, or back."""
        self.pause()
        self.seek(self.position + entries)

    @Slot()
    def to_end(self) -> None:
        """Show everything that happened, and go along with what follows."""
        self.pause()
        self.seek(self.count)

    @Slot()
    def toggle(self) -> None:
        """Play, or pause."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    @Slot()
    def play(self) -> None:
        """Go on by itself; from the beginning if the end is reached."""
        if not self.count or self.is_playing:
            return
        if self.is_at_end:
            self.seek(0)
        self._at = self._time_of(self.position)
        self._clock.start()
        self._timer.start()
        self.playing_changed.emit(True)

    @Slot()
    def pause(self) -> None:
        """Stay here."""
        if self.is_playing:
            self._timer.stop()
            self.playing_changed.emit(False)

    def advance(self, seconds: float) -> None:
        """Play as much as fits in this time of the watcher's."""
        if self.is_at_end:
            self.pause()
            return
        if self._speed == STEPWISE:
            self._rested += seconds
            if self._rested >= 1.0:
                self._rested = 0.0
                self._items.go_to(self._items.step_after(self.position))
            return
        due = self._items.time_of(self.position)
        self._at = max(self._at, due - LONGEST_WAIT_SECONDS * self._speed) + seconds * self._speed
        if self._at >= due:
            self._items.go_to(self._items.place_at(self._at))

    def _time_of(self, position: int) -> float:
        return self._items.time_of(max(0, min(position, self.count) - 1)) if self.count else 0.0

    @Slot()
    def _on_frame(self) -> None:
        self.advance(self._clock.restart() / 1000)
