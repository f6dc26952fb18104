"""Texts, messages and tokens as an Inspect log holds them. Each message of a conversation stands in it once."""

from collections.abc import Iterator, Sequence
from typing import Any

from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.spans import shortened
from rlm_desktop.trace.facts import Message, Usage
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.wording import NANO

MOST_CHARACTERS = 1_000_000
"""Of one text. The viewer reads a whole sample as one JSON text, of which a browser holds no more than 512 MB."""


class Words:
    """Loads texts when they are written."""

    def __init__(self, run: RecordedRun) -> None:
        self._run = run

    def text(self, reference: TextRef) -> str:
        """Give a text, or the head and the tail of a very long one with the count of what lies between."""
        return shortened(self._run.text(reference.digest), MOST_CHARACTERS)

    def joined(self, references: Sequence[TextRef]) -> str:
        """Put pieces together."""
        return shortened("".join(self._run.text(one.digest) for one in references), MOST_CHARACTERS)

    def reply(self, reply: TextRef, reasoning: TextRef | None, model: str) -> dict[str, Any]:
        """Give what a model said as a message."""
        content: Any = self.text(reply)
        if reasoning is not None:
            thought = {"type": "reasoning", "reasoning": self.text(reasoning)}
            content = [thought, {"type": "text", "text": content}]
        return {"role": "assistant", "content": content, "source": "generate", "model": model}

    def message(self, message: Message) -> dict[str, Any]:
        """Give one message of a prompt."""
        return {"role": message.role, "content": self.text(message.text)}


class Pool:
    """The messages of all prompts; a prompt names its own by their places."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, Digest], int] = {}
        self._messages: list[Message] = []

    def refs(self, prompt: Sequence[Message]) -> list[list[int]]:
        """Give the places of a prompt's messages as ranges, each from its first to the one behind its last."""
        ranges: list[list[int]] = []
        for message in prompt:
            place = self._place(message)
            if ranges and ranges[-1][1] == place:
                ranges[-1][1] = place + 1
            else:
                ranges.append([place, place + 1])
        return ranges

    def messages(self) -> Iterator[Message]:
        """Give them all in the order of their places."""
        return iter(self._messages)

    def _place(self, message: Message) -> int:
        key = (message.role, message.text.digest)
        if key not in self._places:
            self._places[key] = len(self._messages)
            self._messages.append(message)
        return self._places[key]


def usage_of(usage: Usage, cost_nano_usd: int | None) -> dict[str, Any]:
    """Give tokens as Inspect counts them: its input tokens leave out those read from or written to a cache."""
    fields: dict[str, Any] = {
        "input_tokens": max(0, usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens),
        "output_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "input_tokens_cache_read": usage.cached_input_tokens,
        "input_tokens_cache_write": usage.cache_write_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
    }
    if cost_nano_usd is not None:
        fields["total_cost"] = cost_nano_usd / NANO
    return fields
