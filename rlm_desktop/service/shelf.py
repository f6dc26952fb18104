"""Lets runs use the stored replies; a shelf that can't be read or written costs no run."""

import logging

from rlm_desktop.engine.replies import KnownReply
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.replies import KeptReply, ReplyStore

log = logging.getLogger(__name__)


class Shelf:
    """The stored replies as the engine asks for them."""

    def __init__(self, store: ReplyStore) -> None:
        self._store = store

    def find(self, key: str) -> KnownReply | None:
        """Give the reply that is kept under a key."""
        try:
            kept = self._store.find(key)
        except StorageError as error:
            log.warning("a kept reply cannot be read: %s", error)
            return None
        if kept is None:
            return None
        return KnownReply(text=kept.text, reasoning=kept.reasoning, cost_nano_usd=kept.cost_nano_usd)

    def keep(self, key: str, model: str, reply: KnownReply) -> None:
        """Keep a reply."""
        kept = KeptReply(text=reply.text, reasoning=reply.reasoning, cost_nano_usd=reply.cost_nano_usd)
        try:
            self._store.keep(key, model, kept)
        except StorageError as error:
            log.warning("a reply cannot be kept: %s", error)
