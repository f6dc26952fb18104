"""The `openai` SDK, set up for one server. Importing this module takes up to a second: do it in a thread."""

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx2
import openai

from rlm_desktop.lm.endpoints import Endpoint, is_loopback
from rlm_desktop.lm.errors import Refused, error_from_connection, refusal_of
from rlm_desktop.lm.spreading import PER_POOL, SpreadTransport

_TIMEOUT = httpx2.Timeout(connect=10.0, read=600.0, write=60.0, pool=None)
# Never more idle ones than may be kept: closing surplus ones can hit one that was just given to a request.
_LIMITS = httpx2.Limits(max_connections=None, max_keepalive_connections=4 * PER_POOL, keepalive_expiry=30.0)


class OpenAiClient:
    """Sends requests over kept-alive connections; never retries by itself."""

    def __init__(self, endpoint: Endpoint) -> None:
        assert endpoint.base_url is not None
        self._endpoint = endpoint
        # A proxy meant for the outside would keep us from servers on this computer.
        trust_env = not is_loopback(endpoint.base_url)
        http_client = httpx2.AsyncClient(timeout=_TIMEOUT, transport=_transport(trust_env), trust_env=trust_env)
        self._client = openai.AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key or "no-key",
            max_retries=0,
            timeout=_TIMEOUT,
            http_client=http_client,
        )

    @asynccontextmanager
    async def exchange(self, body: dict[str, Any]) -> AsyncIterator[AsyncIterator[bytes]]:
        """Send one request and give the reply's body piece by piece; leaving early drops the connection."""
        # Not `chat.completions.create`: walking through the types of a body that is right takes a millisecond a call.
        sending = self._client.post(
            "/chat/completions", cast_to=object, body=body, stream=True, stream_cls=openai.AsyncStream[object]
        )
        try:
            async with await sending as stream:
                yield stream.response.aiter_bytes()
        except openai.APIStatusError as fault:
            raise Refused(refusal_of(fault.status_code, _body_of(fault), fault.response.headers)) from fault
        except (openai.APIConnectionError, httpx2.HTTPError) as fault:
            raise error_from_connection(fault, self._endpoint) from fault

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()


def _transport(trust_env: bool) -> SpreadTransport:
    certificates = _certificates(trust_env)
    return SpreadTransport(lambda: httpx2.AsyncHTTPTransport(verify=certificates, limits=_LIMITS))


@cache
def _certificates(trust_env: bool) -> ssl.SSLContext:
    """Read the certificates that are trusted here: 20 ms, so only once."""
    return httpx2.create_ssl_context(trust_env=trust_env)


def _body_of(fault: openai.APIStatusError) -> Any:
    """Give the whole error body: the SDK keeps only a part of some shapes."""
    try:
        return json.loads(fault.response.content)
    except ValueError:
        return fault.response.text[:2_000]
