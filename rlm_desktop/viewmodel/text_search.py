"""Searches the texts of all runs in a thread of its own; the last question is the one that is answered."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rlm_desktop.storage.errors import NoSuchRun, StorageError
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.search_words import Hit, Snippet
from rlm_desktop.storage.text_index import Progress, TextIndex
from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.history_hits import Hits

log = logging.getLogger(__name__)

_BEFORE_AN_ANSWER = 0.1
"""So long an answer waits for texts that are new; they are few, except the first time."""
_SLICE_SECONDS = 0.2
_BETWEEN_ANSWERS = 1.5
Place = tuple[RunId, str, Hit]


@dataclass(frozen=True, slots=True)
class _Question:
    """Words, whom to tell, and whether anybody still waits for it."""

    words: tuple[str, ...]
    is_wanted: Callable[[], bool]
    tell: Callable[[Hits], None]


class TextSearch:
    """Owns the index of the texts and the only thread that uses it."""

    def __init__(self, database: Path, library: Library) -> None:
        self._index = TextIndex(database)
        self._library = library
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")
        self._asked: _Question | None = None
        self._answered_at = 0.0
        self._is_filling = False
        self._is_closing = False

    def find(self, words: tuple[str, ...], is_wanted: Callable[[], bool], tell: Callable[[Hits], None]) -> None:
        """Look for words; `tell` is called in the thread, and again as more texts can be searched."""
        self._submit(partial(self._ask, _Question(words, is_wanted, tell)))

    def snippets(
        self,
        places: Sequence[Place],
        is_wanted: Callable[[], bool],
        tell: Callable[[dict[RunId, Snippet | None]], None],
    ) -> None:
        """Cut the matches out of their texts, in the thread."""
        self._submit(partial(self._cut, places, is_wanted, tell))

    def keep_up(self) -> None:
        """Take in what was recorded since, where somebody has searched before."""
        self._submit(self._begin_to_fill)

    def remove(self, runs: Sequence[RunId], tell: Callable[[dict[RunId, StorageError] | StorageError], None]) -> None:
        """Remove runs and their words for good, in the thread."""
        self._submit(lambda: tell(self._remove(runs)))

    def close(self, condemned: Sequence[RunId]) -> None:
        """End the thread, remove these runs, and close the index."""
        self._is_closing = True
        self._thread.shutdown(wait=True, cancel_futures=True)
        if condemned:
            refused = self._remove(condemned)
            errors = [refused] if isinstance(refused, StorageError) else refused.values()
            for error in errors:
                if not isinstance(error, NoSuchRun):
                    log.warning("a deleted run stays in the history: %s", error)
        self._index.close()

    def _submit(self, work: Callable[[], object]) -> None:
        if not self._is_closing:
            self._thread.submit(work).add_done_callback(_log_fault)

    # In the thread

    def _ask(self, question: _Question) -> None:
        self._asked = question
        if question.is_wanted():
            self._answer(question, _BEFORE_AN_ANSWER)
            self._fill_on()

    def _answer(self, question: _Question, seconds: float) -> bool:
        """Tell what is found now; whether that was possible."""
        try:
            self._index.catch_up(seconds)
            found = tuple(self._index.find(word) if question.is_wanted() else {} for word in question.words)
            # Looked at once more: finding may have begun the index anew.
            progress = self._index.catch_up(0.0)
        except StorageError as error:
            log.warning("%s", error)
            nothing: tuple[dict[RunId, Hit], ...] = tuple({} for _ in question.words)
            question.tell(Hits(question.words, nothing, f"Only questions and answers were searched. {error}"))
            return False
        self._answered_at = time.monotonic()
        self._is_filling = not progress.is_complete
        question.tell(Hits(question.words, found, _note(progress)))
        return True

    def _begin_to_fill(self) -> None:
        if self._index.exists and not self._is_filling:
            self._is_filling = True
            self._fill_on()

    def _fill_on(self) -> None:
        if self._is_filling:
            self._submit(self._fill)

    def _fill(self) -> None:
        """Take in texts for a moment, then let others have the thread."""
        if not self._is_filling:
            return
        try:
            progress = self._index.catch_up(_SLICE_SECONDS, lambda: not self._is_closing)
        except StorageError as error:
            log.warning("%s", error)
            self._is_filling = False
            return
        self._is_filling = not progress.is_complete
        self._answer_again(is_last=progress.is_complete)
        self._fill_on()

    def _answer_again(self, *, is_last: bool) -> None:
        question = self._asked
        is_due = is_last or time.monotonic() - self._answered_at > _BETWEEN_ANSWERS
        if question is not None and is_due and question.is_wanted() and question.words:
            self._answer(question, 0.0)

    def _cut(
        self,
        places: Sequence[Place],
        is_wanted: Callable[[], bool],
        tell: Callable[[dict[RunId, Snippet | None]], None],
    ) -> None:
        snippets: dict[RunId, Snippet | None] = {}
        for run, word, hit in places:
            if not is_wanted():
                return
            try:
                snippets[run] = self._index.snippet(run, hit.text, word)
            except StorageError as error:
                log.warning("%s", error)
                snippets[run] = None
        tell(snippets)

    def _remove(self, runs: Sequence[RunId]) -> dict[RunId, StorageError] | StorageError:
        try:
            self._index.forget(runs)
        except StorageError as error:
            # The index finds out by itself, and begins anew.
            log.warning("%s", error)
        try:
            return self._library.delete_all(runs)
        except StorageError as error:
            return error


def _log_fault(future: "Future[object]") -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None:
        log.error("the search failed", exc_info=error)


def _note(progress: Progress) -> str:
    if progress.is_complete:
        return ""
    share = 100 * progress.done // max(1, progress.total)
    return f"Texts are read for the first search: {share} %"
