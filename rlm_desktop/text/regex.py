"""The functions of `re` over a `Text`: what `re` gives for the whole, read piece by piece."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from rlm_desktop.text.at_matches import AtMatches, Placed, Replaced
from rlm_desktop.text.changed import Changed, Joined, Made
from rlm_desktop.text.lazy_list import LazyList
from rlm_desktop.text.matching import Match, filler, groups_of, words_of
from rlm_desktop.text.parts import Parts
from rlm_desktop.text.scanning import reach, scan
from rlm_desktop.text.sources import LIMIT, WHOLE
from rlm_desktop.text.windows import in_window

if TYPE_CHECKING:
    from rlm_desktop.text.text import Text

Pattern = re.Pattern[str]

MOST = 2_000_000
"""Items of a list that is made in memory."""


def finditer(pattern: Pattern, text: "Text", pos: int = 0, endpos: int | None = None) -> Iterator[Match]:
    """Find the matches one after another."""
    bounds = _bounds(text, pos, endpos)
    return (Match(pattern, found, base - text.start, text, bounds) for found, base in _scan(pattern, text, bounds))


def findall(pattern: Pattern, text: "Text", pos: int = 0, endpos: int | None = None) -> list[Any]:
    """List the words of the matches, or of their groups."""
    told = (_no_group, _one_group, _many_groups)[min(pattern.groups, 2)]
    found = (told(match) for match, _ in _scan(pattern, text, _bounds(text, pos, endpos)))
    words = list(islice(found, MOST + 1))
    if len(words) > MOST:
        text.refuse("re.findall(), of which the list alone", LIMIT, "loop over re.finditer(), which streams")
    return words


def search(pattern: Pattern, text: "Text", pos: int = 0, endpos: int | None = None) -> Match | None:
    """Find the first match."""
    return next(finditer(pattern, text, pos, endpos), None)


def match(pattern: Pattern, text: "Text", pos: int = 0, endpos: int | None = None) -> Match | None:
    """Match at the start."""
    bounds = at, end = _bounds(text, pos, endpos)
    if at > end:
        return None
    found = in_window(pattern, reach(pattern), text.source, text.start, text.start + end, text.start + at)
    return Match(pattern, found[0], found[1] - text.start, text, bounds) if found else None


def fullmatch(pattern: Pattern, text: "Text", pos: int = 0, endpos: int | None = None) -> Match | None:
    """Match from the start to the end."""
    bounds = at, end = _bounds(text, pos, endpos)
    longest = reach(pattern).longest
    if at > end or (longest is not None and end - at > longest):
        return None
    left = max(at - reach(pattern).behind - 1, 0)
    if end - left > LIMIT:
        text.refuse("re.fullmatch()", end - left)
    found = pattern.fullmatch(text.raw(left, end), at - left)
    return Match(pattern, found, left, text, bounds) if found else None


def split(pattern: Pattern, text: "Text", maxsplit: int = 0) -> Any:
    """Split at the matches."""
    if maxsplit > 0:
        parts, at = list[Any](), 0
        for found in islice(finditer(pattern, text), maxsplit):
            parts += [text.part(at, found.start()), *found.groups()]
            at = found.end()
        return [*parts, text.part(at)]
    if maxsplit < 0:
        return [text.part(0)]
    return Parts(LazyList(AtMatches(lambda at: _placed(pattern, text, at), pattern.groups, text)))


def sub(pattern: Pattern, replacement: Any, text: "Text", count: int = 0) -> Any:
    """Replace the matches. Templates are filled in where the result is looked at."""
    if len(text) <= WHOLE:
        return pattern.sub(replacement, text.raw(0, len(text)), count)
    if callable(replacement) or count > 0:
        return subn(pattern, replacement, text, count)[0]
    replaced = Replaced(lambda at: _placed(pattern, text, at), filler(replacement, pattern), text)
    return text.of(Changed(len(text), replaced.change, replaced.border)).part(0)


def subn(pattern: Pattern, replacement: Any, text: "Text", count: int = 0) -> tuple[Any, int]:
    """Replace the matches, and count them."""
    if len(text) <= WHOLE:
        return pattern.subn(replacement, text.raw(0, len(text)), count)
    if not callable(replacement) and count <= 0:
        return sub(pattern, replacement, text), sum(1 for _ in finditer(pattern, text))
    fill = filler(replacement, pattern)
    pieces: list[str] = []
    at = size = number = 0
    for found in islice(finditer(pattern, text), count if count > 0 else None):
        pieces += [text.raw(at, found.start()), fill(found)]
        size += len(pieces[-1]) + len(pieces[-2])
        if size > LIMIT:
            text.refuse("re.sub() with a function or a count", size, "loop over re.finditer(), which streams")
        at = found.end()
        number += 1
    together = Made("".join(pieces))
    return text.of(Joined([(together, 0, together.characters), (text.source, text.start + at, text.end)])).part(
        0
    ), number


def _scan(pattern: Pattern, text: "Text", bounds: tuple[int, int]) -> Iterator[tuple[re.Match[Any], int]]:
    at, end = bounds
    if at > end:
        return iter(())
    return scan(pattern, text.source, text.start, text.start + end, text.start + at)


def _placed(pattern: Pattern, text: "Text", at: int) -> Iterator[Placed]:
    for found, base in _scan(pattern, text, (at, len(text))):
        shift = base - text.start
        yield found.start() + shift, found.end() + shift, found


def _bounds(text: "Text", pos: int, endpos: int | None) -> tuple[int, int]:
    """Read `pos` and `endpos`, which `re` clamps and never counts from the end."""
    end = len(text) if endpos is None else min(max(endpos, 0), len(text))
    return min(max(pos, 0), len(text)), end


def _one_group(found: re.Match[Any]) -> Any:
    return words_of(found.group(1)) or ""


def _many_groups(found: re.Match[Any]) -> Any:
    return groups_of(found, "")


def _no_group(found: re.Match[Any]) -> Any:
    return words_of(found.group())
