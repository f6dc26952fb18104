"""Our side of the REPL: a child that runs blocks, and is replaced when it has to be killed."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from rlm_desktop.repl.booting import Folder, Restart, boot_link, make_folder, start_child
from rlm_desktop.repl.conversation import Conversation
from rlm_desktop.repl.errors import BlockOverdue, ChildGone, ChildNotStarted, FrameRefused, NoIsolation, ReplError
from rlm_desktop.repl.exchange import (
    Answerer,
    Asked,
    BlockError,
    BlockReport,
    Boot,
    BootDocument,
    ContextRange,
    GivenAnswer,
    OnOutput,
    VariableNote,
)
from rlm_desktop.repl.frames import Booted, Done, Value
from rlm_desktop.repl.link import Link
from rlm_desktop.repl.restricted import available
from rlm_desktop.repl.sandbox import tiers
from rlm_desktop.repl.sandbox.tiers import Tier
from rlm_desktop.repl.wire import MORE_NAMES

__all__ = [
    "Answerer",
    "Asked",
    "BlockError",
    "BlockReport",
    "Boot",
    "BootDocument",
    "Child",
    "ContextRange",
    "GivenAnswer",
    "OnOutput",
    "ReplError",
    "StartChild",
    "VariableNote",
]

GRACE_SECONDS = 2.0
"""Time between the interrupt and the kill."""
CLOCK_SECONDS = 0.05
"""How exactly the block's clock is read when it has stood still."""
VALUE_SECONDS = 10.0
BEFORE = "Variables that could be kept have the values they had before this block."


