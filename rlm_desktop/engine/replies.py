"""Replies that are known already, by all that could change them: model, address, parameters, messages."""

import hashlib
import json
from dataclasses import dataclass
from typing import Protocol

from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.lm.protocol import LmError
from rlm_desktop.trace.facts import CacheMode

Key = str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownReply:
    """A whole reply of an earlier call, and what it cost then; None is unknown."""

    text: str
    reasoning: str = ""
    cost_nano_usd: int | None = None


class ReplyShelf(Protocol):
    """Where replies are kept between runs."""

    def find(self, key: Key) -> KnownReply | None:
        """Give the reply that is kept under a key."""
        ...

    def keep(self, key: Key, model: str, reply: KnownReply) -> None:
        """Keep a reply."""
        ...


class NotCached(LmError):
    """Only known replies may be used, and this one is not known."""


class Replies:
    """The known replies as one run may use them."""

    def __init__(self, mode: CacheMode, shelf: ReplyShelf | None) -> None:
        self._mode = mode
        self._shelf = shelf if mode != "off" else None

    def find(self, order: CallOrder) -> KnownReply | None:
        """Give the known reply to a prompt; raises `NotCached` when there must be one."""
        known = None if self._shelf is None else self._shelf.find(key_of(order))
        if known is None and self._mode == "replay-only":
            raise NotCached(
                f"No reply of {order.lm.facts.name} to this prompt is in the cache, and in the cache mode replay-only"
                " nothing is sent; choose reuse or off to ask."
            )
        return known

    def keep(self, order: CallOrder, reply: KnownReply) -> None:
        """Keep a whole, good reply for later runs."""
        if self._shelf is not None and self._mode == "reuse":
            self._shelf.keep(key_of(order), order.lm.facts.name, reply)


def key_of(order: CallOrder) -> Key:
    """Address a prompt by its content. The output limit is the one that was wanted: a reply that it cut is not kept."""
    asked = {
        "model": order.lm.facts.name,
        "provider": order.lm.provider,
        "output_tokens": order.output_tokens,
        "schema": order.schema,
        "messages": [[message.role, message.text] for message in order.messages],
    }
    canonical = json.dumps(asked, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(canonical.encode(), digest_size=32).hexdigest()
