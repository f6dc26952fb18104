"""Looks for model servers and asks what they have: those at their usual ports on this computer, and those added."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rlm_desktop.lm.catalogue import FindKey, address_of
from rlm_desktop.lm.connections import Connections
from rlm_desktop.lm.endpoints import PROVIDERS, whole_base_url
from rlm_desktop.lm.protocol import LmError

if TYPE_CHECKING:
    from rlm_desktop.lm.http_client import HttpClient

LONGEST_SECONDS = 2.0
_MOST_MODELS = 2_000
_OLLAMA_WINDOW_TOKENS = 4_096
"""What Ollama gives a model unless it is told otherwise; a longer prompt is cut without a word."""
_WINDOW_FIELDS = ("max_model_len", "loaded_context_length", "context_length", "context_window", "max_context_length")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that may be there."""

    name: str
    """The first part of its models' names; empty for a server whose models have no such part."""
    title: str
    base_url: str
    is_added: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundModel:
    """A model that a server says it has."""

    name: str
    """As it is written here: server/model."""
    base_url: str
    window_tokens: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What came of looking at one server; `problem` is a sentence, empty where it answered."""

    server: Server
    models: tuple[FoundModel, ...] = ()
    problem: str = ""


def usual_servers() -> list[Server]:
    """Give the servers that may run on this computer."""
    found: list[Server] = []
    for provider in PROVIDERS.values():
        address = address_of(provider) if provider.is_local else None
        if address is not None and not any(one.base_url == address for one in found):
            found.append(Server(name=provider.prefix, title=provider.title, base_url=address))
    return found


def added_servers(servers: Mapping[str, str]) -> list[Server]:
    """Give the servers that the user added."""
    return [Server(name=name, title=name, base_url=address, is_added=True) for name, address in servers.items()]


async def look_at(servers: Iterable[Server], find_key: FindKey, connections: Connections) -> list[Looked]:
    """Ask all of them at once, each for two seconds at most."""
    return list(await asyncio.gather(*(_look(server, find_key, connections) for server in servers)))


async def _look(server: Server, find_key: FindKey, connections: Connections) -> Looked:
    try:
        base_url = whole_base_url(server.base_url)
    except LmError as error:
        return Looked(server=server, problem=str(error))
    key = await asyncio.to_thread(find_key, server.name, None) if server.is_added else None
    client = await connections.to(base_url)
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await _models_of(server, base_url, _Asker(client, key))
    # What aiohttp raises are OSErrors, or ValueErrors for addresses that are none.
    except (OSError, ValueError, TimeoutError):
        return Looked(server=server, problem=f"Nothing answers at {_shown(base_url)}.")
    except _Odd as odd:
        return Looked(server=server, problem=f"{server.title} at {_shown(base_url)} {odd}.")


class _Odd(Exception):
    """A server answered something else than a list of models."""


class _Asker:
    """Asks one server for JSON."""

    def __init__(self, client: "HttpClient", key: str | None) -> None:
        self._client = client
        self._key = key

    async def get(self, url: str, body: dict[str, Any] | None = None) -> Any:
        status, answer = await self._client.get_json(url, self._key, body)
        if status in (401, 403):
            raise _Odd("wants a key: paste it in the model settings")
        if status != 200:
            raise _Odd(f"answered {status} instead of its models: check the address")
        return answer


async def _models_of(server: Server, base_url: str, asker: _Asker) -> Looked:
    listed = await asker.get(f"{base_url}/models")
    data = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(data, list):
        raise _Odd("answered something else than its models: check the address")
    entries = [one for one in data if isinstance(one, dict) and isinstance(one.get("id"), str)][:_MOST_MODELS]
    windows = {one["id"]: _window_in(one) for one in entries}
    windows |= await _own_windows(server, base_url, asker, [one["id"] for one in entries])
    models = (
        FoundModel(name=f"{server.name}/{name}".removeprefix("/"), base_url=base_url, window_tokens=window)
        for name, window in windows.items()
    )
    return Looked(server=server, models=tuple(models))


async def _own_windows(server: Server, base_url: str, asker: _Asker, models: list[str]) -> dict[str, int | None]:
    """Ask for windows in the server's own way, where it has one; what it does not say stays as it is."""
    origin = base_url.removesuffix("/v1")
    try:
        match server.name:
            case "ollama" | "ollama_chat":
                return await _of_ollama(origin, asker, models)
            case "lm_studio":
                return _of_list(await asker.get(f"{origin}/api/v0/models"))
            case "llamafile":
                return _of_props(await asker.get(f"{origin}/props"), models)
    except _Odd:
        return {}
    return {}


async def _of_ollama(origin: str, asker: _Asker, models: list[str]) -> dict[str, int | None]:
    loaded = _of_list(await asker.get(f"{origin}/api/ps"), "models", "name")
    answers = await asyncio.gather(*(asker.get(f"{origin}/api/show", {"model": name}) for name in models[:50]))
    asked = dict(zip(models, map(_num_ctx, answers), strict=False))
    return {name: loaded.get(name) or asked.get(name) or _OLLAMA_WINDOW_TOKENS for name in models}


def _num_ctx(shown: Any) -> int | None:
    """Read the window that a model was made with."""
    parameters = shown.get("parameters") if isinstance(shown, dict) else None
    for line in parameters.splitlines() if isinstance(parameters, str) else ():
        name, _, value = line.strip().partition(" ")
        if name == "num_ctx" and value.strip().isdecimal():
            return int(value)
    return None


def _of_list(answer: Any, field: str = "data", name: str = "id") -> dict[str, int | None]:
    entries = answer.get(field) if isinstance(answer, dict) else None
    named = [one for one in entries or () if isinstance(one, dict) and isinstance(one.get(name), str)]
    return {one[name]: window for one in named if (window := _window_in(one))}


def _of_props(answer: Any, models: list[str]) -> dict[str, int | None]:
    settings = answer.get("default_generation_settings") if isinstance(answer, dict) else None
    window = settings.get("n_ctx") if isinstance(settings, dict) else None
    return dict.fromkeys(models, window) if isinstance(window, int) and window > 0 else {}


def _window_in(entry: Mapping[str, Any]) -> int | None:
    values = (entry.get(name) for name in _WINDOW_FIELDS)
    return next((value for value in values if isinstance(value, int) and value > 0), None)


def _shown(base_url: str) -> str:
    parts = urlsplit(base_url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
