"""Answers what code searches for in a corpus that is too long for the memory, from the index beside it."""

import asyncio
from pathlib import Path

from rlm_desktop.corpus.errors import IndexNotMade
from rlm_desktop.corpus.indexing.kinds import is_made
from rlm_desktop.corpus.indexing.searching import SearchIndex
from rlm_desktop.engine.shared import Shared
from rlm_desktop.repl.exchange import ContextRange, Searched, SearchHits
from rlm_desktop.trace.ids import StepId


class Searching:
    """The search of one run."""

    def __init__(self, shared: Shared, folder: Path, part: ContextRange | None) -> None:
        self._shared = shared
        self._folder = folder
        self._start = 0 if part is None else part.start
        self._end = None if part is None else part.end
        self._index: SearchIndex | None = None
        self._has_told = False

    async def hits(self, searched: Searched, step: StepId) -> SearchHits | str:
        """Give the passages that fit best, or an `Error: …` text; waits for an index that is still being made."""
        try:
            if not is_made(self._folder, "search"):
                self._tell(step)
                await self._shared.indexer.until(self._folder, "search")
            return await asyncio.to_thread(self._search, searched)
        except IndexNotMade as error:
            return f"Error: {error} Use grep(pattern) instead."

    def _search(self, searched: Searched) -> SearchHits:
        if self._index is None:
            self._index = SearchIndex.open(self._folder)
        found = self._index.search(searched.query, searched.k, self._start, self._end)
        return [(one.start - self._start, one.end - self._start, one.score) for one in found]

    def _tell(self, step: StepId) -> None:
        if not self._has_told:
            self._has_told = True
            text = "The search index of this corpus is still being made; the code waits, and its time stands still."
            self._shared.notice(step, "search-index", text)
