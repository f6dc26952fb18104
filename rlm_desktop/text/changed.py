"""A text changed only where it is looked at: `lower()`, `replace()` and the like over any size."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator

from rlm_desktop.text.sources import Source, slices

GRID = 1 << 16

Change = Callable[[int, int], str]
"""Gives what becomes of the base's characters from one offset up to another."""


class KeepingLength:
    """A source of which each character becomes one character."""

    def __init__(self, base_characters: int, change: Change, *, is_ascii: bool = False) -> None:
        self.characters = base_characters
        self.is_ascii = is_ascii
        self._change = change

    def slice(self, start: int, end: int) -> str:
        """Change that part."""
        return self._change(start, min(end, self.characters))

    def pieces(self, start: int, end: int | None) -> Iterator[str]:
        """Go through it."""
        return slices(self, start, end)


class Changed:
    """A source whose length changes: what becomes of each stretch of the base is measured once, 16 bytes for each.

    `border` gives the end of the stretch that begins at an offset; stretches must be changeable one by one.
    """

    def __init__(self, base_characters: int, change: Change, border: Callable[[int], int] | None = None) -> None:
        self.is_ascii = False
        self._base_characters = base_characters
        self._change = change
        self._border = border or (lambda start: min(start + GRID, base_characters))
        self._bases = array("Q", [0])
        self._starts = array("Q", [0])

    @property
    def characters(self) -> int:
        """How many there are, after a pass over what was not measured yet."""
        self._measure(None)
        return self._starts[-1]

    def slice(self, start: int, end: int) -> str:
        """Change the stretches that hold that part."""
        return "".join(self.pieces(start, end)) if start < end else ""

    def pieces(self, start: int, end: int | None) -> Iterator[str]:
        """Go through it, measuring on the way."""
        self._measure(start)
        stretch = max(bisect_right(self._starts, start) - 1, 0)
        at = self._starts[stretch]
        while self._is_inside(stretch) and (end is None or at < end):
            changed = self._at(stretch)
            yield changed[max(start - at, 0) : None if end is None else end - at]
            at += len(changed)
            stretch += 1

    def _is_inside(self, stretch: int) -> bool:
        return self._bases[stretch] < self._base_characters

    def _at(self, stretch: int) -> str:
        if stretch + 1 < len(self._bases):
            return self._change(self._bases[stretch], self._bases[stretch + 1])
        base = self._bases[stretch]
        border = self._border(base)
        changed = self._change(base, border)
        if stretch + 1 == len(self._bases):
            self._bases.append(border)
            self._starts.append(self._starts[-1] + len(changed))
        return changed

    def _measure(self, until: int | None) -> None:
        while self._is_inside(len(self._bases) - 1) and (until is None or self._starts[-1] <= until):
            self._at(len(self._bases) - 1)


class Joined:
    """Sources one after another."""

    def __init__(self, parts: list[tuple[Source, int, int]]) -> None:
        self._parts = parts
        self._starts = [0]
        for _, start, end in parts:
            self._starts.append(self._starts[-1] + end - start)
        self.characters = self._starts[-1]
        self.is_ascii = all(source.is_ascii for source, _, _ in parts)

    def slice(self, start: int, end: int) -> str:
        """Join the slices of the parts that hold it."""
        return "".join(source.slice(first, last) for source, first, last in self._within(start, end))

    def pieces(self, start: int, end: int | None) -> Iterator[str]:
        """Go through the parts."""
        for source, first, last in self._within(start, self.characters if end is None else end):
            yield from source.pieces(first, last)

    def _within(self, start: int, end: int) -> Iterator[tuple[Source, int, int]]:
        place = max(bisect_right(self._starts, start) - 1, 0)
        for (source, first, last), at in zip(self._parts[place:], self._starts[place:], strict=False):
            if at >= end:
                return
            yield source, first + max(start - at, 0), min(last, first + end - at)


class Stepped:
    """Every n-th character of a source, or all of them backwards."""

    def __init__(self, base: Source, places: range) -> None:
        self._base = base
        self._places = places
        self.characters = len(places)
        self.is_ascii = base.is_ascii

    def slice(self, start: int, end: int) -> str:
        """Pick them out of slices of the base."""
        places = self._places[start:end]
        many = max(GRID // abs(places.step), 1)
        return "".join(self._picked(places[at : at + many]) for at in range(0, len(places), many))

    def pieces(self, start: int, end: int | None) -> Iterator[str]:
        """Go through them."""
        return slices(self, start, end)

    def _picked(self, places: range) -> str:
        low, high = min(places[0], places[-1]), max(places[0], places[-1])
        return self._base.slice(low, high + 1)[:: places.step]


class Made:
    """A `str` as a source."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.characters = len(text)
        self.is_ascii = text.isascii()

    def slice(self, start: int, end: int) -> str:
        """Slice it."""
        return self.text[start:end]

    def pieces(self, start: int, end: int | None) -> Iterator[str]:
        """Go through it."""
        return slices(self, start, end)
