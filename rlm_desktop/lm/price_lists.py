"""Looks a model's prices up in the lists that come with the product; what is in neither stays unknown.

`genai-prices` is asked first, because it knows from which day on a price holds; litellm's map knows more models. Both
lie on this disk, and neither is fetched.
"""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rlm_desktop.lm.prices import DEFAULT_WINDOW_TOKENS, Prices, Tariff, nano
from rlm_desktop.trace.facts import PriceTier

_MAP_FILE = "model_prices_and_context_window_backup.json"
_PER_MILLION = 1_000_000
_ABOVE = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")
_KINDS = {
    "input_price": "input_cost_per_token",
    "cached_input_price": "cache_read_input_token_cost",
    "cache_write_price": "cache_creation_input_token_cost",
    "output_price": "output_cost_per_token",
    "reasoning_price": "output_cost_per_reasoning_token",
}


@cache
def listed_tariff(model: str, provider: str | None, base_url: str | None) -> Tariff:
    """Give what the lists say of a model of a provider; an address says better than a name whose model it is."""
    dated = _dated(model, None if base_url else provider, base_url)
    mapped = None if provider is None else _mapped(model, provider)
    if dated is None:
        return mapped or Tariff()
    window = dated.window_tokens or (mapped.window_tokens if mapped else DEFAULT_WINDOW_TOKENS)
    return replace(dated, window_tokens=window)


@cache
def listed_models() -> dict[str, Any]:
    """Give litellm's map of models: 40 ms, so only when it is needed. Empty where the package lacks it."""
    package = find_spec("litellm")
    for place in (package.submodule_search_locations if package else None) or ():
        file = Path(place, _MAP_FILE)
        if file.is_file():
            models = json.loads(file.read_bytes())
            return models if isinstance(models, dict) else {}
    return {}


def _dated(model: str, provider: str | None, base_url: str | None) -> Tariff | None:
    # Imported on first use: the price list takes 0.2 s to load.
    from genai_prices.data_snapshot import get_snapshot  # noqa: PLC0415

    try:
        _, found = get_snapshot().find_provider_model(model, None, provider, base_url)
    except LookupError:
        return None
    prices = found.get_prices(datetime.now(tz=UTC))
    stored = _stored(prices)
    starts = sorted({tier.start for price in stored.values() for tier in getattr(price, "tiers", ())})
    return Tariff(
        base=Prices(**{name: _at(price, 0) for name, price in stored.items()}),
        tiers=tuple(
            PriceTier(above_tokens=start, **{name: _at(price, start + 1) for name, price in stored.items()})
            for start in starts
        ),
        window_tokens=found.context_window or 0,
        source="listed",
    )


def _stored(prices: Any) -> dict[str, Any]:
    return {
        "input_price": prices.input_mtok,
        "cached_input_price": prices.cache_read_mtok,
        "cache_write_price": prices.cache_write_mtok,
        "output_price": prices.output_mtok,
    }


def _at(price: Any, input_tokens: int) -> int | None:
    """Give one price for a prompt of this length: a plain decimal, or a base with tiers."""
    if price is None:
        return None
    if not hasattr(price, "tiers"):
        return nano(price)
    reached = [tier.price for tier in price.tiers if input_tokens > tier.start]
    return nano(reached[-1] if reached else price.base)


def _mapped(model: str, provider: str) -> Tariff | None:
    """Read litellm's map. It says 0 of much that it does not know: that is unknown here, not free."""
    models = listed_models()
    entry = models.get(f"{provider}/{model}") or models.get(model)
    if not isinstance(entry, dict) or entry.get("litellm_provider") != provider:
        return None
    window = entry.get("max_input_tokens")
    tariff = Tariff(window_tokens=window if isinstance(window, int) and window > 0 else DEFAULT_WINDOW_TOKENS)
    if not entry.get("input_cost_per_token") or not entry.get("output_cost_per_token"):
        return tariff
    starts = sorted(int(found[1]) * 1_000 for found in map(_ABOVE.fullmatch, entry) if found)
    return replace(
        tariff,
        base=Prices(**{name: _mapped_price(entry, field) for name, field in _KINDS.items()}),
        tiers=tuple(_mapped_tier(entry, start) for start in starts),
        source="listed",
    )


def _mapped_tier(entry: dict[str, Any], start: int) -> PriceTier:
    above = f"_above_{start // 1_000}k_tokens"
    prices = {name: _mapped_price(entry, f"{field}{above}", field) for name, field in _KINDS.items()}
    return PriceTier(above_tokens=start, **prices)


def _mapped_price(entry: dict[str, Any], *fields: str) -> int | None:
    """Give the first of these prices that there is, per million tokens."""
    for field in fields:
        price = entry.get(field)
        if isinstance(price, int | float) and price > 0:
            return nano(f"{price * _PER_MILLION:.9f}")
    return None
