"""The hybrid scan: words that every match holds are found in the bytes, and `re` looks only at what is around them.

A match that holds such a word begins no further before it than the characters the pattern can take there reach, and
ends no further behind it; in that segment, with the few characters around it that the pattern can see, the standard
`re` finds exactly the matches that it would find in the whole text. Patterns without such words go through windows.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rlm_desktop.text.analysis import Need, Reach, needs_of, parse, reach_of, shapes_of
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.hits import LONGEST, SIZE_BITS, word_hits
from rlm_desktop.text.literals import byte_searcher
from rlm_desktop.text.shapes import Shape, count_in, shape_hits, shape_of
from rlm_desktop.text.sources import LIMIT
from rlm_desktop.text.windows import Found, in_windows, too_far

_SAMPLES = 64
_SAMPLE = 1 << 12
_HIT_SECONDS = 2e-6
"""What looking around one hit costs, about."""
_BYTE_SECONDS = 7e-11
"""What looking for one word costs for each byte, about."""
_RE_SECONDS = 4e-10
"""What `re` costs for each byte at the very least."""
_SHAPE_READS = 5
"""How many words a shape costs as much as."""

_MOST_WORDS = 40
_NEAR = 2048
"""Bytes that are decoded to count them sooner than a block is looked up."""

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
    shape: Shape | None = None


@lru_cache(maxsize=256)
def reach(pattern: re.Pattern[str]) -> Reach:
    """Measure how far a pattern looks."""
    return reach_of(parse(pattern), pattern.flags)


@lru_cache(maxsize=256)
def plans(pattern: re.Pattern[str]) -> tuple[Plan, ...]:
    """List the ways to scan for a pattern by words."""
    tree, ahead = parse(pattern), reach(pattern).ahead
    needs = [need for need in needs_of(tree, pattern.flags) if len(need.words) <= _MOST_WORDS]
    made = (_plan(need, ahead) for need in [*needs, *shapes_of(tree, pattern.flags)])
    return tuple(plan for plan in made if plan is not None)


def scan(pattern: re.Pattern[str], source: Any, start: int, end: int, at: int) -> Iterator[Found]:
    """Find the matches in the characters from `start` up to `end` that begin at `at` or later.

    Gives each with the offset in the source of the string it was found in.
    """
    plan = _best(pattern, source, start, end) if isinstance(source, Blob) else None
    if plan is None:
        return in_windows(pattern, reach(pattern), source, start, end, at)
    return _Segments(pattern, plan, source, (source.byte_at(start), source.byte_at(end))).scan(source.byte_at(at))


class _Segments:
    def __init__(self, pattern: re.Pattern[str], plan: Plan, blob: Blob, bounds: tuple[int, int]) -> None:
        self._pattern = pattern
        self._plan = plan
        self._blob = blob
        self._first, self._last = bounds
        self._seen_before = 4 * (reach(pattern).behind + 1)
        self._counted = (0, 0)

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
        """Give the stretch around each hit; what a stretch holds but for its end is not looked at again."""
        view, plan, first, last = self._blob.view, self._plan, self._first, self._last
        searcher = byte_searcher()
        for hits in self._hits(at):
            for hit in hits:
                place = hit >> SIZE_BITS
                if place < at:
                    continue
                left, right = place, place + (hit & LONGEST)
                if plan.before and place > first and view[place - 1] in plan.before:
                    left = searcher.after_last_not_of(view, plan.before, first, place)
                if place - left < plan.fewest_before:
                    continue
                if plan.after and right < last:
                    right = searcher.first_not_of(view, plan.after, right, last)
                at = right - plan.longest
                yield left, right

    def _hits(self, at: int) -> Iterator[list[int]]:
        words, shape = self._plan.words, self._plan.shape
        return shape_hits(shape, self._blob, at, self._last) if shape else word_hits(words, self._blob, at, self._last)

    def _matches(self, start: int, end: int) -> Iterator[Found]:
        blob = self._blob
        if end - start > 4 * LIMIT:
            raise too_far(self._pattern, end - start)
        low, high = max(start - self._seen_before, self._first), min(end + _SEEN_AFTER, self._last)
        content = blob.view[low:high].tobytes()
        if content.isascii():
            text, skipped, limit = content.decode("ascii"), start - low, end - low
        else:
            low, high = blob.lead_at(low), blob.lead_at(high)
            text, skipped = blob.decode(low, high), len(blob.decode(low, start))
            limit = len(text) - len(blob.decode(end, high))
        base = -1
        for found in self._pattern.finditer(text, skipped):
            if found.start() >= limit:
                return
            if base < 0:
                base = self._character_at(low)
            yield found, base

    def _character_at(self, byte: int) -> int:
        """Count from the last match when it is near."""
        last, character = self._counted
        if 0 <= byte - last < _NEAR:
            character += len(self._blob.decode(last, byte))
        else:
            character = self._blob.character_at(byte)
        self._counted = byte, character
        return character


def _plan(need: Need, ahead: frozenset[str]) -> Plan | None:
    is_caseless = any(caseless for _, caseless in need.words)
    before, after = _bytes_of(need.before), _bytes_of(need.after | ahead)
    if is_caseless:
        after = bytes(set(after + _BEYOND_ASCII).union(*(_both_cases(words) for words, _ in need.words)))
    if _is_endless(before) or _is_endless(after):
        return None
    if need.shape:
        shape = shape_of(need.shape)
        return Plan((), before, after, need.fewest_before, 4 * len(need.shape), shape) if shape else None
    try:
        words = tuple((words.encode()[:LONGEST], caseless) for words, caseless in need.words)
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


def _best(pattern: re.Pattern[str], blob: Blob, start: int, end: int) -> Plan | None:
    """Choose the plan whose words are rarest in samples of the text."""
    ways = plans(pattern)
    if not ways:
        return None
    first, last = blob.byte_at(start), blob.byte_at(end)
    step = max((last - first) // _SAMPLES, 1)
    samples = [blob.view[at : min(at + _SAMPLE, last)].tobytes() for at in range(first, last, step)]
    cost, place = min((_cost_of(way, samples), place) for place, way in enumerate(ways))
    least = _RE_SECONDS * sum(map(len, samples))
    return ways[place] if cost <= least or cost <= _seconds_of(pattern, samples) else None


def _cost_of(plan: Plan, samples: list[bytes]) -> float:
    """Estimate the seconds for scanning the samples."""
    bytes_read = sum(map(len, samples)) * (_SHAPE_READS if plan.shape else len(plan.words))
    return _hits_in(plan, samples) * _HIT_SECONDS + bytes_read * _BYTE_SECONDS


def _seconds_of(pattern: re.Pattern[str], samples: list[bytes]) -> float:
    """Measure what going through the samples costs."""
    texts = [sample.decode("utf-8", "ignore") for sample in samples]
    began = time.thread_time()
    for text in texts:
        for _ in pattern.finditer(text):
            pass
    return time.thread_time() - began


def _hits_in(plan: Plan, samples: list[bytes]) -> int:
    if plan.shape:
        return count_in(plan.shape, samples)
    lowered = [sample.lower() for sample in samples] if any(caseless for _, caseless in plan.words) else samples
    return sum(
        sample.count(words.lower() if is_caseless else words)
        for words, is_caseless in plan.words
        for sample in (lowered if is_caseless else samples)
    )