class Child:
    """The REPL of one run. One block runs at a time."""

    def __init__(self, boot: Boot, folder: Folder, tier: Tier) -> None:
        self.tier = tier
        self._boot = boot
        self._folder = folder
        self._link: Link | None = None
        self._blocks = 0
        self._names: set[str] = set()
        self._draft = ""
        self._unfinished_code = ""
        self._history: list[dict[str, Any]] | None = None
        self._has_history = True

    @classmethod
    async def start(cls, boot: Boot, scratch: Path, tier: Tier | None = None) -> Self:
        """Start a child that keeps its files in a folder of its own inside `scratch`, held as well as can be here."""
        if tier is None:
            tier = tiers.RESTRICTED if boot.restricted else await asyncio.to_thread(tiers.best)
        if not tier.can_run:
            raise NoIsolation(tier.words)
        if tier.name == "B" and boot.corpus_folder is not None:
            await asyncio.to_thread(_refuse_what_is_too_long, boot.corpus_folder, boot.in_memory_bytes)
        child = cls(boot, await asyncio.to_thread(make_folder, boot, scratch), tier)
        try:
            child._link, _ = await start_child(boot, child._folder, tier, 1, None)
        except BaseException:
            await child.close()
            raise
        return child

    @classmethod
    async def adopt(cls, link: Link, boot: Boot, folder: Folder, tier: Tier) -> Self:
        """Make a child of a process that waits for its boot; it ends when it cannot be made one."""
        child = cls(boot, folder, tier)
        child._link = link
        try:
            await boot_link(link, boot, folder)
        except BaseException:
            await child.close()
            raise
        return child

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        assert self._link is not None
        return self._link.pid

    async def run_block(
        self,
        code: str,
        *,
        answerer: Answerer,
        on_output: OnOutput,
        history: list[dict[str, Any]] | None = None,
    ) -> BlockReport:
        """Run a block to its end, its interrupt or its kill.

        Cancelling kills the process; the next block gets a new one.
        `history` replaces the REPL's `history`; None leaves it.
        """
        link, lost = await self._ready_link()
        self._blocks += 1
        news = self._news_of(history)
        started = time.perf_counter()
        conversation = Conversation(link, self._boot, self._blocks, answerer, on_output)
        try:
            link.post({"do": "run", "code": code, "history": news})  # a child that does not read it is out of time
            done = await self._watch(link, conversation)
        except (ChildGone, FrameRefused, BlockOverdue) as reason:
            return await self._replace(link, code, conversation, str(reason), time.perf_counter() - started)
        except BaseException:
            self._unfinished_code = code
            await link.kill()
            raise
        link.rest()
        conversation.pass_on_stray()
        self._remember(done)
        return replace(_report(done, conversation, time.perf_counter() - started), lost=lost)

    async def value_of(self, name: str) -> str | None:
        """Give a variable of the model as text; None when there is none or it has no text."""
        link, _ = await self._ready_link()
        try:
            async with asyncio.timeout(VALUE_SECONDS):
                await link.send({"do": "value_of", "name": name})
                frame = await link.receive()
        except (ChildGone, FrameRefused, TimeoutError):
            frame = None
        if not isinstance(frame, Value):
            await link.kill()
            return None
        link.rest()
        return frame.text

    async def close(self) -> None:
        """End the process and remove its folder."""
        if self._link is not None:
            await self._link.kill()
            self._link = None
        await asyncio.to_thread(self._folder.remove)

    async def _watch(self, link: Link, conversation: Conversation) -> Done:
        """Follow the block; interrupt it when its own seconds are used up, and give up a little later."""
        seconds = self._boot.block_seconds
        talk = asyncio.create_task(conversation.hold())
        try:
            while not talk.done() and (left := seconds - conversation.own_seconds) > 0:
                await asyncio.wait([talk], timeout=max(left, CLOCK_SECONDS))
            if not talk.done():
                link.interrupt()
                await asyncio.wait([talk], timeout=GRACE_SECONDS)
                if not talk.done() or isinstance(talk.exception(), ChildGone):
                    raise BlockOverdue(f"The block ran longer than {seconds:g} seconds and was killed.")
            return talk.result()
        finally:
            talk.cancel()
            await asyncio.wait([talk])
            if not talk.cancelled():
                talk.exception()  # looked at, also when we are cancelled and nobody else will

    async def _ready_link(self) -> tuple[Link, tuple[str, ...]]:
        """Give a running child, and what was lost if it had to be started again."""
        if self._link is not None and await self._link.wake():
            return self._link, ()
        link, lost = await self._restart()
        await link.wake()
        return link, lost

    async def _replace(
        self, link: Link, code: str, conversation: Conversation, reason: str, seconds: float
    ) -> BlockReport:
        """Kill the child, put a new one in its place, and report what that cost."""
        await link.kill()
        conversation.tell_left_out()
        conversation.pass_on_stray()
        self._unfinished_code = code
        _, lost = await self._restart()
        return BlockReport(
            seconds=seconds,
            killed=True,
            killed_reason=f"{reason} {BEFORE}",
            lost=lost,
            draft=self._draft,
            output_dropped=conversation.output_dropped,
        )

    async def _restart(self) -> tuple[Link, tuple[str, ...]]:
        if self._link is not None:
            await self._link.kill()
        restart = Restart(unfinished_code=self._unfinished_code, draft=self._draft)
        try:
            self._link, booted = await self._start_again(restart)
        except ChildNotStarted:
            # What is brought back may itself be the trouble, such as a class body that never ends.
            self._folder.snapshot.unlink(missing_ok=True)
            self._link, booted = await self._start_again(restart)
        self._has_history = False
        return self._link, self._lost_after(booted)

    async def _start_again(self, restart: Restart) -> tuple[Link, Booted]:
        return await start_child(self._boot, self._folder, self.tier, self._blocks + 1, restart)

    def _lost_after(self, booted: Booted) -> tuple[str, ...]:
        lost = (self._names - set(booted.kept)) | set(booted.lost)
        self._names -= lost
        self._unfinished_code = ""
        return tuple(sorted(lost))

    def _news_of(self, history: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        """Give the history if the child does not have it yet."""
        news = history if history is not None or self._has_history else self._history
        self._history = history if history is not None else self._history
        self._has_history = True
        return news

    def _remember(self, done: Done) -> None:
        self._draft = done.answer.text if done.answer else done.draft
        for note in done.variables:
            if note.name == MORE_NAMES:
                continue
            (self._names.discard if note.change == "deleted" else self._names.add)(note.name)


def _refuse_what_is_too_long(corpus: str, most_bytes: int) -> None:
    if reason := available.too_long(corpus, most_bytes):
        raise ChildNotStarted(reason)


StartChild = Callable[[Boot, Path], Awaitable[Child]]
"""How a run gets a child that keeps the run's files in this folder."""


def _report(done: Done, conversation: Conversation, seconds: float) -> BlockReport:
    return BlockReport(
        seconds=seconds,
        error=done.error,
        variables=done.variables,
        answer=done.answer,
        refused_answer=done.refused,
        draft=done.answer.text if done.answer else done.draft,
        output_dropped=conversation.output_dropped,
    )
