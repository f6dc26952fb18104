"""The stored runs, as the window reads them and writes on them."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.labels import Labels, RunLabel
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.summaries import RunSummary
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.viewmodel.history_rows import HistoryRow
from rlm_desktop.viewmodel.text_search import TextSearch

T = TypeVar("T")
Refused = dict[RunId, StorageError]


class Shelf:
    """Reads the database; what may take long happens in threads of its own. All methods raise `StorageError`."""

    def __init__(self, data_dir: Path) -> None:
        self._database = Database.open(data_dir / FILE_NAME)
        self._journal = Journal(self._database)
        self._library = Library(self._database)
        self._payloads = Payloads(self._database)
        self._labels = Labels(self._database)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shelf")
        self.search = TextSearch(self._database.path, self._library)
        self._is_closed = False
        self.condemned: set[RunId] = set()
        """Runs that are gone for the user; they are removed when asked for, and at the latest at the end."""

    def rows(self) -> list[HistoryRow]:
        """List all runs, the newest first."""
        labels = self._labels.all()
        return [_row(summary, labels.get(summary.run, RunLabel())) for summary in self._library.runs()]

    def row(self, run: RunId) -> HistoryRow:
        """Tell about one run."""
        return _row(self._library.summary(run), self._labels.of(run))

    def entries(self, run: RunId, after: int = 0) -> list[Entry]:
        """Give what is recorded of a run, from a number on."""
        return list(self._journal.entries(run, after))

    def fetch(self, run: RunId, tell: Callable[[RunId, list[Entry] | StorageError], None]) -> None:
        """Read a whole run in the thread; `tell` is called there with its entries or with what went wrong."""
        self._do(partial(self.entries, run), partial(tell, run))

    def list_rows(self, tell: Callable[[list[HistoryRow] | StorageError], None]) -> None:
        """List all runs in the thread; `tell` is called there."""
        self._do(self.rows, tell)

    def rename(self, run: RunId, name: str, tell: Callable[[StorageError | None], None]) -> None:
        """Give a run a name, in the thread."""
        self._do(partial(self._labels.rename, run, name), tell)

    def pin(self, runs: Collection[RunId], is_pinned: bool, tell: Callable[[StorageError | None], None]) -> None:
        """Pin runs or take their pins away, in the thread."""
        self._do(partial(self._labels.pin, runs, is_pinned), tell)

    def retag(
        self,
        runs: Collection[RunId],
        added: Collection[str],
        removed: Collection[str],
        tell: Callable[[StorageError | None], None],
    ) -> None:
        """Add and remove tags, in the thread."""
        self._do(partial(self._labels.retag, runs, added, removed), tell)

    def remove(self, runs: Sequence[RunId], tell: Callable[[Sequence[RunId], Refused | StorageError], None]) -> None:
        """Remove condemned runs for good, in the thread of the search; `tell` is told there which could not go."""
        self.search.remove(runs, partial(tell, runs))

    def text(self, reference: TextRef) -> str:
        """Give a kept text."""
        return self._payloads.text(reference.digest)

    def close(self) -> None:
        """End the threads, remove what is condemned and close the files."""
        self._is_closed = True
        self._thread.shutdown(wait=True, cancel_futures=True)
        self.search.close(sorted(self.condemned))
        self._database.close()

    def _do(self, work: Callable[[], T], tell: Callable[[T | StorageError], None]) -> None:
        def done(future: "Future[T]") -> None:
            if not future.cancelled():
                error = future.exception()
                tell(future.result() if error is None else _as_told(error))

        if not self._is_closed:
            self._thread.submit(work).add_done_callback(done)


def _as_told(error: BaseException) -> StorageError:
    return error if isinstance(error, StorageError) else StorageError(f"The run cannot be read: {error}")


def _row(summary: RunSummary, label: RunLabel) -> HistoryRow:
    is_known = summary.known_cost_nano_usd or not summary.unpriced_calls
    return HistoryRow(
        run=summary.run,
        title=summary.title,
        status=summary.status,
        started_at=summary.started_at,
        cost=summary.cost_in_words,
        cost_nano_usd=summary.known_cost_nano_usd if is_known else None,
        seconds=summary.seconds,
        calls=summary.calls,
        root=summary.root,
        worker=summary.worker,
        answer=summary.answer_preview,
        name=label.name,
        is_pinned=label.is_pinned,
        tags=label.tags,
    )
