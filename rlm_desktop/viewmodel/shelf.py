"""The stored runs, as the window reads them."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.notes import Notes
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.summaries import RunSummary
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.viewmodel.history_items import HistoryRow


class Shelf:
    """Reads the database; long reads happen in a thread of its own. All methods raise `StorageError`."""

    def __init__(self, data_dir: Path) -> None:
        self._database = Database.open(data_dir / FILE_NAME)
        self._journal = Journal(self._database)
        self._library = Library(self._database)
        self._payloads = Payloads(self._database)
        self.notes = Notes(self._database)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shelf")

    def rows(self) -> list[HistoryRow]:
        """List all runs, the newest first."""
        return [_row(summary) for summary in self._library.runs()]

    def row(self, run: RunId) -> HistoryRow:
        """Tell about one run."""
        return _row(self._library.summary(run))

    def entries(self, run: RunId, after: int = 0) -> list[Entry]:
        """Give what is recorded of a run, from a number on."""
        return list(self._journal.entries(run, after))

    def fetch(self, run: RunId, tell: Callable[[RunId, list[Entry] | StorageError], None]) -> None:
        """Read a whole run in the thread; `tell` is called there with its entries or with what went wrong."""

        def done(future: "Future[list[Entry]]") -> None:
            error = future.exception()
            if error is None:
                tell(run, future.result())
            else:
                tell(
                    run, error if isinstance(error, StorageError) else StorageError(f"The run cannot be read: {error}")
                )

        self._thread.submit(self.entries, run).add_done_callback(done)

    def delete(self, run: RunId) -> None:
        """Remove a run and what is kept for it alone."""
        self._library.delete(run)

    def text(self, reference: TextRef) -> str:
        """Give a kept text."""
        return self._payloads.text(reference.digest)

    def close(self) -> None:
        """End the thread and close the file."""
        self._thread.shutdown(wait=True, cancel_futures=True)
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
