"""Asks any server that speaks the OpenAI chat-completions protocol."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rlm_desktop.lm.chunks import Reading
from rlm_desktop.lm.connections import Connections
from rlm_desktop.lm.endpoints import PROVIDERS, Endpoint
from rlm_desktop.lm.errors import Refused, bad_reply, error_from_refusal, refusal_of
from rlm_desktop.lm.event_stream import read_events
from rlm_desktop.lm.finishing import charged, reply_from, stream_cut
from rlm_desktop.lm.prices import Tariff
from rlm_desktop.lm.prompt_caching import chat_messages
from rlm_desktop.lm.protocol import BadRequest, OnText, Overloaded, Reply, Request, Unreachable
from rlm_desktop.lm.quirks import Quirks, learn
from rlm_desktop.lm.rate_headers import pause_seconds

if TYPE_CHECKING:
    from rlm_desktop.lm.http_client import HttpClient

_LESSONS = 5
"""How often one request is sent anew because the server refused a part of it."""


class OpenAiLM:
    """One model of one server."""

    def __init__(
        self,
        endpoint: Endpoint,
        tariff: Tariff,
        connections: Connections | None = None,
        *,
        output_limit_tokens: int = 16_384,
    ) -> None:
        self.facts = tariff.facts(endpoint.name, endpoint.goes_to)
        self.provider = endpoint.base_url or endpoint.goes_to
        self.output_limit_tokens = min(output_limit_tokens, tariff.window_tokens // 2)
        self._endpoint = endpoint
        self._connections = connections or Connections()
        self._owns_connections = connections is None
        self._quirks = _first_quirks(endpoint)

    async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Send one request; parts that the server turns out not to understand are left out from then on."""
        assert self._endpoint.base_url is not None
        client = await self._connections.to(self._endpoint.base_url)
        for _ in range(_LESSONS):
            quirks = self._quirks
            try:
                return await self._ask_once(client, self._body(request, quirks, on_text is not None), on_text)
            except Refused as refused:
                limit = request.output_limit_tokens or self.output_limit_tokens
                learned = learn(quirks, refused.refusal, output_limit_tokens=limit)
                if learned is None:
                    raise error_from_refusal(refused.refusal, self._endpoint) from refused
                self._quirks = learned
        raise BadRequest(f"{self._endpoint.goes_to} refuses every form of the request: choose another model.")

    async def close(self) -> None:
        """Close connections, unless they are others' too."""
        if self._owns_connections:
            await self._connections.close()

    def _body(self, request: Request, quirks: Quirks, is_streamed: bool) -> dict[str, Any]:
        limit = request.output_limit_tokens or self.output_limit_tokens
        body: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": chat_messages(request, self._endpoint),
            quirks.output_limit_name: min(limit, quirks.most_output_tokens or limit),
        }
        if self._endpoint.goes_to == PROVIDERS["openrouter"].title:
            # Only then does it report what a call cost.
            body["usage"] = {"include": True}
        if is_streamed:
            body["stream"] = True
        if is_streamed and quirks.takes_stream_options:
            body["stream_options"] = {"include_usage": True}
        if request.schema is not None and quirks.takes_schema:
            wanted = {"name": "reply", "schema": request.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": wanted}
        return body

    async def _ask_once(self, client: "HttpClient", body: dict[str, Any], on_text: OnText | None) -> Reply:
        reading = Reading(on_text)
        try:
            async with client.exchange(self._endpoint, body) as reply:
                pause = pause_seconds(reply.headers)
                await self._read(reply.pieces, reading)
        except (Unreachable, Overloaded) as fault:
            if reading.is_understood and on_text is not None:
                raise stream_cut(self._endpoint, reading) from fault
            raise
        if on_text is not None and not reading.is_whole:
            raise stream_cut(self._endpoint, reading)
        return replace(reply_from(reading, self._endpoint, self.facts), pause_seconds=pause)

    async def _read(self, pieces: AsyncIterator[bytes], reading: Reading) -> None:
        end = await read_events(pieces, lambda data: self._take(data, reading))
        reading.has_ended = end.is_marked
        if not reading.is_understood:
            raise bad_reply(self._endpoint, end.rest)

    def _take(self, data: dict[str, Any], reading: Reading) -> None:
        if data.get("error"):
            refused = error_from_refusal(refusal_of(200, data), self._endpoint)
            raise charged(refused, reading) if reading.is_understood else refused
        reading.add(data)


def _first_quirks(endpoint: Endpoint) -> Quirks:
    """OpenAI itself refuses `max_tokens` for its thinking models; most other servers know nothing else."""
    is_openai = endpoint.base_url == PROVIDERS["openai"].base_url
    return Quirks(output_limit_name="max_completion_tokens") if is_openai else Quirks()
