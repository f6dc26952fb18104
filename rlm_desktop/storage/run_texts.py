"""Finds words in the kept texts of one run, by reading all of them: nothing is left out, in whatever language."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import bindparam, select
from stringzilla import utf8_uncased_search

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import Damaged
from rlm_desktop.storage.payloads import plain_bytes
from rlm_desktop.storage.tables import payloads, run_payloads, runs
from rlm_desktop.trace.ids import Digest, RunId

_AT_ONCE = 500
_TEXTS = (
    select(payloads.c.digest, payloads.c.packing, payloads.c.body)
    .join(run_payloads, run_payloads.c.payload == payloads.c.number)
    .join(runs, runs.c.number == run_payloads.c.run)
    .where(runs.c.run == bindparam("of_run"))
)


def find_texts(database: Database, run: RunId, words: str, is_over: Callable[[], bool]) -> set[Digest]:
    """Give the texts of a run that have these words in them, in any case; stops early when nobody wants them any more.

    A text that is damaged holds nothing. Raises `StorageError`.
    """
    wanted = words.encode("utf-8", "surrogatepass")
    found: set[Digest] = set()
    # Unpacking leaves Python to the other thread.
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="finding") as threads:
        for held in threads.map(lambda rows: _holding(rows, wanted), _pages(database, run, is_over)):
            found |= held
    return found


def _pages(database: Database, run: RunId, is_over: Callable[[], bool]) -> Iterator[Sequence[Any]]:
    with database.reading() as connection:
        rows = connection.execute(_TEXTS, {"of_run": run})
        while not is_over() and (page := rows.fetchmany(_AT_ONCE)):
            yield page


def _holding(rows: Sequence[Any], wanted: bytes) -> set[Digest]:
    """Short texts are looked through together first: there may be a million of them."""
    short = [row for row in rows if row.packing == "plain"]
    if utf8_uncased_search(b"\0".join(row.body for row in short), wanted) < 0:
        short = []
    packed = (row for row in rows if row.packing != "plain")
    return {Digest(row.digest) for row in (*short, *packed) if _holds(row, wanted)}


def _holds(row: Any, wanted: bytes) -> bool:
    try:
        return int(utf8_uncased_search(plain_bytes(row.digest, row.packing, row.body), wanted)) >= 0
    except Damaged:
        return False
