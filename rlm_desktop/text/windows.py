"""Goes through a text in windows wide enough that `re` finds in each what it would find in the whole."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from rlm_desktop.text.analysis import Reach
from rlm_desktop.text.blob import Blob
from rlm_desktop.text.errors import ContextTooLarge
from rlm_desktop.text.sources import LIMIT

WINDOW = 1 << 18
"""Characters in which matches of a window begin."""

Found = tuple[re.Match[Any], int]
"""A match, and the offset in the source of what it was found in."""

_SEPARATORS = ("\x1c", "\x1d", "\x1e", "\x1f")
"""White space to `str`, but not to patterns of bytes."""


def in_windows(pattern: re.Pattern[str], reach: Reach, source: Any, start: int, end: int, at: int) -> Iterator[Found]:
    """Find the matches that begin at `at` or later in the characters from `start` up to `end`."""
    if _has_no_end(reach) and end - start > WINDOW and (as_bytes := _over_bytes(pattern, source, start, end)):
        yield from ((found, start) for found in as_bytes[0].finditer(as_bytes[1], at - start))
        return
    while True:
        middle = min(at + WINDOW, end)
        right = _seen_until(pattern, reach, source, middle, end)
        left = max(at - reach.behind - 1, start)
        text = source.slice(left, right)
        for found in pattern.finditer(text, at - left):
            if found.start() + left >= middle < end:
                break
            at = max(at, found.end() + left)
            yield found, left
        if middle == end:
            return
        at = max(at, middle)


def in_window(pattern: re.Pattern[str], reach: Reach, source: Any, start: int, end: int, at: int) -> Found | None:
    """Match at one place."""
    if _has_no_end(reach) and end - start > WINDOW and (as_bytes := _over_bytes(pattern, source, start, end)):
        found = as_bytes[0].match(as_bytes[1], at - start)
        return (found, start) if found else None
    right = _seen_until(pattern, reach, source, at, end)
    left = max(at - reach.behind - 1, start)
    matched = pattern.match(source.slice(left, right), at - left)
    return (matched, left) if matched else None


def _seen_until(pattern: re.Pattern[str], reach: Reach, source: Any, at: int, end: int) -> int:
    """Find how far a match that begins before a place can see."""
    seen = at
    for step in reach.steps:
        seen = min(seen + step, end) if isinstance(step, int) else _first_other(step, source, seen, end, at + LIMIT)
        if seen - at > LIMIT:
            raise too_far(pattern, end - at)
    return min(seen + 2, end)


def too_far(pattern: re.Pattern[str], characters: int) -> ContextTooLarge:
    """Say that a pattern looks at too much at once."""
    return ContextTooLarge(
        f"{pattern.pattern!r}, which may take any character without end,",
        characters,
        LIMIT,
        "bound its repeats, as in {0,1000}, or search slices such as context[a:b]",
    )


def _first_other(kinds: frozenset[str], source: Any, at: int, end: int, most: int) -> int:
    """Find the first character that is of none of these kinds, or a place past the most that is read."""
    is_other = _other(kinds)
    size = 256
    while is_other and at < end and at <= most:
        text = source.slice(at, min(at + size, end))
        if found := is_other.search(text):
            return at + found.start()
        at += len(text)
        size = min(4 * size, WINDOW)
    return min(at, end) if is_other else end


@lru_cache(maxsize=256)
def _other(kinds: frozenset[str]) -> re.Pattern[str] | None:
    """Make a pattern of the characters of none of these kinds; None when all ASCII characters are of one."""
    is_other = re.compile(rf"(?!{'|'.join(sorted(kinds))})[\s\S]")
    return is_other if is_other.search("".join(map(chr, range(0x80)))) else None


def _has_no_end(reach: Reach) -> bool:
    return any(not isinstance(step, int) and _other(step) is None for step in reach.steps)


def _over_bytes(
    pattern: re.Pattern[str], source: Any, start: int, end: int
) -> tuple[re.Pattern[bytes], memoryview] | None:
    """Make the same of bytes, if all of the text is ASCII and every character means the same there."""
    if not isinstance(source, Blob) or not source.is_ascii or any(map(source.has, _SEPARATORS)):
        return None
    try:
        flags = pattern.flags & ~re.UNICODE
        return re.compile(pattern.pattern.encode("ascii"), flags), source.view[start:end]
    except (UnicodeEncodeError, re.error):
        return None
