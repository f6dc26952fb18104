"""How much of the corpus was read, and by whom."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.evidence.intervals import Intervals
from rlm_desktop.evidence.spans import FoundSpan
from rlm_desktop.trace.facts import Coverage


class CoverageCounter:
    """Counts the characters of the documents that workers and the root read.

    Only what was shown letter by letter counts, so the figures are what is certain, not what is likely.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._workers: _Read = defaultdict(Intervals)
        self._root: _Read = defaultdict(Intervals)
        self._anyone: _Read = defaultdict(Intervals)

    def worker_saw(self, found: Iterable[FoundSpan]) -> None:
        """Count what was found in a prompt that a worker read."""
        self._count(found, self._workers)

    def root_saw(self, found: Iterable[FoundSpan]) -> None:
        """Count what was found in a text that the root read."""
        self._count(found, self._root)

    def coverage(self) -> Coverage:
        """Give the fractions of all characters."""
        total = self._total
        if total == 0:
            return Coverage(sent_to_workers=0.0, shown_to_root=0.0, never_read=0.0)
        return Coverage(
            sent_to_workers=_characters(self._workers) / total,
            shown_to_root=_characters(self._root) / total,
            never_read=(total - _characters(self._anyone)) / total,
        )

    @cached_property
    def _total(self) -> int:
        corpus = self._corpus
        if isinstance(corpus, StoredCorpus):
            return sum(corpus.table.sizes())
        return sum(span.end - span.start for span in corpus.spans)

    def _count(self, found: Iterable[FoundSpan], reader: "_Read") -> None:
        for span in found:
            reader[span.document_index].add(span.start, span.end)
            self._anyone[span.document_index].add(span.start, span.end)


_Read = defaultdict[int, Intervals]


def _characters(read: _Read) -> int:
    return sum(intervals.total() for intervals in read.values())
