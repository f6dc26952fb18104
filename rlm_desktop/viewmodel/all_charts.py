"""The charts of all recorded runs: cost and tokens by day, by model and by corpus."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.wording import plural, short_number
from rlm_desktop.viewmodel.chart import Bar, Chart, without_empty
from rlm_desktop.viewmodel.daily import UNKNOWN_MODEL, by_day
from rlm_desktop.viewmodel.stacking import (
    ROLES,
    TOKEN_KINDS,
    Part,
    by_cost,
    gathered,
    money_bar,
    nothing_words,
    token_bar,
    unknown_note,
    whole_words,
)

if TYPE_CHECKING:
    # Its module brings SQLAlchemy, which takes longer than the first paint may.
    from rlm_desktop.storage.spending import AllSpending, CorpusRead, Spending

ALL_KINDS: dict[str, tuple[str, ...]] = {
    "Cost": ("By day", "By model", "By corpus"),
    "Tokens": ("By day", "By model", "By corpus"),
}
"""What can be looked at, and how it can be divided."""

NO_RUNS = "No run is recorded yet. What runs cost is drawn here, day by day, once you have asked something."
MOST_BARS = 16
_NO_DOCUMENTS = "No documents"


def all_chart(everything: "AllSpending", names: Mapping[str, str], measure: str, division: str) -> Chart:
    """Make one of the charts; `names` are the user's own for versions of corpora."""
    spendings = everything.spendings
    is_money = measure == "Cost"
    if division == "By day":
        chart = by_day(spendings, is_money=is_money)
    elif division == "By model":
        chart = _ranked(spendings, "Model", lambda one: one.model or UNKNOWN_MODEL, is_money=is_money)
    else:
        labels = corpus_labels(everything.corpora, names)
        chart = _ranked(spendings, "Corpus", lambda one: labels.get(one.corpus, _NO_DOCUMENTS), is_money=is_money)
    whole = Totals()
    for spending in spendings:
        whole.add(spending.totals)
    words = (whole_words(whole, is_money), plural(_runs(spendings), "run"), plural(whole.calls, "call"))
    notes = (*(unknown_note(whole.unpriced) if is_money else ()), *chart.notes)
    return replace(chart, subtitle=" · ".join(words), notes=notes, empty=_empty(chart, spendings, whole))


def _empty(chart: Chart, spendings: "Sequence[Spending]", whole: Totals) -> str:
    if not spendings:
        return NO_RUNS
    return "" if chart.top or chart.unknown else nothing_words(whole.calls, chart.unit == "money")


def _ranked(spendings: "Sequence[Spending]", axis: str, key: "Callable[[Spending], str]", *, is_money: bool) -> Chart:
    """One bar for each key, the dearest first; those at the end together."""
    asked = [one for one in spendings if one.totals.calls or axis != "Model"]
    found = gathered((key(one), (one.is_root, one.totals)) for one in asked)
    runs: dict[str, set[str]] = {}
    for one in asked:
        runs.setdefault(key(one), set()).add(one.run)
    draw = money_bar if is_money else token_bar
    ranked = by_cost(found)
    kept = ranked if len(ranked) <= MOST_BARS else ranked[: MOST_BARS - 1]
    bars = [draw(name, found[name], len(runs[name])) for name in kept]
    rest = ranked[len(kept) :]
    if rest:
        bars.append(_rest(draw, rest, found, runs))
    series, slim_bars = without_empty(ROLES if is_money else TOKEN_KINDS, bars)
    note = "A run counts for every model that it asked." if axis == "Model" else ""
    return Chart(
        title=f"{'Cost' if is_money else 'Tokens'} by {axis.lower()}",
        axis=axis,
        unit="money" if is_money else "tokens",
        series=series,
        bars=slim_bars,
        notes=(note,) if note else (),
        is_flat=True,
        has_runs=True,
    )


def _rest(
    draw: Callable[[str, Iterable[Part], int], Bar],
    names: Sequence[str],
    found: Mapping[str, list[Part]],
    runs: Mapping[str, set[str]],
) -> Bar:
    parts = [part for name in names for part in found[name]]
    return draw(f"{len(names):,} others", parts, len(set().union(*(runs[name] for name in names))))


def _runs(spendings: "Iterable[Spending]") -> int:
    return len({spending.run for spending in spendings})


def corpus_labels(corpora: "Iterable[CorpusRead]", names: Mapping[str, str]) -> dict[str, str]:
    """Call each version of a corpus by the user's name for it, or else by what is in it; never two alike."""
    labels = {one.corpus: names.get(one.corpus) or _contents(one) for one in corpora if one.corpus}
    often = Counter(labels.values())
    return {corpus: label if often[label] == 1 else f"{label} ({corpus[:6]})" for corpus, label in labels.items()}


def _contents(corpus: "CorpusRead") -> str:
    example = corpus.example.rsplit("/", 1)[-1]
    if not example:
        return plural(corpus.documents, "document")
    size = f", {short_number(corpus.characters)} characters" if corpus.characters else ""
    return f"{example}{size}" if corpus.documents <= 1 else f"{example} and {corpus.documents - 1:,} more{size}"
