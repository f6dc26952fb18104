"""A small assembler for seccomp filters, and what model code's process may ask of the kernel.

Our own, because pyseccomp needs the system's libseccomp of the right age on every machine that checks the result,
and because this way a reader can follow each instruction from the rule it comes from.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from syscall_numbers import NUMBERS, Architecture

LOAD, AND = 0x20, 0x54
EQUAL, AT_LEAST, ANY_BIT = 0x15, 0x35, 0x45
RETURN = 0x06

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
ERRNO = 0x00050000
EPERM, ENOSYS, EOPNOTSUPP = 1, 38, 95

OWN_PROCESS = 0x5E1F5E1F
"""Stands for the process' own number, which is known only when the filter is put in place."""

AUDIT_ARCHITECTURES: Mapping[Architecture, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32_BIT = 0x40000000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
LAST_KNOWN = 451
"""Calls above it are newer than these rules: programs are told that the kernel lacks them."""

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Masked:
    """Holds when the low half of an argument, cut to a mask, is one of these values (or, negated, none of them)."""

    argument: int
    mask: int
    values: tuple[int, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Null:
    """Holds when an argument is zero in all of its 64 bits."""

    argument: int


Condition = Masked | Null
WHOLE = 0xFFFFFFFF

_THREAD = 0x00010000 | 0x00000800 | 0x00000100  # CLONE_THREAD, CLONE_SIGHAND, CLONE_VM
_NAMESPACES = 0x7E020000  # every CLONE_NEW… that `clone` takes
_TRUNCATE, _ACCESS_MODE = 0o1000, 0o3

FREE = [
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "preadv2",
    "pwritev2",
    "lseek",
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "fstat",
    "newfstatat",
    "stat",
    "lstat",
    "statx",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getcwd",
    "chdir",
    "fchdir",
    "getdents64",
    "mkdir",
    "mkdirat",
    "rmdir",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "flock",
    "sendfile",
    "copy_file_range",
    "fadvise64",
    "readahead",
    "statfs",
    "fstatfs",
    "umask",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "brk",
    "msync",
    "membarrier",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "pipe",
    "pipe2",
    "eventfd2",
    "recvfrom",
    "shutdown",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "times",
    "getitimer",
    "setitimer",
    "alarm",
    "pause",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "sigaltstack",
    "restart_syscall",
    "getpid",
    "getppid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "getpgrp",
    "getrusage",
    "sysinfo",
    "uname",
    "getcpu",
    "getrlimit",
    "setrlimit",
    "getrandom",
    "futex",
    "futex_waitv",
    "set_robust_list",
    "set_tid_address",
    "rseq",
    "sched_yield",
    "sched_getaffinity",
    "wait4",
    "waitid",
    "exit",
    "exit_group",
]
"""Calls that reach nothing outside, or only what Landlock and the limits hold."""

CHECKED: Mapping[str, tuple[Condition, ...]] = {
    "clone": (Masked(0, _THREAD | _NAMESPACES, (_THREAD,)),),
    "tgkill": (Masked(0, WHOLE, (OWN_PROCESS,)),),
    "kill": (Masked(0, WHOLE, (OWN_PROCESS,)),),
    "prlimit64": (Masked(0, WHOLE, (0,)),),
    "getpgid": (Masked(0, WHOLE, (0,)),),
    "getsid": (Masked(0, WHOLE, (0,)),),
    # PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP, PR_GET_NO_NEW_PRIVS
    "prctl": (Masked(0, WHOLE, (2, 3, 15, 16, 21, 39)),),
    # No memory that RLIMIT_DATA does not count: MAP_SHARED and MAP_ANONYMOUS together.
    "mmap": (Masked(3, 0x21, (0x21,), negated=True),),
    # O_TRUNC without writing, which old Landlock lets through, and the access mode that is neither.
    "open": (Masked(1, _TRUNCATE | _ACCESS_MODE, (_TRUNCATE, 3, _TRUNCATE | 3), negated=True),),
    "openat": (Masked(2, _TRUNCATE | _ACCESS_MODE, (_TRUNCATE, 3, _TRUNCATE | 3), negated=True),),
    # FIONBIO, FIOCLEX, FIONCLEX, FIONREAD, TCGETS, TIOCGWINSZ
    "ioctl": (Masked(1, WHOLE, (0x5421, 0x5451, 0x5450, 0x541B, 0x5401, 0x5413)),),
    # Descriptors and locks only: no F_SETOWN, F_SETSIG, F_SETLEASE, F_NOTIFY, pipe sizes or seals.
    "fcntl": (Masked(1, WHOLE, (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030)),),
    # AF_UNIX streams only, whatever SOCK_NONBLOCK and SOCK_CLOEXEC say: a datagram pair can be sent elsewhere.
    "socketpair": (Masked(0, WHOLE, (1,)), Masked(1, WHOLE & ~0o2004000, (1,))),
    "sendto": (Null(4), Null(5)),
}
"""Calls that are allowed when all their conditions hold."""

ANSWERED: Mapping[int, Sequence[str]] = {
    # glibc takes the older call, whose arguments a filter can see.
    ENOSYS: ("clone3", "openat2"),
    # `shutil.copystat` bears this answer, and no other.
    EOPNOTSUPP: (
        *("getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr"),
        *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
    ),
}
"""Calls that are refused with another error than EPERM."""


def filter_for(architecture: Architecture) -> list[Instruction]:
    """Assemble the filter of one architecture."""
    numbers = NUMBERS[architecture]
    program: list[Instruction] = [
        _load(ARCHITECTURE),
        (EQUAL, 1, 0, AUDIT_ARCHITECTURES[architecture]),
        _return(KILL_PROCESS),
        _load(NUMBER),
        (AT_LEAST, 0, 1, X32_BIT),
        _return(KILL_PROCESS),
    ]
    for name in FREE:
        if name in numbers:
            program += [(EQUAL, 0, 1, numbers[name]), _return(ALLOW)]
    for name, conditions in CHECKED.items():
        if name in numbers:
            program += _block(numbers[name], conditions)
    for error, names in ANSWERED.items():
        for name in names:
            program += [(EQUAL, 0, 1, numbers[name]), _return(ERRNO | error)]
    return [*program, (AT_LEAST, 0, 1, LAST_KNOWN + 1), _return(ERRNO | ENOSYS), _return(ERRNO | EPERM)]


def packed(program: Sequence[Instruction]) -> bytes:
    """Give the bytes the kernel takes."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _block(number: int, conditions: Sequence[Condition]) -> list[Instruction]:
    """Assemble one checked call; whatever comes of it, nothing after it is looked at."""
    body = [_return(ALLOW)]
    for condition in reversed(conditions):
        body = [*_check(condition, len(body)), *body]
    return [(EQUAL, 0, len(body) + 1, number), *body, _return(ERRNO | EPERM)]


def _check(condition: Condition, after: int) -> Iterator[Instruction]:
    """Assemble a condition: it goes on behind itself when it holds, and else jumps over `after` instructions."""
    match condition:
        case Null(argument):
            yield _load(ARGUMENTS + 8 * argument)
            yield (EQUAL, 0, after + 2, 0)
            yield _load(ARGUMENTS + 8 * argument + 4)
            yield (EQUAL, 0, after, 0)
        case Masked(argument, mask, values, negated):
            yield _load(ARGUMENTS + 8 * argument)
            yield (AND, 0, 0, mask)
            for place, value in enumerate(values):
                left = len(values) - place - 1
                is_last = left == 0
                if negated:
                    yield (EQUAL, left + after, 0, value)
                else:
                    yield (EQUAL, left, after if is_last else 0, value)


def _load(offset: int) -> Instruction:
    return (LOAD, 0, 0, offset)


def _return(action: int) -> Instruction:
    return (RETURN, 0, 0, action)
