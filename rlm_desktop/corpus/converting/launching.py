"""Starting a worker's process: the one place that knows how, and how it is held."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from rlm_desktop.confinement import landlock, seccomp
from rlm_desktop.confinement.places import DEVICES, FACTS, library_folders, own_rooms, python_folders
from rlm_desktop.confinement.policy import Policy
from rlm_desktop.corpus.converting.patience import Patience
from rlm_desktop.corpus.errors import ConverterBroken
from rlm_desktop.processes import apart, helper_command

KEPT_ENVIRONMENT = ("PATH", "LANG", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")
ADDRESS_BYTES = 16 << 30
READ_AHEAD_BYTES = 1 << 20

_ROOMS = ("corpus", "confinement", "text", "trace")


@cache
def can_confine() -> bool:
    """Tell whether this system's kernel can hold a worker; otherwise it has limits of time and memory only."""
    return landlock.version() > 0 and seccomp.is_available()


@cache
def tesseract() -> str | None:
    """Give the path of the program that recognises text; None when it is not installed."""
    return shutil.which("tesseract")


def worker_command() -> list[str]:
    """Give the command that starts a worker."""
    return helper_command("converter")


async def launch(folder: Path) -> asyncio.subprocess.Process:
    """Start a worker that works in this folder; it waits for its orders."""
    try:
        return await asyncio.create_subprocess_exec(
            *worker_command(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env=_environment(folder),
            limit=READ_AHEAD_BYTES,
            **apart(),
        )
    except OSError as error:
        raise ConverterBroken(f"The process that reads files could not be started: {error}") from error


def orders(folder: Path, roots: Sequence[str], patience: Patience) -> dict[str, Any]:
    """Give a worker's first frame: it may read below these roots, and write into its folder only."""
    policy = Policy(
        read=(*python_folders(), *own_rooms(*_ROOMS), *library_folders(), *FACTS, *DEVICES[1:], *roots),
        write=(str(folder), DEVICES[0]),
        parent=os.getpid(),
        address_bytes=ADDRESS_BYTES,
        file_bytes=patience.text_bytes,
        data_bytes=patience.memory_bytes,
    )
    return {
        "policy": policy._asdict(),
        "roots": list(roots),
        "can_confine": can_confine(),
        "can_recognise": tesseract() is not None,
    }


def _environment(folder: Path) -> dict[str, str]:
    """Give the little a worker may know of its surroundings; no keys."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    home = str(folder)
    return {**kept, "HOME": home, "TMPDIR": home, "TEMP": home, "TMP": home, "MALLOC_ARENA_MAX": "2"}
