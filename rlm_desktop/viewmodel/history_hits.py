"""Which runs have what was searched for, and in what order those that are wanted are listed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

from rlm_desktop.settings.window_layout import HistoryOrder
from rlm_desktop.storage.search_words import Hit
from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.history_query import HistoryQuery
from rlm_desktop.viewmodel.history_rows import HistoryRow

ORDER_WORDS: dict[HistoryOrder, str] = {
    "date": "Date, newest first",
    "cost": "Cost, highest first",
    "duration": "Duration, longest first",
    "calls": "Calls, most first",
}
_SORTERS: dict[HistoryOrder, Callable[[HistoryRow], Any]] = {
    "date": lambda row: row.started_at,
    "cost": lambda row: (-1 if row.cost_nano_usd is None else row.cost_nano_usd, row.started_at),
    "duration": lambda row: (-1.0 if row.seconds is None else row.seconds, row.started_at),
    "calls": lambda row: (row.calls, row.started_at),
}

assert set(ORDER_WORDS) == set(_SORTERS) == set(get_args(HistoryOrder))


@dataclass(frozen=True, slots=True)
class Hits:
    """For each of the words the runs that have it in a text."""

    words: tuple[str, ...] = ()
    found: tuple[dict[RunId, Hit], ...] = ()
    note: str = ""
    """What keeps the search from being complete."""

    def has(self, row: HistoryRow) -> bool:
        """Whether a run has all words, in what the list knows of it or in its texts."""
        for word, runs in zip(self.words, self.found, strict=True):
            if row.run not in runs and word.casefold() not in row.looked_through:
                return False
        return True

    def place_in(self, row: HistoryRow) -> tuple[str, Hit] | None:
        """Give the word that is best shown in a text, and where it is; None when the row itself shows all."""
        places = [(word, runs[row.run]) for word, runs in zip(self.words, self.found, strict=True) if row.run in runs]
        hidden = [place for place in places if place[0].casefold() not in row.looked_through]
        return next(iter([*hidden, *places]), None)


def arranged(rows: Iterable[HistoryRow], query: HistoryQuery, hits: Hits, order: HistoryOrder) -> list[HistoryRow]:
    """Give the runs that are wanted: the pinned ones first, each part in order."""
    wanted = [row for row in rows if query.takes(row) and hits.has(row)]
    wanted.sort(key=_SORTERS[order], reverse=True)
    wanted.sort(key=lambda row: not row.is_pinned)
    return wanted
