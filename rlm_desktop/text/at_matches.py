"""A text taken apart, or changed, at the matches of a pattern: stretch by stretch, where finding can start anew."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rlm_desktop.text.changed import GRID
from rlm_desktop.text.matching import groups_of

if TYPE_CHECKING:
    from rlm_desktop.text.text import Text

Placed = tuple[int, int, re.Match[Any]]
"""Where a match begins and ends in the text, and the match in what it was found in."""

Finder = Callable[[int], Iterator[Placed]]
"""Finds the matches from a place on."""


class Replaced:
    """What becomes of stretches of a text, each ending where no match lies across.

    While stretches are asked for in their order, one search goes through all of them.
    """

    def __init__(self, finder: Finder, fill: Callable[[Any], str], text: "Text") -> None:
        self._finder = finder
        self._fill = fill
        self._text = text
        self._running: tuple[int, Placed | None, Iterator[Placed]] = (-1, None, iter(()))
        self._latest: tuple[int, int, str] = (-1, -1, "")

    def border(self, start: int) -> int:
        """Find where the stretch from here ends."""
        grid = min(start + GRID, len(self._text))
        placed, matches = self._running[1:] if self._running[0] == start else self._restarted(start)
        pieces, at, before = [], start, self._text.raw(start, grid)
        while placed and (placed[0] < grid or grid == len(self._text)):
            first, end, found = placed
            pieces += [before[at - start : first - start], self._fill(found)]
            at = end
            placed = next(matches, None)
        pieces.append(before[at - start :])
        border = max(grid, at)
        self._running = (border, placed, matches)
        self._latest = (start, border, "".join(pieces))
        return border

    def change(self, start: int, end: int) -> str:
        """Give what becomes of a stretch."""
        if self._latest[:2] != (start, end):
            self._latest = (start, end, self._changed(start, end))
        return self._latest[2]

    def _restarted(self, start: int) -> tuple[Placed | None, Iterator[Placed]]:
        matches = self._finder(start)
        return next(matches, None), matches

    def _changed(self, start: int, end: int) -> str:
        pieces, at, before = [], start, self._text.raw(start, end)
        for first, last, found in self._finder(start):
            if first >= end and end < len(self._text):
                break
            pieces += [before[at - start : first - start], self._fill(found)]
            at = last
        return "".join(pieces) + before[at - start :]


class AtMatches:
    """Splits a text at matches. A batch ends with a match that takes characters, where finding can start anew."""

    def __init__(self, finder: Finder, groups: int, text: "Text") -> None:
        self._finder = finder
        self._groups = groups
        self._text = text

    def batches(self) -> Iterator[tuple[int, list[Any]]]:
        """Give the items between matches, about a thousand at a time."""
        place, batch = 0, list[Any]()
        for items, end, can_end in self._cut(0):
            batch += items
            if can_end and (len(batch) > 1000 or end - place > GRID):
                yield place, batch
                place, batch = end, []
        yield place, batch

    def between(self, start: int, end: int | None) -> list[Any]:
        """Give a batch once more."""
        batch: list[Any] = []
        for items, at, can_end in self._cut(start):
            batch += items
            if can_end and at == end:
                break
        return batch

    def length(self) -> int:
        """Count the items."""
        return (1 + self._groups) * sum(1 for _ in self._finder(0)) + 1

    def _cut(self, start: int) -> Iterator[tuple[list[Any], int, bool]]:
        at = start
        for first, end, found in self._finder(start):
            items = [self._text.part(at, first), *groups_of(found)]
            at = end
            yield items, at, at > first
        yield [self._text.part(at)], len(self._text), False
