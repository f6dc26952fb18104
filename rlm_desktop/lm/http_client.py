"""HTTP to model servers over connections that are kept between requests and runs; never retries by itself.

Importing this module takes a moment: do it in a thread.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from rlm_desktop.lm.endpoints import Endpoint, is_loopback
from rlm_desktop.lm.errors import Refused, error_from_connection, refusal_of

_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10.0, sock_read=600.0)
_KEPT_SECONDS = 60.0
_MOST_ERROR_BYTES = 200_000


@dataclass(slots=True)
class Exchange:
    """A reply on its way: its headers and its body piece by piece."""

    headers: Mapping[str, str]
    pieces: AsyncIterator[bytes]


class HttpClient:
    """Sends requests from one event loop; the limiters, not the connections, bound how many are out at once."""

    def __init__(self, *, is_for_this_computer: bool) -> None:
        # A proxy meant for the outside would keep us from servers on this computer.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_SECONDS),
            timeout=_TIMEOUT,
            trust_env=not is_for_this_computer,
        )

    @asynccontextmanager
    async def exchange(self, endpoint: Endpoint, body: dict[str, Any]) -> AsyncIterator[Exchange]:
        """Send one chat request; leaving early drops the connection. Raises `Refused` or an `LmError`."""
        assert endpoint.base_url is not None
        sending = self._session.post(
            f"{endpoint.base_url.rstrip('/')}/chat/completions",
            data=json.dumps(body, separators=(",", ":")).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {endpoint.api_key or 'no-key'}"},
            allow_redirects=False,
        )
        try:
            async with sending as response:
                if response.status != 200:
                    raise Refused(refusal_of(response.status, await _error_body(response), _headers(response)))
                yield Exchange(_headers(response), response.content.iter_any())
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise error_from_connection(fault, endpoint) from fault

    async def get_json(self, url: str, key: str | None = None, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Get what lies at an address, or what it answers to a body: the status, and JSON or None."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        method = "GET" if body is None else "POST"
        async with self._session.request(method, url, json=body, headers=headers, allow_redirects=False) as response:
            text = await _at_most(_MOST_LISTED_BYTES, response)
        try:
            return response.status, json.loads(text)
        # Deeply nested JSON is nobody's list of models.
        except (ValueError, RecursionError):
            return response.status, None

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()


_MOST_LISTED_BYTES = 8_000_000


class HttpClients:
    """The clients of one process: one for servers on this computer, one for the outside."""

    def __init__(self) -> None:
        self._clients: dict[bool, HttpClient] = {}

    def of(self, base_url: str) -> HttpClient:
        """Give the client for an address; made inside the running event loop."""
        is_here = is_loopback(base_url)
        if is_here not in self._clients:
            self._clients[is_here] = HttpClient(is_for_this_computer=is_here)
        return self._clients[is_here]

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.close()
        self._clients.clear()


def _headers(response: aiohttp.ClientResponse) -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


async def _error_body(response: aiohttp.ClientResponse) -> Any:
    text = await _at_most(_MOST_ERROR_BYTES, response)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text[:2_000].decode("utf-8", "replace")


async def _at_most(size_bytes: int, response: aiohttp.ClientResponse) -> bytes:
    """Read a body to its end or so far; the stream's own `read` gives what came in the first packet."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > size_bytes:
            break
    return bytes(body[:size_bytes])
