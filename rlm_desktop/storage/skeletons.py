"""Keeps the skeletons of large runs beside the database: made when a run ends, made anew when missing or wrong."""

import logging
from collections.abc import Callable
from itertools import takewhile

from rlm_desktop.skeleton.building import SkeletonBuilder
from rlm_desktop.skeleton.columns import BadSkeleton, Columns
from rlm_desktop.skeleton.places import LARGE_FROM, skeleton_path
from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.storage.database import Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.ids import RunId

log = logging.getLogger(__name__)


class Skeletons:
    """The skeletons of the runs of one database."""

    def __init__(self, database: Database) -> None:
        self._data_dir = database.path.parent
        self._journal = Journal(database)

    def open(self, run: RunId) -> SealedRun | None:
        """Give a run that has ended by its skeleton; None where it is small enough to do without, or has to.

        Makes the skeleton anew if need be, which takes a minute for two million entries. Raises `StorageError`.
        """
        last_seq = self._journal.last_seq(run)
        columns = self._columns(run, last_seq) if last_seq >= LARGE_FROM else None
        return None if columns is None else SealedRun(columns, self._journal.picker(run))

    def make(self, run: RunId, is_over: Callable[[], bool] = lambda: False) -> Columns | None:
        """Make the skeleton of a run from its journal and keep it; a disk that takes no more costs no run.

        Gives up as soon as `is_over` says that nobody waits for it any more.
        """
        entries = takewhile(lambda _entry: not is_over(), self._journal.entries(run))
        try:
            columns = SkeletonBuilder(entries).columns()
        except OverflowError as error:
            log.warning("run %s has no skeleton: %s", run, error)
            return None
        if is_over():
            return None
        try:
            columns.save(skeleton_path(self._data_dir, run))
        except OSError as error:
            log.warning("the skeleton of run %s cannot be kept: %s", run, error)
        return columns

    def _columns(self, run: RunId, last_seq: int) -> Columns | None:
        try:
            columns = Columns.load(skeleton_path(self._data_dir, run))
            if columns.facts["last_seq"] == last_seq:
                return columns
        except (BadSkeleton, KeyError) as error:
            log.info("%s", error)
        return self.make(run)
