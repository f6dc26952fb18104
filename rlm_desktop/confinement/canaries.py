"""Trying each forbidden thing before anyone else could: all must fail, or the process must not live."""

import errno
import os
import sys
from collections.abc import Callable, Iterable

from rlm_desktop.confinement import kernel
from rlm_desktop.confinement.policy import Policy

ANYWHERE = -1
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}

FORBIDDEN_CALLS: dict[str, tuple[int, ...]] = {
    "socket": (2, 1, 0),
    "connect": (ANYWHERE, 0, 0),
    "sendmsg": (ANYWHERE, 0, 0),
    "execve": (0, 0, 0),
    "setsid": (),
    "ptrace": (ANYWHERE, 0, 0, 0),
    "process_vm_readv": (ANYWHERE, 0, 0, 0, 0, 0),
    "pidfd_open": (ANYWHERE, 0),
    "pidfd_getfd": (ANYWHERE, 0, 0),
    "pidfd_send_signal": (ANYWHERE, 0, 0, 0),
    "setpriority": (ANYWHERE, 0, 0),
    "sched_setaffinity": (ANYWHERE, 0, 0),
    "unshare": (0,),
    "mount": (0, 0, 0, 0, 0),
    "truncate": (0, 0),
    "chmod": (0, 0),
    "fchmodat": (ANYWHERE, 0, 0),
    "utimensat": (ANYWHERE, 0, 0, 0),
    "symlinkat": (0, ANYWHERE, 0),
    "linkat": (ANYWHERE, 0, ANYWHERE, 0, 0),
    "mknodat": (ANYWHERE, 0, 0, 0),
    "inotify_init1": (ANYWHERE,),
    "memfd_create": (0, 0),
    "shmget": (0, 0, 0),
    "msgget": (0, 0),
    "semget": (0, 0, 0),
    "add_key": (0, 0, 0, 0, 0),
    "keyctl": (ANYWHERE,),
    "bpf": (ANYWHERE, 0, 0),
    "perf_event_open": (0, 0, 0, 0, 0),
    "userfaultfd": (ANYWHERE,),
    "io_uring_setup": (0, 0),
}
"""With arguments that do nothing: a kernel that would do the thing complains about them instead of refusing."""


def failures(policy: Policy) -> list[str]:
    """Give the forbidden things that were not refused."""
    writable = policy.write[0]
    tried: dict[str, Callable[[], object]] = {
        "writing beside the scratch folder": lambda: os.mkdir(f"{os.path.dirname(writable)}/canary"),  # noqa: PTH102, PTH120
        "starting a process": _fork,
        "signalling the parent": lambda: os.kill(os.getppid(), 0),
        "looking at the parent's limits": lambda: kernel.ask("prlimit64", os.getppid() or ANYWHERE, 0, 0, 0),
    }
    for what, path in {"the root folder": "/", "its own environment": "/proc/self/environ"}.items():
        if not _is_below(path, policy.read):
            tried[f"reading {what}"] = lambda path=path: os.open(path, os.O_RDONLY)  # type: ignore[misc]
    for call, arguments in FORBIDDEN_CALLS.items():
        if kernel.number_of(call) is not None:
            tried[call] = lambda call=call, arguments=arguments: kernel.ask(call, *arguments)  # type: ignore[misc]
    return [name for name, action in tried.items() if not _is_refused(action)]


def _is_below(path: str, allowed: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in allowed)


def _is_refused(action: Callable[[], object]) -> bool:
    try:
        action()
    except OSError as error:
        return error.errno in REFUSED
    return False


def _fork() -> None:
    if sys.platform == "win32":
        raise NotImplementedError("Windows does not fork")
    if os.fork() == 0:
        os._exit(0)
    os.wait()
