"""Finds bytes in mapped ones: with stringzilla where it is installed, else with copies of pieces."""

import re
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

    def places(self, view: memoryview, needle: bytes, start: int, end: int) -> list[int]:
        """List all places, also those that overlap."""

    def translate(self, view: memoryview, table: bytes) -> bytes:
        """Map each byte through a table."""

    def find_caseless(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Find the first place where at least all that differs in case only is found, or give -1."""

    def first_not_of(self, view: memoryview, kinds: bytes, start: int, end: int) -> int:
        """Find the first byte that is none of these, or give the end."""

    def after_last_not_of(self, view: memoryview, kinds: bytes, start: int, end: int) -> int:
        """Find the place after the last byte that is none of these, or give the start."""


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

    def find_caseless(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Find the first place by case folding."""
        while start < end:
            stop = _lead(view, min(start + self.chunk + 4 * len(needle), end), end)
            if (place := self._find_caseless(view, needle, start, stop)) >= 0:
                return place
            start = _lead(view, start + self.chunk, end) if stop < end else end
        return -1

    def _find_caseless(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        text = view[start:end].tobytes().decode()
        found = re.compile(re.escape(needle.decode()), re.IGNORECASE).search(text)
        return start + len(text[: found.start()].encode()) if found else -1

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

    def places(self, view: memoryview, needle: bytes, start: int, end: int) -> list[int]:
        """List all places."""
        content = view[start:end].tobytes()
        places, place = [], content.find(needle)
        while place >= 0:
            places.append(start + place)
            place = content.find(needle, place + 1)
        return places

    def translate(self, view: memoryview, table: bytes) -> bytes:
        """Map each byte."""
        return view.tobytes().translate(table)

    def first_not_of(self, view: memoryview, kinds: bytes, start: int, end: int) -> int:
        """Find the first other byte."""
        while start < end:
            piece = view[start : min(start + 256, end)].tobytes()
            if rest := piece.lstrip(kinds):
                return start + len(piece) - len(rest)
            start += len(piece)
        return end

    def after_last_not_of(self, view: memoryview, kinds: bytes, start: int, end: int) -> int:
        """Find the place after the last other byte."""
        while start < end:
            first = max(end - 256, start)
            if rest := view[first:end].tobytes().rstrip(kinds):
                return first + len(rest)
            end = first
        return start


class FastSearcher(_Chunked):
    """Works on the map itself with stringzilla."""

    def __init__(self) -> None:
        import stringzilla  # noqa: PLC0415 - most corpora never need it

        self._library = stringzilla

    def count(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        """Count the places."""
        return int(self._library.count(view, needle, start, end))

    def places(self, view: memoryview, needle: bytes, start: int, end: int) -> list[int]:
        """List all places."""
        find = self._library.find
        places, place = [], find(view, needle, start, end)
        while place >= 0:
            places.append(place)
            place = find(view, needle, place + 1, end)
        return places

    def translate(self, view: memoryview, table: bytes) -> bytes:
        """Map each byte."""
        return bytes(self._library.translate(view, table))

    def first_not_of(self, view: memoryview, kinds: bytes, start: int, end: int) -> int:
        """Find the first other byte."""
        place = self._library.find_first_not_of(view, kinds, start, end)
        return int(place) if place >= 0 else end

    def after_last_not_of(self, view: memoryview, kinds: bytes, start: int, end: int) -> int:
        """Find the place after the last other byte."""
        return int(self._library.find_last_not_of(view, kinds, start, end)) + 1 or start

    def _find_caseless(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        return int(self._library.utf8_uncased_search(view, needle, start, end))

    def _find(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        return int(self._library.find(view, needle, start, end))

    def _rfind(self, view: memoryview, needle: bytes, start: int, end: int) -> int:
        return int(self._library.rfind(view, needle, start, end))


def _lead(view: memoryview, byte: int, end: int) -> int:
    """Find the byte at or before this one at which a character begins."""
    while byte < end and view[byte] & 0xC0 == 0x80:
        byte -= 1
    return byte


@cache
def byte_searcher() -> ByteSearcher:
    """Give the fastest searcher there is."""
    try:
        return FastSearcher()
    except ImportError:
        return PlainSearcher()
