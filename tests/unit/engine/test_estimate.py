"""What a run is expected to cost."""

from dataclasses import replace

import pytest

from rlm_desktop.engine.estimate import PastRun, Prospect, estimate
from rlm_desktop.lm.scripted import free_facts
from rlm_desktop.trace.facts import Limits

ROOT = replace(free_facts("root"), input_price=1_000_000_000, output_price=8_000_000_000)
WORKER = replace(free_facts("worker"), input_price=100_000_000, output_price=400_000_000)
PROSPECT = Prospect(strategy="auto", root=ROOT, worker=WORKER, limits=Limits(), tokens=1_000_000, characters=4_000_000)
PAST = PastRun(root="root", worker="worker", characters=3_000_000, cost_nano_usd=200_000_000, seconds=40.0, calls=30)


def test_a_large_text_is_a_run_with_a_range():
    made = estimate(PROSPECT)

    assert made.strategy == "rlm"
    assert made.cost_nano_usd is not None
    low, high = made.cost_nano_usd
    assert 0 < low < high
    assert made.calls[0] < made.calls[1]
    assert made.seconds[0] < made.seconds[1]
    assert "4,000,000 characters" in made.basis


def test_a_small_text_is_one_call():
    made = estimate(replace(PROSPECT, tokens=1_000, characters=4_000))

    assert (made.strategy, made.calls) == ("direct", (1, 1))


def test_an_unknown_price_has_no_cost():
    assert estimate(replace(PROSPECT, worker=replace(WORKER, output_price=None))).cost_nano_usd is None


def test_an_estimate_is_never_above_the_limits():
    made = estimate(replace(PROSPECT, limits=Limits(cost_nano_usd=1_000_000, seconds=5.0)))

    assert made.cost_nano_usd is not None
    assert made.cost_nano_usd[1] == 1_000_000
    assert made.seconds[1] == 5.0


def test_runs_like_it_say_more_than_reckoning():
    past = [replace(PAST, cost_nano_usd=cost) for cost in (100_000_000, 200_000_000, 300_000_000)]

    made = estimate(PROSPECT, past)

    assert made.cost_nano_usd is not None
    assert 100_000_000 <= made.cost_nano_usd[0] < made.cost_nano_usd[1] <= 300_000_000
    assert made.basis.startswith("3 earlier runs here")


@pytest.mark.parametrize("other", [{"root": "x"}, {"characters": 10}, {"cost_nano_usd": None}])
def test_other_runs_say_nothing(other):
    assert "turns" in estimate(PROSPECT, [replace(PAST, **other)] * 5).basis


def test_without_workers_only_turns_are_counted():
    alone = estimate(replace(PROSPECT, strategy="rlm-no-subcalls"))

    assert alone.calls == (3, 12)


def test_a_summary_reads_each_piece_once_whatever_other_runs_cost():
    made = estimate(replace(PROSPECT, strategy="summary", root=replace(ROOT, window_tokens=100_000)), [PAST] * 5)

    assert made.calls == (21, 21)
    assert made.cost_nano_usd is not None
    assert made.cost_nano_usd[0] > 1_000_000_000
    assert "20 pieces" in made.basis
