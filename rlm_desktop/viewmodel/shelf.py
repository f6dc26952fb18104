"""The stored runs, as the window reads them and writes on them."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import Damaged, NoSuchRun, StorageError
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.labels import Labels, RunLabel
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.notes import Notes
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.run_texts import find_texts
from rlm_desktop.storage.spending import AllSpending, read_spending
from rlm_desktop.storage.summaries import RunSummary
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import Digest, NodeId, RunId
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.viewmodel.comparison.comparing import Reading
from rlm_desktop.viewmodel.history_rows import HistoryRow
from rlm_desktop.viewmodel.large_runs import LargeRuns, Left, NotMade
from rlm_desktop.viewmodel.text_search import TextSearch

if TYPE_CHECKING:
    from rlm_desktop.skeleton.sealed import SealedRun

Fetched: TypeAlias = "list[Entry] | SealedRun | StorageError"
OpenLarge: TypeAlias = "Callable[[RunId], SealedRun | None]"
"""Gives a large run that has ended by its skeleton, None for any other; raises `NotMade` where it may make none."""
MOST_COMPARED = 200_000
"""All entries of a run that goes on while it is compared are held in memory."""
T = TypeVar("T")
Refused = dict[RunId, StorageError]


def _never() -> bool:
    return False


class Shelf:
    """Reads the database; what may take long happens in threads of its own. All methods raise `StorageError`."""

    def __init__(self, data_dir: Path) -> None:
        self._database = Database.open(data_dir / FILE_NAME)
        self._journal = Journal(self._database)
        self._library = Library(self._database)
        self._payloads = Payloads(self._database)
        self._labels = Labels(self._database)
        self.notes = Notes(self._database)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="shelf")
        # Of its own: a large run may take seconds to open, and charts of all runs do not wait for it.
        self._adding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="adding")
        self._finding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finding")
        self.large = LargeRuns(self._database)
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

    def fetch(self, run: RunId, tell: Callable[[RunId, Fetched], None], is_left: Callable[[], bool] = _never) -> None:
        """Read a whole run in a thread; `tell` is called there with what it is or with what went wrong.

        A large run that has ended comes by its skeleton. While that is made, which may take minutes, other runs can
        be read; once `is_left` says that nobody waits any more, nothing is told.
        """
        self._do_with_large(partial(self._whole, run), partial(tell, run), is_left)

    def fetch_live(self, run: RunId, tell: Callable[[RunId, Fetched], None]) -> None:
        """Read what is recorded of a run that goes on; else as `fetch`."""
        self._do(partial(self.entries, run), partial(tell, run))

    def _whole(self, run: RunId, open_large: OpenLarge) -> "list[Entry] | SealedRun":
        sealed = open_large(run)
        return self.entries(run) if sealed is None else sealed

    def add_up(self, tell: Callable[[AllSpending | StorageError], None]) -> None:
        """Add up all runs in a thread; `tell` is called there with the sums or with what went wrong."""
        self._do(partial(read_spending, self._database), tell, self._adding)

    def look(
        self, run: RunId, after: int, tell: Callable[[Reading], None], is_left: Callable[[], bool] = _never
    ) -> None:
        """Read what is recorded of a run from a number on, as far as it can be read; else as `fetch`."""

        def done(reading: Reading | StorageError) -> None:
            if isinstance(reading, StorageError):
                reading = Reading(run=run, after=after, error=reading)
            tell(reading)

        self._do_with_large(partial(self._reading, run, after), done, is_left)

    def _reading(self, run: RunId, after: int, open_large: OpenLarge) -> Reading:
        entries: list[Entry] = []
        try:
            if run in self.condemned:
                raise NoSuchRun(f"The run “{run}” was deleted.")
            last_seq = self._journal.last_seq(run)
            if 0 < last_seq <= after:
                return Reading(run=run, after=after)
            sealed = _sealed_to_compare(run, last_seq, open_large)
            if sealed is not None:
                return Reading(run=run, after=after, sealed=sealed)
            if last_seq > MOST_COMPARED:
                raise StorageError(f"With more than {MOST_COMPARED:,} entries it can be compared once it has ended.")
            entries.extend(self._journal.entries(run, after))
        except StorageError as error:
            return Reading(run=run, after=after, entries=tuple(entries), error=error)
        return Reading(run=run, after=after, entries=tuple(entries))

    def find_texts(
        self,
        run: RunId,
        words: str,
        seek: Callable[[set[Digest]], set[NodeId]],
        is_over: Callable[[], bool],
        tell: Callable[[set[NodeId] | StorageError], None],
    ) -> None:
        """Look for words in the texts of a run; `tell` is called in the thread with the nodes that have them."""
        self._do(lambda: seek(find_texts(self._database, run, words, is_over)), tell, self._finding)

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
        self.large.end()
        for thread in (self._thread, self._adding, self._finding):
            thread.shutdown(wait=True, cancel_futures=True)
        self.large.close()
        self.search.close(sorted(self.condemned))
        self._database.close()

    def _do_with_large(
        self, work: Callable[[OpenLarge], T], tell: Callable[[T | StorageError], None], is_left: Callable[[], bool]
    ) -> None:
        """Do it in the thread, or in those of the large runs where a skeleton has to be made for it."""

        def done(future: "Future[T]") -> None:
            if not future.cancelled() and isinstance(future.exception(), NotMade):
                self._do(partial(work, partial(self.large.make, is_left=is_left)), tell, self.large.threads)
            else:
                _tell_result(future, tell)

        if not self._is_closed:
            self._thread.submit(work, self.large.open).add_done_callback(done)

    def _do(
        self, work: Callable[[], T], tell: Callable[[T | StorageError], None], thread: ThreadPoolExecutor | None = None
    ) -> None:
        if not self._is_closed:
            (thread or self._thread).submit(work).add_done_callback(partial(_tell_result, tell=tell))


def _tell_result(future: "Future[T]", tell: Callable[[T | StorageError], None]) -> None:
    if future.cancelled():
        return
    error = future.exception()
    if not isinstance(error, Left):
        tell(future.result() if error is None else _as_told(error))


def _sealed_to_compare(run: RunId, last_seq: int, open_large: OpenLarge) -> "SealedRun | None":
    """Give a run by its skeleton; None as well where its damage allows to read the beginning at least."""
    try:
        return open_large(run)
    except Damaged:
        if last_seq > MOST_COMPARED:
            raise
        return None


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
