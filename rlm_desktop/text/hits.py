"""Where words stand in mapped bytes: lists of numbers, each a place and, in its lowest bits, a size."""

from collections.abc import Iterator

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.literals import byte_searcher

CHUNK = 1 << 20
"""Bytes through which several words are looked for one after another, so that the text is read once."""

SIZE_BITS = 8
LONGEST = (1 << SIZE_BITS) - 1
"""Bytes of a word that are looked for."""


def word_hits(words: tuple[tuple[bytes, bool], ...], blob: Blob, start: int, last: int) -> Iterator[list[int]]:
    """Give the places of words chunk by chunk. Where case is folded, the size is not known and 0."""
    searcher = byte_searcher()
    while start < last:
        stop = blob.lead_at(min(start + CHUNK, last))
        hits: list[int] = []
        for word, is_caseless in words:
            if is_caseless:
                end = blob.lead_at(min(stop + 4 * len(word), last))
                hits += _caseless(word, blob, start, stop, end)
            else:
                size = len(word)
                places = searcher.places(blob.view, word, start, min(stop + size - 1, last))
                hits += [place << SIZE_BITS | size for place in places]
        yield hits if len(words) == 1 else sorted(hits)
        start = stop


def _caseless(word: bytes, blob: Blob, start: int, stop: int, end: int) -> Iterator[int]:
    find = byte_searcher().find_caseless
    while (place := find(blob.view, word, start, end)) >= 0 and place < stop:
        yield place << SIZE_BITS
        start = blob.next_lead(place)
