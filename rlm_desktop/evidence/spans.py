"""Which pieces of which documents a text contains, letter by letter."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.evidence.blocks import BLOCK, BlockIndex

SHORTEST = 2 * BLOCK
"""Shorter agreements may be chance; they are not reported."""
_STRIDE = 64


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
    """The text from `at` is the corpus from `start`, for `length` characters, and not a character longer."""

    at: int
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.at + self.length


class Finder:
    """Finds the pieces of a corpus in texts; what it needs is made on the first search.

    A piece that stands in several places is found in each of them, or in some of very many. Where two pieces overlap in
    the text, one may be short by less than a block.
    """

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    @cached_property
    def _index(self) -> BlockIndex:
        return BlockIndex(self._corpus.text)

    def find(self, text: str) -> list[FoundSpan]:
        """Give the pieces of documents of at least 48 characters that the text contains, in its order."""
        if len(text) < BLOCK or not self._corpus.documents:
            return []
        found: list[FoundSpan] = []
        for agreement in _outermost(self._agreements(text)):
            found += self._in_documents(agreement)
        return found

    def _agreements(self, text: str) -> Iterator[_Agreement]:
        # Inside a piece already found nothing longer can begin, except in its first block: there stand the
        # blocks of its other places, each at its own distance from the beginning.
        skip_from, resume = 0, 0
        for at, first, behind in self._index.hits(text):
            if skip_from <= at < resume:
                continue
            for place in self._index.places(first, behind):
                agreement = self._extend(text, at, place)
                if agreement.length < SHORTEST:
                    continue
                yield agreement
                if agreement.end - BLOCK + 1 > resume:
                    skip_from, resume = agreement.at + BLOCK, agreement.end - BLOCK + 1

    def _extend(self, text: str, at: int, place: int) -> _Agreement:
        back = _common_suffix(text, at, self._corpus.text, place)
        ahead = _common_prefix(text, at, self._corpus.text, place)
        return _Agreement(at - back, place - back, back + ahead)

    def _in_documents(self, agreement: _Agreement) -> Iterator[FoundSpan]:
        spans = self._corpus.spans
        end = agreement.start + agreement.length
        index = bisect_left(spans, agreement.start, key=lambda span: span.end)
        while index < len(spans) and spans[index].start < end:
            span = spans[index]
            start = max(agreement.start, span.start)
            inside = min(end, span.end) - start
            if inside > 0:
                yield FoundSpan(
                    document_index=index,
                    start=start - span.start,
                    end=start - span.start + inside,
                    at=agreement.at + start - agreement.start,
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


def _common_prefix(one: str, at: int, other: str, place: int) -> int:
    limit = min(len(one) - at, len(other) - place)
    known, stride = 0, _STRIDE
    while known < limit:
        size = min(stride, limit - known)
        mine, theirs = one[at + known : at + known + size], other[place + known : place + known + size]
        if mine == theirs:
            known, stride = known + size, stride * 2
        elif size > _STRIDE:
            stride, limit = max(_STRIDE, size // 2), known + size
        else:
            return known + _bits_until_difference(mine, theirs, "little") // 32
    return known


def _common_suffix(one: str, at: int, other: str, place: int) -> int:
    limit = min(at, place)
    known, stride = 0, _STRIDE
    while known < limit:
        size = min(stride, limit - known)
        mine, theirs = one[at - known - size : at - known], other[place - known - size : place - known]
        if mine == theirs:
            known, stride = known + size, stride * 2
        elif size > _STRIDE:
            stride, limit = max(_STRIDE, size // 2), known + size
        else:
            return known + _bits_until_difference(mine, theirs, "big") // 32
    return known


def _bits_until_difference(one: str, other: str, order: Literal["little", "big"]) -> int:
    """Count the equal bits of two texts, from their beginning when read `little`, from their end when `big`."""
    encoding = f"utf-32-{order[0]}e"
    first = int.from_bytes(one.encode(encoding, "surrogatepass"), order)
    second = int.from_bytes(other.encode(encoding, "surrogatepass"), order)
    difference = first ^ second
    return (difference & -difference).bit_length() - 1
