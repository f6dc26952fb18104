"""The parts of a split text: a list of strings that are made only when they are looked at."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Protocol, overload


class Splitter(Protocol):
    """Takes a text apart."""

    def batches(self) -> Iterator[tuple[int, list[str]]]:
        """Give the place where each batch of strings begins in the text, and the strings."""

    def between(self, start: int, end: int | None) -> list[str]:
        """Give the batch between two of these places once more; None is the end of the text."""

    def length(self) -> int | None:
        """Count the strings, if there is a faster way than to go through them."""


MANY = 100_000
"""Items up to which a slice is a real list."""


class LazyList(Sequence[str]):
    """Loops stream through the text; a number is found from the places of the batches before it, kept as it goes."""

    def __init__(self, splitter: Splitter) -> None:
        self._splitter = splitter
        self._length: int | None = None
        self._places = array("Q")
        self._firsts = array("Q", [0])
        self._unseen = splitter.batches()
        self._is_seen = False
        self._latest: tuple[int, list[str]] = (-1, [])

    @property
    def known_length(self) -> int | None:
        """How many there are, if they were counted."""
        return self._length

    def __len__(self) -> int:
        if self._length is None:
            self._length = self._splitter.length()
        if self._length is None:
            self._see_all()
            self._length = self._firsts[-1]
        return self._length

    def __bool__(self) -> bool:
        return self._firsts[-1] > 0 or self._see() or self._firsts[-1] > 0

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(items for _, items in self._splitter.batches())

    def __reversed__(self) -> Iterator[str]:
        self._see_all()
        return chain.from_iterable(reversed(self._items(batch)) for batch in reversed(range(len(self._places))))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return self._slice(place)
        number = place.__index__()
        if number < 0:
            number += len(self)
        batch = self._batch_of(number)
        return self._items(batch)[number - self._firsts[batch]]

    def __contains__(self, thing: object) -> bool:
        return any(thing in items for _, items in self._splitter.batches())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (list, LazyList)):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=False))

    __hash__ = None  # type: ignore[assignment]  # as a list has none

    def __add__(self, other: Any) -> list[str]:
        return [*self, *other]

    def __radd__(self, other: Any) -> list[str]:
        return [*other, *self]

    def __mul__(self, times: int) -> list[str]:
        return list(self) * times

    def __repr__(self) -> str:
        if len(self) <= 100:
            return repr(list(self))
        head, tail = ", ".join(map(repr, self[:3])), ", ".join(map(repr, self[-3:]))
        return f"[{head}, … {len(self) - 6:,} more …, {tail}]"

    def copy(self) -> "LazyList":
        """Give itself: it cannot be changed."""
        return self

    def _slice(self, place: slice) -> Sequence[str]:
        numbers = range(*place.indices(self._length_up_to(place)))
        return self._list(numbers) if len(numbers) <= MANY else LazySlice(self, numbers)

    def _length_up_to(self, place: slice) -> int:
        """Give the length, or what has been seen of it when a slice that is counted from the front needs no more."""
        if self._length is not None or not _is_from_front(place):
            return len(self)
        while self._firsts[-1] < place.stop and self._see():
            pass
        return self._firsts[-1]

    def _list(self, numbers: range) -> list[str]:
        if numbers.step != 1:
            return [self[number] for number in numbers]
        items: list[str] = []
        while len(items) < len(numbers):
            number = numbers[len(items)]
            batch = self._batch_of(number)
            first = self._firsts[batch]
            items += self._items(batch)[number - first : numbers.stop - first]
        return items

    def _batch_of(self, number: int) -> int:
        """Find the batch that holds an item."""
        while number >= 0 and self._firsts[-1] <= number and self._see():
            pass
        if not 0 <= number < self._firsts[-1]:
            raise IndexError("list index out of range")
        return bisect_right(self._firsts, number) - 1

    def _see_all(self) -> None:
        while self._see():
            pass

    def _see(self) -> bool:
        """Look at one more batch; False at the end."""
        if self._is_seen:
            return False
        for place, items in self._unseen:
            self._places.append(place)
            self._firsts.append(self._firsts[-1] + len(items))
            self._latest = (len(self._places) - 1, items)
            return True
        self._is_seen = True
        return False

    def _items(self, batch: int) -> list[str]:
        if self._latest[0] != batch:
            if batch + 1 == len(self._places):
                self._see()  # where a batch ends is known from the next one only
            end = self._places[batch + 1] if batch + 1 < len(self._places) else None
            self._latest = (batch, self._splitter.between(self._places[batch], end))
        return self._latest[1]


class LazySlice(Sequence[str]):
    """A long slice of a lazy list."""

    def __init__(self, base: LazyList, numbers: range) -> None:
        self._base = base
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if not isinstance(place, slice):
            return self._base[self._numbers[place]]
        numbers = self._numbers[place]
        return [self._base[number] for number in numbers] if len(numbers) <= MANY else LazySlice(self._base, numbers)

    def __iter__(self) -> Iterator[str]:
        return map(self._base.__getitem__, self._numbers)

    def __repr__(self) -> str:
        return f"[{self[0]!r}, … {len(self) - 2:,} more …, {self[-1]!r}]"


def _is_from_front(place: slice) -> bool:
    """Tell whether a slice can be read without knowing the length."""
    bounds = (place.start or 0, place.stop, place.step or 1)
    return all(isinstance(bound, int) and bound >= 0 for bound in bounds)
