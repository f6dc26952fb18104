"""How the calls of a batch spread in time, cost and length, and which of them stand out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from rlm_desktop.trace.rows import Badge
from rlm_desktop.trace.wording import money, plural, seconds
from rlm_desktop.viewmodel.call_rows import CallRow

FEWEST = 4
"""Of fewer calls nobody can say what is usual."""
_WHISKERS = 1.5


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle and the most of some figures."""

    least: float
    middle: float
    most: float


def spread_of(values: Sequence[float]) -> Spread | None:
    """Give the spread of figures; None where there are none."""
    return Spread(min(values), median(values), max(values)) if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of a call, and what it is called when it stands out."""

    figure: Callable[[CallRow], float | None]
    words: Callable[[float], str]
    high: str
    low: str


MEASURES = (
    Measure(figure=lambda row: row.seconds, words=seconds, high="slow", low="quick"),
    Measure(figure=lambda row: row.cost, words=lambda cost: money(int(cost)), high="costly", low="cheap"),
    Measure(
        figure=lambda row: row.answer.characters if row.answer is not None else None,
        words=lambda length: plural(int(length), "character"),
        high="long answer",
        low="short answer",
    ),
)

Flags = dict[int, tuple[Badge, ...]]


def flagging(rows: Sequence[CallRow], flags: Flags) -> Iterator[None]:
    """Find what lies more than 1.5 times the middle half's width outside of it; a step at a time."""
    for measure in MEASURES:
        found = [(place, measure.figure(row)) for place, row in enumerate(rows) if row.is_measured]
        known = [(place, figure) for place, figure in found if figure is not None]
        yield
        if len(known) < FEWEST:
            continue
        low, _, high = quantiles((figure for _, figure in known), n=4, method="inclusive")
        yield
        reach = _WHISKERS * (high - low)
        usual = f"half of the calls lie from {measure.words(low)} to {measure.words(high)}"
        for place, figure in known:
            if figure > high + reach:
                _flag(flags, place, Badge(f"▲ {measure.high}", f"{measure.words(figure)}; {usual}", "warn"))
            elif figure < low - reach:
                _flag(flags, place, Badge(f"▼ {measure.low}", f"{measure.words(figure)}; {usual}", "warn"))
        yield


def _flag(flags: Flags, place: int, badge: Badge) -> None:
    flags[place] = (*flags.get(place, ()), badge)
