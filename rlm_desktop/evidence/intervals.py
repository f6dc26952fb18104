"""A set of offsets, kept as intervals that do not touch."""

from bisect import bisect_left, bisect_right


class Intervals:
    """The union of half-open intervals."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        """Take in the offsets from `start` up to `end`, joining what they touch."""
        if start >= end:
            return
        first = bisect_left(self._ends, start)
        behind = bisect_right(self._starts, end)
        if first < behind:
            start = min(start, self._starts[first])
            end = max(end, self._ends[behind - 1])
        self._starts[first:behind] = [start]
        self._ends[first:behind] = [end]

    def total(self) -> int:
        """Count the offsets in the set."""
        return sum(self._ends) - sum(self._starts)

    def pairs(self) -> list[tuple[int, int]]:
        """Give the intervals in order."""
        return list(zip(self._starts, self._ends, strict=True))
