"""Finds the model a name means, and lists those that can be used here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from rlm_desktop.lm.builtin import NAME as BUILTIN
from rlm_desktop.lm.builtin import ExtractiveLM
from rlm_desktop.lm.endpoints import PROVIDERS, THIS_COMPUTER, Endpoint, Provider, is_loopback, place_of, whole_base_url
from rlm_desktop.lm.litellm import LiteLlmLM
from rlm_desktop.lm.openai import OpenAiLM
from rlm_desktop.lm.price_lists import listed_tariff
from rlm_desktop.lm.prices import LOCAL, Tariff, UserPrices
from rlm_desktop.lm.protocol import LM, BadKey, UnknownModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """A model that can be used here; `note` says in a few words why or what for."""

    name: str
    note: str
    goes_to: str


_SUGGESTED = {
    "openai": ("openai/gpt-5", "openai/gpt-5-mini"),
    "anthropic": ("anthropic/claude-sonnet-4-5", "anthropic/claude-haiku-4-5"),
    "gemini": ("gemini/gemini-2.5-pro", "gemini/gemini-2.5-flash"),
    "openrouter": ("openrouter/qwen/qwen3-coder",),
    "deepseek": ("deepseek/deepseek-chat",),
    "mistral": ("mistral/mistral-large-latest", "mistral/mistral-small-latest"),
    "groq": ("groq/openai/gpt-oss-120b",),
    "xai": ("xai/grok-4",),
}


def make_lm(
    name: str, *, base_url: str | None = None, api_key: str | None = None, prices: UserPrices | None = None
) -> LM:
    """Make the LM that a name means; nothing is imported or connected before its first request."""
    if not name.strip():
        raise UnknownModel(f"No model was named: choose one, such as openai/gpt-5-mini or {BUILTIN}.")
    if name == BUILTIN:
        return ExtractiveLM()
    if name.startswith("builtin/"):
        raise UnknownModel(f"There is no built-in model {name}: the one there is is called {BUILTIN}.")
    endpoint = _served_at(name, base_url, api_key) if base_url else _provided(name, api_key)
    tariff = _tariff(endpoint, prices)
    is_compatible = endpoint.base_url is not None
    return OpenAiLM(endpoint, tariff) if is_compatible else LiteLlmLM(endpoint, tariff)


def usable_models(environ: Mapping[str, str], base_url: str | None = None) -> list[ModelChoice]:
    """List what can be asked here: the built-in model, and some of each provider whose key is set."""
    choices = [ModelChoice(name=BUILTIN, note="finds and quotes, no key needed", goes_to=THIS_COMPUTER)]
    if base_url:
        return choices
    for prefix, names in _SUGGESTED.items():
        provider = PROVIDERS[prefix]
        if provider.key_name and environ.get(provider.key_name):
            note = f"key found in {provider.key_name}"
            choices += [ModelChoice(name=name, note=note, goes_to=provider.title) for name in names]
    return choices


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


def _provided(name: str, api_key: str | None) -> Endpoint:
    """Describe a model of the provider that the first part of its name says."""
    prefix, _, rest = name.partition("/")
    if not rest:
        raise UnknownModel(
            f"{name!r} does not say whose model it is: write provider/model, such as openai/{name},"
            " or give the address of a server that has it (--base-url)."
        )
    provider = PROVIDERS.get(prefix)
    if provider is None:
        return Endpoint(name=name, model=name, provider=None, base_url=None, api_key=api_key, goes_to=prefix)
    key = api_key or _key_of(provider, name)
    base_url = _address_of(provider)
    return Endpoint(
        name=name,
        model=rest if base_url else name,
        provider=provider,
        base_url=base_url,
        api_key=key,
        goes_to=place_of(base_url) if base_url else provider.title,
    )


def _key_of(provider: Provider, name: str) -> str | None:
    if provider.key_name is None:
        return None
    key = os.environ.get(provider.key_name)
    if not key:
        raise BadKey(f"There is no key for {name}: set {provider.key_name}, or choose {BUILTIN}, which needs none.")
    return key


def _address_of(provider: Provider) -> str | None:
    moved = os.environ.get(provider.base_url_name) if provider.base_url_name else None
    return whole_base_url(moved) if moved else provider.base_url


def _tariff(endpoint: Endpoint, prices: UserPrices | None) -> Tariff:
    """Take the user's prices, else nothing for servers on this computer, else the list's; else unknown."""
    is_local = endpoint.base_url is not None and is_loopback(endpoint.base_url)
    if is_local:
        listed = LOCAL
    else:
        prefix, _, rest = endpoint.name.partition("/")
        is_providers = endpoint.provider is not None or not endpoint.base_url
        model = endpoint.model if endpoint.base_url else rest
        listed = listed_tariff(model, prefix if is_providers else None, endpoint.base_url)
    return listed if prices is None else listed.entered(prices)
