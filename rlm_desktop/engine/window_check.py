"""Refuses prompts that a model surely can't read, before they are paid for."""

from collections.abc import Sequence

from rlm_desktop.corpus.tokens import BYTES_PER_TOKEN
from rlm_desktop.engine.worst_case import input_tokens
from rlm_desktop.lm.protocol import ChatMessage, ContextTooLong
from rlm_desktop.trace.facts import ModelFacts

_SURELY = 0.8
"""Our estimate may be 15 % off; what is near the window's size is the provider's to decide."""
_FILL = 0.5


def check_window(facts: ModelFacts, messages: Sequence[ChatMessage]) -> None:
    """Raise `ContextTooLong` for a prompt that is larger than the window whatever its tokens are."""
    tokens = input_tokens(messages)
    if tokens * _SURELY > facts.window_tokens:
        room = int(facts.window_tokens * BYTES_PER_TOKEN * _FILL)
        raise ContextTooLong(
            f"The prompt has about {tokens:,} tokens, but {facts.name} reads {facts.window_tokens:,} at most; it was "
            f"not sent. Send pieces of about {room:,} characters, or choose a model with a larger window."
        )
