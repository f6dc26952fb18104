"""Keeps the skeletons of large runs beside the database: made when a run ends, made anew when missing or wrong."""

import logging
from collections.abc import Callable, Iterator

from rlm_desktop.skeleton.building import SkeletonBuilder
from rlm_desktop.skeleton.columns import BadSkeleton, Columns
from rlm_desktop.skeleton.places import skeleton_path
from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.storage.database import Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import RunId

log = logging.getLogger(__name__)

Tell = Callable[[int, int], None]
"""Told how many entries were gone through, and how many there are."""
_TOLD_EVERY = 500


class Skeletons:
    """The skeletons of the runs of one database."""

    def __init__(self, database: Database) -> None:
        self._data_dir = database.path.parent
        self._journal = Journal(database)

    def open(self, run: RunId) -> SealedRun | None:
        """Give a run that has ended by its skeleton; None where that is missing or wrong. Raises `StorageError`."""
        try:
            columns = Columns.load(skeleton_path(self._data_dir, run))
            if columns.facts["last_seq"] == self._journal.last_seq(run):
                return SealedRun(columns, self._journal.picker(run))
        except (BadSkeleton, KeyError) as error:
            log.info("%s", error)
        return None

    def make(
        self, run: RunId, is_over: Callable[[], bool] = lambda: False, tell: Tell = lambda _done, _total: None
    ) -> SealedRun | None:
        """Make the skeleton of a run from its journal and keep it; a disk that takes no more costs no run.

        Takes a minute for two million entries. Gives None as soon as `is_over` says that nobody waits for it any more,
        and for a run that can have none. Raises `StorageError`.
        """
        try:
            builder = SkeletonBuilder(self._entries(run, is_over, tell))
            columns = None if is_over() else builder.columns()
        except OverflowError as error:
            log.warning("run %s has no skeleton: %s", run, error)
            return None
        if columns is None or is_over():
            return None
        try:
            columns.save(skeleton_path(self._data_dir, run))
        except OSError as error:
            log.warning("the skeleton of run %s cannot be kept: %s", run, error)
        return SealedRun(columns, self._journal.picker(run))

    def _entries(self, run: RunId, is_over: Callable[[], bool], tell: Tell) -> Iterator[Entry]:
        total = self._journal.last_seq(run)
        for done, entry in enumerate(self._journal.entries(run)):
            if done % _TOLD_EVERY == 0:
                if is_over():
                    return
                tell(done, total)
            yield entry
