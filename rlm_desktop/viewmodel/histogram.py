"""How long and how large a run's calls were: counted in steps that grow as 1, 2, 5, 10."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, count, pairwise

from rlm_desktop.trace.wording import plural, short_number, tokens
from rlm_desktop.trace.wording import seconds as duration
from rlm_desktop.viewmodel.chart import Bar, Chart, Series, without_empty
from rlm_desktop.viewmodel.run_figures import Ending, RunFigures
from rlm_desktop.viewmodel.stacking import ROLES

NO_CALLS = "No call has come back yet. How long calls take, and how large they are, is drawn here as they do."
_ENDINGS: dict[Ending, Series] = {
    "root": ROLES[0],
    "worker": ROLES[1],
    "failed": Series(name="Failed or stopped", tint="error"),
}
_TENTHS_OF_SECONDS, _HUNDREDS_OF_TOKENS = 0.1, 100


def by_duration(figures: RunFigures) -> Chart:
    """Count calls by how long they took, from a tenth of a second on."""
    taken = [figures.seconds[ending] for ending in _ENDINGS]
    bars = _counted(taken, _TENTHS_OF_SECONDS, lambda seconds: f"{seconds:g}", " s")
    return _chart(figures, "Calls by duration", "Seconds", bars, _spread(taken, duration))


def by_size(figures: RunFigures) -> Chart:
    """Count calls by their tokens in and out, from a hundred on."""
    used = [figures.tokens[ending] for ending in _ENDINGS]
    bars = _counted(used, _HUNDREDS_OF_TOKENS, lambda amount: short_number(round(amount)), " tok")
    return _chart(
        figures, "Calls by size", "Tokens in and out", bars, _spread(used, lambda amount: tokens(int(amount)))
    )


def _chart(figures: RunFigures, title: str, axis: str, counted: list[Bar], spread: str) -> Chart:
    series, bars = without_empty(tuple(_ENDINGS.values()), counted)
    number = sum(bar.total for bar in bars)
    known = figures.known_already
    note = f"{plural(known, 'reply', 'replies')} known already {'is' if known == 1 else 'are'} in no bar."
    return Chart(
        title=title,
        axis=axis,
        unit="calls",
        series=series,
        bars=bars,
        subtitle=f"{plural(number, 'call')}{spread}",
        notes=(note,) if known else (),
        empty="" if number else NO_CALLS,
    )


def _counted(values: Sequence[Sequence[float]], unit: float, write: Callable[[float], str], sign: str) -> list[Bar]:
    """Count each series' values between edges; steps beyond the least and the largest value are left out."""
    edges = _edges(unit, max(chain.from_iterable(values), default=0))
    counts = [[0] * len(edges) for _ in values]
    for counting, series in zip(counts, values, strict=True):
        for value in series:
            counting[bisect_right(edges, value)] += 1
    labels = [f"under {write(edges[0])}{sign}"]
    labels += [f"{write(low)}–{write(high)}{sign}" for low, high in pairwise(edges)]
    bars = [Bar(label=label, amounts=tuple(amounts)) for label, *amounts in zip(labels, *counts, strict=True)]
    filled = [place for place, bar in enumerate(bars) if bar.total]
    return bars[filled[0] : filled[-1] + 1] if filled else []


def _edges(unit: float, largest: float) -> list[float]:
    """Give 1, 2, 5, 10 … units, up to the first that is over the largest value."""
    edges: list[float] = []
    for number in (digit * 10**power for power in count() for digit in (1, 2, 5)):
        edges.append(number * unit if unit >= 1 else number / round(1 / unit))
        if edges[-1] > largest:
            break
    return edges


def _spread(values: Iterable[Sequence[float]], write: Callable[[float], str]) -> str:
    ordered = sorted(chain.from_iterable(values))
    if not ordered:
        return ""
    half, most = ordered[(len(ordered) - 1) // 2], ordered[int((len(ordered) - 1) * 0.95)]
    return f" · half within {write(half)}, 95 % within {write(most)}, the largest {write(ordered[-1])}"
