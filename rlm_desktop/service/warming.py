"""The engine's warm start: a child waits for the next run, so that asking waits for none."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from rlm_desktop.repl.host import Child, StartChild
from rlm_desktop.repl.nursery import Nursery
from rlm_desktop.repl.sandbox import tiers
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.ids import RunId

log = logging.getLogger(__name__)

PREFIX = "warm-"


@asynccontextmanager
async def warm_starts(data_dir: Path) -> AsyncIterator[StartChild]:
    """Keep a child ready while this lasts, and give what starts the runs' children."""
    with ExitStack() as stack:
        folder = _folder_of_its_own(data_dir, stack)
        if folder is None:
            yield Child.start
            return
        nursery = Nursery(folder, await asyncio.to_thread(tiers.best))
        nursery.warm()
        try:
            yield nursery.take
        finally:
            await nursery.close()


def _folder_of_its_own(data_dir: Path, stack: ExitStack) -> Path | None:
    """Make the folder; locked like a run's, it is swept when its engine has died, and not before."""
    name = RunId(f"{PREFIX}{new_run_id()}")
    folder = data_dir / "scratch" / name
    try:
        stack.enter_context(RunLock(data_dir, name))
        folder.mkdir(mode=0o700, parents=True)
    except (OSError, StorageError) as error:
        log.warning("No child is started ahead: %s", error)
        return None
    return folder
