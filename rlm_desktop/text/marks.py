"""The marks of one document, read from the mapped tables when they are looked at: a table may have one for each row."""

from collections.abc import Sequence
from typing import overload

MARK = tuple[int, str, str]
COLUMNS = 4
"""Starts of all marks of a document, then for each its place in `strings` and the bytes of label and kind."""


class Marks(Sequence[MARK]):
    """Where the parts of a document begin, with their labels and kinds."""

    __slots__ = ("_count", "_numbers", "_strings")

    def __init__(self, numbers: memoryview, strings: memoryview) -> None:
        self._numbers = numbers
        self._strings = strings
        self._count = len(numbers) // COLUMNS

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> MARK: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[MARK]: ...
    def __getitem__(self, place: int | slice) -> MARK | Sequence[MARK]:
        if isinstance(place, slice):
            return [self._mark(index) for index in range(*place.indices(self._count))]
        return self._mark(range(self._count)[place])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # like a list

    def _mark(self, index: int) -> MARK:
        first = self._count + index * (COLUMNS - 1)
        at, label_size, kind_size = self._numbers[first : first + 3]
        return self._numbers[index], self._words(at, label_size), self._words(at + label_size, kind_size)

    def _words(self, at: int, size: int) -> str:
        return str(self._strings[at : at + size], "utf-8", "surrogatepass")
