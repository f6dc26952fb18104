"""Starting the child's process: the one place that knows how, and how it is held."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rlm_desktop.processes import apart, helper_command
from rlm_desktop.repl.child import CONFINE
from rlm_desktop.repl.errors import ChildNotStarted
from rlm_desktop.repl.sandbox.bubblewrap import wrapped
from rlm_desktop.repl.sandbox.deciding import Room, policy_for
from rlm_desktop.repl.sandbox.tiers import Tier
from rlm_desktop.repl.sandbox.watching import Watched

KEPT_ENVIRONMENT = ("PATH", "LANG", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")
READ_AHEAD_BYTES = 1 << 20
SIGNAL_STATUS = 128
"""Bubblewrap ends with this and the number of the signal that ended its child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a child works, where its snapshot lies, where it finds what it is given, and the room it has for that."""

    work: Path
    kept: Path
    given: tuple[Path, ...]
    room: Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A started child. In namespaces, `process` is bubblewrap and `pid` the Python it waits for."""

    process: asyncio.subprocess.Process
    pid: int
    watched: Watched | None = None

    @property
    def status(self) -> int:
        """How it ended; a negative number is the signal that ended it."""
        status = self.process.returncode
        assert status is not None
        return SIGNAL_STATUS - status if self.pid != self.process.pid and status > SIGNAL_STATUS else status


def child_command() -> Sequence[str]:
    """Give the command that starts a child: our Python, cut off from the user's settings and folders."""
    return helper_command("child")


def restricted_command() -> Sequence[str]:
    """Give the command that starts a child whose model code runs in the restricted Python."""
    return helper_command("restricted")


def child_environment(folder: Path) -> dict[str, str]:
    """Give the little a child may know of its surroundings; no keys."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    home = str(folder)
    # Two arenas, because each further one would count against the memory limit of a block with threads.
    return {**kept, "HOME": home, "TMPDIR": home, "TEMP": home, "TMP": home, "MALLOC_ARENA_MAX": "2"}


async def launch(place: Place, tier: Tier) -> Launched:
    """Start a child in this place, in a process group of its own, held like this."""
    command = restricted_command() if tier.name == "B" else child_command()
    if not tier.is_confined:
        process = await _start(command, place)
        return Launched(process=process, pid=process.pid)
    policy = await asyncio.to_thread(
        policy_for,
        given=place.given,
        room=place.room,
        folders=(place.work, place.kept),
        in_namespace=tier.bubblewrap is not None,
    )
    command = [*command, CONFINE, policy.as_word()]
    if tier.bubblewrap is None:
        process = await _start(command, place)
        return _watched(process, process.pid, place)
    facts, facts_to = os.pipe()
    with open(facts, "rb") as told:  # noqa: PTH123, ASYNC230 - a descriptor that is read in a thread
        try:
            around = wrapped(tier.bubblewrap, command, policy, folder=place.work, facts_to=facts_to)
            process = await _start(around, place, facts_to)
        finally:
            os.close(facts_to)
        text = await asyncio.to_thread(told.read)
    return _watched(process, await _pid_in(text, process), place)


async def _pid_in(facts: bytes, process: asyncio.subprocess.Process) -> int:
    """Read who the child is; without an answer bubblewrap has failed and said why."""
    try:
        return int(json.loads(facts)["child-pid"])
    except (ValueError, KeyError):
        _, said = await process.communicate()
        reason = said.decode("utf-8", "replace").strip()[-300:]
        raise ChildNotStarted(f"The Python process for the REPL could not be isolated: {reason}") from None


def _watched(process: asyncio.subprocess.Process, pid: int, place: Place) -> Launched:
    watched = Watched(work=place.work, kept=place.kept, process=pid)
    return Launched(process=process, pid=pid, watched=watched)


async def _start(command: Sequence[str], place: Place, *passed: int) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=place.work,
            env=child_environment(place.work),
            limit=READ_AHEAD_BYTES,
            **apart(),
            pass_fds=passed,
        )
    except OSError as error:
        raise ChildNotStarted(f"The Python process for the REPL could not be started: {error}") from error


def interrupt(child: Launched) -> None:
    """Interrupt a child's main thread, also while C code keeps its other threads from reading commands."""
    if sys.platform != "win32" and child.process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGINT)


def end(child: Launched) -> None:
    """End a child, and what it started, at once."""
    if child.process.returncode is not None and child.pid != child.process.pid:
        return
    with suppress(ProcessLookupError):
        if sys.platform == "win32":
            child.process.kill()
        elif child.pid != child.process.pid:
            # Bubblewrap then buries its child and ends by itself.
            os.kill(child.pid, signal.SIGKILL)
        else:
            os.killpg(child.pid, signal.SIGKILL)
