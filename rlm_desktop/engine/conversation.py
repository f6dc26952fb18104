"""The root LM's conversation: strictly alternating, whole in `history`, shortened when its window fills up."""

from typing import Any

from rlm_desktop.engine.worst_case import input_tokens
from rlm_desktop.lm.protocol import ChatMessage

FULL_AT = 0.85
"""The share of the window at which older turns are summarised."""
_NO_WORDS = "(no words)"


class Conversation:
    """System message, first question, then replies and results in turn."""

    def __init__(self, system: str, first: str) -> None:
        self._opening = (ChatMessage("system", system), ChatMessage("user", first))
        self._turns: list[ChatMessage] = []
        self._whole: list[ChatMessage] = [self._opening[1]]

    @property
    def messages(self) -> tuple[ChatMessage, ...]:
        """What is sent; ends with a user message."""
        return (*self._opening, *self._turns)

    @property
    def tokens(self) -> int:
        """How long the conversation is, by estimate."""
        return input_tokens(self.messages)

    @property
    def last_result(self) -> str:
        """What the root LM was told last."""
        return self.messages[-1].text

    @property
    def can_shrink(self) -> bool:
        """Whether there are older turns that a summary could replace."""
        return len(self._turns) > 2

    def add(self, reply: str, result: str) -> None:
        """Add a reply and what came of it. An empty reply gets a placeholder: chat templates refuse it."""
        new = [ChatMessage("assistant", reply.strip() or _NO_WORDS), ChatMessage("user", result)]
        self._turns += new
        self._whole += new

    def history(self) -> list[dict[str, Any]]:
        """Give all turns, also those that were summarised."""
        return [{"role": message.role, "content": message.text} for message in self._whole]

    def is_full(self, window_tokens: int) -> bool:
        """Whether it nears the window."""
        return self.tokens > window_tokens * FULL_AT

    def ending_with(self, instruction: str) -> tuple[ChatMessage, ...]:
        """Give the messages with an instruction added to the last one: never two user messages in a row."""
        *earlier, last = self.messages
        return (*earlier, ChatMessage("user", f"{last.text}\n\n{instruction}"))

    def without_last_turn(self, instruction: str) -> tuple[ChatMessage, ...]:
        """Give the messages before the last result, with an instruction in its place."""
        return (*self.messages[:-1], ChatMessage("user", instruction))

    def shrink(self, summary: str) -> None:
        """Put a summary in place of all turns but the last result."""
        self._turns = [
            ChatMessage("assistant", f"My work so far, in short (the turns are in `history`):\n{summary}"),
            self._turns[-1],
        ]

    def short(self, most_characters: int) -> str:
        """Give question and last result in few characters, when the whole costs too much."""
        question = self._opening[1].text
        tail = self.last_result[-most_characters:] if self._turns else ""
        return f"{question}\n\nThe last results:\n{tail}" if tail else question
