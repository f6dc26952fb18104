"""Asks every provider with a protocol of its own, through litellm."""

import asyncio
import importlib
from contextlib import aclosing
from types import ModuleType
from typing import Any

from rlm_desktop.lm.chunks import Reading
from rlm_desktop.lm.endpoints import Endpoint
from rlm_desktop.lm.errors import bad_reply
from rlm_desktop.lm.finishing import charged, reply_from, stream_cut
from rlm_desktop.lm.prices import Tariff
from rlm_desktop.lm.prompt_caching import chat_messages
from rlm_desktop.lm.protocol import OnText, Overloaded, Reply, Request, Unreachable


class LiteLlmLM:
    """One model of a provider that litellm knows."""

    def __init__(self, endpoint: Endpoint, tariff: Tariff, *, output_limit_tokens: int = 8_192) -> None:
        self.facts = tariff.facts(endpoint.name, endpoint.goes_to)
        self.provider = endpoint.base_url or endpoint.goes_to
        self.output_limit_tokens = min(output_limit_tokens, tariff.window_tokens // 2)
        self._endpoint = endpoint

    async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Send one request."""
        client = await asyncio.to_thread(_import_client)
        reading = Reading(on_text)
        try:
            async with aclosing(client.chunks_of(self._arguments(request, on_text is not None))) as chunks:
                async for chunk in chunks:
                    reading.add(chunk)
        except client.FAULTS as fault:
            error = client.error_from(fault, self._endpoint)
            if reading.is_understood and isinstance(error, Overloaded | Unreachable):
                raise stream_cut(self._endpoint, reading) from fault
            raise (charged(error, reading) if reading.is_understood else error) from fault
        if not reading.is_understood:
            raise bad_reply(self._endpoint, "")
        return reply_from(reading, self._endpoint, self.facts)

    async def close(self) -> None:
        """Nothing to do: litellm keeps the connections of all models together and closes them at exit."""

    def _arguments(self, request: Request, is_streamed: bool) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": chat_messages(request, self._endpoint),
            "max_tokens": request.output_limit_tokens or self.output_limit_tokens,
            "timeout": 600,
        }
        if is_streamed:
            arguments |= {"stream": True, "stream_options": {"include_usage": True}}
        if request.schema is not None:
            wanted = {"name": "reply", "schema": request.schema}
            arguments["response_format"] = {"type": "json_schema", "json_schema": wanted}
        if self._endpoint.api_key:
            arguments["api_key"] = self._endpoint.api_key
        if self._endpoint.base_url:
            arguments["api_base"] = self._endpoint.base_url
        return arguments


def _import_client() -> ModuleType:
    """Import litellm, which takes seconds the first time, and so is done in a thread on the first request."""
    return importlib.import_module("rlm_desktop.lm.litellm_client")
