"""Marks where a prompt that goes on may be cached, for the models whose provider wants to be told.

Anthropic caches up to a mark, for more than the price of input, and reads from there for a tenth of it; OpenAI,
DeepSeek and Gemini find equal beginnings by themselves. https://docs.claude.com/en/docs/build-with-claude/prompt-caching
"""

from collections.abc import Sequence
from typing import Any

from rlm_desktop.lm.endpoints import Endpoint
from rlm_desktop.lm.protocol import Request

CACHE_WRITE_FACTOR = 1.25
"""Of the price of input, for what is written."""
_MARKED_AT_END = 2
"""The last messages: the one of before is read from the cache, the new one is written to it."""


def chat_messages(request: Request, endpoint: Endpoint) -> list[dict[str, Any]]:
    """Give the messages as they are sent."""
    plain = [{"role": message.role, "content": message.text} for message in request.messages]
    if not (request.goes_on and wants_marks(endpoint.name)):
        return plain
    users = [number for number, message in enumerate(plain) if message["role"] != "assistant"]
    return [_marked(message) if number in _places(users) else message for number, message in enumerate(plain)]


def wants_marks(name: str) -> bool:
    """Tell by a model's name whether its provider caches only what is marked."""
    return name.lower().startswith(("anthropic/", "openrouter/anthropic/"))


def _places(users: Sequence[int]) -> set[int]:
    return {users[0], *users[-_MARKED_AT_END:]} if users else set()


def _marked(message: dict[str, Any]) -> dict[str, Any]:
    part = {"type": "text", "text": message["content"], "cache_control": {"type": "ephemeral"}}
    return {**message, "content": [part]}
