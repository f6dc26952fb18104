"""Whether what an answer quotes stands in the documents, and where."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import islice, pairwise

from rlm_desktop.corpus.documents import Corpus, Span
from rlm_desktop.evidence.folding import CJK, Folded, fold
from rlm_desktop.evidence.quoting import Passage, quoted_passages
from rlm_desktop.text.text import Text
from rlm_desktop.trace.facts import Quote

_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\.\.)\s*")
_EMPHASIS = re.compile(r"\*+|__|`")
_ANCHOR = re.compile(r"[A-Za-z0-9]{2,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}|\w+")
_CJK_LETTER = re.compile(f"[{CJK}]")
_TELLING_WORDS = 6
_ANCHORS_TRIED = 3
_MOST_READINGS = 8
"""How often a text is read to its end for a passage: half a second for a gigabyte."""
_MOST_WINDOWS = 2_000
_WIDEST_GAP = 2_000
_MOST_PLACES = 20
_LOOSE_END = " ,.;:!?"


def check_quotes(answer: str, corpus: Corpus) -> tuple[Quote, ...]:
    """Look up each passage that the answer quotes.

    White space, quotation marks, dashes, hyphenation, ligatures, Markdown emphasis and a comma or full stop
    before the closing mark may differ; `…` may stand for something left out. A passage that stands in several
    places is given with the first, or the first in a document that is named beside it.
    """
    return tuple(_checked(passage, corpus) for passage in quoted_passages(answer))


def _checked(passage: Passage, corpus: Corpus) -> Quote:
    plain = _EMPHASIS.sub("", passage.text)
    places = find_passage(passage.text, corpus) or (find_passage(plain, corpus) if plain != passage.text else [])
    if not places:
        return Quote(text=passage.text, match="none")
    start, end = _best(places, passage.beside, corpus)
    index = corpus.document_index_at(start)
    document, span = corpus.documents[index], corpus.spans[index]
    return Quote(
        text=passage.text,
        match="exact" if len(places) == 1 else "several",
        document=document.name,
        page=document.page_at(start - span.start),
        part=document.part_at(start - span.start),
        start=start - span.start,
        end=end - span.start,
    )


def _best(places: list[tuple[int, int]], beside: str, corpus: Corpus) -> tuple[int, int]:
    named = (place for place in places if corpus.documents[corpus.document_index_at(place[0])].name in beside)
    return next(named, places[0])


def find_passage(passage: str, corpus: Corpus) -> list[tuple[int, int]]:
    """Give the places of a passage in the text of the corpus, in order, the first twenty of many."""
    parts = [part for part in _ELLIPSIS.split(passage) if len(part.strip(_LOOSE_END)) > 1]
    if not parts:
        return []
    places = _places_of(parts[0], corpus, _whole(corpus))
    for part in parts[1:]:
        places = [longer for place in places for longer in _continued(place, part, corpus)]
    return places[:_MOST_PLACES]


def _continued(place: tuple[int, int], part: str, corpus: Corpus) -> list[tuple[int, int]]:
    start, end = place
    span = corpus.spans[corpus.document_index_at(start)]
    reach = Span(start=end, end=min(span.end, end + _WIDEST_GAP + 2 * len(part)))
    return [(start, later) for _, later in _places_of(part, corpus, reach)[:1]]


def _whole(corpus: Corpus) -> Span:
    return Span(start=0, end=corpus.characters)


def _places_of(part: str, corpus: Corpus, reach: Span) -> list[tuple[int, int]]:
    wanted = fold(part.strip()).text.rstrip(_LOOSE_END).lstrip(" ")
    # The first letter's case follows the sentence that quotes.
    spellings = {wanted, wanted[:1].swapcase() + wanted[1:]}
    words = sorted(set(_ANCHOR.findall(part)), key=len, reverse=True)
    found: set[tuple[int, int]] = set()
    for anchor, at in _anchors([*words, *_pairs(part)], corpus.text, reach):
        for window in _windows(anchor, at, len(part), corpus, reach):
            stretch = str(corpus.text[window.start : window.end])
            if _is_likely(stretch, words[:_TELLING_WORDS]):
                folded = fold(stretch)
                for spelling in spellings:
                    found.update(_inside(spelling, folded, corpus.text, window))
    return sorted(found)


def _pairs(part: str) -> list[str]:
    """Give the neighbours with one space or dash between them: rarer than each of their words."""
    words = pairwise(_ANCHOR.finditer(part))
    pairs = {part[one.start() : other.end()] for one, other in words if other.start() - one.end() == 1}
    return sorted(pairs, key=len, reverse=True)


def _anchors(candidates: list[str], text: str | Text, reach: Span) -> list[tuple[str, list[int]]]:
    """Choose what is rare, and its places: a passage can only stand there. One may be hyphenated, hence several.

    The text is read once for each of those that are tried, no further than a frequent one needs, and not too often.
    """
    rare: list[tuple[str, list[int]]] = []
    frequent: list[tuple[str, list[int]]] = []
    whole_readings = 0
    for candidate in candidates:
        places = list(islice(_occurrences(candidate, text, reach), _MOST_WINDOWS + 1))
        whole_readings += len(places) <= _MOST_WINDOWS
        if places:
            (rare if len(places) <= _MOST_WINDOWS else frequent).append((candidate, places))
        if len(rare) == _ANCHORS_TRIED or whole_readings == _MOST_READINGS:
            break
    return [*rare, *frequent][:_ANCHORS_TRIED]


def _occurrences(word: str, text: str | Text, reach: Span) -> Iterator[int]:
    at = text.find(word, reach.start, reach.end)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word), reach.end)


def _is_likely(stretch: str, words: list[str]) -> bool:
    """Two thirds of the words must stand there as they are; this spares us the slow look nearly everywhere."""
    return 3 * sum(word in stretch for word in words) >= 2 * len(words)


def _windows(anchor: str, places: list[int], size: int, corpus: Corpus, reach: Span) -> Iterator[Span]:
    """Give the stretches around an anchor in which a passage of this size may stand, document by document."""
    margin = size + size // 4 + 64
    for at in places[:_MOST_WINDOWS]:
        span = corpus.spans[max(0, bisect_right(corpus.spans, at, key=lambda one: one.start) - 1)]
        if span.start <= at < span.end:
            start = max(at - margin, span.start, reach.start)
            yield Span(start=start, end=min(at + len(anchor) + margin, span.end, reach.end))


def _inside(wanted: str, folded: Folded, text: str | Text, window: Span) -> Iterator[tuple[int, int]]:
    at = folded.text.find(wanted)
    while at >= 0:
        last = at + len(wanted) - 1
        start, end = window.start + folded.starts[at], window.start + folded.ends[last]
        if _is_whole(text, start, end):
            yield start, end
        at = folded.text.find(wanted, at + 1)


def _is_whole(text: str | Text, start: int, end: int) -> bool:
    """Refuse a place that cuts a word or number in two: `5 per cent` is not quoted from `15 per cent`."""
    before, first, last, after = (str(text[at : at + 1]) if at >= 0 else "" for at in (start - 1, start, end - 1, end))
    return not (_joins(before, first) or _joins(last, after))


def _joins(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not (_CJK_LETTER.match(left) or _CJK_LETTER.match(right))
