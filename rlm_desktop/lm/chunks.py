"""Reads chat completions, whole or in streamed chunks, from whichever dialect of the protocol a server speaks."""

from typing import Any

from rlm_desktop.lm.prices import nano
from rlm_desktop.lm.protocol import OnText
from rlm_desktop.trace.facts import Usage

_MOST_TOKENS = 10**9
_MOST_USD = 10_000
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")


class Reading:
    """The reply as far as it has arrived."""

    def __init__(self, on_text: OnText | None = None) -> None:
        self.finish_reason = ""
        self.usage: Usage | None = None
        self.cost_nano_usd: int | None = None
        """What the provider says the call cost."""
        self.is_understood = False
        """Whether anything that belongs to a chat completion has arrived."""
        self.has_ended = False
        """Whether the stream's closing mark has arrived."""
        self._on_text = on_text
        self._texts: list[str] = []
        self._reasonings: list[str] = []

    @property
    def text(self) -> str:
        """The reply's text so far."""
        return "".join(self._texts)

    @property
    def reasoning(self) -> str:
        """The reasoning so far, where the server tells it apart."""
        return "".join(self._reasonings)

    @property
    def is_whole(self) -> bool:
        """Whether the server said that the reply has ended."""
        return bool(self.finish_reason) or self.has_ended

    def add(self, data: dict[str, Any]) -> None:
        """Take in one chunk, or a whole completion."""
        if isinstance(data.get("usage"), dict):
            self.usage = usage_of(data["usage"]) or self.usage
            self.cost_nano_usd = _reported_cost(data["usage"]) or self.cost_nano_usd
            self.is_understood = True
        choices = data.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
            return
        self.is_understood = True
        self.finish_reason = choices[0].get("finish_reason") or self.finish_reason
        message = choices[0].get("delta") or choices[0].get("message") or {}
        self._add_message(message)

    def _add_message(self, message: dict[str, Any]) -> None:
        text, reasoning = _split(message.get("content") or message.get("refusal"))
        for name in _REASONING_FIELDS:
            if isinstance(message.get(name), str) and message[name]:
                reasoning = message[name]
                break
        if not text and not reasoning:
            return
        self._texts.append(text)
        self._reasonings.append(reasoning)
        if self._on_text is not None:
            self._on_text(text, reasoning)


def _split(content: Any) -> tuple[str, str]:
    """Tell text from reasoning where the content comes as a list of parts."""
    if isinstance(content, str):
        return content, ""
    text, reasoning = "", ""
    for part in content if isinstance(content, list) else []:
        if not isinstance(part, dict):
            continue
        if part.get("type") == "thinking":
            inner = part.get("thinking")
            reasoning += inner if isinstance(inner, str) else _split(inner)[0]
        elif isinstance(part.get("text"), str):
            text += part["text"]
    return text, reasoning


def usage_of(data: dict[str, Any]) -> Usage | None:
    """Read a usage object; reasoning that a server counts beside the output is added to it.

    Gives None for figures that cannot be: a cost made of them would be no cost.
    """
    if not all(_is_count(data.get(name, 0)) for name in ("prompt_tokens", "completion_tokens")):
        return None
    asked, told = _count(data, "prompt_tokens"), _count(data, "completion_tokens")
    reasoning = _count(data.get("completion_tokens_details"), "reasoning_tokens")
    cached = _count(data.get("prompt_tokens_details"), "cached_tokens")
    written = _count(data, "cache_creation_input_tokens") or _count(
        data.get("prompt_tokens_details"), "cache_write_tokens"
    )
    total = _count(data, "total_tokens")
    if reasoning and total == asked + told + reasoning:
        told += reasoning
    return Usage(
        input_tokens=asked,
        cached_input_tokens=min(asked, cached or _count(data, "prompt_cache_hit_tokens")),
        output_tokens=told,
        reasoning_tokens=min(reasoning, told),
        cache_write_tokens=min(asked, written),
    )


def _reported_cost(data: dict[str, Any]) -> int | None:
    """Read the cost that a provider reports in dollars; 0 is what gateways say when they don't know."""
    cost = data.get("cost")
    if not isinstance(cost, int | float) or isinstance(cost, bool) or not 0 < cost < _MOST_USD:
        return None
    return nano(cost)


def _count(data: Any, name: str) -> int:
    value: Any = data.get(name) if isinstance(data, dict) else None
    return int(value) if _is_count(value) else 0


def _is_count(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value <= _MOST_TOKENS
