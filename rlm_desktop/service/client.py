"""The window's end of the pipe: starts the engine process, sends it commands, hands on its facts."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from rlm_desktop.processes import apart
from rlm_desktop.service.errors import BadFrame, EngineGone
from rlm_desktop.service.frames import frame, read_message
from rlm_desktop.service.messages import Command, EngineFault, Fact

log = logging.getLogger(__name__)

_CLOSING_SECONDS = 15.0
_LINES_KEPT = 20


def _ignore(_fact: Fact) -> None:
    return None


class EngineClient:
    """One engine process. Plain asyncio, so it runs under any loop; may be started again after its end."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        on_message: Callable[[Fact], None] = _ignore,
    ) -> None:
        self.on_message = on_message
        self._command = tuple(command)
        self._environment = None if environment is None else dict(environment)
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None
        self._said: deque[str] = deque(maxlen=_LINES_KEPT)
        self._is_closing = False
        self._has_said_goodbye = False

    @property
    def is_running(self) -> bool:
        """Whether there is a process that takes commands."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The engine's process id, while it runs."""
        return self._process.pid if self._process is not None and self.is_running else None

    async def start(self) -> None:
        """Start the process; `EngineReady` follows. Commands may be sent at once. Raises `EngineGone`."""
        assert not self.is_running, "the engine runs already"
        pipe = asyncio.subprocess.PIPE
        try:
            # A session of its own: Ctrl+C in the terminal is the window's to handle.
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=pipe, stdout=pipe, stderr=pipe, env=self._environment, **apart()
            )
        except OSError as error:
            raise EngineGone(f"The engine could not be started: {error}. Reinstall RLM Desktop.") from error
        self._process = process
        self._is_closing = self._has_said_goodbye = False
        self._said.clear()
        self._listening = asyncio.get_running_loop().create_task(self._listen(process))

    def send(self, command: Command) -> None:
        """Send a command; raises `EngineGone` when there is no process."""
        if self._process is None or not self.is_running:
            raise EngineGone("The engine is not running. Start RLM Desktop again.")
        assert self._process.stdin is not None
        self._process.stdin.write(frame(command))

    async def close(self) -> None:
        """Let the engine end its runs and go; a process that does not is killed."""
        self._is_closing = True
        process, listening = self._process, self._listening
        if process is None or listening is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        done, _ = await asyncio.wait([listening], timeout=_CLOSING_SECONDS)
        if not done:
            _kill(process)
        await listening
        self._process = self._listening = None

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear(process))
            tasks.create_task(self._overhear(process))
        status = await process.wait()
        if not self._is_closing and not self._has_said_goodbye:
            self._tell(EngineFault(text=self._obituary(status), has_ended=True))

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while (message := await read_message(process.stdout)) is not None:
                assert isinstance(message, Fact)
                self._has_said_goodbye = isinstance(message, EngineFault) and message.has_ended
                self._tell(message)
        except BadFrame as error:
            self._said.append(str(error))
            _kill(process)

    async def _overhear(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        while piece := await process.stderr.read(65_536):
            for line in piece.decode("utf-8", "replace").splitlines():
                log.debug("engine: %s", line)
                self._said.append(line)

    def _tell(self, fact: Fact) -> None:
        # Through the loop, so that a fault of a listener reaches the loop's handler and we go on listening.
        asyncio.get_running_loop().call_soon(self.on_message, fact)

    def _obituary(self, status: int) -> str:
        how = f"was killed by signal {-status}" if status < 0 else f"stopped with status {status}"
        last = next((line for line in reversed(self._said) if line.strip()), "")
        return f"The engine {how}. What it recorded is kept.{f' Its last words: {last[:500]}' if last else ''}"


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
