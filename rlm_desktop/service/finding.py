"""Finds the models that can be used here, and chooses two of them for the user."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from rlm_desktop.lm.builtin import NAME as BUILTIN
from rlm_desktop.lm.catalogue import Means, endpoint_of, known_models, make_lm
from rlm_desktop.lm.discovery import Looked, Server, added_servers, look_at, usual_servers
from rlm_desktop.lm.endpoints import PROVIDERS, THIS_COMPUTER, Endpoint, Provider
from rlm_desktop.lm.protocol import LM, LmError
from rlm_desktop.service.making import Access, Chosen
from rlm_desktop.service.model_messages import KeyListed, ModelListed, ModelsListed, ServerLooked
from rlm_desktop.settings.keys import FoundKey, keyring_problem

_ROOT_OUTPUT_NANO_USD = 16 * 10**9
"""Per million tokens; a dearer model is the user's to choose."""
_WORKER_SHARE = 0.35
_ROOT_WINDOW_TOKENS = 16_000
_MOST_A_PROVIDER = 60


async def find_models(access: Access, chosen: Chosen) -> ModelsListed:
    """Look for models: on servers, at providers whose key is there. Only servers are asked, nothing else goes out."""
    means = access.means(chosen)
    servers, find_key = [*usual_servers(), *added_servers(means.servers)], access.find_key
    if means.base_url:
        # It has all models, under their own names, and the key that was named is for it alone.
        servers = [Server(name="", title="the server", base_url=means.base_url, is_added=True)]
        find_key = partial(_only, means.api_key)
    looked = await look_at(servers, find_key, access.connections)
    found = [model for one in looked for model in one.models]
    access.notes.note_all(
        {(one.name, one.base_url): {"window_tokens": one.window_tokens} for one in found if one.window_tokens}
    )
    means = replace(means, windows=access.notes.windows())
    keys, problem = await asyncio.to_thread(_keys, access), await asyncio.to_thread(keyring_problem)
    models = await asyncio.to_thread(_models, access, means, looked, () if means.base_url else keys)
    root, worker = _suggested(models)
    return ModelsListed(
        models=tuple(models),
        servers=tuple(_told(one) for one in looked if one.server.is_wanted or not one.problem),
        keys=tuple(_key_listed(provider, found) for provider, found in keys),
        keyring_problem=problem,
        suggested_root=root,
        suggested_worker=worker,
    )


def _only(key: str | None, _provider: str, _variable: str | None) -> str | None:
    return key


async def learn_windows(access: Access, chosen: Chosen, names: Iterable[str]) -> None:
    """Ask the users' own servers what windows they give these models now; a wrong one loses text without a word.

    Raises an `LmError` when a name means no model.
    """
    means = access.means(chosen)
    ends = await asyncio.to_thread(lambda: [endpoint_of(name, means) for name in names if name != BUILTIN])
    own = [end for end in ends if end.base_url and (end.provider is None or end.provider.is_local)]
    servers = {_server_of(end): end.api_key for end in own}
    keys = {server.name: key for server, key in servers.items()}
    looked = await look_at(servers, lambda name, _variable: keys.get(name), access.connections)
    windows = {(one.server.name, model.name): model.window_tokens for one in looked for model in one.models}
    learned = {
        (end.name, end.base_url or ""): window
        for end in own
        if (window := windows.get((_server_of(end).name, f"{_server_of(end).name}/{end.model}")))
    }
    known = access.notes.windows()
    access.notes.note_all(
        {name: {"window_tokens": window} for name, window in learned.items() if known.get(name) != window}
    )


def _server_of(end: Endpoint) -> Server:
    """Give the server of a model; one that is no usual one goes by its address."""
    address = end.base_url or ""
    name = end.provider.prefix if end.provider else address
    return Server(name=name, title=end.goes_to, base_url=address, is_added=end.provider is None)


_FoundKeys = Sequence[tuple[Provider, FoundKey | None]]


def _keys(access: Access) -> _FoundKeys:
    keyed = [provider for provider in PROVIDERS.values() if provider.key_name]
    return [(provider, access.keys.find(provider.prefix, provider.key_name)) for provider in keyed]


def _key_listed(provider: Provider, found: FoundKey | None) -> KeyListed:
    place = found.place if found else None
    return KeyListed(provider=provider.prefix, title=provider.title, variable=provider.key_name or "", place=place)


def _told(looked: Looked) -> ServerLooked:
    server = looked.server
    return ServerLooked(
        name=server.name,
        base_url=server.base_url,
        models=len(looked.models),
        problem=looked.problem,
        is_added=server.is_added,
    )


def _models(access: Access, means: Means, looked: Sequence[Looked], keys: _FoundKeys) -> list[ModelListed]:
    models = [_listed(access, means, BUILTIN, "finds and quotes, no key needed")]
    for one in looked:
        models += [_listed(access, means, model.name, f"on {one.server.title}") for model in one.models]
    for provider, found in keys:
        if found is not None:
            note = f"key from {provider.key_name if found.place == 'environment' else 'the ' + found.place}"
            names = known_models(provider.prefix)[:_MOST_A_PROVIDER]
            models += [_listed(access, means, name, note) for name in names]
    return [model for model in models if model is not None]


def _listed(access: Access, means: Means, name: str, note: str) -> ModelListed | None:
    try:
        lm = make_lm(name, means)
    except LmError:
        return None
    facts = lm.facts
    return ModelListed(
        name=name,
        note=note,
        goes_to=facts.goes_to,
        is_local=facts.goes_to == THIS_COMPUTER,
        window_tokens=_known_window(lm, means),
        input_price=facts.input_price,
        cached_input_price=facts.cached_input_price,
        output_price=facts.output_price,
        price_source=facts.price_source,
        badge=access.notes.of(name, address_of_lm(lm)).badge,
    )


def _known_window(lm: LM, means: Means) -> int | None:
    """Give a model's window; what a server here did not tell is unknown, whatever a run takes it for."""
    facts = lm.facts
    is_told = facts.name == BUILTIN or (facts.name, address_of_lm(lm)) in means.windows
    return facts.window_tokens if is_told or facts.goes_to != THIS_COMPUTER else None


def address_of_lm(lm: LM) -> str:
    """Give the address under which notes about a model are kept."""
    return lm.provider if "://" in lm.provider else ""


def _suggested(models: Sequence[ModelListed]) -> tuple[str, str]:
    """Choose a root and a worker: models that passed a test first, then those here, then the best that is not dear."""
    usable = [one for one in models if one.name != BUILTIN and one.badge != "unsuitable"]
    roots = [
        one
        for one in usable
        if one.badge != "worker-only" and (one.window_tokens or _ROOT_WINDOW_TOKENS) >= _ROOT_WINDOW_TOKENS
    ]
    affordable = [one for one in roots if one.output_price is not None and one.output_price <= _ROOT_OUTPUT_NANO_USD]
    if not affordable:
        return BUILTIN, BUILTIN
    root = max(affordable, key=_merit)
    cheap = [
        one
        for one in usable
        if one.goes_to == root.goes_to
        and one.output_price is not None
        and one.output_price <= (root.output_price or 0) * _WORKER_SHARE
    ]
    worker = max(cheap, key=lambda one: (one.output_price or 0, one.window_tokens or 0)) if cheap else root
    return root.name, worker.name


def _merit(model: ModelListed) -> tuple[bool, bool, int, int]:
    is_proven = model.badge == "root-capable"
    return is_proven, not model.is_local, model.output_price or 0, model.window_tokens or 0
