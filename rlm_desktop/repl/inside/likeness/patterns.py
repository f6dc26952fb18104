"""Regular expressions over a long text: matches are those of `re`, found without having the text in memory."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from rlm_desktop.repl.inside.likeness.matches import Match
from rlm_desktop.text.changed import Changed
from rlm_desktop.text.core import TextCore
from rlm_desktop.text.sources import LIMIT
from rlm_desktop.text.text import Text

Pattern = re.Pattern[str]
MODULE_FUNCTIONS: frozenset[Callable[..., Any]] = frozenset(
    {re.search, re.match, re.fullmatch, re.findall, re.finditer, re.split, re.sub, re.subn}
)
GRID = 1 << 16
FIRST_WINDOW = 1 << 16
INSTEAD = "loop over re.finditer(pattern, text), or work on slices such as context[a:b]"


def over_text(function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Do what a function of `re`, or a method of a pattern, does."""
    operation = _OPERATIONS[function.__name__]
    if function not in MODULE_FUNCTIONS:
        return operation(function.__self__, *args, **named)  # type: ignore[attr-defined]  # a method of a pattern
    given = dict(zip(_PARAMETERS[function.__name__], args, strict=False)) | named
    pattern = re.compile(given.pop("pattern"), given.pop("flags", 0))
    return operation(pattern, **given)


def _search(pattern: Pattern, string: Text, pos: int = 0, endpos: int = sys.maxsize) -> Match | None:
    return next(finditer(pattern, string, pos, endpos), None)


def _match(pattern: Pattern, string: Text, pos: int = 0, endpos: int = sys.maxsize) -> Match | None:
    return _anchored(pattern.match, string, pos, endpos)


def _fullmatch(pattern: Pattern, string: Text, pos: int = 0, endpos: int = sys.maxsize) -> Match | None:
    start, end = _bounds(string, pos, endpos)
    if end - start > LIMIT:
        string.refuse("re.fullmatch()", end - start, INSTEAD)
    found = pattern.fullmatch(string.raw(0, end), start)
    return None if found is None else Match(found, 0, string, start, end)


def _findall(pattern: Pattern, string: Text, pos: int = 0, endpos: int = sys.maxsize) -> list[Any]:
    found = (match for match, _ in _scan(pattern, string, *_bounds(string, pos, endpos)))
    if pattern.groups < 2:
        return [match.group(pattern.groups) or "" for match in found]
    return [match.groups("") for match in found]


def finditer(pattern: Pattern, string: Text, pos: int = 0, endpos: int = sys.maxsize) -> Iterator[Match]:
    """Give the matches one by one."""
    start, end = _bounds(string, pos, endpos)
    return (Match(match, offset, string, start, end) for match, offset in _scan(pattern, string, start, end))


def _split(pattern: Pattern, string: Text, maxsplit: int = 0) -> list[Any]:
    parts: list[Any] = []
    at = 0
    found = finditer(pattern, string) if maxsplit >= 0 else iter(())
    for match in islice(found, maxsplit or None):
        parts += [string.part(at, match.start()), *match.groups()]
        at = match.end()
    return [*parts, string.part(at)]


def _sub(pattern: Pattern, repl: Any, string: Text, count: int = 0) -> Any:
    if len(string) <= LIMIT:
        return pattern.sub(repl, string.raw(0, len(string)), count)
    if callable(repl) or count:
        string.refuse("re.sub() with a function or a count", len(string), INSTEAD)
    return Text(_Substituted(pattern, repl, string).source()).part(0)


def _subn(pattern: Pattern, repl: Any, string: Text, count: int = 0) -> tuple[Any, int]:
    if len(string) <= LIMIT:
        return pattern.subn(repl, string.raw(0, len(string)), count)
    return _sub(pattern, repl, string, count), sum(1 for _ in finditer(pattern, string))


class _Substituted:
    """A text in which matches are replaced where it is looked at."""

    def __init__(self, pattern: Pattern, template: str, string: Text) -> None:
        self._pattern = pattern
        self._template = template
        self._string = string

    def source(self) -> Changed:
        """Give it as a source; its stretches end where no match goes on."""
        return Changed(len(self._string), self._changed, self._border)

    def _border(self, start: int) -> int:
        border = min(start + GRID, len(self._string))
        for match in finditer(self._pattern, self._string, start):
            if match.start() >= border:
                break
            border = max(border, match.end())
        return border

    def _changed(self, start: int, end: int) -> str:
        parts: list[str] = []
        at = start
        for match in finditer(self._pattern, self._string, start):
            if match.start() >= end and not match.start() == match.end() == len(self._string):
                break
            parts += [self._string.raw(at, match.start()), match.expand(self._template)]
            at = match.end()
        return "".join([*parts, self._string.raw(at, end)])


def _anchored(match: Callable[..., re.Match[str] | None], string: Text, pos: int, endpos: int) -> Match | None:
    """Match at one place, in a window that grows until more text would change nothing."""
    start, end = _bounds(string, pos, endpos)
    window = FIRST_WINDOW
    while True:
        stop = min(start + window, end)
        first = max(start - FIRST_WINDOW, 0)
        found = match(string.raw(first, stop), start - first)
        if stop == end or (found is not None and first + found.end() < stop - FIRST_WINDOW // 2):
            return None if found is None else Match(found, first, string, start, end)
        if window > LIMIT:
            string.refuse("re.match()", end - start, INSTEAD)
        window *= 16


def _scan(pattern: Pattern, string: Text, start: int, end: int) -> Iterable[tuple[re.Match[str], int]]:
    """Find the matches; each counts from an offset in the text."""
    return ((match, 0) for match in pattern.finditer(string.raw(0, end), start))


def _bounds(string: TextCore, pos: int, endpos: int) -> tuple[int, int]:
    start = min(max(pos, 0), len(string))
    return start, max(min(endpos, len(string)), start)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "search": _search,
    "match": _match,
    "fullmatch": _fullmatch,
    "findall": _findall,
    "finditer": finditer,
    "split": _split,
    "sub": _sub,
    "subn": _subn,
}
_PARAMETERS = {
    **dict.fromkeys(("search", "match", "fullmatch", "findall", "finditer"), ("pattern", "string", "flags")),
    "split": ("pattern", "string", "maxsplit", "flags"),
    **dict.fromkeys(("sub", "subn"), ("pattern", "repl", "string", "count", "flags")),
}
