"""Finds and counts words in a source: over the bytes of a blob, or in the pieces of any other."""

from collections.abc import Iterator

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.literals import byte_searcher
from rlm_desktop.text.sources import PIECE, Source


def find(source: Source, words: str, start: int, end: int | None) -> int:
    """Find the first place of words that lie between `start` and `end`, or give -1."""
    if isinstance(source, Blob):
        return _find_in_blob(source, words, start, end, backwards=False)
    before, at = "", start
    for piece in source.pieces(start, end):
        window = before + piece
        if (place := window.find(words)) >= 0:
            return at - len(before) + place
        at += len(piece)
        before = window[len(window) - len(words) + 1 :] if len(words) > 1 else ""
    return -1


def rfind(source: Source, words: str, start: int, end: int) -> int:
    """Find the last place."""
    if isinstance(source, Blob):
        return _find_in_blob(source, words, start, end, backwards=True)
    while start < end:
        middle = max(end - PIECE - len(words), start)
        if (place := source.slice(middle, end).rfind(words)) >= 0:
            return middle + place
        end = middle + len(words) - 1 if middle > start else start
    return -1


def count(source: Source, words: str, start: int, end: int | None) -> int:
    """Count the places that don't overlap, from the left."""
    if isinstance(source, Blob):
        return _count_in_blob(source, words, start, end)
    return sum(len(places) for places in _splits(source, words, start, end))


def _splits(source: Source, words: str, start: int, end: int | None) -> Iterator[list[str]]:
    before = ""
    for piece in source.pieces(start, end):
        *found, rest = (before + piece).split(words)
        before = rest[max(len(rest) - len(words) + 1, 0) :]
        yield found


def _find_in_blob(blob: Blob, words: str, start: int, end: int | None, *, backwards: bool) -> int:
    needle = _needle(words)
    if needle is None:
        return -1
    first, last = blob.byte_at(start), blob.size_bytes if end is None else blob.byte_at(end)
    searcher = byte_searcher()
    byte = (searcher.rfind if backwards else searcher.find)(blob.view, needle, first, last)
    return blob.character_at(byte) if byte >= 0 else -1


def _count_in_blob(blob: Blob, words: str, start: int, end: int | None) -> int:
    if words == "\n":
        return (blob.newlines if end is None else blob.newlines_before(end)) - blob.newlines_before(start)
    needle = _needle(words)
    if needle is None:
        return 0
    first, last = blob.byte_at(start), blob.size_bytes if end is None else blob.byte_at(end)
    return byte_searcher().count(blob.view, needle, first, last)


def _needle(words: str) -> bytes | None:
    try:
        return words.encode()
    except UnicodeEncodeError:
        return None  # a lone surrogate, which no stored text holds
