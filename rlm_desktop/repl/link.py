"""The host's end of the pipes: sends commands, reads bounded and checked frames, and notices the child's end."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, Self

from rlm_desktop.repl.bounds import unpack_strictly
from rlm_desktop.repl.errors import ChildGone, FrameRefused
from rlm_desktop.repl.frames import Frame, read_frame
from rlm_desktop.repl.launching import Launched, Place, end, interrupt, launch
from rlm_desktop.repl.sandbox import watching
from rlm_desktop.repl.sandbox.tiers import Tier
from rlm_desktop.repl.wire import HEADER_BYTES, BadFrame, length_in, pack

STRAY_CHARACTERS = 20_000
LAST_SECONDS = 0.5
LOOK_SECONDS = 0.002


class Link:
    """A running child process and the pipes to it."""

    def __init__(self, launched: Launched) -> None:
        process = launched.process
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._launched = launched
        self._process = process
        self._commands = process.stdin
        self._frames = process.stdout
        self._stray_pipe = process.stderr
        self._stray: deque[str] = deque()
        self._stray_size = 0
        self.frame_bytes = 0
        """The size of the frame received last."""
        self._resting: asyncio.Task[bytes] | None = None
        self._excess = ""
        self._draining = asyncio.create_task(self._drain(process.stderr))
        self._watching = asyncio.create_task(self._watch())

    @classmethod
    async def open(cls, place: Place, tier: Tier) -> Self:
        """Start a child in this place, held like this."""
        return cls(await launch(place, tier))

    @property
    def pid(self) -> int:
        """The process' number."""
        return self._launched.pid

    def rest(self) -> None:
        """Expect nothing from the child until `wake`: whatever it sends meanwhile kills it."""
        self._resting = asyncio.create_task(self._frames.read(1))
        self._resting.add_done_callback(self._on_stir)

    async def wake(self) -> bool:
        """Tell whether the child is alive and kept still, and expect frames again."""
        if self._resting is not None:
            self._resting.cancel()
            await asyncio.wait([self._resting])
            if not self._resting.cancelled():
                return False
            self._resting = None
        return self._process.returncode is None and not self._excess

    def _on_stir(self, resting: asyncio.Task[bytes]) -> None:
        if not resting.cancelled():
            end(self._launched)

    def post(self, command: dict[str, Any]) -> None:
        """Send a command without waiting until it has left."""
        self._commands.write(pack(command))

    def interrupt(self) -> None:
        """Interrupt the running block: by a command, which reaches it anywhere, and by a signal, where one can."""
        self.post({"do": "interrupt"})
        interrupt(self._launched)

    async def send(self, command: dict[str, Any]) -> None:
        """Send a command, no faster than the child takes it."""
        self.post(command)
        with suppress(ConnectionError):  # the end is noticed when the next frame is read
            await self._commands.drain()

    async def receive(self, block: int | None = None) -> Frame:
        """Wait for the next frame of this block, or of none; raises `ChildGone` or `FrameRefused`."""
        try:
            header = await self._frames.readexactly(HEADER_BYTES)
            self.frame_bytes = length_in(header)
            return read_frame(unpack_strictly(await self._frames.readexactly(self.frame_bytes)), block)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise ChildGone(await self._last_words()) from None
        except BadFrame as bad:
            raise FrameRefused(f"The child sent {bad}.") from None

    def take_stray_output(self) -> str:
        """Take what was written past `print`, straight to the process' outputs."""
        text = "".join(self._stray)
        self._stray.clear()
        self._stray_size = 0
        return text

    async def kill(self) -> None:
        """End the process at once and let go of its pipes."""
        self._commands.close()
        end(self._launched)
        await self._ended()
        if self._excess:
            await asyncio.wait([self._watching])
        tasks = {self._draining, self._watching, *([self._resting] if self._resting else [])}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await self._empty()

    async def _watch(self) -> None:
        """End the child when it takes too much of what no kernel counts for us."""
        while (watched := self._launched.watched) is not None:
            await asyncio.sleep(watching.EVERY_SECONDS)
            if excess := await asyncio.to_thread(watched.excess):
                self._excess = excess
                end(self._launched)
                await self._ended()
                await asyncio.to_thread(watched.make_room)
                return

    async def _drain(self, stray: asyncio.StreamReader) -> None:
        while data := await stray.read(65_536):
            text = data.decode("utf-8", "replace")[-STRAY_CHARACTERS:]
            self._stray.append(text)
            self._stray_size += len(text)
            while self._stray_size > STRAY_CHARACTERS and len(self._stray) > 1:
                self._stray_size -= len(self._stray.popleft())

    async def _ended(self) -> None:
        """Wait for the process' end. Its `wait` waits for the pipes as well: full ones nobody reads any more."""
        while self._process.returncode is None:  # noqa: ASYNC110 - nothing tells of the end alone
            await asyncio.sleep(LOOK_SECONDS)

    async def _empty(self) -> None:
        """Read the pipes to their ends, so that they are closed."""
        with suppress(TimeoutError):  # a process that left the child's group may still hold them
            async with asyncio.timeout(LAST_SECONDS):
                for pipe in (self._frames, self._stray_pipe):
                    while await pipe.read(1 << 20):
                        pass

    async def _last_words(self) -> str:
        """Say how the process ended."""
        with suppress(TimeoutError):  # it may only have closed its pipe
            await asyncio.wait_for(self._ended(), LAST_SECONDS)
        end(self._launched)
        await self._ended()
        status = self._launched.status
        await asyncio.wait([self._draining], timeout=LAST_SECONDS)
        if self._excess:
            await asyncio.wait([self._watching])
            return self._excess
        how = f"was ended by signal {-status}" if status < 0 else f"ended by itself with status {status}"
        lines = "".join(self._stray).strip().splitlines()
        return f"The child {how}" + (f" (`{lines[-1][:300]}`)." if lines else ".")
