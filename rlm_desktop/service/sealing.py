"""After a large run ended, its tree is written down so that the window opens it at once."""

import asyncio
import importlib
import threading

from rlm_desktop.skeleton.places import LARGE_FROM
from rlm_desktop.storage.database import Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.ids import RunId

# Brings numpy, which small runs do without.
_LATE = "rlm_desktop.storage.skeletons"


async def make_skeleton(database: Database, run: RunId) -> None:
    """Make the skeleton of a run that has ended, if it is a large one, in a thread; cancelling leaves none."""
    if await asyncio.to_thread(Journal(database).last_seq, run) < LARGE_FROM:
        return
    is_over = threading.Event()
    late = await asyncio.to_thread(importlib.import_module, _LATE)
    try:
        await asyncio.to_thread(late.Skeletons(database).make, run, is_over.is_set)
    finally:
        is_over.set()
