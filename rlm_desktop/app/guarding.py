"""Keeps this process' memory, which holds keys, from other programs and out of crash dumps."""

import sys

PR_SET_DUMPABLE = 4


def keep_memory_private() -> None:
    """On Linux: other programs of the user cannot read or trace us from now on, and a crash leaves no image of us."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes  # noqa: PLC0415 - needed on Linux only
    import resource  # noqa: PLC0415 - does not exist everywhere

    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    _, highest = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, highest))
