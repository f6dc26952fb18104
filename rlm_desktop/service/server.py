"""The engine process: takes commands from one pipe, tells facts on another, runs several runs at once."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from rlm_desktop.corpus.errors import StoreError
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.repl.isolation import isolation
from rlm_desktop.service.desk import Desk
from rlm_desktop.service.errors import BadFrame
from rlm_desktop.service.frames import read_message
from rlm_desktop.service.making import Access
from rlm_desktop.service.messages import Command, EngineFault, EngineReady
from rlm_desktop.service.outbox import Outbox
from rlm_desktop.service.pipes import connect, is_pipe, take_pipes
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.service.running import Kept, sweep_scratch
from rlm_desktop.service.sharing import take_short_turns
from rlm_desktop.service.tidying import tidy_once_idle
from rlm_desktop.service.warming import warm_starts
from rlm_desktop.settings.places import data_dir
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.library import Library

log = logging.getLogger(__name__)

_LEAVING_SECONDS = 10.0


def main(argv: Sequence[str]) -> int:
    """Serve the window at the other end of stdin and stdout until it goes; give the exit status."""
    parser = argparse.ArgumentParser(prog="rlm-desktop --engine")
    parser.add_argument("--data-dir", type=Path)
    wanted = parser.parse_args(argv)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    if not all(map(is_pipe, (0, 1))):
        log.error("The engine talks to a window through pipes; start `rlm-desktop` instead.")
        return 2
    take_short_turns()
    commands, facts = take_pipes()
    return asyncio.run(serve(data_dir(wanted.data_dir), commands, facts))


async def serve(folder: Path, commands: int, facts: int) -> int:
    """Obey commands from one file descriptor and tell facts on the other; give the exit status."""
    stopping = _heed_signals()
    reader, writer = await connect(commands, facts)
    outbox = Outbox(writer)
    async with AsyncExitStack() as stack:
        stack.callback(writer.close)
        try:
            database = Database.open(folder / FILE_NAME)
            stack.callback(database.close)
            store = Store.open(folder / STORE_FOLDER)
            stack.push_async_callback(store.close)
        except (StorageError, StoreError) as error:
            outbox.say(EngineFault(text=str(error), has_ended=True))
            await outbox.flush()
            return 1
        indexer = Indexer()
        stack.callback(indexer.close)
        access = Access(folder, os.environ)
        stack.push_async_callback(access.connections.close)
        kept = Kept(data_dir=folder, database=database, store=store, indexer=indexer, access=access)
        await _work(Desk(kept, outbox), reader, stopping)
    return 0


async def _work(desk: Desk, reader: asyncio.StreamReader, stopping: asyncio.Event) -> None:
    outbox, kept = desk.outbox, desk.kept
    sealed = Library(kept.database).seal_interrupted()
    sweep_scratch(kept.data_dir)
    held = await asyncio.to_thread(isolation)
    outbox.say(
        EngineReady(
            isolation=held.name,
            isolation_meaning=held.meaning,
            can_run_code=held.can_run,
            interrupted=tuple(sealed),
        )
    )
    if kept.store.notice:
        outbox.say(EngineFault(text=kept.store.notice))
    async with warm_starts(kept.data_dir) as desk.start_child, asyncio.TaskGroup() as tasks:
        delivering = tasks.create_task(outbox.deliver())
        obeying = tasks.create_task(_obey(desk, reader))
        waiting = tasks.create_task(stopping.wait())
        tidying = tasks.create_task(tidy_once_idle(kept, lambda: desk.is_idle))
        await asyncio.wait([obeying, waiting], return_when=asyncio.FIRST_COMPLETED)
        await desk.leave(_LEAVING_SECONDS)
        for task in (obeying, waiting, tidying, delivering):
            task.cancel()
    await outbox.flush()


async def _obey(desk: Desk, reader: asyncio.StreamReader) -> None:
    try:
        while (message := await read_message(reader)) is not None:
            assert isinstance(message, Command)
            desk.obey(message)
    except BadFrame as error:
        log.error("%s", error)
        desk.outbox.say(EngineFault(text=str(error)))


def _heed_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; there the closed pipe is the only way to end.
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
