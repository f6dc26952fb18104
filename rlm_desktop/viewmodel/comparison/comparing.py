"""The two runs that are compared now: read in the shelf's thread, compared in one of its own, the newest wish first."""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from rlm_desktop.storage.errors import NoSuchRun, StorageError
from rlm_desktop.trace.events import Entry, RunFinished
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.comparison.compare import Comparison, compare
from rlm_desktop.viewmodel.comparison.items import CompareItems

if TYPE_CHECKING:
    # Its module brings numpy, which small runs do without.
    from rlm_desktop.skeleton.sealed import SealedRun

log = logging.getLogger(__name__)

REFRESH_MS = 1_000
"""A run that goes on is compared again as often at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be read of a run, from a number on; `error` is why there is no more.

    A large run that has ended comes `sealed`, whole in any case, as soon as anything in it is new.
    """

    run: RunId
    after: int
    entries: tuple[Entry, ...] = ()
    sealed: "SealedRun | None" = None
    error: StorageError | None = None


class Source(Protocol):
    """Where recorded runs are read."""

    def look(self, run: RunId, after: int, tell: Callable[[Reading], None], is_left: Callable[[], bool]) -> None:
        """Read a run in a thread, which calls `tell` unless `is_left` says that nobody waits any more."""
        ...

    def text(self, reference: TextRef) -> str:
        """Give a kept text, from any thread; raises `StorageError`."""
        ...


class Superseded(Exception):
    """Something else is wanted by now."""


@dataclass(slots=True)
class _Side:
    """What is known of one of the two runs."""

    entries: list[Entry] = field(default_factory=list)
    sealed: "SealedRun | None" = None
    """Instead of the entries, for a large run that has ended."""
    error: StorageError | None = None
    is_read: bool = False

    @property
    def is_going_on(self) -> bool:
        """Whether its end is not recorded yet."""
        if self.sealed is not None:
            return False
        latest_first = (entry.event for entry in reversed(self.entries))
        ended = any(isinstance(event, RunFinished) and event.run == 1 for event in latest_first)
        return not ended and self.error is None

    @property
    def after(self) -> int:
        """The number of the last entry that is known."""
        if self.sealed is not None:
            return self.sealed.last_seq
        return self.entries[-1].seq if self.entries else 0

    def take(self, reading: Reading) -> bool:
        """Add what was read, and tell whether that is news."""
        is_new = reading.error is not None or not self.is_read
        if reading.sealed is not None:
            is_new = is_new or reading.sealed.last_seq > self.after
            self.entries, self.sealed = [], reading.sealed
        else:
            fresh = [entry for entry in reading.entries if entry.seq > self.after]
            is_new = is_new or bool(fresh)
            self.entries += fresh
        self.error, self.is_read = reading.error, True
        return is_new

    def trace(self) -> Callable[[], Trace]:
        """Give what makes its trace as it is known now, in any thread."""
        return self.sealed.whole if self.sealed is not None else partial(Trace, tuple(self.entries))


