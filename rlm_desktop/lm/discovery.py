"""Looks for model servers and asks what they have: those at their usual ports on this computer, and those added."""

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rlm_desktop.lm.catalogue import FindKey, address_of
from rlm_desktop.lm.connections import Connections
from rlm_desktop.lm.endpoints import PROVIDERS, Provider, whole_base_url
from rlm_desktop.lm.protocol import LmError

if TYPE_CHECKING:
    from rlm_desktop.lm.http_client import HttpClient

LONGEST_SECONDS = 2.0
_MOST_MODELS = 2_000
_LONGEST_NAME = 300
_LARGEST_WINDOW_TOKENS = 100_000_000
_OWNERS = {"library": "ollama", "llamacpp": "llamafile", "organization_owner": "lm_studio"}
"""What kinds of servers say of their models in `owned_by`."""
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
    is_moved: bool = False
    """Whether the environment gives its address."""

    @property
    def is_wanted(self) -> bool:
        """Whether somebody named its address, so that its silence is worth telling."""
        return self.is_added or self.is_moved


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
        server = _usual(provider) if provider.is_local else None
        if server is not None and not any(one.base_url == server.base_url for one in found):
            found.append(server)
    return found


def _usual(provider: Provider) -> Server:
    moved = os.environ.get(provider.base_url_name or "")
    try:
        address = address_of(provider) or ""
    except LmError:
        # It is told when the server is looked at.
        address = moved or ""
    return Server(name=provider.prefix, title=provider.title, base_url=address, is_moved=bool(moved))


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
    asker = _Asker(await connections.to(base_url), key)
    latest = asyncio.get_running_loop().time() + LONGEST_SECONDS
    try:
        async with asyncio.timeout_at(latest):
            entries = await _entries(base_url, asker)
    # What aiohttp raises are OSErrors, or ValueErrors for addresses that are none.
    except (OSError, ValueError, TimeoutError):
        return Looked(server=server, problem=f"Nothing answers at {_shown(base_url)}.")
    except _Odd as odd:
        return Looked(server=server, problem=f"{server.title} at {_shown(base_url)} {odd}.")
    windows = {one["id"]: _window_in(one) for one in entries}
    windows |= await _own_windows(_kind_of(server, entries), base_url, asker, list(windows), latest)
    models = (
        FoundModel(name=f"{server.name}/{name}".removeprefix("/"), base_url=base_url, window_tokens=windows[name])
        for name in windows
    )
    return Looked(server=server, models=tuple(models))


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


async def _entries(base_url: str, asker: _Asker) -> list[dict[str, Any]]:
    listed = await asker.get(f"{base_url}/models")
    data = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(data, list):
        raise _Odd("answered something else than its models: check the address")
    return [one for one in data if isinstance(one, dict) and _is_model_name(one.get("id"))][:_MOST_MODELS]


def _is_model_name(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME and name.isprintable()


def _kind_of(server: Server, entries: list[dict[str, Any]]) -> str:
    """Tell which provider's own ways a server has; an added one's by whom it says its models belong to."""
    if not server.is_added:
        return server.name
    owners = [one.get("owned_by") for one in entries]
    return next((kind for owner, kind in _OWNERS.items() if owner in owners), "")


async def _own_windows(
    kind: str, base_url: str, asker: _Asker, models: list[str], latest: float
) -> dict[str, int | None]:
    """Ask for windows in the server's own way, where it has one; what it does not say in time stays as it is."""
    is_ollama = kind in ("ollama", "ollama_chat")
    careful: dict[str, int | None] = dict.fromkeys(models, _OLLAMA_WINDOW_TOKENS) if is_ollama else {}
    try:
        async with asyncio.timeout_at(latest):
            told = await _told_windows(kind, base_url.removesuffix("/v1"), asker, models)
    except (_Odd, OSError, ValueError, TimeoutError):
        return careful
    return careful | {name: window for name, window in told.items() if name in models}


async def _told_windows(kind: str, origin: str, asker: _Asker, models: list[str]) -> dict[str, int | None]:
    match kind:
        case "ollama" | "ollama_chat":
            return await _of_ollama(origin, asker, models)
        case "lm_studio":
            return _of_list(await asker.get(f"{origin}/api/v0/models"))
        case "llamafile":
            return _of_props(await asker.get(f"{origin}/props"), models)
    return {}


async def _of_ollama(origin: str, asker: _Asker, models: list[str]) -> dict[str, int | None]:
    asked = await asyncio.gather(*(asker.get(f"{origin}/api/show", {"model": name}) for name in models[:50]))
    made: dict[str, int | None] = {
        name: window for name, shown in zip(models, asked, strict=False) if (window := _num_ctx(shown))
    }
    try:
        return made | _of_list(await asker.get(f"{origin}/api/ps"), "models", "name")
    except _Odd:
        return made


def _num_ctx(shown: Any) -> int | None:
    """Read the window that a model was made with."""
    parameters = shown.get("parameters") if isinstance(shown, dict) else None
    for line in parameters.splitlines() if isinstance(parameters, str) else ():
        name, _, value = line.strip().partition(" ")
        if name == "num_ctx" and value.strip().isdecimal() and _is_window(int(value)):
            return int(value)
    return None


def _of_list(answer: Any, field: str = "data", name: str = "id") -> dict[str, int | None]:
    entries = answer.get(field) if isinstance(answer, dict) else None
    named = [one for one in entries or () if isinstance(one, dict) and isinstance(one.get(name), str)]
    return {one[name]: window for one in named if (window := _window_in(one))}


def _of_props(answer: Any, models: list[str]) -> dict[str, int | None]:
    settings = answer.get("default_generation_settings") if isinstance(answer, dict) else None
    window = settings.get("n_ctx") if isinstance(settings, dict) else None
    return dict.fromkeys(models, window) if _is_window(window) else {}


def _window_in(entry: Mapping[str, Any]) -> int | None:
    values = (entry.get(name) for name in _WINDOW_FIELDS)
    return next((value for value in values if _is_window(value)), None)


def _is_window(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _LARGEST_WINDOW_TOKENS


def _shown(base_url: str) -> str:
    parts = urlsplit(base_url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
