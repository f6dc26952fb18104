"""The charts of one run: cost and tokens by turn, model and depth; how long and how large its calls were."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.chart import Chart, without_empty
from rlm_desktop.viewmodel.histogram import by_duration, by_size
from rlm_desktop.viewmodel.run_figures import Group, RunFigures
from rlm_desktop.viewmodel.stacking import (
    ROLES,
    TOKEN_KINDS,
    Key,
    Part,
    by_cost,
    gathered,
    money_bar,
    nothing_words,
    token_bar,
    unknown_note,
    whole_words,
)

RUN_KINDS: dict[str, tuple[str, ...]] = {
    "Cost": ("By turn", "By model", "By depth"),
    "Tokens": ("By turn", "By model", "By depth"),
    "Calls": ("By duration", "By size"),
}
"""What can be looked at, and how it can be divided."""

OUTSIDE = "Outside of turns"
NO_RUN = "No call has come back yet. What calls cost, use and take is drawn here as they do."


def run_chart(figures: RunFigures, measure: str, division: str) -> Chart:
    """Make one of the charts."""
    if measure != "Calls":
        chart = _sums(figures, is_money=measure == "Cost", axis=division.removeprefix("By ").capitalize())
    else:
        chart = by_duration(figures) if division == "By duration" else by_size(figures)
    out = figures.out
    waiting = f"{plural(out, 'call')} {'has' if out == 1 else 'have'} not come back, and what it takes is in no bar."
    return replace(chart, notes=(*chart.notes, waiting)) if out else chart


def _sums(figures: RunFigures, *, is_money: bool, axis: str) -> Chart:
    draw = money_bar if is_money else token_bar
    bars = [draw(label, parts) for label, parts in _divided(figures, axis)]
    series, slim_bars = without_empty(ROLES if is_money else TOKEN_KINDS, bars)
    whole = figures.totals
    chart = Chart(
        title=f"{'Cost' if is_money else 'Tokens'} by {axis.lower()}",
        axis=axis,
        unit="money" if is_money else "tokens",
        series=series,
        bars=slim_bars,
        subtitle=f"{whole_words(whole, is_money)} · {plural(whole.calls, 'call')}",
        notes=unknown_note(whole.unpriced) if is_money else (),
        is_flat=axis != "Turn",
    )
    return replace(chart, empty=_empty(chart, whole))


def _empty(chart: Chart, whole: Totals) -> str:
    if not whole.calls:
        return NO_RUN
    return "" if chart.top or chart.unknown else nothing_words(whole.calls, chart.unit == "money")


def _divided(figures: RunFigures, axis: str) -> list[tuple[str, list[Part]]]:
    if axis == "Turn":
        found = gathered(_parts(figures, lambda group: group.place.turn), figures.turns)
        outside = found.pop(None, [])
        turns = [(str(turn), parts) for turn, parts in found.items()]
        return [*turns, (OUTSIDE, outside)] if outside else turns
    if axis == "Model":
        models = gathered(_parts(figures, lambda group: group.model))
        return [(model, models[model]) for model in by_cost(models)]
    depths = gathered(_parts(figures, lambda group: group.place.depth))
    return [(_depth_words(depth), depths[depth]) for depth in sorted(depths)]


def _parts(figures: RunFigures, key: Callable[[Group], Key]) -> Iterable[tuple[Key, Part]]:
    return ((key(group), (group.is_root, sums)) for group, sums in figures.sums.items())


def _depth_words(depth: int) -> str:
    return f"Depth {depth}" if depth else "Depth 0, the run itself"
