"""What a call costs: prices are integers, nano-dollars per million tokens; an unknown price stays unknown."""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from rlm_desktop.lm.prompt_caching import CACHE_WRITE_FACTOR, wants_marks
from rlm_desktop.lm.protocol import BadRequest
from rlm_desktop.trace.facts import ModelFacts, PriceSource, PriceTier, Usage

NANO = 1_000_000_000
DEFAULT_WINDOW_TOKENS = 128_000
_MOST_USD = 1_000_000


class Priced(Protocol):
    """Whatever states prices: `Prices`, a tier, or the facts of a model."""

    @property
    def input_price(self) -> int | None: ...  # noqa: D102
    @property
    def cached_input_price(self) -> int | None: ...  # noqa: D102
    @property
    def cache_write_price(self) -> int | None: ...  # noqa: D102
    @property
    def output_price(self) -> int | None: ...  # noqa: D102
    @property
    def reasoning_price(self) -> int | None: ...  # noqa: D102


class Tiered(Priced, Protocol):
    """Prices of which longer prompts pay others."""

    @property
    def tiers(self) -> tuple[PriceTier, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Nano-dollars per million tokens; None is unknown, and as other input or output where it has a kind of its own."""

    input_price: int | None = None
    cached_input_price: int | None = None
    cache_write_price: int | None = None
    output_price: int | None = None
    reasoning_price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPrices:
    """Prices the user entered, in dollars per million tokens."""

    input_usd: float
    output_usd: float
    cached_input_usd: float | None = None

    def __post_init__(self) -> None:
        for value in (self.input_usd, self.output_usd, self.cached_input_usd or 0):
            if not 0 <= value < _MOST_USD:
                raise BadRequest(f"A price of {value:g} dollars per million tokens makes no sense: give 0 or more.")

    def prices(self) -> Prices:
        """Give them as nano-dollars."""
        cached = None if self.cached_input_usd is None else nano(self.cached_input_usd)
        return Prices(input_price=nano(self.input_usd), cached_input_price=cached, output_price=nano(self.output_usd))


FREE = Prices(input_price=0, cached_input_price=0, cache_write_price=0, output_price=0, reasoning_price=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What is known of a model's prices, who says so, and of its window."""

    base: Prices = Prices()
    tiers: tuple[PriceTier, ...] = ()
    window_tokens: int = DEFAULT_WINDOW_TOKENS
    source: PriceSource = "unknown"

    def entered(self, prices: UserPrices) -> "Tariff":
        """Give this tariff with the user's prices in place of the list's."""
        return replace(self, base=prices.prices(), tiers=(), source="entered")

    def facts(self, name: str, goes_to: str) -> ModelFacts:
        """Describe a model with this tariff; its prices are those of today."""
        return ModelFacts(
            name=name,
            window_tokens=self.window_tokens,
            input_price=self.base.input_price,
            cached_input_price=self.base.cached_input_price,
            cache_write_price=_cache_write_price(name, self.base),
            output_price=self.base.output_price,
            reasoning_price=self.base.reasoning_price,
            tiers=tuple(replace(tier, cache_write_price=_cache_write_price(name, tier)) for tier in self.tiers),
            goes_to=goes_to,
            price_source=self.source,
            priced_on=datetime.now(tz=UTC).date().isoformat() if self.source != "unknown" else "",
        )


def _cache_write_price(name: str, prices: Priced) -> int | None:
    """Give what a model we mark prompts for takes for writing its cache, where nobody said: what its provider does."""
    if prices.cache_write_price is not None or prices.input_price is None or not wants_marks(name):
        return prices.cache_write_price
    return math.ceil(prices.input_price * CACHE_WRITE_FACTOR)


LOCAL = Tariff(base=FREE, source="local")
"""Of a model that runs on this computer."""


def call_cost(facts: Tiered, usage: Usage) -> int | None:
    """Price the tokens of one call at the tier that its prompt reaches; None when a price that matters is unknown."""
    reached: Priced = facts
    for tier in facts.tiers:
        reached = tier if usage.input_tokens > tier.above_tokens else reached
    return cost_nano_usd(reached, usage)


def cost_nano_usd(prices: Priced, usage: Usage) -> int | None:
    """Price tokens, rounded half up once; None when a price that matters is unknown.

    Tokens of a kind with no price of its own are charged as plain input or output.
    """
    cached = min(usage.cached_input_tokens, usage.input_tokens)
    written = min(usage.cache_write_tokens, usage.input_tokens - cached)
    reasoning = min(usage.reasoning_tokens, usage.output_tokens)
    parts = (
        (usage.input_tokens - cached - written, prices.input_price),
        (cached, _either(prices.cached_input_price, prices.input_price)),
        (written, _either(prices.cache_write_price, prices.input_price)),
        (usage.output_tokens - reasoning, prices.output_price),
        (reasoning, _either(prices.reasoning_price, prices.output_price)),
    )
    total = 0
    for tokens, price in parts:
        if tokens and price is None:
            return None
        total += tokens * (price or 0)
    return (total + 500_000) // 1_000_000


def dearest(facts: Tiered) -> tuple[int, int] | None:
    """Give the most that a token of input and one of output can cost; None when either is unknown."""
    if facts.input_price is None or facts.output_price is None:
        return None
    every: tuple[Priced, ...] = (facts, *facts.tiers)
    asked = [price for one in every for price in (one.input_price, one.cached_input_price, one.cache_write_price)]
    told = [price for one in every for price in (one.output_price, one.reasoning_price)]
    return max(price or 0 for price in asked), max(price or 0 for price in told)


def is_free(prices: Priced) -> bool:
    """Tell whether a model is known to cost nothing, however many tokens it uses."""
    return prices.input_price == 0 and prices.output_price == 0 and not prices.reasoning_price


def nano(usd: Decimal | float | str) -> int:
    """Give dollars as nano-dollars, rounded half up."""
    return int((Decimal(str(usd)) * NANO).to_integral_value(ROUND_HALF_UP))


def _either(price: int | None, other: int | None) -> int | None:
    return other if price is None else price
