"""The hybrid scan: words that every match holds are found in the bytes, and `re` looks only at what is around them.

A match that holds such a word begins no further before it than the characters the pattern can take there reach, and
ends no further behind it; in that segment, with the few characters around it that the pattern can see, the standard
`re` finds exactly the matches that it would find in the whole text. Patterns without such words go through windows.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rlm_desktop.text.analysis import Need, Reach, needs_of, parse, reach_of
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.literals import byte_searcher
from rlm_desktop.text.windows import Found, in_windows

CHUNK = 1 << 20
"""Bytes through which several words are looked for one after another."""

_SAMPLES = 8
_SAMPLE = 1 << 15
_DENSE = 1 / 30
"""Hits for each byte from which going through everything is faster."""

_MOST_WORDS = 40
_BEYOND_ASCII = bytes(range(0x80, 0x100))
_SEEN_AFTER = 8
"""Bytes after a segment that the pattern may see: two characters, for `$` and `\\b`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look for in the bytes, and which bytes a match may have before and after it."""

    words: tuple[tuple[bytes, bool], ...]
    before: bytes
    after: bytes
    fewest_before: int
    longest: int


@lru_cache(maxsize=256)
def reach(pattern: re.Pattern[str]) -> Reach:
    """Measure how far a pattern looks."""
    return reach_of(parse(pattern), pattern.flags)


@lru_cache(maxsize=256)
def plans(pattern: re.Pattern[str]) -> tuple[Plan, ...]:
    """List the ways to scan for a pattern by words."""
    needs = needs_of(parse(pattern), pattern.flags)
    ahead = reach(pattern).ahead
    made = (_plan(need, ahead) for need in needs if len(need.words) <= _MOST_WORDS and all(w for w, _ in need.words))
    return tuple(plan for plan in made if plan is not None)


def scan(pattern: re.Pattern[str], source: Any, start: int, end: int, at: int) -> Iterator[Found]:
    """Find the matches in the characters from `start` up to `end` that begin at `at` or later.

    Gives each with the offset in the source of the string it was found in.
    """
    plan = _best(plans(pattern), source, start, end) if isinstance(source, Blob) else None
    if plan is None:
        return in_windows(pattern, reach(pattern), source, start, end, at)
    return _Segments(pattern, plan, source, (source.byte_at(start), source.byte_at(end))).scan(source.byte_at(at))


class _Segments:
    def __init__(self, pattern: re.Pattern[str], plan: Plan, blob: Blob, bounds: tuple[int, int]) -> None:
        self._pattern = pattern
        self._plan = plan
        self._blob = blob
        self._first, self._last = bounds
        self._searcher = byte_searcher()
        self._seen_before = 4 * (reach(pattern).behind + 1)

    def scan(self, at: int) -> Iterator[Found]:
        start = end = -1
        for left, right in self._segments(at):
            if left <= end:
                end = max(end, right)
                continue
            if end >= 0:
                yield from self._matches(max(start, at), end)
            start, end = left, right
        if end >= 0:
            yield from self._matches(max(start, at), end)

    def _segments(self, at: int) -> Iterator[tuple[int, int]]:
        view, plan, first, last = self._blob.view, self._plan, self._first, self._last
        before_of, after_of = self._searcher.after_last_not_of, self._searcher.first_not_of
        hits = self._hits()
        while (hit := hits.find(at))[0] >= 0:
            place, right = hit
            left = before_of(view, plan.before, first, place) if plan.before else place
            at = self._blob.next_lead(place)
            if place - left < plan.fewest_before:
                continue
            if plan.after:
                right = after_of(view, plan.after, right, last)
            at = max(at, self._blob.lead_at(max(right - plan.longest, 0)))
            yield left, right

    def _hits(self) -> "_Hits | _ManyHits":
        words = self._plan.words
        return _Hits(self, *words[0]) if len(words) == 1 else _ManyHits(self, words)

    def find(self, words: bytes, is_caseless: bool, start: int, end: int) -> int:
        finder = self._searcher.find_caseless if is_caseless else self._searcher.find
        return finder(self._blob.view, words, start, end)

    @property
    def last(self) -> int:
        return self._last

    def lead_at(self, byte: int) -> int:
        return self._blob.lead_at(min(byte, self._last))

    def _matches(self, start: int, end: int) -> Iterator[Found]:
        blob = self._blob
        low = blob.lead_at(max(start - self._seen_before, self._first))
        high = blob.lead_at(min(end + _SEEN_AFTER, self._last))
        text = blob.decode(low, high)
        skipped = start - low if text.isascii() else len(blob.decode(low, start))
        base = -1
        for found in self._pattern.finditer(text, skipped):
            if base < 0:
                base, limit = blob.character_at(low), len(text) - len(blob.decode(end, high))
            if found.start() >= limit:
                return
            yield found, base


class _Hits:
    """The places of one word: where it begins, and where it certainly ends or, when case is folded, begins."""

    def __init__(self, segments: _Segments, words: bytes, is_caseless: bool) -> None:
        self._segments = segments
        self._words = words
        self._is_caseless = is_caseless

    def find(self, at: int) -> tuple[int, int]:
        place = self._segments.find(self._words, self._is_caseless, at, self._segments.last)
        return place, place if self._is_caseless else place + len(self._words)


class _ManyHits:
    """The places of several words, chunk by chunk, so that the text is read once."""

    def __init__(self, segments: _Segments, words: tuple[tuple[bytes, bool], ...]) -> None:
        self._segments = segments
        self._words = words
        self._hits: list[tuple[int, int]] = []
        self._end = 0

    def find(self, at: int) -> tuple[int, int]:
        while True:
            place = bisect_left(self._hits, (at, 0))
            if place < len(self._hits):
                return self._hits[place]
            start = max(at, self._end)
            if start >= self._segments.last:
                return -1, 0
            self._end = self._segments.lead_at(start + CHUNK)
            self._hits = sorted(self._in_chunk(start))

    def _in_chunk(self, start: int) -> Iterator[tuple[int, int]]:
        for words, is_caseless in self._words:
            at = start
            stop = self._segments.lead_at(self._end + (4 if is_caseless else 1) * (len(words) - 1))
            while (place := self._segments.find(words, is_caseless, at, stop)) >= 0 and place < self._end:
                yield place, place if is_caseless else place + len(words)
                at = place + 1


def _plan(need: Need, ahead: frozenset[str]) -> Plan | None:
    is_caseless = any(caseless for _, caseless in need.words)
    before, after = _bytes_of(need.before), _bytes_of(need.after | ahead)
    if is_caseless:
        after = bytes(set(after + _BEYOND_ASCII).union(*(_both_cases(words) for words, _ in need.words)))
    if _is_endless(before) or _is_endless(after):
        return None
    try:
        words = tuple((words.encode(), caseless) for words, caseless in need.words)
    except UnicodeEncodeError:
        return None
    longest = max(len(each) for each, _ in words) * (4 if is_caseless else 1)
    return Plan(words, before, after, need.fewest_before, longest)


def _both_cases(words: str) -> bytes:
    return (words.lower() + words.upper()).encode()


def _is_endless(kinds: bytes) -> bool:
    """Tell whether characters of these kinds go on for more than a line or a run of words."""
    return 0x0A in kinds and sum(kind < 0x80 for kind in kinds) > 100


@lru_cache(maxsize=256)
def _bytes_of(kinds: frozenset[str]) -> bytes:
    """List the bytes that occur in characters of these kinds."""
    if not kinds:
        return b""
    is_one = re.compile("|".join(sorted(kinds)))
    return bytes(code for code in range(0x80) if is_one.match(chr(code))) + _BEYOND_ASCII


def _best(ways: tuple[Plan, ...], blob: Blob, start: int, end: int) -> Plan | None:
    """Choose the plan whose words are rarest in samples of the text."""
    if not ways:
        return None
    first, last = blob.byte_at(start), blob.byte_at(end)
    step = max((last - first) // _SAMPLES, 1)
    samples = [blob.view[at : min(at + _SAMPLE, last)].tobytes() for at in range(first, last, step)]
    hits, _, place = min((_hits_in(way, samples), -len(way.words[0][0]), place) for place, way in enumerate(ways))
    return ways[place] if hits <= _DENSE * sum(map(len, samples)) else None


def _hits_in(plan: Plan, samples: list[bytes]) -> int:
    lowered = [sample.lower() for sample in samples] if any(caseless for _, caseless in plan.words) else samples
    return sum(
        sample.count(words.lower() if is_caseless else words)
        for words, is_caseless in plan.words
        for sample in (lowered if is_caseless else samples)
    )
