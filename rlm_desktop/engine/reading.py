"""Counts in a thread of its own what of the corpus was read, and looks the answer's quotes up."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.evidence.coverage import CoverageCounter
from rlm_desktop.evidence.quotes import check_quotes
from rlm_desktop.trace.facts import Coverage, Quote

T = TypeVar("T")
log = logging.getLogger(__name__)


class Reading:
    """What one run tree has seen of its corpus. Texts are counted in the order in which they were seen."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self._counter = self._thread.submit(CoverageCounter, corpus)

    def worker_saw(self, text: str) -> None:
        """Count what a worker was sent."""
        self._count(lambda: self._counter.result().worker_saw(text))

    def root_saw(self, text: str) -> None:
        """Count what the root LM was shown."""
        self._count(lambda: self._counter.result().root_saw(text))

    async def coverage(self) -> Coverage:
        """Give the fractions, once all that was seen is counted."""
        return await self._in_thread(lambda: self._counter.result().coverage())

    async def quotes_in(self, answer: str) -> tuple[Quote, ...]:
        """Look up what the answer quotes."""
        return await self._in_thread(lambda: check_quotes(answer, self._corpus))

    def close(self) -> None:
        """Count no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _count(self, work: Callable[[], object]) -> None:
        self._thread.submit(work).add_done_callback(_log_failure)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _log_failure(counted: "Future[object]") -> None:
    """A text that could not be counted does not end the run, but someone should look."""
    if not counted.cancelled() and (failure := counted.exception()):
        log.error("a text could not be counted", exc_info=failure)
