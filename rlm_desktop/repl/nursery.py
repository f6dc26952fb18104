"""A child started ahead: a process that has confined itself and waits to be told what to work on."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from rlm_desktop.repl.booting import Folder, empty_folder, filled, open_link, room_for
from rlm_desktop.repl.errors import ChildNotStarted
from rlm_desktop.repl.host import Boot, Child
from rlm_desktop.repl.link import Link
from rlm_desktop.repl.sandbox.deciding import Room
from rlm_desktop.repl.sandbox.tiers import Tier
from rlm_desktop.repl.sandbox.watching import remove_tree

log = logging.getLogger(__name__)

WARM = Room(context_bytes=64_000_000, mapped_bytes=1 << 36)
"""The room of a process that waits; its limits cannot be raised any more. A map is none of its memory."""
SETTLE_SECONDS = 5.0
"""A process that is just starting is let greet before it is ended: cut off earlier it would have no owner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Warm:
    """A process that has greeted and must keep still in its folder."""

    folder: Folder
    link: Link

    async def end(self) -> None:
        """End the process and remove its folder."""
        await self.link.kill()
        await asyncio.to_thread(self.folder.remove)


class Nursery:
    """Keeps one process warm in a folder that is its own, held like this; nobody waits for it but `take`."""

    def __init__(self, folder: Path, tier: Tier) -> None:
        self._folder = folder
        self._tier = tier
        self._warming: asyncio.Task[_Warm] | None = None
        self._is_closed = False

    def warm(self) -> None:
        """Start a process in the background, unless there is one already."""
        if self._warming is None and not self._is_closed and self._tier.can_run:
            self._warming = asyncio.create_task(_warm_up(self._folder, self._tier))

    async def take(self, boot: Boot, scratch: Path) -> Child:
        """Give a child: of the warm process where it suits, else one that is started now, in `scratch`."""
        try:
            warm = await self._claim() if await self._suits(boot) else None
            child = await self._adopted(warm, boot) if warm is not None else None
            return child or await Child.start(boot, scratch)
        finally:
            self.warm()

    async def close(self) -> None:
        """End the warm process and remove the folder; later takes start their child themselves."""
        self._is_closed = True
        task, self._warming = self._warming, None
        if task is not None:
            await _put_away(task)
        await asyncio.to_thread(remove_tree, self._folder)

    async def _suits(self, boot: Boot) -> bool:
        if self._warming is None or boot.restricted != (self._tier.name == "B"):
            return False
        if self._tier.name == "B" and boot.corpus_folder is not None:
            return False  # a child that is started looks first whether the corpus fits
        room = await asyncio.to_thread(room_for, boot)
        return room.context_bytes <= WARM.context_bytes and room.mapped_bytes <= WARM.mapped_bytes

    async def _claim(self) -> _Warm | None:
        """Take the process, which then is nobody else's; None unless it is alive and has kept still."""
        task, self._warming = self._warming, None
        if task is None:
            return None
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            await _put_away(task)
            raise
        if task.cancelled() or task.exception() is not None:
            log.warning("No child could be started ahead: %s", "cancelled" if task.cancelled() else task.exception())
            return None
        return task.result()

    async def _adopted(self, warm: _Warm, boot: Boot) -> Child | None:
        """Make a child of the process; one that fails in this is thrown away with its folder."""
        try:
            if await warm.link.wake():
                folder = await asyncio.to_thread(filled, warm.folder, boot)
                if folder.has_all_given:
                    return await Child.adopt(warm.link, boot, folder, self._tier)
        except ChildNotStarted as error:
            log.warning("The child that was started ahead could not be used: %s", error)
        except BaseException:
            await warm.end()
            raise
        await warm.end()
        return None


async def _warm_up(scratch: Path, tier: Tier) -> _Warm:
    folder = await asyncio.to_thread(empty_folder, scratch)
    try:
        link = await open_link(folder, tier, WARM)
    except BaseException:
        await asyncio.to_thread(folder.remove)
        raise
    link.rest()
    return _Warm(folder=folder, link=link)


async def _put_away(task: asyncio.Task[_Warm]) -> None:
    """End a process that nobody takes."""
    await asyncio.wait([task], timeout=SETTLE_SECONDS)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled() and task.exception() is None:
        await task.result().end()
