"""The figures of charts: whatever is drawn adds up to what the run says of itself."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.trace.facts import Usage
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.chart import Bar, Chart, Series, exact, ticks, tip
from rlm_desktop.viewmodel.chart_table import UNKNOWN, Order, chart_table, table_text
from rlm_desktop.viewmodel.run_charts import NO_RUN, OUTSIDE, RUN_KINDS, run_chart
from rlm_desktop.viewmodel.run_figures import RunFigures
from tests.support.event_strategies import plausible_runs
from tests.support.sample_runs import harbour_run, wide_run
from tests.support.traces import call_finished, call_started, entries, run_started, step_started, turn_started

SUMS = ("cost_nano_usd", "unpriced", "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens")
MONEY = Chart(
    title="Cost by turn",
    axis="Turn",
    unit="money",
    series=(Series(name="Root", tint="root"), Series(name="Worker", tint="worker")),
    bars=(
        Bar(label="1", amounts=(14_200_000, 0)),
        Bar(label="2", amounts=(1, 2), unknowns=(0, 3)),
        Bar(label="3", amounts=(0, 0), unknowns=(1, 0)),
    ),
)


def figures_of(those, position=None) -> RunFigures:
    figures = RunFigures()
    figures.show(those, len(those) if position is None else position)
    return figures


def all_charts(figures):
    return [run_chart(figures, measure, division) for measure in RUN_KINDS for division in RUN_KINDS[measure]]


def texts(body) -> list[list[str]]:
    return [[cell.text for cell in row] for row in body.rows]


@given(plausible_runs(), st.data())
def test_every_chart_adds_up_to_the_run_s_totals_wherever_one_looks(events, data):
    those = [entry for entry in entries(events) if entry.event.kind not in ("text_kept", "reply_grew")]
    position = data.draw(st.integers(0, len(those)))
    root = Trace(those[:position]).root
    figures = figures_of(those, position)

    totals = figures.totals
    for name in SUMS:
        assert getattr(totals, name) == (getattr(root.totals, name) if root else 0)
    assert totals.calls + figures.out == (root.totals.calls if root else 0)
    for division in RUN_KINDS["Cost"]:
        cost, used = run_chart(figures, "Cost", division), run_chart(figures, "Tokens", division)
        assert sum(bar.total for bar in cost.bars) == totals.cost_nano_usd
        assert sum(bar.unknown for bar in cost.bars) == totals.unpriced
        assert sum(bar.total for bar in used.bars) == totals.input_tokens + totals.output_tokens
    for division in RUN_KINDS["Calls"]:
        counted = sum(bar.total for bar in run_chart(figures, "Calls", division).bars)
        assert counted == totals.calls - figures.known_already


@given(st.lists(st.integers(0, len(harbour_run()[0])), max_size=5))
def test_looking_back_and_forth_gives_the_figures_of_the_place(positions):
    those, figures = harbour_run()[0], RunFigures()

    for position in positions:
        figures.show(those, position)

        assert all_charts(figures) == all_charts(figures_of(those, position))


def test_another_run_of_the_same_length_is_counted_anew():
    figures = RunFigures()
    figures.show(wide_run(4)[0], 9)
    figures.show(harbour_run()[0], 9)

    assert all_charts(figures) == all_charts(figures_of(harbour_run()[0], 9))


def test_cost_by_turn_stacks_root_and_worker_and_a_child_run_counts_in_its_turn():
    chart = run_chart(figures_of(harbour_run()[0]), "Cost", "By turn")

    assert [series.name for series in chart.series] == ["Root", "Worker"]
    assert [bar.label for bar in chart.bars] == [str(turn) for turn in range(1, 9)]
    assert chart.bars[0].amounts == (300_000, 0)
    assert chart.bars[6].amounts[0] == 9_600_000 + 900_000 + 700_000
    assert chart.subtitle == "$0.1582 in all · 165 calls"


def test_calls_outside_of_turns_have_a_bar_of_their_own():
    those = entries([run_started(), call_started(2, 1, role="direct"), call_finished(2)])

    assert [bar.label for bar in run_chart(figures_of(those), "Cost", "By turn").bars] == [OUTSIDE]


def test_tokens_are_kept_apart_and_come_to_all_even_where_a_provider_counts_too_many():
    usage = Usage(input_tokens=10, cached_input_tokens=8, cache_write_tokens=7, output_tokens=4, reasoning_tokens=9)
    those = entries([run_started(), turn_started(2), call_started(3, 2, "root"), call_finished(3, usage=usage)])

    chart = run_chart(figures_of(those), "Tokens", "By turn")

    amounts = dict(zip([series.name for series in chart.series], chart.bars[0].amounts, strict=True))
    assert amounts == {"New input": 0, "Input from cache": 8, "Input written to cache": 2, "Reasoning": 4}


def test_an_unknown_price_is_unknown_and_never_zero():
    those = entries(
        [
            *(run_started(), turn_started(2), call_started(3, 2, "root"), call_finished(3, cost=None)),
            *(step_started(4, 2), call_started(5, 4), call_finished(5, cost=7)),
        ]
    )

    chart = run_chart(figures_of(those), "Cost", "By turn")
    body = chart_table(chart)

    assert not chart.empty
    assert chart.notes == ("What 1 call cost is not known: hatched ends mark it, and have no measure.",)
    assert texts(body) == [["1", "unknown price", "$0.000000007", "≥ $0.000000007", "1"]]
    assert body.headings[-1] == UNKNOWN
    assert "Root: unknown price" in tip(chart, chart.bars[0])


def test_calls_that_are_out_are_said_and_no_call_at_all_too():
    out = figures_of(entries([run_started(), turn_started(2), call_started(3, 2, "root")]))

    chart = run_chart(out, "Cost", "By turn")
    assert chart.notes == ("1 call has not come back, and what it takes is in no bar.",)
    assert chart.empty == NO_RUN
    assert all(chart.empty for chart in all_charts(RunFigures()))


def test_a_run_that_cost_nothing_says_so_and_keeps_its_table():
    those = entries([run_started(), turn_started(2), call_started(3, 2, "root"), call_finished(3, cost=0)])

    chart = run_chart(figures_of(those), "Cost", "By model")

    assert chart.empty == "1 call cost $0: there is nothing to draw."
    assert texts(chart_table(chart)) == [["root", "$0"]]


def test_durations_are_counted_in_growing_steps_with_failures_apart_and_known_replies_left_out():
    chart = run_chart(figures_of(harbour_run()[0]), "Calls", "By duration")

    assert [series.name for series in chart.series] == ["Root", "Worker", "Failed or stopped"]
    assert [bar.label for bar in chart.bars] == ["0.1–0.2 s", "0.2–0.5 s", "0.5–1 s", "1–2 s", "2–5 s", "5–10 s"]
    assert sum(bar.amounts[2] for bar in chart.bars) == 2
    assert chart.notes == ("1 reply known already is in no bar.",)
    assert "half within 2.1 s, 95 % within 8.1 s" in chart.subtitle


@pytest.mark.parametrize(
    ("seconds", "label"),
    [(0.0, "under 0.1 s"), (0.1, "0.1–0.2 s"), (0.99, "0.5–1 s"), (1.0, "1–2 s"), (60, "50–100 s")],
)
def test_a_duration_falls_into_its_step(seconds, label):
    finished = replace(call_finished(3), seconds=seconds)
    those = entries([run_started(), turn_started(2), call_started(3, 2, "root"), finished])

    assert [bar.label for bar in run_chart(figures_of(those), "Calls", "By duration").bars] == [label]


def test_names_of_models_are_safe_to_show():
    started = replace(call_started(2, 1), model="evil\x1b[31m\n<b>\ud800")
    those = entries([run_started(), started, call_finished(2)])

    assert run_chart(figures_of(those), "Cost", "By model").bars[0].label == "evil␛[31m"


@given(st.integers(0, 10**15))
def test_ticks_are_few_round_and_reach_the_top(top):
    marks = ticks(top)

    assert marks[0] == 0
    assert marks[-1] >= top
    assert len(marks) <= 6
    assert len({second - first for first, second in pairwise(marks)}) <= 1


def test_money_is_written_with_all_its_digits():
    assert [exact("money", amount) for amount in (0, 1, 14_200_000, 12_400_000_000, 10_000_000_000)] == [
        *("$0", "$0.000000001", "$0.0142", "$12.4", "$10"),
    ]


def test_the_table_sorts_by_figures_and_back_and_says_by_which():
    falling, rising = chart_table(MONEY, Order(3, True)), chart_table(MONEY, Order(1, False))

    assert [row[0] for row in texts(falling)] == ["1", "2", "3"]
    assert falling.headings == ("Turn", "Root", "Worker", "Cost ▾", UNKNOWN)
    assert [row[0] for row in texts(rising)] == ["3", "2", "1"]
    assert [row[0] for row in texts(chart_table(MONEY, Order(0, True)))] == ["3", "2", "1"]
    assert texts(chart_table(MONEY))[1] == [
        *("2", "$0.000000001", "≥ $0.000000002", "≥ $0.000000003", "3"),
    ]


def test_a_copied_table_is_lines_and_tabs_that_no_spreadsheet_takes_for_formulas():
    chart = replace(MONEY, bars=(Bar(label="=cmd", amounts=(1, 2)),))

    assert table_text(chart_table(chart)).splitlines() == [
        "Turn\tRoot\tWorker\tCost",
        "'=cmd\t$0.000000001\t$0.000000002\t$0.000000003",
    ]
