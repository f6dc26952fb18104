"""The host's end of the pipes: sends commands, reads bounded and checked frames, and notices the child's end."""

import asyncio
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from rlm_desktop.repl.errors import ChildGone, FrameRefused
from rlm_desktop.repl.frames import Frame, read_frame
from rlm_desktop.repl.launching import kill, launch
from rlm_desktop.repl.wire import HEADER_BYTES, BadFrame, length_in, pack, unpack

STRAY_CHARACTERS = 20_000
LAST_SECONDS = 0.5


class Link:
    """A running child process and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._commands = process.stdin
        self._frames = process.stdout
        self._stray: deque[str] = deque()
        self._stray_size = 0
        self._draining = asyncio.create_task(self._drain(process.stderr))

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Start a child in this folder."""
        return cls(await launch(folder))

    @property
    def pid(self) -> int:
        """The process' number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended."""
        return self._process.returncode is None and not self._frames.at_eof()

    def post(self, command: dict[str, Any]) -> None:
        """Send a command without waiting until it has left."""
        self._commands.write(pack(command))

    async def send(self, command: dict[str, Any]) -> None:
        """Send a command, no faster than the child takes it."""
        self.post(command)
        with suppress(ConnectionError):  # the end is noticed when the next frame is read
            await self._commands.drain()

    async def receive(self) -> Frame:
        """Wait for the child's next frame; raises `ChildGone` or `FrameRefused`."""
        try:
            header = await self._frames.readexactly(HEADER_BYTES)
            return read_frame(unpack(await self._frames.readexactly(length_in(header))))
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
        await kill(self._process)
        self._draining.cancel()
        await asyncio.wait([self._draining])

    async def _drain(self, stray: asyncio.StreamReader) -> None:
        while data := await stray.read(65_536):
            text = data.decode("utf-8", "replace")[-STRAY_CHARACTERS:]
            self._stray.append(text)
            self._stray_size += len(text)
            while self._stray_size > STRAY_CHARACTERS and len(self._stray) > 1:
                self._stray_size -= len(self._stray.popleft())

    async def _last_words(self) -> str:
        """Say how the process ended."""
        with suppress(TimeoutError):  # it may only have closed its pipe
            await asyncio.wait_for(self._process.wait(), LAST_SECONDS)
        await kill(self._process)
        status = self._process.returncode or 0
        await asyncio.wait([self._draining], timeout=LAST_SECONDS)
        how = f"was ended by signal {-status}" if status < 0 else f"ended by itself with status {status}"
        lines = "".join(self._stray).strip().splitlines()
        return f"The child {how}" + (f" (`{lines[-1][:300]}`)." if lines else ".")
