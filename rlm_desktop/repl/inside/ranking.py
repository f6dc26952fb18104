"""`search`: ranked keyword search (BM25) over passages, by scanning; no index to build or hold."""

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any

from rlm_desktop.repl.inside.corpus import Document, Documents
from rlm_desktop.repl.inside.looking import Hit, Hits, passage_hit
from rlm_desktop.text.passages import cuts
from rlm_desktop.text.words import STOP_WORDS, UNSPACED, pairs_of

SATURATION = 1.2
LENGTH_WEIGHT = 0.75
MAX_OCCURRENCES = 300_000
"""Of one term; a word that is more frequent than that tells nothing."""

_WORD = re.compile(r"\w+")
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly", "y")


class Ranking:
    """Passages of all documents, cut when first searched."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._texts: list[str] = []
        self._starts: list[list[int]] = []

    def search(self, query: str, k: int = 10) -> Hits:
        """Give the `k` passages that fit the words of `query` best, the best first."""
        self._prepare()
        scores = self._scores(terms_of(query))
        best = sorted(scores, key=lambda place: (-scores[place], place))
        hits = Hits(self._hit(place, scores[place]) for place in best[: max(k, 0)])
        hits.more = len(best) > len(hits)
        return hits

    def _prepare(self) -> None:
        if self._starts or not len(self._documents):
            return
        lowered: dict[int, str] = {}
        for document in self._documents:
            if id(document.whole) not in lowered:
                lowered[id(document.whole)] = _lower(document.whole)
            self._texts.append(lowered[id(document.whole)])
            self._starts.append(list(_passages(document)))

    def _scores(self, terms: list[str]) -> dict[tuple[int, int], float]:
        total = sum(len(starts) for starts in self._starts) or 1
        average = sum(len(document) for document in self._documents) / total or 1.0
        scores: dict[tuple[int, int], float] = {}
        for term in terms:
            counts = self._counts(term)
            weight = math.log(1 + (total - len(counts) + 0.5) / (len(counts) + 0.5))
            for place, times in counts.items():
                length = LENGTH_WEIGHT * self._length(place) / average
                gain = times * (SATURATION + 1) / (times + SATURATION * (1 - LENGTH_WEIGHT + length))
                scores[place] = scores.get(place, 0.0) + weight * gain
        return scores

    def _counts(self, term: str) -> dict[tuple[int, int], int]:
        counts: dict[tuple[int, int], int] = {}
        for number, document in enumerate(self._documents):
            starts = self._starts[number]
            for offset in _occurrences(term, self._texts[number], document.start, document.end):
                place = (number, bisect_right(starts, offset) - 1)
                counts[place] = counts.get(place, 0) + 1
        return counts

    def _length(self, place: tuple[int, int]) -> int:
        start, end = self._bounds(place)
        return end - start

    def _bounds(self, place: tuple[int, int]) -> tuple[int, int]:
        number, passage = place
        starts = self._starts[number]
        end = starts[passage + 1] if passage + 1 < len(starts) else self._documents[number].end
        return starts[passage], end

    def _hit(self, place: tuple[int, int], score: float) -> Hit:
        document = self._documents[place[0]]
        start, end = self._bounds(place)
        return passage_hit(document, start, end, score)


def search_function(documents: Documents) -> Callable[..., Any]:
    """Make `search` for this corpus."""
    ranking = Ranking(documents)

    def search(query: str, k: int = 10) -> Hits:
        """Find the `k` passages that fit the query's words best."""
        return ranking.search(query, k)

    return search


def terms_of(query: str) -> list[str]:
    """Give the query's words in lower case, without endings and stop words; runs without spaces become pairs."""
    words = dict.fromkeys(_WORD.findall(_lower(query)))
    telling = [word for word in words if word not in STOP_WORDS] or list(words)
    terms: dict[str, None] = {}
    for word in telling:
        terms.update(dict.fromkeys(pairs_of(word) if UNSPACED.search(word) else [_stem(word)]))
    return list(terms)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)]
    return word


def _lower(text: str) -> str:
    # "İ" is the only character whose lower case is longer, and offsets must stay.
    return text.replace("\u0130", "I").lower()


def _occurrences(term: str, text: str, start: int, end: int) -> Iterator[int]:
    """Find a term where a word begins, with at most four letters more."""
    is_pair = bool(UNSPACED.search(term))
    for _ in range(MAX_OCCURRENCES):
        start = text.find(term, start, end)
        if start < 0:
            return
        if is_pair or _is_word(text, start, start + len(term)):
            yield start
        start += len(term)


def _is_word(text: str, start: int, end: int) -> bool:
    if start and text[start - 1].isalnum():
        return False
    rest = text[end : end + 5]
    return len(rest) < 5 or not rest.isalnum()


def _passages(document: Document) -> Iterator[int]:
    """Cut a document where pages and paragraphs begin; give the offsets in the whole text."""
    edges = [document.start + offset for offset in document.page_offsets] or [document.start]
    edges[0] = document.start
    for begin, end in zip(edges, [*edges[1:], document.end], strict=True):
        yield from cuts(document.whole, begin, end)
    if document.start == document.end:
        yield document.start
