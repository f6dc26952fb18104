"""What a run may spend."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.engine.budget import LEAST_OUTPUT_TOKENS, Budget
from rlm_desktop.engine.stops import WorkStopped
from rlm_desktop.engine.worst_case import Need, worst_cost
from rlm_desktop.lm.protocol import ask_text
from rlm_desktop.lm.scripted import free_facts
from rlm_desktop.trace.facts import Limits, Usage

PRICED = replace(free_facts("priced"), input_price=1_000_000_000, cached_input_price=None, output_price=2_000_000_000)
DOLLAR = 1_000_000_000


def need(output_tokens: int = 2_000, *, is_last: bool = False, text: str = "hello") -> Need:
    return Need(facts=PRICED, messages=ask_text(text), output_tokens=output_tokens, is_last=is_last)


def worst(output_tokens: int = 2_000) -> int:
    cost = worst_cost(need(), output_tokens)
    assert cost is not None
    return cost


def test_an_unknown_price_has_no_worst_cost():
    assert worst_cost(replace(need(), facts=replace(PRICED, output_price=None))) is None
    assert worst_cost(replace(need(), facts=replace(PRICED, input_price=None))) is None


def test_the_worst_cost_covers_prompt_and_whole_output():
    assert worst(2_000) - worst(0) == 2_000 * 2_000


async def test_a_call_that_fits_is_reserved_whole():
    budget = Budget(Limits(cost_nano_usd=DOLLAR))

    reservation = await budget.reserve(need())

    assert reservation.output_tokens == 2_000
    assert reservation.cost_nano_usd == worst()


async def test_what_is_not_used_comes_back():
    budget = Budget(Limits(cost_nano_usd=worst() + 100))
    budget.settle(await budget.reserve(need()), Usage(input_tokens=2, output_tokens=3), 100)

    again = await budget.reserve(need())

    assert again.output_tokens == 2_000
    assert budget.spent_nano_usd == 100
    assert budget.tokens == 5


async def test_a_call_that_can_not_fit_is_refused():
    budget = Budget(Limits(cost_nano_usd=worst(LEAST_OUTPUT_TOKENS) - 1))

    with pytest.raises(WorkStopped, match="does not fit") as caught:
        await budget.reserve(need())

    assert caught.value.limit == "money"


async def test_a_call_that_nearly_fits_gets_a_shorter_reply():
    budget = Budget(Limits(cost_nano_usd=worst(1_500)))

    assert (await budget.reserve(need())).output_tokens == 1_500


async def test_a_call_waits_for_others_to_settle():
    budget = Budget(Limits(cost_nano_usd=int(worst() * 1.5)))
    first = await budget.reserve(need())

    second = asyncio.create_task(budget.reserve(need()))
    await asyncio.sleep(0)
    assert not second.done()
    budget.settle(first, Usage(), 0)

    assert (await second).output_tokens == 2_000


async def test_waiting_ends_when_it_turns_out_not_to_fit():
    budget = Budget(Limits(cost_nano_usd=int(worst() * 1.5)))
    first = await budget.reserve(need())
    second = asyncio.create_task(budget.reserve(need()))
    await asyncio.sleep(0)

    budget.settle(first, Usage(), worst())

    with pytest.raises(WorkStopped):
        await second


async def test_an_unknown_cost_counts_as_the_worst_case():
    budget = Budget(Limits(cost_nano_usd=DOLLAR))

    budget.settle(await budget.reserve(need()), Usage(), None)

    assert budget.spent_nano_usd == worst()
    assert budget.report(turns=1)["cost_usd"]["spent"] is None


async def test_with_a_money_limit_an_unpriced_model_is_refused():
    budget = Budget(Limits(cost_nano_usd=DOLLAR))
    unpriced = Need(facts=replace(PRICED, output_price=None), messages=ask_text("x"), output_tokens=10)

    with pytest.raises(WorkStopped, match="price of priced is unknown"):
        await budget.reserve(unpriced)


async def test_without_a_money_limit_an_unpriced_model_is_taken():
    budget = Budget(Limits())
    unpriced = Need(facts=replace(PRICED, output_price=None), messages=ask_text("x"), output_tokens=10)

    assert (await budget.reserve(unpriced)).output_tokens == 10


async def test_a_free_model_passes_a_spent_budget():
    budget = Budget(Limits(cost_nano_usd=0))
    free = Need(facts=free_facts("free"), messages=ask_text("x"), output_tokens=5_000)

    assert (await budget.reserve(free)).output_tokens == 5_000


async def test_money_set_aside_is_for_the_last_call_only():
    budget = Budget(Limits(cost_nano_usd=worst() * 5))
    budget.set_aside(worst())
    for _ in range(4):
        budget.settle(await budget.reserve(need()), Usage(), worst())

    with pytest.raises(WorkStopped):
        await budget.reserve(need())

    assert (await budget.reserve(need(is_last=True))).output_tokens == 2_000


async def test_a_set_aside_that_would_take_too_much_is_not_made():
    budget = Budget(Limits(cost_nano_usd=worst()))

    budget.set_aside(worst())

    assert (await budget.reserve(need())).output_tokens == 2_000


async def test_tokens_are_refused_once_used_up():
    budget = Budget(Limits(tokens=100))
    budget.settle(await budget.reserve(need()), Usage(input_tokens=60, output_tokens=50), 0)

    with pytest.raises(WorkStopped, match="100 tokens"):
        await budget.reserve(need())
    with pytest.raises(WorkStopped, match="100 tokens"):
        budget.check()


async def test_a_prompt_larger_than_the_tokens_left_is_not_sent():
    budget = Budget(Limits(tokens=100))

    with pytest.raises(WorkStopped) as caught:
        await budget.reserve(need(text="x" * 1_000))

    assert caught.value.limit == "tokens"


async def test_prompts_that_fit_only_one_at_a_time_wait():
    budget = Budget(Limits(tokens=60))
    first = await budget.reserve(need(text="one " * 30))
    second = asyncio.create_task(budget.reserve(need(text="one " * 20)))
    await asyncio.sleep(0)
    assert not second.done()

    budget.settle(first, Usage(input_tokens=5), 0)

    assert (await second).input_tokens == 30


async def test_sub_calls_are_granted_up_to_the_limit():
    budget = Budget(Limits(sub_calls=5))

    assert [budget.take_sub_calls(3), budget.take_sub_calls(3), budget.take_sub_calls(1)] == [3, 2, 0]


async def test_work_ends_before_the_time_is_over():
    budget = Budget(Limits(seconds=0.0))

    with pytest.raises(WorkStopped) as caught:
        budget.check()

    assert caught.value.limit == "seconds"
    clock = Budget(Limits(seconds=100.0)).clock
    assert clock.ends_at is not None
    assert clock.work_ends_at == clock.ends_at - 15.0


async def test_the_report_names_what_is_spent_and_left():
    budget = Budget(Limits(cost_nano_usd=DOLLAR, sub_calls=5))
    budget.take_sub_calls(2)
    budget.settle(await budget.reserve(need()), Usage(input_tokens=7), DOLLAR // 4)

    report = budget.report(turns=3)

    assert report["cost_usd"] == {"spent": 0.25, "left": 0.75, "limit": 1.0}
    assert report["sub_calls"] == {"spent": 2, "left": 3, "limit": 5}
    assert report["turns"] == {"spent": 3, "left": 27, "limit": 30}
    assert report["seconds"]["left"] is None
    assert "$0.7500 of money" in budget.left_in_words()
    assert "3 sub-calls" in budget.left_in_words()


@given(
    st.lists(st.tuples(st.integers(1, 6_000), st.floats(0, 1)), min_size=1, max_size=30),
    st.integers(1_000_000, 60_000_000),
)
def test_money_is_never_overspent_whatever_runs_at_once(calls, limit):
    async def spend() -> int:
        budget = Budget(Limits(cost_nano_usd=limit))

        async def one(output: int, share: float) -> None:
            try:
                reservation = await budget.reserve(need(output))
            except WorkStopped:
                return
            await asyncio.sleep(0)
            budget.settle(reservation, Usage(), int(reservation.cost_nano_usd * share))

        await asyncio.gather(*(one(*call) for call in calls))
        return budget.spent_nano_usd

    assert asyncio.run(spend()) <= limit
