"""Finds the model a name means, and names those that a provider is known to have."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

from rlm_desktop.lm.builtin import NAME as BUILTIN
from rlm_desktop.lm.builtin import ExtractiveLM
from rlm_desktop.lm.connections import Connections
from rlm_desktop.lm.endpoints import PROVIDERS, Endpoint, Provider, is_loopback, place_of, whole_base_url
from rlm_desktop.lm.litellm import LiteLlmLM
from rlm_desktop.lm.openai import OpenAiLM
from rlm_desktop.lm.price_lists import listed_models, listed_tariff
from rlm_desktop.lm.prices import LOCAL, Tariff, UserPrices
from rlm_desktop.lm.protocol import LM, BadKey, UnknownModel

FindKey = Callable[[str, str | None], str | None]
"""Gives the key for a provider's or added server's name, and the variable that may hold it."""


def key_in_environment(_provider: str, variable: str | None) -> str | None:
    """Look only where the variable says."""
    return os.environ.get(variable) if variable else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the user has set up to reach models."""

    base_url: str | None = None
    """The one server that has all models; else each model's name says whose it is."""
    api_key: str | None = field(default=None, repr=False)
    servers: Mapping[str, str] = field(default_factory=dict)
    """Addresses of added servers, by the first part of their models' names."""
    find_key: FindKey = key_in_environment
    prices: UserPrices | None = None
    """Of every model that has none of its own."""
    model_prices: Mapping[str, UserPrices] = field(default_factory=dict)
    windows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Window sizes that were found out, by a model's name and its address."""
    connections: Connections | None = None
    """Those that outlive a run; each model has its own where none are given."""


def make_lm(name: str, means: Means = Means()) -> LM:
    """Make the LM that a name means; nothing is imported or connected before its first request."""
    if not name.strip():
        raise UnknownModel(f"No model was named: choose one, such as openai/gpt-5-mini or {BUILTIN}.")
    if name == BUILTIN:
        return ExtractiveLM()
    if name.startswith("builtin/"):
        raise UnknownModel(f"There is no built-in model {name}: the one there is is called {BUILTIN}.")
    endpoint = endpoint_of(name, means)
    tariff = _tariff(endpoint, means)
    is_compatible = endpoint.base_url is not None
    return OpenAiLM(endpoint, tariff, means.connections) if is_compatible else LiteLlmLM(endpoint, tariff)


def endpoint_of(name: str, means: Means) -> Endpoint:
    """Find who serves a model; raises an `LmError`."""
    if means.base_url:
        return _served_at(name, means.base_url, means.api_key)
    prefix, _, rest = name.partition("/")
    if rest and prefix in means.servers:
        return _added(name, rest, means)
    return _provided(name, means)


@cache
def known_models(provider: str) -> tuple[str, ...]:
    """Name the chat models that a provider is listed with, the dearest first; those going out of use are left out."""
    today = datetime.now(tz=UTC).date().isoformat()
    found = [
        (-float(entry["output_cost_per_token"]), _written(name, provider))
        for name, entry in listed_models().items()
        if entry.get("litellm_provider") == provider and _is_of_use(name, entry, today)
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


_LEAST_WINDOW_TOKENS = 32_000
# A day's stand of a model beside the model itself, and models for one trade.
_SPECIAL = re.compile(r"(-\d{8}|-\d{4}-\d\d-\d\d|@\w+)$|audio|cyber|guard|image|preview|research|search|vision|-exp\b")


def _is_of_use(name: str, entry: Mapping[str, object], today: str) -> bool:
    window = entry.get("max_input_tokens")
    return (
        entry.get("mode") == "chat"
        and isinstance(window, int)
        and window >= _LEAST_WINDOW_TOKENS
        and bool(entry.get("input_cost_per_token") and entry.get("output_cost_per_token"))
        and str(entry.get("deprecation_date") or "9") > today
        and not _SPECIAL.search(name)
    )


def _written(name: str, provider: str) -> str:
    return name if name.startswith(f"{provider}/") else f"{provider}/{name}"


def _served_at(name: str, base_url: str, api_key: str | None) -> Endpoint:
    """Describe a model of the OpenAI-compatible server that the user named."""
    address = whole_base_url(base_url)
    prefix, _, rest = name.partition("/")
    provider = PROVIDERS.get(prefix)
    is_route = rest and provider is not None and (prefix == "openai" or provider.is_local)
    return Endpoint(
        name=name,
        model=rest if is_route else name,
        provider=None,
        base_url=address,
        # The key of OpenAI is for OpenAI: any other server gets the key that was named for it, or none.
        api_key=api_key,
        goes_to=place_of(address),
    )


def _added(name: str, model: str, means: Means) -> Endpoint:
    """Describe a model of a server that the user added."""
    server = name.partition("/")[0]
    address = whole_base_url(means.servers[server])
    return Endpoint(
        name=name,
        model=model,
        provider=None,
        base_url=address,
        api_key=means.find_key(server, None),
        goes_to=place_of(address),
    )


def _provided(name: str, means: Means) -> Endpoint:
    """Describe a model of the provider that the first part of its name says."""
    prefix, _, rest = name.partition("/")
    if not rest:
        raise UnknownModel(
            f"{name!r} does not say whose model it is: write provider/model, such as openai/{name},"
            " or give the address of a server that has it (--base-url)."
        )
    provider = PROVIDERS.get(prefix)
    if provider is None:
        return Endpoint(name=name, model=name, provider=None, base_url=None, api_key=means.api_key, goes_to=prefix)
    key = means.api_key or _key_of(provider, name, means.find_key)
    base_url = address_of(provider)
    return Endpoint(
        name=name,
        model=rest if base_url else name,
        provider=provider,
        base_url=base_url,
        api_key=key,
        goes_to=place_of(base_url) if base_url else provider.title,
    )


def _key_of(provider: Provider, name: str, find_key: FindKey) -> str | None:
    if provider.key_name is None:
        return None
    key = find_key(provider.prefix, provider.key_name)
    if not key:
        raise BadKey(
            f"There is no key for {name}: set {provider.key_name}, paste the key in the model settings, or choose "
            f"{BUILTIN}, which needs none."
        )
    return key


def address_of(provider: Provider) -> str | None:
    """Give where a provider is asked: the usual place, or where the environment moved it."""
    moved = os.environ.get(provider.base_url_name) if provider.base_url_name else None
    return whole_base_url(moved) if moved else provider.base_url


def _tariff(endpoint: Endpoint, means: Means) -> Tariff:
    """Take the user's prices, else nothing for servers on this computer, else the list's; else unknown."""
    tariff = _listed(endpoint)
    entered = means.model_prices.get(endpoint.name, means.prices)
    tariff = tariff if entered is None else tariff.entered(entered)
    window = means.windows.get((endpoint.name, endpoint.base_url or ""))
    return tariff if window is None else replace(tariff, window_tokens=window)


def _listed(endpoint: Endpoint) -> Tariff:
    if endpoint.base_url is not None and is_loopback(endpoint.base_url):
        return LOCAL
    prefix, _, rest = endpoint.name.partition("/")
    is_providers = endpoint.provider is not None or not endpoint.base_url
    model = endpoint.model if endpoint.base_url else rest
    return listed_tariff(model, prefix if is_providers else None, endpoint.base_url)
