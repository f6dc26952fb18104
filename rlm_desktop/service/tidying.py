"""Frees what neither a run nor a corpus needs any more, once there is nothing else to do."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.service.running import Kept
from rlm_desktop.storage.errors import RunInUse, StorageError
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.trace.ids import RunId

log = logging.getLogger(__name__)

IDLE_SECONDS = 30.0
DUE_SECONDS = 86_400.0
_MARK = "tidied"


async def tidy_once_idle(kept: Kept, is_idle: Callable[[], bool]) -> None:
    """Wait until nothing was asked for, then tidy once."""
    await asyncio.sleep(IDLE_SECONDS)
    while not is_idle():  # noqa: ASYNC110 -- nothing tells of idleness, and nobody waits for it
        await asyncio.sleep(IDLE_SECONDS)
    await tidy(kept)


def is_due(store: Path) -> bool:
    """Tell whether nobody has tidied the store in this folder for a day."""
    try:
        return time.time() - (store / _MARK).stat().st_mtime > DUE_SECONDS
    except OSError:
        return True


async def tidy(kept: Kept) -> None:
    """Release what deleted runs needed, and free what then nothing needs."""
    try:
        (kept.store.folder / _MARK).touch()
        await asyncio.to_thread(release_deleted, kept)
        freed = await kept.store.collect()
    except (CorpusError, StorageError, OSError) as error:
        log.warning("%s", error)
        return
    log.debug("%d bytes were freed", freed)


def release_deleted(kept: Kept) -> None:
    """Keep what recorded runs need, also after the store lost its catalogue, and forget what others needed.

    A run that is about to be recorded holds its lock already.
    """
    versions, pinned = Library(kept.database).versions(), kept.store.pinned()
    for run in versions.keys() - pinned:
        if versions[run]:
            kept.store.pin(run, versions[run])
    kept.store.release_unknown()
    for gone in pinned - versions.keys():
        try:
            with RunLock(kept.data_dir, RunId(gone)):
                kept.store.release(gone)
        except RunInUse:
            continue
