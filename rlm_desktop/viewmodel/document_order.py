"""Which documents are shown and in what order: the words of the filter, and the ways to sort."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal, get_args

from rlm_desktop.viewmodel.document_rows import DocumentRow, Tally, natural

Order = Literal["folder", "name", "size", "characters", "tokens", "kind", "state", "date"]
Count = tuple[str, int]
"""What can be filtered for, and how many there are."""
Sorter = Callable[[DocumentRow], Any]

ORDER_WORDS: dict[Order, str] = {
    "folder": "Folder",
    "name": "Name",
    "size": "Size",
    "characters": "Characters",
    "tokens": "Tokens",
    "kind": "Kind",
    "state": "State",
    "date": "Date changed",
}
LARGEST_FIRST: frozenset[Order] = frozenset(("size", "characters", "tokens", "date"))
PROBLEM, DUPLICATE, LEFT_OUT = "state:problem", "state:duplicate", "state:left-out"

_CHUNK = 2_000
_STATES: dict[str, Callable[[DocumentRow], bool]] = {
    "problem": lambda row: row.has_problem,
    "duplicate": lambda row: row.state == "duplicate",
    "left-out": lambda row: row.state == "noted",
    "waiting": lambda row: row.state == "queued",
    "ready": lambda row: row.state == "ready",
    "failed": lambda row: row.state == "failed",
}
STATE_WORDS = {
    "problem": "Problems",
    "failed": "Not read",
    "duplicate": "Duplicates",
    "left-out": "Left out",
    "waiting": "Still to be read",
    "ready": "Ready",
}
_STATE_RANKS = {"failed": 0, "queued": 3, "duplicate": 5, "noted": 6}
_LACKING, _READY = 1, 4

assert set(ORDER_WORDS) == set(get_args(Order))
assert set(STATE_WORDS) == set(_STATES)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a document must have: every word in its name, folder or kind; one of the kinds; every state."""

    words: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()
    states: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Filter":
        """Read what was typed: `kind:pdf`, `state:problem`, and words."""
        words: list[str] = []
        kinds: set[str] = set()
        states: list[str] = []
        for word in text.casefold().split():
            name, colon, value = word.partition(":")
            if colon and name == "kind" and value:
                kinds.add(value)
            elif colon and name == "state" and value in _STATES:
                states.append(value)
            else:
                words.append(word)
        return cls(tuple(words), frozenset(kinds), tuple(states))

    def __bool__(self) -> bool:
        return bool(self.words or self.kinds or self.states)

    def takes(self, row: DocumentRow) -> bool:
        """Whether a document has all of it."""
        if self.kinds and row.kind.casefold() not in self.kinds:
            return False
        if self.states and not all(_STATES[state](row) for state in self.states):
            return False
        if not self.words:
            return True
        text = f"{row.folder}/{row.name} {row.kind}".casefold()
        return all(word in text for word in self.words)


def counts_of(tally: Tally, rows: Iterable[DocumentRow]) -> tuple[list[Count], list[Count]]:
    """Count the documents of each state and kind that can be filtered for; those there are none of are left out."""
    states = {
        "problem": tally.problems,
        "failed": tally.failed,
        "duplicate": tally.duplicates,
        "left-out": tally.noted,
        "waiting": tally.waiting,
        "ready": tally.ready,
    }
    kinds = Counter(map(attrgetter("kind"), rows))
    return [one for one in states.items() if one[1]], [one for one in kinds.most_common() if one[0]]


def arranged(rows: Sequence[DocumentRow], wanted: Filter, order: Order, found: list[DocumentRow]) -> Iterator[None]:
    """Fill `found` with the documents wanted, in order, a slice with each step."""
    keys: list[Any] = []
    sorter = _SORTERS.get(order)
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        taken = [row for row in chunk if wanted.takes(row)] if wanted else chunk
        found += taken
        if sorter is not None:
            keys += map(sorter, taken)
        yield
    if sorter is not None:
        places = sorted(range(len(found)), key=keys.__getitem__, reverse=order in LARGEST_FIRST)
        yield
        found[:] = [found[place] for place in places]


_SORTERS: dict[Order, Sorter] = {
    "name": lambda row: natural(row.name),
    "size": lambda row: row.size_bytes,
    "characters": lambda row: row.characters,
    "tokens": lambda row: row.tokens,
    "kind": lambda row: row.kind,
    "state": lambda row: _STATE_RANKS.get(row.state, _LACKING if row.reason else _READY),
    "date": lambda row: row.modified_at or 0.0,
}
