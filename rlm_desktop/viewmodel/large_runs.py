"""Opens large runs that have ended by their skeletons, and has those made that are missing."""

import importlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event, Lock
from typing import TYPE_CHECKING

from rlm_desktop.skeleton.places import LARGE_FROM
from rlm_desktop.storage.database import Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.skeletons_apart import make_apart
from rlm_desktop.trace.ids import RunId

if TYPE_CHECKING:
    from rlm_desktop.skeleton.sealed import SealedRun
    from rlm_desktop.storage.skeletons import Skeletons

log = logging.getLogger(__name__)

_AT_ONCE = 2
"""A process may take a gigabyte or two; but a run that is wanted now does not wait for one that is compared."""
_LOOK_SECONDS = 0.05


class NotMade(Exception):
    """The run has no skeleton yet, or an outdated one; making it takes long."""


class Left(Exception):
    """Nobody waits for the run any more."""


class LargeRuns:
    """The large runs of one database. Skeletons are made in processes, two at once, and one for each run."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._journal, self._library = Journal(database), Library(database)
        self.command: Sequence[str] = ()
        """The words that start a process which makes a skeleton; without any it is made in this process."""
        self.tell: Callable[[RunId, float | None], None] = _tell_nobody
        """Called in a thread with the share that is done of a skeleton, and with None once it is made or given up."""
        self.threads = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="large")
        """Where `make` is called."""
        self._is_ending = Event()
        self._making: defaultdict[RunId, Lock] = defaultdict(Lock)

    def open(self, run: RunId) -> "SealedRun | None":
        """Give a large run that has ended by its skeleton, None for any other.

        Raises `NotMade`, or a `StorageError`.
        """
        if not self._is_large(run):
            return None
        sealed = self._skeletons().open(run)
        if sealed is None:
            raise NotMade(run)
        return sealed

    def make(self, run: RunId, is_left: Callable[[], bool]) -> "SealedRun | None":
        """Give the same, and make the skeleton for that where it is missing or outdated.

        Raises `Left` as soon as `is_left` says that nobody waits any more, or a `StorageError`.
        """
        if not self._is_large(run):
            return None
        is_over = partial(self._is_over, is_left)
        with self._alone(run, is_over):
            skeletons = self._skeletons()
            try:
                return skeletons.open(run) or self._made(skeletons, run, is_over)
            finally:
                self.tell(run, None)

    def end(self) -> None:
        """Give up what is being made."""
        self._is_ending.set()

    def close(self) -> None:
        """Wait until all processes and threads have ended."""
        self.end()
        self.threads.shutdown(wait=True, cancel_futures=True)

    def _is_large(self, run: RunId) -> bool:
        return self._journal.last_seq(run) >= LARGE_FROM and self._library.summary(run).status != "running"

    def _skeletons(self) -> "Skeletons":
        # Brings numpy, which small runs do without.
        late = importlib.import_module("rlm_desktop.storage.skeletons")
        importlib.import_module("rlm_desktop.viewmodel.sealed_rows")
        skeletons: Skeletons = late.Skeletons(self._database)
        return skeletons

    def _made(self, skeletons: "Skeletons", run: RunId, is_over: Callable[[], bool]) -> "SealedRun | None":
        self.tell(run, 0.0)
        sealed = self._made_apart(skeletons, run, is_over)
        if sealed is None and not is_over():
            sealed = skeletons.make(run, is_over, partial(self._tell_share, run))
        if is_over():
            raise Left(run)
        return sealed

    def _made_apart(self, skeletons: "Skeletons", run: RunId, is_over: Callable[[], bool]) -> "SealedRun | None":
        if not self.command:
            return None
        try:
            make_apart(self.command, self._database.path.parent, run, is_over, partial(self.tell, run))
        except OSError as error:
            log.warning("The skeleton of run %s is made in the window's process: %s", run, error)
            return None
        return skeletons.open(run)

    @contextmanager
    def _alone(self, run: RunId, is_over: Callable[[], bool]) -> Iterator[None]:
        """Let the skeleton of a run be made once, however many wait for it."""
        lock = self._making[run]
        while not lock.acquire(timeout=_LOOK_SECONDS):
            if is_over():
                raise Left(run)
        try:
            if is_over():
                raise Left(run)
            yield
        finally:
            lock.release()

    def _is_over(self, is_left: Callable[[], bool]) -> bool:
        return self._is_ending.is_set() or is_left()

    def _tell_share(self, run: RunId, done: int, total: int) -> None:
        self.tell(run, done / total)


def _tell_nobody(_run: RunId, _share: float | None) -> None:
    """Nobody looks yet."""
