"""The charts of all recorded runs."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QObject

from rlm_desktop.storage.spending import AllSpending, CorpusRead, Spending
from rlm_desktop.trace.totals import Totals
from rlm_desktop.viewmodel.all_charts import ALL_KINDS, MOST_BARS, NO_RUNS, all_chart, corpus_labels
from rlm_desktop.viewmodel.spendings import NOT_OPEN, Spendings

NOON = datetime(2026, 3, 1, 12).astimezone()


def spent(run: str, cost: int = 10, model: str = "openai/gpt-5", days: int = 0, **more) -> Spending:
    at = (NOON + timedelta(days=days)).timestamp()
    sums = Totals(cost_nano_usd=cost, unpriced=more.pop("unpriced", 0), input_tokens=7, output_tokens=3, calls=1)
    return Spending(
        run=run, started_at=at, model=model, **{"corpus": "c0ffee11", "is_root": True, "totals": sums, **more}
    )


def chart_of(*spendings, measure="Cost", division="By day", corpora=(), names=None):
    return all_chart(AllSpending(spendings=spendings, corpora=corpora), names or {}, measure, division)


def test_cost_per_day_is_stacked_by_model_and_days_between_are_there():
    chart = chart_of(spent("a"), spent("b", 5, "ollama/qwen", days=2), spent("b", 1, days=2))

    assert [(bar.label, bar.total, bar.runs) for bar in chart.bars] == [
        *(("2026-03-01", 10, 1), ("2026-03-02", 0, 0), ("2026-03-03", 6, 1)),
    ]
    assert [series.name for series in chart.series] == ["gpt-5", "qwen"]
    assert chart.bars[2].amounts == (1, 5)
    assert chart.subtitle == "< $0.0001 in all · 2 runs · 3 calls"


def test_over_a_long_time_bars_are_months():
    chart = chart_of(spent("a"), spent("b", days=70))

    assert chart.title == "Cost per month"
    assert [bar.label for bar in chart.bars] == ["2026-03", "2026-04", "2026-05"]


def test_many_models_share_the_last_shade_and_those_of_one_name_keep_their_provider():
    models = ["a/x", "b/x", "c/1", "c/2", "c/3", "c/4"]
    chart = chart_of(*(spent(model, 100 - place, model) for place, model in enumerate(models)))

    assert [series.name for series in chart.series] == ["a/x", "b/x", "1", "2", "2 others"]
    assert chart.bars[0].amounts == (100, 99, 98, 97, 96 + 95)
    assert len({series.shade for series in chart.series}) == 5


def test_by_corpus_runs_are_counted_under_the_user_s_names_or_what_is_in_them():
    corpora = (
        CorpusRead(corpus="c0ffee11", documents=212, characters=39_000, example="reports/annual-1950.pdf"),
        CorpusRead(corpus="beef2222", documents=1, characters=0, example="a.txt"),
    )
    spendings = (spent("a"), spent("a", 2, is_root=False), spent("b"), spent("c", 3, corpus="beef2222"))

    named = chart_of(*spendings, division="By corpus", corpora=corpora, names={"c0ffee11": "Harbour"})
    plain = chart_of(*spendings, spent("d", 0, corpus=""), division="By corpus", corpora=corpora)

    assert [(bar.label, bar.amounts, bar.runs) for bar in named.bars] == [("Harbour", (20, 2), 2), ("a.txt", (3, 0), 1)]
    assert [bar.label for bar in plain.bars] == [
        *("annual-1950.pdf and 211 more, 39.0k characters", "a.txt", "No documents"),
    ]


def test_corpora_that_look_alike_are_told_apart():
    alike = [CorpusRead(corpus=digest, documents=2, characters=0, example="") for digest in ("aaaaaaaa", "bbbbbbbb")]

    assert list(corpus_labels(alike, {}).values()) == ["2 documents (aaaaaa)", "2 documents (bbbbbb)"]


def test_what_does_not_fit_is_together_and_nothing_is_lost():
    chart = chart_of(*(spent(f"r{n}", n + 1, f"m/{n}") for n in range(40)), division="By model")

    assert len(chart.bars) == MOST_BARS
    assert chart.bars[-1].label == "25 others"
    assert chart.bars[-1].runs == 25
    assert sum(bar.total for bar in chart.bars) == sum(range(1, 41))


@pytest.mark.parametrize(("measure", "division"), [(m, d) for m, ds in ALL_KINDS.items() for d in ds])
def test_every_chart_adds_up_and_unknown_prices_stay_unknown(measure, division):
    spendings = (spent("a", 5), spent("b", 0, unpriced=2, days=1), spent("c", 0, "", corpus="", totals=Totals()))

    chart = chart_of(*spendings, measure=measure, division=division)

    assert sum(bar.total for bar in chart.bars) == (5 if measure == "Cost" else 20)
    assert chart.unknown == (2 if measure == "Cost" else 0)
    assert any("not known" in note for note in chart.notes) == (measure == "Cost")


@pytest.mark.parametrize("division", ALL_KINDS["Cost"])
def test_without_runs_it_says_what_will_be_here(division):
    assert chart_of(division=division).empty == NO_RUNS


def test_spendings_say_why_there_is_nothing_and_take_what_is_read(qtbot):
    owner = QObject()
    spendings = Spendings(dict, owner)
    spendings.refresh()
    assert spendings.chart("Cost", "By day").empty == NOT_OPEN

    answers = [OSError("The file is damaged."), AllSpending(spendings=(spent("a"),))]
    spendings.open(lambda tell: tell(answers.pop(0)))
    with qtbot.waitSignals([spendings.changed, spendings.changed]):
        spendings.refresh()
    assert spendings.chart("Cost", "By day").empty == "The file is damaged."

    with qtbot.waitSignals([spendings.changed, spendings.changed]):
        spendings.refresh()
    assert spendings.chart("Cost", "By day").top == 10
