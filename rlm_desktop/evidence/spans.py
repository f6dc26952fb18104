"""Which pieces of which documents a text contains, letter by letter."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.corpus.indexing.blocks import SMALL_BLOCK, BlockIndex
from rlm_desktop.evidence.utf8 import (
    EncodedText,
    Letters,
    Utf8,
    common_prefix,
    common_suffix,
    utf8_of,
    whole_characters,
)

SHORTEST = 2 * SMALL_BLOCK
"""Shorter agreements may be chance; they are not reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSpan:
    """A piece of a document inside a text; `start` and `end` are offsets in the document.

    `at` is where the piece begins in the text that was searched.
    """

    document_index: int
    start: int
    end: int
    at: int


@dataclass(frozen=True, slots=True)
class _Agreement:
    """The text from `at` is the corpus from `start`, for `length` bytes, and not a character longer."""

    at: int
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.at + self.length


class Finder:
    """Finds the pieces of a corpus in texts; what it needs is made on the first search.

    A piece that stands in several places is found in each of them, or in some of very many. Where two pieces overlap in
    the text, one may be short by less than a block. `index` gives an index that was made before; it is asked for once,
    and may take its time.
    """

    def __init__(self, corpus: Corpus, index: Callable[[], BlockIndex] | None = None) -> None:
        self._corpus = corpus
        self._make_index = index or (lambda: BlockIndex.of(self._utf8.view))

    @cached_property
    def _utf8(self) -> Utf8:
        return utf8_of(self._corpus)

    @cached_property
    def _index(self) -> BlockIndex:
        return self._make_index()

    @cached_property
    def _letters(self) -> Letters:
        return np.frombuffer(self._utf8.view, dtype=np.uint8)

    def find(self, text: str) -> list[FoundSpan]:
        """Give the pieces of documents that the text contains, in its order.

        Pieces of 48 characters are found in a corpus that is held in memory, and of 255 bytes in a larger one.
        """
        if len(text) < SMALL_BLOCK or not self._corpus.documents:
            return []
        encoded = EncodedText(text)
        found: list[FoundSpan] = []
        for agreement in _outermost(self._agreements(encoded)):
            found += self._in_documents(agreement, encoded)
        return found

    def _agreements(self, text: EncodedText) -> Iterator[_Agreement]:
        # Inside a piece already found nothing longer can begin, except in its first block: there stand the
        # blocks of its other places, each at its own distance from the beginning.
        letters = np.frombuffer(text.view, dtype=np.uint8)
        block = self._index.block
        skip_from, resume = 0, 0
        for at, first in self._index.hits(text.view):
            if skip_from <= at < resume:
                continue
            for place in self._index.places(first):
                agreement = self._extend(letters, at, place)
                if agreement.length < SHORTEST:
                    continue
                yield agreement
                if agreement.end - block + 1 > resume:
                    skip_from, resume = agreement.at + block, agreement.end - block + 1

    def _extend(self, text: Letters, at: int, place: int) -> _Agreement:
        ahead = common_prefix(text, at, self._letters, place)
        if not ahead:
            return _Agreement(at, place, 0)
        back = common_suffix(text, at, self._letters, place)
        start, end = whole_characters(self._letters, place - back, place + ahead)
        return _Agreement(at + start - place, start, end - start)

    def _in_documents(self, agreement: _Agreement, text: EncodedText) -> Iterator[FoundSpan]:
        spans = self._corpus.spans
        at = text.character_at(agreement.at)
        first = self._utf8.character_at(agreement.start)
        end = self._utf8.character_at(agreement.start + agreement.length)
        index = bisect_left(spans, first, key=lambda span: span.end)
        while index < len(spans) and spans[index].start < end:
            span = spans[index]
            start = max(first, span.start)
            inside = min(end, span.end) - start
            if inside > 0:
                yield FoundSpan(
                    document_index=index,
                    start=start - span.start,
                    end=start - span.start + inside,
                    at=at + start - first,
                )
            index += 1


def _outermost(agreements: Iterable[_Agreement]) -> Iterator[_Agreement]:
    """Leave out what lies, in the text, inside a longer agreement."""
    reached, longest = -1, 0
    for one in sorted(set(agreements), key=lambda one: (one.at, -one.length, one.start)):
        is_twin = one.end == reached and one.length == longest
        if one.end > reached or is_twin:
            reached, longest = one.end, one.length
            yield one
