"""Asking the Linux kernel for what Python has no words for."""

import ctypes
import os
import sys

SYSCALLS = {
    "x86_64": {
        "ptrace": 101, "capset": 126, "chmod": 90, "setpriority": 141, "mount": 165, "socket": 41, "connect": 42,
        "sendmsg": 46, "execve": 59, "setsid": 112, "kill": 62, "prlimit64": 302, "unshare": 272, "truncate": 76,
        "symlinkat": 266, "linkat": 265, "utimensat": 280, "inotify_init1": 294, "process_vm_readv": 310,
        "seccomp": 317,
        "memfd_create": 319, "bpf": 321, "userfaultfd": 323, "shmget": 29, "keyctl": 250, "add_key": 248,
        "perf_event_open": 298, "mknodat": 259, "sched_setaffinity": 203, "msgget": 68, "semget": 64,
    },
    "aarch64": {
        "ptrace": 117, "capset": 91, "fchmodat": 53, "setpriority": 140, "mount": 40, "socket": 198, "connect": 203,
        "sendmsg": 211, "execve": 221, "setsid": 157, "kill": 129, "prlimit64": 261, "unshare": 97, "truncate": 45,
        "symlinkat": 36, "linkat": 37, "utimensat": 88, "inotify_init1": 26, "process_vm_readv": 270,
        "seccomp": 277,
        "memfd_create": 279, "bpf": 280, "userfaultfd": 282, "shmget": 194, "keyctl": 219, "add_key": 217,
        "perf_event_open": 241, "mknodat": 33, "sched_setaffinity": 122, "msgget": 186, "semget": 190,
    },
}  # fmt: skip
"""Numbers of calls, by architecture."""

EVERYWHERE = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_open": 434, "pidfd_getfd": 438,
    "landlock_create_ruleset": 444, "landlock_add_rule": 445, "landlock_restrict_self": 446,
}  # fmt: skip
"""Numbers that are the same on all architectures of Linux; elsewhere they mean something else."""


def architecture() -> str:
    """Name the processor's family as the kernel does; empty where this is no 64-bit Linux that we know."""
    if sys.platform != "linux":
        return ""
    machine = os.uname().machine
    return machine if machine in SYSCALLS and sys.maxsize > 2**32 else ""


def number_of(call: str) -> int | None:
    """Give a call's number here; None where the architecture does not have it or is not known."""
    here = SYSCALLS.get(architecture())
    return {**EVERYWHERE, **here}.get(call) if here is not None else None


def ask(call: str, *arguments: int) -> int:
    """Make a system call with whole numbers, which may be addresses; raises `OSError` when it is refused."""
    number = number_of(call)
    if number is None:
        raise NotImplementedError(f"the number of the system call {call} is not known here")
    words = [ctypes.c_long(argument) for argument in (number, *arguments)]
    return _checked(_library().syscall(*words))


def control(option: int, *arguments: int) -> int:
    """Call `prctl`; raises `OSError` when it is refused."""
    words = [ctypes.c_ulong(argument) for argument in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_library().prctl(ctypes.c_int(option), *words))


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
