"""What the operating system limits even where it cannot hold a child; the interpreter's process inherits it."""

import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
DESCRIPTORS = 256
FILE_BYTES = 1 << 30
OUR_ROOM = 1 << 30
BYTES_A_CHARACTER = 16
"""Room for a context: in this process, in the interpreter, and on its way from the one to the other."""


def lay_down(memory_bytes: int, characters: int) -> None:
    """Limit this process, and those it starts, in descriptors, files and memory."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - does not exist everywhere

    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_DATA: memory_bytes + BYTES_A_CHARACTER * characters + OUR_ROOM,
    }
    for kind, most in wanted.items():
        _, highest = resource.getrlimit(kind)
        limit = most if highest == resource.RLIM_INFINITY else min(most, highest)
        resource.setrlimit(kind, (limit, limit))


def leave_with_parent(leave: Callable[[], None]) -> None:
    """Leave when the host ends. Only our own code runs here, so a signal that can be caught is enough."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - needed on Linux only

    signal.signal(signal.SIGTERM, lambda _number, _frame: leave())
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:
        leave()
