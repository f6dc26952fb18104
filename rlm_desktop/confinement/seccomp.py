"""seccomp: the kernel refuses this process every call that our rules do not name."""

import ctypes
import os
import struct

from rlm_desktop.confinement import kernel
from rlm_desktop.confinement.filters import FILTERS, OWN_PROCESS

SET_MODE_FILTER, GET_ACTION_AVAILABLE = 1, 2
FOR_ALL_THREADS = 1
KILL_PROCESS = 0x80000000
INSTRUCTION_BYTES = 8


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def is_available() -> bool:
    """Tell whether the kernel takes our filters."""
    action = ctypes.c_uint32(KILL_PROCESS)
    try:
        kernel.ask("seccomp", GET_ACTION_AVAILABLE, 0, ctypes.addressof(action))
    except (OSError, NotImplementedError):
        return False
    return kernel.architecture() in FILTERS


def restrict() -> None:
    """Put the filter on all threads of this process, for good. `PR_SET_NO_NEW_PRIVS` must be set."""
    code = filled_in(FILTERS[kernel.architecture()], os.getpid())
    program = _Program(len(code) // INSTRUCTION_BYTES, code)
    refused = kernel.ask("seccomp", SET_MODE_FILTER, FOR_ALL_THREADS, ctypes.addressof(program))
    if refused:
        raise OSError(f"thread {refused} did not take the seccomp filter")


def filled_in(code: bytes, process: int) -> bytes:
    """Put the process' number into the places of a filter that wait for it."""
    words = struct.iter_unpack("=HBBI", code)
    return b"".join(
        struct.pack("=HBBI", kind, yes, no, process if value == OWN_PROCESS else value)
        for kind, yes, no, value in words
    )
