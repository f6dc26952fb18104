"""The host decides what one child may read and write, and how much it may take."""

import os
import platform
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rlm_desktop.confinement.places import DEVICES, FACTS, library_folders, own_rooms, python_folders
from rlm_desktop.confinement.policy import Policy
from rlm_desktop.processes import is_bundled

ADDRESS_BYTES = 8 << 30
BYTES_A_CONTEXT_BYTE = 6
"""Room in the address space for a context's bytes, its characters, and a copy while one becomes the other."""
THREADS = 96

_OURS = ("repl", "confinement", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How many bytes of contexts a child reads into its memory, and of how many it sees the file in its place."""

    context_bytes: int
    mapped_bytes: int


def policy_for(*, given: Sequence[Path], room: Room, folders: Sequence[Path], in_namespace: bool) -> Policy:
    """Decide for a child that finds what it is given in these folders and may write in those."""
    return Policy(
        read=(*python_folders(), *own_rooms(*_OURS), *library_folders(), *FACTS, *DEVICES[1:], *map(str, given)),
        write=(*(str(folder) for folder in folders), *DEVICES[:1]),
        # The first process of a namespace has no parent that it could see.
        parent=0 if in_namespace else os.getpid(),
        address_bytes=ADDRESS_BYTES + BYTES_A_CONTEXT_BYTE * room.context_bytes + room.mapped_bytes,
        threads=THREADS if in_namespace and _counts_by_namespace() else None,
    )


@cache
def program_files() -> tuple[str, ...]:
    """Give the files that starting Python needs and running Python does not."""
    if is_bundled():
        return tuple(filter(os.path.exists, ("/lib64",)))
    near = Path(sys.executable).parents[1] / "pyvenv.cfg"
    library = Path(sysconfig.get_config_var("LIBDIR") or "/", sysconfig.get_config_var("INSTSONAME") or "none")
    return (sys.executable, *(str(path) for path in (near, library, Path("/lib64")) if path.exists()))


def _counts_by_namespace() -> bool:
    """Tell whether this Linux counts a user's processes in each namespace by itself."""
    version = platform.release().split(".")
    return [int(part) if part.isdecimal() else 0 for part in version[:2]] >= [5, 14]
