"""The most that a call can cost, before it is sent."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from rlm_desktop.corpus.counting.pieces import pieces
from rlm_desktop.corpus.counting.vocabularies import CountTokens, load_vocabulary, vocabulary_of
from rlm_desktop.corpus.errors import VocabularyMissing
from rlm_desktop.corpus.tokens import estimate_tokens
from rlm_desktop.lm.prices import dearest
from rlm_desktop.lm.protocol import ChatMessage
from rlm_desktop.trace.facts import ModelFacts

TOKENS_PER_MESSAGE = 16
"""A role and the marks around a message take fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a call may use. `is_last` calls may use what is set aside for them."""

    facts: ModelFacts
    messages: Sequence[ChatMessage]
    output_tokens: int
    is_last: bool = False
    schema: dict[str, Any] | None = None
    exact_tokens: int | None = None
    """Of the messages' texts, where somebody counted them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """What is held back for a call under way, and the output limit it must be sent with."""

    output_tokens: int
    cost_nano_usd: int
    input_tokens: int


def input_tokens(messages: Sequence[ChatMessage]) -> int:
    """Estimate the tokens of a prompt."""
    return sum(estimate_tokens(message.text) + TOKENS_PER_MESSAGE for message in messages)


def most_input_tokens(need: Need) -> int:
    """Bound the tokens of a prompt: no vocabulary in use makes more tokens of a text than it has bytes."""
    texts = need.exact_tokens
    if texts is None:
        texts = sum(_bytes_in(message.text) for message in need.messages)
    schema = 0 if need.schema is None else _bytes_in(json.dumps(need.schema))
    return texts + schema + TOKENS_PER_MESSAGE * (len(need.messages) + (need.schema is not None))


def worst_cost(need: Need, output_tokens: int | None = None) -> int | None:
    """Give the most a call can cost in nano-dollars, at the dearest prices; None when a price is unknown."""
    prices = dearest(need.facts)
    if prices is None:
        return None
    told = need.output_tokens if output_tokens is None else output_tokens
    total = most_input_tokens(need) * prices[0] + told * prices[1]
    return -(-total // 1_000_000)


def counted(need: Need) -> Need:
    """Count a prompt's tokens exactly where the model's vocabulary is known; takes a moment: do it in a thread."""
    count = _vocabulary(vocabulary_of(need.facts.name))
    if count is None or need.exact_tokens is not None:
        return need
    return replace(need, exact_tokens=sum(count(piece) for one in need.messages for piece in pieces(one.text)))


@cache
def _vocabulary(name: str) -> CountTokens | None:
    try:
        return load_vocabulary(name) if name else None
    except VocabularyMissing:
        return None


def _bytes_in(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
