"""Finds bytes in mapped ones: with stringzilla where it is installed, else with copies of pieces."""

from functools import cache
from typing import Protocol

_CHUNK = 1 << 26
"""Bytes looked through in one call, so that a block's time limit can interrupt between two."""


class ByteSearcher(Protocol):
    """Finds and counts bytes between two offsets of a mapped file."""

    def find(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Find the first place, or give -1."""

    def rfind(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Find the last place, or give -1."""

    def count(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Count the places that don't overlap, from the left."""


class _Chunked:
    """Looks through a mapped file chunk by chunk."""

    chunk = _CHUNK

    def find(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Find the first place."""
        while end - start >= len(needle):
            stop = min(start + self.chunk + len(needle) - 1, end)
            if (place := self._find(view, needle, start, stop)) >= 0:
                return place
            start += self.chunk
        return -1

    def rfind(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Find the last place."""
        while end - start >= len(needle):
            first = max(end - self.chunk - len(needle) + 1, start)
            if (place := self._rfind(view, needle, first, end)) >= 0:
                return place
            end -= self.chunk
        return -1

    def _find(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        place = view[start:end].tobytes().find(needle)
        return start + place if place >= 0 else -1

    def _rfind(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        place = view[start:end].tobytes().rfind(needle)
        return start + place if place >= 0 else -1


class PlainSearcher(_Chunked):
    """Works on copies of pieces small enough for the processor's cache."""

    chunk = 1 << 18

    def count(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Count the places."""
        total = 0
        while end - start >= len(needle):
            stop = min(start + self.chunk + len(needle), end)
            parts = view[start:stop].tobytes().split(needle)
            total += len(parts) - 1
            if stop == end:
                return total
            start = stop - min(len(parts[-1]), len(needle) - 1)
        return total


class FastSearcher(_Chunked):
    """Works on the map itself with stringzilla."""

    def __init__(self) -> None:
        import stringzilla  # noqa: PLC0415 - most corpora never need it

        self._library = stringzilla

    def count(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Count the places."""
        return int(self._library.count(view, needle, start, end))

    def _find(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        return int(self._library.find(view, needle, start, end))

    def _rfind(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        return int(self._library.rfind(view, needle, start, end))


@cache
def byte_searcher() -> ByteSearcher:
    """Give the fastest searcher there is."""
    try:
        return FastSearcher()
    except ImportError:
        return PlainSearcher()
