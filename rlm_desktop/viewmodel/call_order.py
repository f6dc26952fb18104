"""Which calls of a batch are shown, in which order, and which of them are shown as one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from heapq import merge
from itertools import islice
from typing import Any, Literal

from rlm_desktop.viewmodel.call_rows import STATES, CallRow, State
from rlm_desktop.viewmodel.call_spread import Flags

_PIECE = 1_000
"""So many rows are looked at between two turns of the window."""
Choice = State | Literal["all", "flagged"]


class GridColumn(IntEnum):
    """The columns, left to right."""

    NUMBER = 0
    STATE = 1
    ASKED = 2
    ANSWER = 3
    REMARKS = 4
    TIME = 5
    COST = 6
    INPUT = 7
    OUTPUT = 8
    RETRIES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the reader wants to see."""

    column: GridColumn | None = None
    """What is sorted by; None is the order in which the calls were sent."""
    is_descending: bool = False
    state: Choice = "all"
    text: str = ""
    is_grouped: bool = False
    opened: frozenset[str] = frozenset()
    """The groups that are open."""

    @property
    def is_plain(self) -> bool:
        """Whether all calls stand in the order in which they were sent."""
        return self.column is None and self.state == "all" and not self.text.strip() and not self.is_grouped


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the grid: a call, or the head of a group of them."""

    place: int
    """Which of the calls; for a head the first of its group."""
    members: tuple[int, ...] = ()
    """The calls that a head stands for."""
    is_inside: bool = False
    """Whether it stands below the head of its group."""


def arranging(rows: Sequence[CallRow], flags: Flags, wish: Wish, lines: list[Line]) -> Iterator[None]:
    """Fill in the lines that the wish asks for, a step at a time. Each call that passes comes exactly once."""
    places: list[int] = []
    yield from _passing(rows, flags, wish, places)
    if wish.column is not None:
        ordered: list[int] = []
        yield from _sorting(places, _KEYS[wish.column], rows, flags, wish.is_descending, ordered)
        places = ordered
    if wish.is_grouped:
        yield from _grouping(rows, places, wish, lines)
    else:
        lines += [Line(place) for place in places]


def _passing(rows: Sequence[CallRow], flags: Flags, wish: Wish, places: list[int]) -> Iterator[None]:
    words = wish.text.casefold().split()
    for first in range(0, len(rows), _PIECE):
        for place in range(first, min(first + _PIECE, len(rows))):
            if _is_chosen(rows[place], place in flags, wish.state) and _has(rows[place], words):
                places.append(place)
        yield


def _is_chosen(row: CallRow, is_flagged: bool, choice: Choice) -> bool:
    if choice == "flagged":
        return is_flagged or row.state == "failed"
    return choice in ("all", row.state)


def _has(row: CallRow, words: list[str]) -> bool:
    if not words:
        return True
    text = f"{row.number} {row.asked}\n{row.said}".casefold()
    return all(word in text for word in words)


Key = Callable[[CallRow, int], Any]


def _sorting(
    places: list[int], key: Key, rows: Sequence[CallRow], flags: Flags, is_descending: bool, ordered: list[int]
) -> Iterator[None]:
    """Sort in pieces that are merged; what has no value comes last in both directions."""
    keyed = [(key(rows[place], len(flags.get(place, ()))), place) for place in places]
    yield
    unknown = [place for value, place in keyed if value is None]
    known = [item for item in keyed if item[0] is not None]
    pieces = []
    for first in range(0, len(known), _PIECE):
        pieces.append(sorted(known[first : first + _PIECE], key=_value, reverse=is_descending))
        yield
    merged = merge(*pieces, key=_value, reverse=is_descending)
    while piece := list(islice(merged, _PIECE)):
        ordered += [place for _, place in piece]
        yield
    ordered += unknown


def _value(item: tuple[Any, int]) -> Any:
    return item[0]


_KEYS: dict[GridColumn, Key] = {
    GridColumn.NUMBER: lambda row, _: row.number,
    GridColumn.STATE: lambda row, _: STATES.index(row.state),
    GridColumn.ASKED: lambda row, _: row.asked.casefold(),
    GridColumn.ANSWER: lambda row, _: row.said.casefold() or None,
    GridColumn.REMARKS: lambda row, flags: flags + len(row.badges),
    GridColumn.TIME: lambda row, _: row.seconds,
    GridColumn.COST: lambda row, _: row.cost,
    GridColumn.INPUT: lambda row, _: row.input_tokens,
    GridColumn.OUTPUT: lambda row, _: row.output_tokens,
    GridColumn.RETRIES: lambda row, _: row.retries,
}


def _grouping(rows: Sequence[CallRow], places: list[int], wish: Wish, lines: list[Line]) -> Iterator[None]:
    """Put calls with the same answer together: the largest group first, or where its first call is sorted to."""
    groups: dict[str, list[int]] = {}
    for count, place in enumerate(places):
        groups.setdefault(rows[place].same or f"# {place}", []).append(place)
        if count % _PIECE == 0:
            yield
    ordered = list(groups.items())
    if wish.column is None:
        ordered.sort(key=lambda group: len(group[1]), reverse=True)
    for key, members in ordered:
        if len(members) == 1:
            lines.append(Line(members[0]))
            continue
        lines.append(Line(members[0], tuple(members)))
        if key in wish.opened:
            lines += [Line(place, is_inside=True) for place in members]
        yield
