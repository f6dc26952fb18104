"""What runs cost and used day by day, or month by month over a longer time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rlm_desktop.trace.moments import local
from rlm_desktop.trace.rows import short_model
from rlm_desktop.trace.totals import Totals
from rlm_desktop.viewmodel.chart import Bar, Chart, Series, without_empty
from rlm_desktop.viewmodel.stacking import TOKEN_KINDS, by_cost, gathered, named, token_bar

if TYPE_CHECKING:
    # Its module brings SQLAlchemy, which takes longer than the first paint may.
    from rlm_desktop.storage.spending import Spending

MOST_DAYS = 62
"""Over a longer time, bars are months."""
SHADES = (1.0, 0.66, 0.42, 0.24, 0.1)
"""So many models can be told apart in one bar; the last shade is all others."""
UNKNOWN_MODEL = "Unknown model"


def by_day(spendings: "Sequence[Spending]", *, is_money: bool) -> Chart:
    """Make the chart over time; its cost is divided by model, its tokens by kind."""
    dates = {one.run: local(one.started_at).date() for one in spendings}
    days = _days(dates.values())
    is_long = len(days) > MOST_DAYS
    labels = list(dict.fromkeys(_label(day, is_long) for day in days))
    found: dict[str, list[Spending]] = {label: [] for label in labels}
    for one in spendings:
        found[_label(dates[one.run], is_long)].append(one)
    series, bars = _by_model(spendings, found) if is_money else _by_kind(found)
    unit = "Month" if is_long else "Day"
    return Chart(
        title=f"{'Cost' if is_money else 'Tokens'} per {unit.lower()}",
        axis=unit,
        unit="money" if is_money else "tokens",
        series=series,
        bars=bars,
        has_runs=True,
    )


def _days(dates: Iterable[date]) -> list[date]:
    """Days without a run are among them: the time between runs is to be seen."""
    ordered = sorted(dates)
    if not ordered:
        return []
    return [ordered[0] + timedelta(days=number) for number in range((ordered[-1] - ordered[0]).days + 1)]


def _label(day: date, is_long: bool) -> str:
    return day.isoformat()[:7] if is_long else day.isoformat()


def _by_kind(found: "Mapping[str, list[Spending]]") -> tuple[tuple[Series, ...], tuple[Bar, ...]]:
    bars = [
        token_bar(label, ((one.is_root, one.totals) for one in those), _runs(those)) for label, those in found.items()
    ]
    return without_empty(TOKEN_KINDS, bars)


def _by_model(
    spendings: "Sequence[Spending]", found: "Mapping[str, list[Spending]]"
) -> tuple[tuple[Series, ...], tuple[Bar, ...]]:
    """The dearest models have a shade each, the others one together."""
    ranked = by_cost(gathered((one.model, (one.is_root, one.totals)) for one in spendings if one.totals.calls))
    own = ranked if len(ranked) <= len(SHADES) else ranked[: len(SHADES) - 1]
    place_of = defaultdict(lambda: len(own), {model: place for place, model in enumerate(own)})
    names = [_short(model, ranked) for model in own]
    if len(own) < len(ranked):
        names.append(f"{len(ranked) - len(own):,} others")
    series = [Series(name=name, tint="answer", shade=shade) for name, shade in zip(names, SHADES, strict=False)]
    bars = []
    for label, those in found.items():
        sums = [Totals() for _ in series]
        for one in those:
            if one.totals.calls:
                sums[place_of[one.model]].add(one.totals)
        amounts, unknowns = tuple(one.cost_nano_usd for one in sums), tuple(one.unpriced for one in sums)
        bars.append(Bar(label=label, amounts=amounts, unknowns=unknowns, runs=_runs(those)))
    return without_empty(series, bars)


def _short(model: str, models: Sequence[str]) -> str:
    """Leave the provider out where no other model has that name."""
    short = short_model(model)
    is_alone = sum(short_model(other) == short for other in models) == 1
    return named((short if is_alone else model) or UNKNOWN_MODEL)


def _runs(spendings: "Iterable[Spending]") -> int:
    return len({one.run for one in spendings})
