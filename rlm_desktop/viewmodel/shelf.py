"""The stored runs, as the window reads them."""

import importlib
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from rlm_desktop.skeleton.places import LARGE_FROM
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.spending import AllSpending, read_spending
from rlm_desktop.storage.summaries import RunSummary
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.viewmodel.comparison.comparing import Reading
from rlm_desktop.viewmodel.history_items import HistoryRow

if TYPE_CHECKING:
    from rlm_desktop.skeleton.sealed import SealedRun

Fetched: TypeAlias = "list[Entry] | SealedRun | StorageError"


class Shelf:
    """Reads the database; long reads happen in a thread of its own. All methods raise `StorageError`."""

    def __init__(self, data_dir: Path) -> None:
        self._database = Database.open(data_dir / FILE_NAME)
        self._journal = Journal(self._database)
        self._library = Library(self._database)
        self._payloads = Payloads(self._database)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shelf")
        # Of its own: adding up all runs may take seconds, and opening one does not wait for it.
        self._adding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="adding")

    def rows(self) -> list[HistoryRow]:
        """List all runs, the newest first."""
        return [_row(summary) for summary in self._library.runs()]

    def row(self, run: RunId) -> HistoryRow:
        """Tell about one run."""
        return _row(self._library.summary(run))

    def entries(self, run: RunId, after: int = 0) -> list[Entry]:
        """Give what is recorded of a run, from a number on."""
        return list(self._journal.entries(run, after))

    def fetch(self, run: RunId, tell: Callable[[RunId, Fetched], None], *, is_live: bool = False) -> None:
        """Read a whole run in the thread; `tell` is called there with what it is or with what went wrong.

        A large run that has ended comes by its skeleton.
        """

        def done(future: "Future[list[Entry] | SealedRun]") -> None:
            error = future.exception()
            if error is None:
                tell(run, future.result())
            else:
                tell(
                    run, error if isinstance(error, StorageError) else StorageError(f"The run cannot be read: {error}")
                )

        self._thread.submit(self.entries if is_live else self._whole, run).add_done_callback(done)

    def _whole(self, run: RunId) -> "list[Entry] | SealedRun":
        if self._journal.last_seq(run) >= LARGE_FROM and self._library.summary(run).status != "running":
            # Brings numpy, which small runs do without.
            late = importlib.import_module("rlm_desktop.storage.skeletons")
            importlib.import_module("rlm_desktop.viewmodel.sealed_rows")
            sealed: SealedRun | None = late.Skeletons(self._database).open(run)
            if sealed is not None:
                return sealed
        return self.entries(run)

    def add_up(self, tell: Callable[[AllSpending | StorageError], None]) -> None:
        """Add up all runs in a thread; `tell` is called there with the sums or with what went wrong."""

        def done(future: "Future[AllSpending]") -> None:
            if future.cancelled():
                return
            error = future.exception()
            if error is None:
                tell(future.result())
            else:
                tell(
                    error if isinstance(error, StorageError) else StorageError(f"The runs cannot be added up: {error}")
                )

        self._adding.submit(read_spending, self._database).add_done_callback(done)

    def look(self, run: RunId, after: int, tell: Callable[[Reading], None]) -> None:
        """Read what is recorded of a run from a number on, as far as it can be read; `tell` is called in the thread."""

        def done(future: "Future[Reading]") -> None:
            if future.cancelled():
                return
            error = future.exception()
            wrong = None if error is None else StorageError(f"The run cannot be read: {error}")
            tell(future.result() if wrong is None else Reading(run=run, after=after, error=wrong))

        self._thread.submit(self._reading, run, after).add_done_callback(done)

    def _reading(self, run: RunId, after: int) -> Reading:
        entries: list[Entry] = []
        try:
            entries.extend(self._journal.entries(run, after))
        except StorageError as error:
            return Reading(run=run, after=after, entries=tuple(entries), error=error)
        return Reading(run=run, after=after, entries=tuple(entries))

    def delete(self, run: RunId) -> None:
        """Remove a run and what is kept for it alone."""
        self._library.delete(run)

    def text(self, reference: TextRef) -> str:
        """Give a kept text."""
        return self._payloads.text(reference.digest)

    def close(self) -> None:
        """End the threads and close the file."""
        for thread in (self._thread, self._adding):
            thread.shutdown(wait=True, cancel_futures=True)
        self._database.close()


def _row(summary: RunSummary) -> HistoryRow:
    return HistoryRow(
        run=summary.run,
        title=summary.title,
        status=summary.status,
        started_at=summary.started_at,
        cost=summary.cost_in_words,
        seconds=summary.seconds,
        calls=summary.calls,
        root=summary.root,
        worker=summary.worker,
    )
