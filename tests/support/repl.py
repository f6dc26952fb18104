"""A real child with an answerer that echoes, for tests of the REPL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rlm_desktop.repl.exchange import Searched, SearchHits
from rlm_desktop.repl.host import Asked, BlockReport, Boot, Child
from rlm_desktop.repl.sandbox.tiers import Tier


async def until(is_so: Callable[[], object]) -> None:
    """Wait for a condition, at most ten seconds."""
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - files and processes set no asyncio event
            await asyncio.sleep(0.005)


@dataclass
class EchoAnswerer:
    """Answers each prompt with itself in capitals and remembers what was asked."""

    reply: Callable[[str], Any] = str.upper
    seconds: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    peak: int = 0
    cancelled: int = 0
    searched: list[Searched] = field(default_factory=list)
    hits: SearchHits | str = field(default_factory=list)

    async def answer(self, asked: Asked) -> list[Any]:
        self.asked.append(asked)
        self.at_once += 1
        self.peak = max(self.peak, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.at_once -= 1
        return [self.reply(prompt) for prompt in asked.prompts]

    async def search(self, searched: Searched) -> SearchHits | str:
        self.searched.append(searched)
        return self.hits

    def budget(self) -> dict[str, Any]:
        return {"calls": {"spent": len(self.asked), "left": 7}}


@dataclass
class Ran:
    """What came of a block."""

    report: BlockReport
    pieces: list[tuple[str, str]]

    @property
    def out(self) -> str:
        return "".join(text for stream, text in self.pieces if stream == "stdout")

    @property
    def err(self) -> str:
        return "".join(text for stream, text in self.pieces if stream == "stderr")


class Repl:
    """A child under test."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.answerer = EchoAnswerer()

    async def run(self, code: str, **options: Any) -> Ran:
        """Run a block, whatever comes of it."""
        pieces: list[tuple[str, str]] = []
        report = await self.child.run_block(
            code,
            answerer=options.pop("answerer", self.answerer),
            on_output=options.pop("on_output", lambda stream, text: pieces.append((stream, text))),
            **options,
        )
        return Ran(report, pieces)

    async def out(self, *blocks: str) -> str:
        """Run blocks that must succeed and give what the last one printed."""
        for code in blocks:
            ran = await self.run(code)
            assert ran.report.error is None, ran.report.error
            assert not ran.report.killed, ran.report.killed_reason
        return ran.out


@asynccontextmanager
async def open_repl(
    scratch: Path, context: Any = "one\ntwo\nthree\n", *, tier: Tier | None = None, **boot: Any
) -> AsyncIterator[Repl]:
    """Start a child, held as well as can be unless told otherwise, and end it afterwards."""
    child = await Child.start(Boot(context=context, **boot), scratch, tier)
    try:
        yield Repl(child)
    finally:
        await child.close()
