"""What a call costs: prices are integers, nano-dollars per million tokens; an unknown price stays unknown."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Protocol

from rlm_desktop.lm.protocol import BadRequest
from rlm_desktop.trace.facts import ModelFacts, Usage

NANO = 1_000_000_000
DEFAULT_WINDOW_TOKENS = 128_000


class Priced(Protocol):
    """Whatever states prices: `Prices`, or the facts of a model."""

    @property
    def input_price(self) -> int | None: ...  # noqa: D102
    @property
    def cached_input_price(self) -> int | None: ...  # noqa: D102
    @property
    def output_price(self) -> int | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Nano-dollars per million tokens; None is unknown."""

    input_price: int | None = None
    cached_input_price: int | None = None
    output_price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPrices:
    """Prices the user entered, in dollars per million tokens."""

    input_usd: float
    output_usd: float

    def __post_init__(self) -> None:
        for value in (self.input_usd, self.output_usd):
            if not 0 <= value < 1_000_000:
                raise BadRequest(f"A price of {value:g} dollars per million tokens makes no sense: give 0 or more.")

    def prices(self) -> Prices:
        """Give them as nano-dollars."""
        return Prices(input_price=_nano(self.input_usd), output_price=_nano(self.output_usd))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What is known of a model's prices and window. Prompts longer than a tier's start pay that tier throughout."""

    base: Prices = Prices()
    tiers: tuple[tuple[int, Prices], ...] = ()
    window_tokens: int = DEFAULT_WINDOW_TOKENS

    def cost_nano_usd(self, usage: Usage) -> int | None:
        """Price one call."""
        prices = self.base
        for start, tier in self.tiers:
            prices = tier if usage.input_tokens > start else prices
        return cost_nano_usd(prices, usage)

    def facts(self, name: str, goes_to: str) -> ModelFacts:
        """Describe a model with this tariff."""
        return ModelFacts(
            name=name,
            window_tokens=self.window_tokens,
            input_price=self.base.input_price,
            cached_input_price=self.base.cached_input_price,
            output_price=self.base.output_price,
            goes_to=goes_to,
        )


FREE = Prices(input_price=0, cached_input_price=0, output_price=0)


def cost_nano_usd(prices: Priced, usage: Usage) -> int | None:
    """Price the tokens of one call, rounded half up once; None when a price that matters is unknown.

    Cached input with no price of its own is charged as plain input.
    """
    cached = min(usage.cached_input_tokens, usage.input_tokens)
    cached_price = prices.input_price if prices.cached_input_price is None else prices.cached_input_price
    parts = (
        (usage.input_tokens - cached, prices.input_price),
        (cached, cached_price),
        (usage.output_tokens, prices.output_price),
    )
    total = 0
    for tokens, price in parts:
        if tokens and price is None:
            return None
        total += tokens * (price or 0)
    return (total + 500_000) // 1_000_000


def is_free(prices: Priced) -> bool:
    """Tell whether a model is known to cost nothing, however many tokens it uses."""
    return prices.input_price == 0 and prices.output_price == 0


@cache
def listed_tariff(model: str, provider: str | None, base_url: str | None) -> Tariff:
    """Look a model up in the price list that comes with the product; what is not in it stays unknown."""
    # Imported on first use: the price list takes 0.2 s to load.
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415

    try:
        _, found = get_snapshot().find_provider_model(model, None, provider, base_url)
    except LookupError:
        return Tariff()
    return _tariff_of(found)


def _tariff_of(model: Any) -> Tariff:
    tariff = _tariff_of_prices(model.get_prices(datetime.now(tz=UTC)))
    return replace(tariff, window_tokens=model.context_window or _customary_window(model.id))


def _customary_window(model: str) -> int:
    return 1_048_576 if model.startswith("gemini-") else DEFAULT_WINDOW_TOKENS


def _tariff_of_prices(prices: Any) -> Tariff:
    starts = sorted({tier.start for price in _stored(prices) for tier in getattr(price, "tiers", ())})
    return Tariff(
        base=_prices_at(prices, 0),
        tiers=tuple((start, _prices_at(prices, start + 1)) for start in starts),
    )


def _stored(prices: Any) -> tuple[Any, ...]:
    return (prices.input_mtok, prices.cache_read_mtok, prices.output_mtok)


def _prices_at(prices: Any, input_tokens: int) -> Prices:
    plain, cached, output = (_at(price, input_tokens) for price in _stored(prices))
    return Prices(input_price=plain, cached_input_price=cached, output_price=output)


def _at(price: Any, input_tokens: int) -> int | None:
    """Give one price for a prompt of this length: a plain decimal, or a base with tiers."""
    if price is None:
        return None
    if not hasattr(price, "tiers"):
        return _nano(price)
    reached = [tier.price for tier in price.tiers if input_tokens > tier.start]
    return _nano(reached[-1] if reached else price.base)


def _nano(usd: Decimal | float) -> int:
    return int((Decimal(str(usd)) * NANO).to_integral_value(ROUND_HALF_UP))
