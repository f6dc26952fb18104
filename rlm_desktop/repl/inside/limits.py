"""Limits the operating system keeps for the child: its memory, and its life."""

import os
import signal
import sys
import threading

PR_SET_PDEATHSIG = 1
THREAD_STACK = 2 * 1024 * 1024


def die_with_parent() -> None:
    """Ask Linux to kill this process when the host ends, even while C code holds the interpreter."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes  # noqa: PLC0415 - needed on Linux only

    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def limit_memory(size_bytes: int) -> None:
    """Let this process have so much memory more than it has now; beyond it, Python raises `MemoryError`."""
    threading.stack_size(THREAD_STACK)
    if not sys.platform.startswith("linux"):
        return
    import resource  # noqa: PLC0415 - does not exist everywhere

    limit = _data_bytes() + size_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _data_bytes() -> int:
    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib would cost the start 5 ms
        words = next((line.split() for line in status if line.startswith("VmData:")), ["", "0"])
    return int(words[1]) * 1024
