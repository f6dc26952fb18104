"""Limits the operating system keeps for the child: its memory, and its life."""

import os
import signal
import sys
import threading
from contextlib import suppress

PR_SET_PDEATHSIG = 1
OUR_ROOM = 128 * 1024 * 1024
THREAD_STACK = 2 * 1024 * 1024


def die_with_parent() -> None:
    """Ask Linux to kill this process when the host ends, even while C code holds the interpreter."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - needed on Linux only

    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def open_status() -> int | None:
    """Open what tells this process' memory use, while it still can be opened."""
    if sys.platform != "linux":
        return None
    return os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)


class MemoryLimit:
    """Lets blocks have so much memory more than there was at first, and our own work after a block a little more."""

    def __init__(self, size_bytes: int, status: int | None) -> None:
        threading.stack_size(THREAD_STACK)
        self._limit = _data_bytes(status) + size_bytes
        self._is_kept = status is not None
        self._set(self._limit + OUR_ROOM)

    def open(self) -> None:
        """Hold a block to its limit: beyond it Python raises `MemoryError`."""
        self._set(self._limit)

    def close(self) -> None:
        """Give our own work its room."""
        self._set(self._limit + OUR_ROOM)

    def _set(self, size_bytes: int) -> None:
        if sys.platform == "win32" or not self._is_kept:
            return
        import resource  # noqa: PLC0415 - does not exist everywhere

        highest = self._limit + OUR_ROOM
        with suppress(ValueError, OSError):  # model code lowered what cannot be raised again
            resource.setrlimit(resource.RLIMIT_DATA, (size_bytes, highest))


def _data_bytes(status: int | None) -> int:
    if status is None:
        return 0
    lines = os.read(status, 65_536).decode("ascii", "replace").splitlines()
    os.close(status)
    words = next((line.split() for line in lines if line.startswith("VmData:")), ["", "0"])
    return int(words[1]) * 1024