class Comparing(QObject):
    """Holds the pair, and brings its comparison up to date while somebody looks."""

    changed = Signal()
    """Another pair is compared, or none, or the same one has changed."""
    read = Signal()
    """Both runs of a new pair were read, as far as that was possible."""
    _looked = Signal(object)  # Reading
    _done = Signal(int, object)  # number of the wish, Comparison | str

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items = CompareItems(self)
        self.source: Source | None = None
        """Where runs are read; known once the database is open."""
        self.pair: tuple[RunId, RunId] | None = None
        self.problems: tuple[str, ...] = ()
        """What is wrong with the runs, a sentence each."""
        self._sides: dict[RunId, _Side] = {}
        self._number = 0
        self._is_watched = False
        self._thread: ThreadPoolExecutor | None = None
        self._timer = QTimer(self, interval=REFRESH_MS, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        self._looked.connect(self._on_looked, Qt.ConnectionType.QueuedConnection)
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def begin(self, left: RunId, right: RunId) -> None:
        """Compare these two."""
        if self.source is None or left == right or self.pair == (left, right):
            return
        self._become((left, right))
        self._sides = {run: _Side() for run in (left, right)}
        for run in self._sides:
            self._look(run)

    @Slot()
    def end(self) -> None:
        """Compare nothing any more."""
        if self.pair is not None:
            self._sides = {}
            self._become(None)

    @Slot()
    def give_up(self) -> None:
        """Do not wait for runs that are still being read."""
        if not all(side.is_read for side in self._sides.values()):
            self.end()

    @Slot()
    def swap(self) -> None:
        """Put the right run to the left."""
        if self.pair is not None:
            left, right = self.pair
            self._become((right, left))
            self._compare()

    @Slot()
    def refresh(self) -> None:
        """Read what was recorded since of the runs that were compared, whether they are still there at all."""
        for run, side in self._sides.items():
            if side.is_read and side.error is None:
                self._look(run)

    def watch(self, is_watched: bool) -> None:
        """Keep a run that goes on up to date only while somebody looks."""
        self._is_watched = is_watched
        if not is_watched:
            self._timer.stop()
        elif self.items.comparison is not None:
            self._go_on()

    def is_readable(self, run: RunId) -> bool:
        """Tell whether all of a run could be read."""
        side = self._sides.get(run)
        return side is not None and side.is_read and side.error is None

    def is_going_on(self, run: RunId) -> bool:
        """Tell whether a run has no end yet."""
        side = self._sides.get(run)
        return side is not None and side.is_going_on

    def close(self) -> None:
        """End the thread."""
        self._number += 1
        self._timer.stop()
        self.source = None
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)
            self._thread = None

    def _become(self, pair: tuple[RunId, RunId] | None) -> None:
        self._number += 1
        self.pair, self.problems = pair, ()
        self._timer.stop()
        self.items.show(None)
        self.changed.emit()

    def _look(self, run: RunId) -> None:
        if self.source is not None:
            self.source.look(run, self._sides[run].after, self._looked.emit, lambda: run not in self._sides)

    @Slot(object)
    def _on_looked(self, reading: Reading) -> None:
        side = self._sides.get(reading.run)
        if side is None or reading.after > side.after:
            return
        if side.sealed is not None and reading.entries:
            # It goes on after all, and what is new cannot be added to what is sealed.
            side.sealed = None
            self._look(reading.run)
            return
        was_read = all(one.is_read for one in self._sides.values())
        is_new = side.take(reading)
        if not all(one.is_read for one in self._sides.values()):
            return
        if is_new:
            self._compare()
        else:
            self._go_on()
        if not was_read:
            self.read.emit()

    def _compare(self) -> None:
        if self.pair is None or self.source is None:
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="comparing")
        self._number += 1
        left, right = (self._sides[run].trace() for run in self.pair)
        work = self._thread.submit(_compared, left, right, self.source.text, partial(self._check, self._number))
        work.add_done_callback(partial(self._hand_over, self._number))

    def _check(self, number: int) -> None:
        """Called in the thread: give up what is not wanted any more."""
        if number != self._number:
            raise Superseded

    def _hand_over(self, number: int, work: "Future[Comparison]") -> None:
        if work.cancelled():
            return
        error = work.exception()
        if isinstance(error, (Superseded, CancelledError)):
            return
        if error is not None and not isinstance(error, StorageError):
            log.error("The runs could not be compared.", exc_info=error)
        self._done.emit(number, work.result() if error is None else f"The two runs cannot be compared: {error}")

    @Slot(int, object)
    def _on_done(self, number: int, result: Comparison | str) -> None:
        if number != self._number or self.pair is None:
            return
        told = [_problem(which, self._sides[run].error) for which, run in zip(_WHICH, self.pair, strict=True)]
        if isinstance(result, Comparison):
            self.problems = tuple(filter(None, (*told, *result.problems)))
            self.items.show(result)
        else:
            self.problems = (*filter(None, told), result)
        self.changed.emit()
        self._go_on()

    def _go_on(self) -> None:
        if self._is_watched and any(side.is_going_on for side in self._sides.values()):
            self._timer.start()


_WHICH = ("first", "second")


def _compared(
    left: Callable[[], Trace], right: Callable[[], Trace], load: Callable[[TextRef], str], check: Callable[[], None]
) -> Comparison:
    check()
    ours = left()
    check()
    return compare(ours, right(), load, check)


def _problem(which: str, error: StorageError | None) -> str:
    """Say in a sentence why a run is not wholly there; empty if it is."""
    if error is None:
        return ""
    if isinstance(error, NoSuchRun):
        return f"The {which} run was deleted from the history; what was read of it before is still compared."
    return f"The {which} run cannot be read any further, so only its part before that is compared: {error}"
