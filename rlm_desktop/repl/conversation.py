"""One block, seen from the host: output goes on, questions are answered, until the child says it is done."""

import asyncio
import time

from rlm_desktop.repl.errors import FrameRefused
from rlm_desktop.repl.exchange import Answerer, Asked, Boot, ContextRange, OnOutput
from rlm_desktop.repl.frames import Ask, AskBudget, AskSearch, Done, Frame, Output, Skipped
from rlm_desktop.repl.link import Link
from rlm_desktop.repl.wire import MAX_FRAME_BYTES, OUTPUT_HEAD, OUTPUT_TAIL, Unsendable

ASKS_AT_ONCE = 1_000
"""Questions of one block that wait at the same time; the child's next frames wait behind them."""

ASK_BYTES_AT_ONCE = MAX_FRAME_BYTES
"""What they may hold together; a single one may always wait."""

FRAMES_IN_A_ROW = 64
"""Then others get a turn: a child that floods us must not stall the loop."""


class Conversation:
    """Follows a running block."""

    def __init__(self, link: Link, boot: Boot, block: int, answerer: Answerer, on_output: OnOutput) -> None:
        self._link = link
        self._boot = boot
        self._block = block
        self._answerer = answerer
        self._on_output = on_output
        self._frames = 0
        self._passed_on = 0
        self._left_out = 0
        self._has_told = False
        self._numbers: set[int] = set()
        self._ask_bytes = 0
        self._answered = asyncio.Event()
        self._began = time.monotonic()
        self._awaited = 0
        self._asking_since = 0.0
        self._waited_seconds = 0.0

    @property
    def output_dropped(self) -> int:
        """How many printed characters were not passed on."""
        return self._left_out

    @property
    def own_seconds(self) -> float:
        """How long the block has run by itself: while an answer is awaited, its clock stands still."""
        now = time.monotonic()
        waiting = now - self._asking_since if self._awaited else 0.0
        return now - self._began - self._waited_seconds - waiting

    async def hold(self) -> Done:
        """Follow the block to its end. What an answerer raises ends it and is raised here."""
        try:
            async with asyncio.TaskGroup() as answering:
                return await self._follow(answering)
        except BaseExceptionGroup as group:
            raise _first_in(group) from None

    def tell_left_out(self) -> None:
        """Say in the output, once, that something is missing here."""
        if self._left_out and not self._has_told:
            self._has_told = True
            self._on_output("stdout", f"\n… {self._left_out:,} characters left out …\n")

    def pass_on_stray(self) -> None:
        """Show what was written past `print`."""
        if text := self._link.take_stray_output():
            self._on_output("stderr", text)

    async def _follow(self, answering: asyncio.TaskGroup) -> Done:
        waiting: list[asyncio.Task[None]] = []
        while not isinstance(frame := await self._next_frame(), Done):
            if isinstance(frame, (Ask, AskSearch)):
                size = self._link.frame_bytes
                await self._take_in(frame, size)
                waiting = [task for task in waiting if not task.done()]
                waiting.append(answering.create_task(self._answer(frame, size)))
            else:
                await self._take(frame)
        for task in waiting:
            task.cancel()
        return frame

    async def _take_in(self, ask: Ask | AskSearch, size: int) -> None:
        """Let a question in that may be asked, when there is room for it."""
        may_ask = self._may_search() if isinstance(ask, AskSearch) else self._may_ask(ask.asked)
        if not may_ask or ask.number in self._numbers:
            raise FrameRefused("The child sent a question that is not allowed here.")
        while len(self._numbers) >= ASKS_AT_ONCE or (self._numbers and self._ask_bytes + size > ASK_BYTES_AT_ONCE):
            self._answered.clear()
            await self._answered.wait()
        self._numbers.add(ask.number)
        self._ask_bytes += size

    def _may_ask(self, asked: Asked) -> bool:
        if self._boot.corpus_folder is None and any(isinstance(context, ContextRange) for context in asked.contexts):
            return False
        return self._boot.with_subcalls and (self._boot.with_child_runs or not asked.function.startswith("rlm"))

    def _may_search(self) -> bool:
        return self._boot.corpus_folder is not None

    async def _next_frame(self) -> Frame:
        self._frames += 1
        if self._frames % FRAMES_IN_A_ROW == 0:
            await asyncio.sleep(0)
        return await self._link.receive(self._block)

    async def _take(self, frame: Frame) -> None:
        match frame:
            case Output():
                self._pass_on(frame)
            case Skipped(left_out):
                self._left_out = left_out
            case AskBudget(number):
                await self._reply(number, [self._answerer.budget()])
            case _:
                raise FrameRefused("The child sent something that is not allowed while a block runs.")

    def _pass_on(self, piece: Output) -> None:
        self._passed_on += len(piece.text)
        if self._passed_on > OUTPUT_HEAD + OUTPUT_TAIL:
            raise FrameRefused("The child sent more output than it may.")
        if piece.is_tail:
            self.tell_left_out()
        self._on_output(piece.stream, piece.text)

    async def _answer(self, ask: Ask | AskSearch, size: int) -> None:
        try:
            results = await self._results_of(ask)
            # The clock runs again: a child that does not take its replies is out of time sooner or later.
            await self._reply(ask.number, results)
        finally:
            self._numbers.discard(ask.number)
            self._ask_bytes -= size
            self._answered.set()

    async def _results_of(self, ask: Ask | AskSearch) -> list[object]:
        self._stop_clock()
        try:
            if isinstance(ask, AskSearch):
                return [await self._answerer.search(ask.searched)]
            results = await self._answerer.answer(ask.asked)
        finally:
            self._restart_clock()
        assert len(results) == len(ask.asked.prompts), "one result for each prompt"
        return results

    def _stop_clock(self) -> None:
        self._awaited += 1
        if self._awaited == 1:
            self._asking_since = time.monotonic()

    def _restart_clock(self) -> None:
        self._awaited -= 1
        if not self._awaited:
            self._waited_seconds += time.monotonic() - self._asking_since

    async def _reply(self, number: int, results: list[object]) -> None:
        try:
            await self._link.send({"do": "reply", "id": number, "results": results})
        except Unsendable as error:
            texts = [f"Error: the replies are too long together: {error}. Ask for less at once."] * len(results)
            await self._link.send({"do": "reply", "id": number, "results": texts})


def _first_in(group: BaseExceptionGroup[BaseException]) -> BaseException:
    first = group.exceptions[0]
    return _first_in(first) if isinstance(first, BaseExceptionGroup) else first
