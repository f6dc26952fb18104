"""Replies of models, kept under the address of what was asked, so that the same need not be paid twice.

They are apart from the runs: deleting a run leaves them, and clearing them leaves every run whole.
"""

import time
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.payloads import pack, unpack
from rlm_desktop.storage.tables import replies


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReply:
    """A reply as it is kept; an unknown cost is None."""

    text: str
    reasoning: str
    cost_nano_usd: int | None


@dataclass(frozen=True, slots=True)
class Size:
    """How many replies there are, and their bytes on the disk."""

    replies: int
    size_bytes: int


class ReplyStore:
    """The kept replies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: str) -> KeptReply | None:
        """Give the reply under a key; raises a `StorageError`."""
        with self._database.reading() as connection:
            row = connection.execute(select(replies).where(replies.c.key == key)).one_or_none()
        if row is None:
            return None
        text = unpack(key, row.packing, row.body)
        return KeptReply(text=text, reasoning=row.reasoning, cost_nano_usd=row.cost_nano_usd)

    def keep(self, key: str, model: str, reply: KeptReply) -> None:
        """Keep a reply in place of an earlier one; raises a `StorageError`."""
        packing, body = pack(reply.text)
        row = {
            "model": model,
            "kept_at": time.time(),
            "cost_nano_usd": reply.cost_nano_usd,
            "packing": packing,
            "body": body,
            "reasoning": reply.reasoning,
        }
        statement = insert(replies).values(key=key, **row).on_conflict_do_update(index_elements=["key"], set_=row)
        with self._database.writing() as connection:
            connection.execute(statement)

    def size(self) -> Size:
        """Tell how much is kept."""
        sizes = select(func.count(), func.coalesce(func.sum(func.length(replies.c.body)), 0)).select_from(replies)
        with self._database.reading() as connection:
            count, size_bytes = connection.execute(sizes).one()
        return Size(count, size_bytes)

    def clear(self) -> Size:
        """Forget all replies; give how much there was."""
        size = self.size()
        with self._database.writing() as connection:
            connection.execute(delete(replies))
        return size
