"""A chart as plain data: bars of stacked whole numbers, what they mean, and what is not in them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

from rlm_desktop.trace.rows import Tint
from rlm_desktop.trace.wording import NANO, money, plural, short_number, spent

Unit = Literal["money", "tokens", "calls"]

UNIT_WORDS: dict[Unit, str] = {"money": "Cost in US dollars", "tokens": "Tokens", "calls": "Calls"}
TOTAL_WORDS: dict[Unit, str] = {"money": "Cost", "tokens": "Tokens", "calls": "Calls"}
MOST_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What one colour of a chart stands for; `shade`, from 0 to 1, tells the series of one role apart."""

    name: str
    tint: Tint
    shade: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: an amount for each series, in nano-dollars, tokens or calls."""

    label: str
    amounts: tuple[int, ...]
    unknowns: tuple[int, ...] = ()
    """For each series its calls of unknown price, unless there are none at all: they are in no amount, and no zero."""
    runs: int = 0

    @property
    def total(self) -> int:
        """All that is known of it."""
        return sum(self.amounts)

    @property
    def unknown(self) -> int:
        """All its calls of unknown price."""
        return sum(self.unknowns)

    def unknown_of(self, series: int) -> int:
        """The calls of unknown price of one series."""
        return self.unknowns[series] if self.unknowns else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that a picture, its table and its words are made from."""

    title: str
    axis: str
    """What a bar is: `Turn`, `Model`, `Day`."""
    unit: Unit
    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    """Sentences about what is not in the bars."""
    is_flat: bool = False
    """Bars lie instead of standing: for names that need room."""
    has_runs: bool = False
    """Whether bars count runs."""
    empty: str = ""
    """Why there is nothing to see; the picture is left out then, the table is not."""

    @property
    def top(self) -> int:
        """The largest bar."""
        return max((bar.total for bar in self.bars), default=0)

    @property
    def unknown(self) -> int:
        """All calls of unknown price."""
        return sum(bar.unknown for bar in self.bars)

    @property
    def in_words(self) -> str:
        """The chart without the picture."""
        return ". ".join(part.rstrip(".") for part in (self.title, self.subtitle, *self.notes, self.empty) if part)


def exact(unit: Unit, amount: int) -> str:
    """Write an amount with all its digits: `$0.0142`, `12,401`."""
    if unit != "money":
        return f"{amount:,}"
    dollars, rest = divmod(amount, NANO)
    return f"${dollars:,}.{rest:09d}".rstrip("0").rstrip(".")


def short(unit: Unit, amount: int) -> str:
    """Write an amount in a few signs."""
    return money(amount) if unit == "money" else short_number(amount)


def amount_words(unit: Unit, amount: int, unknown: int = 0, *, is_exact: bool = False) -> str:
    """Write an amount; at least so much, or nothing at all, where a price is unknown."""
    if unit == "money" and unknown:
        return f"≥ {exact(unit, amount)}" if is_exact and amount else spent(amount, unknown)
    return exact(unit, amount) if is_exact else short(unit, amount)


def tip(chart: Chart, bar: Bar) -> str:
    """Say a bar's exact values."""
    lines = [f"{chart.axis} {bar.label}" if bar.label.isdigit() else bar.label]
    if len(chart.series) > 1:
        lines += [
            f"{series.name}: {amount_words(chart.unit, amount, bar.unknown_of(place), is_exact=True)}"
            for place, (series, amount) in enumerate(zip(chart.series, bar.amounts, strict=True))
            if amount or bar.unknown_of(place)
        ]
    total = amount_words(chart.unit, bar.total, bar.unknown, is_exact=True)
    lines.append(f"{TOTAL_WORDS[chart.unit]} in all: {total}")
    if bar.unknown:
        lines.append(f"{plural(bar.unknown, 'call')} of unknown price")
    if chart.has_runs:
        lines.append(plural(bar.runs, "run"))
    return "\n".join(lines)


def ticks(top: int, most: int = MOST_TICKS) -> tuple[int, ...]:
    """Give round numbers from 0 to at least `top`, `most` steps at most."""
    rounds = (digit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(size for size in rounds if size * most >= top)
    return tuple(step * number for number in range(-(-top // step) + 1))


def without_empty(series: Sequence[Series], bars: Sequence[Bar]) -> tuple[tuple[Series, ...], tuple[Bar, ...]]:
    """Leave out the series that no bar has anything of, but for the first."""
    kept = [
        place
        for place in range(len(series))
        if not place or any(bar.amounts[place] or bar.unknown_of(place) for bar in bars)
    ]
    slimmer = (
        replace(
            bar,
            amounts=tuple(bar.amounts[place] for place in kept),
            unknowns=tuple(bar.unknowns[place] for place in kept if bar.unknowns),
        )
        for bar in bars
    )
    return tuple(series[place] for place in kept), tuple(slimmer)
