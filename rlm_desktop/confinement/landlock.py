"""Landlock: the kernel leaves this process the files it is told; newer ones also forbid connections and signals."""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from enum import IntFlag

from rlm_desktop.confinement import kernel

VERSION_FLAG = 1
RULE_PATH_BENEATH = 1


class Access(IntFlag):
    """What can be done with files; the kernel's bits."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


KNOWN_SINCE = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""The bits each version of Landlock knows; later versions know those of version 5."""
TCP_BOTH_WAYS = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

READ = Access.READ_FILE | Access.READ_DIR
WRITE = (
    READ
    | Access.WRITE_FILE
    | Access.TRUNCATE
    | Access.REMOVE_DIR
    | Access.REMOVE_FILE
    | Access.MAKE_DIR
    | Access.MAKE_REG
    | Access.REFER
)
FOR_A_FILE = Access.WRITE_FILE | Access.READ_FILE | Access.TRUNCATE | Access.EXECUTE


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Give the version of the kernel's Landlock; 0 when there is none."""
    try:
        return kernel.ask("landlock_create_ruleset", 0, 0, VERSION_FLAG)
    except (OSError, NotImplementedError):
        return 0


def restrict(read: Iterable[str], write: Iterable[str], execute: Iterable[str] = ()) -> None:
    """Leave this process only these files and folders, for good. `PR_SET_NO_NEW_PRIVS` must be set."""
    known = version()
    handled = KNOWN_SINCE[min(known, 5)]
    wanted = _Ruleset(handled, TCP_BOTH_WAYS if known >= 4 else 0, ABSTRACT_SOCKETS_AND_SIGNALS if known >= 6 else 0)
    rules = kernel.ask("landlock_create_ruleset", ctypes.addressof(wanted), ctypes.sizeof(wanted), 0)
    try:
        for path in read:
            _allow(rules, path, READ & handled)
        for path in write:
            _allow(rules, path, WRITE & handled)
        for path in execute:
            _allow(rules, path, (READ | Access.EXECUTE) & handled)
        kernel.ask("landlock_restrict_self", rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: str, access: int) -> None:
    """Allow access beneath a path; one that is not there or cannot be opened anyway needs no rule."""
    if sys.platform != "linux":
        raise NotImplementedError("only Linux has Landlock")
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (OSError, ValueError):
        return
    try:
        is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rule = _PathRule(access if is_folder else access & FOR_A_FILE, place)
        kernel.ask("landlock_add_rule", rules, RULE_PATH_BENEATH, ctypes.addressof(rule), 0)
    finally:
        os.close(place)
