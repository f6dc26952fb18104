"""Counts in a thread of its own what of the corpus was read, and looks the answer's quotes up."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.corpus.errors import IndexNotMade
from rlm_desktop.corpus.indexing.blocks import BlockIndex
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.engine.ledger import Found, Ledger, characters_in
from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.evidence.coverage import CoverageCounter
from rlm_desktop.evidence.quotes import check_quotes
from rlm_desktop.evidence.spans import Finder, FoundSpan
from rlm_desktop.trace.events import Noticed, TextSent
from rlm_desktop.trace.facts import CallRole, Coverage, ModelFacts, Quote, SentText
from rlm_desktop.trace.ids import RunNodeId

T = TypeVar("T")
_LONGEST_LEDGER_SECONDS = 20.0
_UNCOUNTED = "What was sent of which document could not be counted to the end."
log = logging.getLogger(__name__)


class Reading:
    """What one run tree has seen of its corpus. Texts are counted in the order in which they were seen."""

    def __init__(self, corpus: Corpus, indexer: Indexer) -> None:
        self._corpus = corpus
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        index = _Blocks(indexer, corpus) if isinstance(corpus, StoredCorpus) and corpus.is_large else None
        self._finder = Finder(corpus, index)
        self._counter = CoverageCounter(corpus)
        self._ledger = Ledger(corpus)
        self._found: dict[str, Found] = {}
        self._unread: dict[int, list[FoundSpan]] = {}
        """What prompts hold that wait for their replies, by the prompt's hash: found once, counted twice."""
        self._is_uncounted = False

    def sent(self, order: CallOrder) -> None:
        """Count for the ledger what a prompt shows to whom, each time it goes out."""
        texts, facts = [message.text for message in order.messages], order.lm.facts
        self._count(lambda: self._note_sent(order.role, texts, facts))

    def answered(self, order: CallOrder) -> None:
        """Count for coverage what a prompt holds, now that somebody has read it; a root's when it is written."""
        texts = [message.text for message in order.messages]
        if order.role == "worker":
            self._count(lambda: self._counter.worker_saw(self._waiting_in(texts[0])))
        elif order.role == "direct":
            self._count(lambda: self._counter.root_saw(self._finder.find(texts[1])))

    def root_saw(self, text: str) -> None:
        """Count what the root LM was shown."""
        self._count(lambda: self._counter.root_saw(self._finder.find(text)))

    async def coverage(self) -> Coverage | None:
        """Give the fractions, once all that was seen is counted; None when it could not be counted."""
        return await self._in_thread(self._coverage)

    async def ledger(self) -> tuple[SentText, ...] | None:
        """Give what was sent where, once all is counted; None when it could not be counted."""
        return await self._in_thread(lambda: None if self._is_uncounted else self._ledger.rows())

    async def quotes_in(self, answer: str) -> tuple[Quote, ...]:
        """Look up what the answer quotes."""
        return await self._in_thread(lambda: check_quotes(answer, self._corpus))

    def close(self) -> None:
        """Count no more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _note_sent(self, role: CallRole, texts: Sequence[str], facts: ModelFacts) -> None:
        if role == "worker":
            found = self._unread[hash(texts[0])] = self._waiting_in(texts[0])
            self._ledger.add(facts, characters_in(found))
            texts = texts[1:]
        for text in texts:
            self._ledger.add(facts, self._found_in(text))

    def _waiting_in(self, text: str) -> list[FoundSpan]:
        """Take what was found in a prompt when it went out; look it up where it did not, for its reply was known."""
        found = self._unread.pop(hash(text), None)
        return self._finder.find(text) if found is None else found

    def _found_in(self, text: str) -> Found:
        """Look a text up once: a conversation is sent again with every turn."""
        if text not in self._found:
            self._found[text] = characters_in(self._finder.find(text))
        return self._found[text]

    def _coverage(self) -> Coverage | None:
        return None if self._is_uncounted else self._counter.coverage()

    def _count(self, work: Callable[[], object]) -> None:
        self._thread.submit(work).add_done_callback(self._note_failure)

    def _note_failure(self, counted: "Future[object]") -> None:
        """A text that could not be counted does not end the run, but someone should look, once."""
        if counted.cancelled() or (failure := counted.exception()) is None or self._is_uncounted:
            return
        self._is_uncounted = True
        if isinstance(failure, IndexNotMade):
            log.warning("what is read is not counted: %s", failure)
        else:
            log.error("a text could not be counted", exc_info=failure)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def tell_ledger(reading: Reading, recorder: Recorder, run: RunNodeId) -> None:
    """Tell of a run what was sent where, or that it could not be counted."""
    try:
        async with asyncio.timeout(_LONGEST_LEDGER_SECONDS):
            sent = await reading.ledger()
    except TimeoutError:
        sent = None
    if sent is None:
        recorder.emit(Noticed(parent=run, about="ledger", text=_UNCOUNTED))
    elif sent:
        recorder.emit(TextSent(run=run, sent=sent))


class _Blocks:
    """The index of a large text, which a process makes; one that cannot be made is tried once."""

    def __init__(self, indexer: Indexer, corpus: StoredCorpus) -> None:
        self._indexer = indexer
        self._folder = corpus.folder
        self._failure: IndexNotMade | None = None

    def __call__(self) -> BlockIndex:
        if self._failure is not None:
            raise self._failure
        try:
            self._indexer.wait(self._folder, "blocks")
            return BlockIndex.open(self._folder)
        except IndexNotMade as failure:
            self._failure = failure
            raise
