"""What calls cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.lm.price_lists import listed_models, listed_tariff
from rlm_desktop.lm.prices import (
    FREE,
    LOCAL,
    Prices,
    Tariff,
    UserPrices,
    call_cost,
    cost_nano_usd,
    dearest,
    is_free,
)
from rlm_desktop.lm.protocol import BadRequest
from rlm_desktop.trace.facts import PriceTier, Usage

USAGE = Usage(input_tokens=1_000, cached_input_tokens=400, output_tokens=50)


def test_cached_input_has_its_own_price():
    prices = Prices(input_price=2_000_000, cached_input_price=500_000, output_price=8_000_000)

    assert cost_nano_usd(prices, USAGE) == 600 * 2 + 200 + 400


def test_cached_input_without_a_price_of_its_own_is_charged_as_input():
    assert cost_nano_usd(Prices(input_price=2_000_000, output_price=0), USAGE) == 2_000


@pytest.mark.parametrize("prices", [Prices(), Prices(input_price=1), Prices(output_price=1)])
def test_an_unknown_price_makes_the_cost_unknown(prices):
    assert cost_nano_usd(prices, USAGE) is None


def test_an_unknown_price_does_not_matter_where_nothing_was_used():
    assert cost_nano_usd(Prices(input_price=3_000_000), Usage(input_tokens=2)) == 6


@pytest.mark.parametrize(("tokens", "cost"), [(1, 0), (4_999, 0), (5_000, 1), (14_999, 1), (15_000, 2)])
def test_a_cost_is_rounded_half_up_once(tokens, cost):
    assert cost_nano_usd(Prices(input_price=100, output_price=0), Usage(input_tokens=tokens)) == cost


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_cost_is_never_off_by_more_than_half_a_nano_dollar(asked, told, input_price, output_price):
    prices = Prices(input_price=input_price, output_price=output_price)

    cost = cost_nano_usd(prices, Usage(input_tokens=asked, output_tokens=told))

    assert cost is not None
    assert abs(cost * 1_000_000 - (asked * input_price + told * output_price)) <= 500_000


def test_a_long_prompt_pays_the_dearer_tier_throughout():
    tariff = Tariff(
        base=Prices(input_price=1_000_000, output_price=1_000_000),
        tiers=(PriceTier(above_tokens=200, input_price=2_000_000, cached_input_price=None, output_price=3_000_000),),
    )
    facts = tariff.facts("long", "afar")

    assert call_cost(facts, Usage(input_tokens=200, output_tokens=10)) == 210
    assert call_cost(facts, Usage(input_tokens=201, output_tokens=10)) == 432
    assert dearest(facts) == (2_000_000, 3_000_000)


def test_cache_writes_and_reasoning_have_prices_of_their_own():
    prices = Prices(
        input_price=4_000_000,
        cached_input_price=1_000_000,
        cache_write_price=5_000_000,
        output_price=8_000_000,
        reasoning_price=9_000_000,
    )
    usage = Usage(input_tokens=100, cached_input_tokens=30, cache_write_tokens=50, output_tokens=20, reasoning_tokens=5)

    assert cost_nano_usd(prices, usage) == 20 * 4 + 30 + 50 * 5 + 15 * 8 + 5 * 9
    assert cost_nano_usd(Prices(input_price=4_000_000, output_price=8_000_000), usage) == 100 * 4 + 20 * 8


def test_the_dearest_price_of_a_model_with_an_unknown_one_is_unknown():
    assert dearest(Tariff(base=Prices(input_price=1)).facts("half", "afar")) is None


def test_a_model_says_whose_prices_it_has_and_of_which_day():
    listed = listed_tariff("gpt-5-mini", "openai", None)
    facts = listed.facts("openai/gpt-5-mini", "OpenAI")
    entered = listed.entered(UserPrices(input_usd=1, output_usd=2, cached_input_usd=0.5)).facts("mine", "OpenAI")

    assert (facts.price_source, len(facts.priced_on)) == ("listed", 10)
    assert (entered.price_source, entered.input_price, entered.cached_input_price) == ("entered", 10**9, 5 * 10**8)
    assert entered.window_tokens == facts.window_tokens
    assert LOCAL.facts("here", "this computer").price_source == "local"
    assert (Tariff().facts("what", "afar").price_source, Tariff().facts("what", "afar").priced_on) == ("unknown", "")


def test_what_one_list_lacks_the_other_may_have():
    only_mapped = "fireworks_ai/accounts/fireworks/models/deepseek-v3p1"

    tariff = listed_tariff(only_mapped.partition("/")[2], "fireworks_ai", None)

    assert only_mapped in listed_models()
    assert tariff.source == "listed"
    assert tariff.base.input_price


def test_a_price_of_nothing_in_a_list_is_not_free():
    nothing = [
        name.partition("/")
        for name, entry in listed_models().items()
        if "/" in name and entry.get("input_cost_per_token") == 0
    ]

    assert nothing
    for provider, _, model in nothing[:20]:
        tariff = listed_tariff(model, provider, None)
        assert tariff.source == "unknown" or not is_free(tariff.base)


def test_the_price_list_knows_models_windows_and_tiers():
    mini = listed_tariff("gpt-5-mini", "openai", None)
    gemini = listed_tariff("gemini-2.5-pro", "gemini", None)

    assert mini.base.input_price is not None
    assert mini.base.cached_input_price is not None
    assert mini.base.cached_input_price < mini.base.input_price < (mini.base.output_price or 0)
    assert mini.window_tokens > 128_000
    assert gemini.tiers
    assert gemini.window_tokens > 1_000_000


@pytest.mark.parametrize(
    "asked", [("no-such-model", "openai", None), ("x", "no-such-provider", None), ("gpt-5", None, "https://x.example")]
)
def test_what_is_not_in_the_price_list_is_unknown(asked):
    tariff = listed_tariff(*asked)

    assert tariff == Tariff()
    assert not is_free(tariff.base)
    assert is_free(FREE)


def test_prices_of_the_user_are_kept_exactly():
    prices = UserPrices(input_usd=0.1, output_usd=2.5).prices()

    assert (prices.input_price, prices.output_price) == (100_000_000, 2_500_000_000)


@pytest.mark.parametrize("value", [-1.0, float("nan"), 1e9])
def test_a_senseless_price_is_refused(value):
    with pytest.raises(BadRequest, match="makes no sense"):
        UserPrices(input_usd=value, output_usd=1)


@pytest.mark.parametrize(("name", "price"), [("anthropic/claude-opus-5", 1_250_000_000), ("office/anthropic", None)])
def test_writing_a_cache_that_we_ask_for_costs_more_than_input_though_nobody_stated_a_price(name, price):
    entered = Tariff().entered(UserPrices(input_usd=1, output_usd=0))

    facts = entered.facts(name, "afar")

    assert facts.cache_write_price == price
    assert dearest(facts) == (price or 1_000_000_000, 0)


def test_a_stated_price_for_writing_a_cache_stands():
    tariff = Tariff(base=Prices(input_price=100, cache_write_price=200, output_price=0))

    assert tariff.facts("anthropic/claude-opus-5", "afar").cache_write_price == 200
