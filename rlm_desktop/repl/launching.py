"""Starting the child's process: the one place that knows how, so that a sandbox can be put around it."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rlm_desktop.repl.errors import ChildNotStarted

CHILD_FILE = Path(__file__).with_name("child.py")
RESTRICTED_FILE = Path(__file__).parent / "restricted" / "door.py"
KEPT_ENVIRONMENT = ("PATH", "LANG", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")
READ_AHEAD_BYTES = 1 << 20


def child_command() -> Sequence[str]:
    """Give the command that starts a child: our Python, cut off from the user's settings and folders."""
    return [sys.executable, "-I", "-X", "utf8", str(CHILD_FILE)]


def restricted_command() -> Sequence[str]:
    """Give the command that starts a child whose model code runs in the restricted Python."""
    return [sys.executable, "-I", "-X", "utf8", str(RESTRICTED_FILE)]


def child_environment(folder: Path) -> dict[str, str]:
    """Give the little a child may know of its surroundings; no keys."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    home = str(folder)
    # Two arenas, because each further one would count against the memory limit of a block with threads.
    return {**kept, "HOME": home, "TMPDIR": home, "TEMP": home, "TMP": home, "MALLOC_ARENA_MAX": "2"}


async def launch(folder: Path, *, restricted: bool = False) -> asyncio.subprocess.Process:
    """Start a child that works in this folder, in a process group of its own."""
    try:
        return await asyncio.create_subprocess_exec(
            *(restricted_command() if restricted else child_command()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env=child_environment(folder),
            limit=READ_AHEAD_BYTES,
            start_new_session=True,
        )
    except OSError as error:
        raise ChildNotStarted(f"The Python process for the REPL could not be started: {error}") from error


def interrupt(process: asyncio.subprocess.Process) -> None:
    """Interrupt a child's main thread, also while C code keeps its other threads from reading commands."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)


def end(process: asyncio.subprocess.Process) -> None:
    """End a child, and what it started, at once."""
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
