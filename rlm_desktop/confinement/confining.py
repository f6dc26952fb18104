"""A process of ours confines itself, in an order that matters, before anything that nobody trusts is near."""

import os
import signal
import stat
import sys
from collections.abc import Iterable

from rlm_desktop.confinement import canaries, kernel, landlock, limits, seccomp
from rlm_desktop.confinement.policy import Policy

SET_PARENT_DEATH_SIGNAL, SET_DUMPABLE, SET_NO_NEW_PRIVILEGES = 1, 4, 38
STANDARD = (0, 1, 2)
MOST_DESCRIPTORS = 1 << 20


class NotConfined(Exception):
    """This process could not be confined, so it must not go on."""


def confine(policy: Policy) -> int:
    """Confine this process for good; gives a descriptor that tells its own memory use.

    Raises `NotConfined` when anything that must be refused from now on is not.
    """
    try:
        _close_all_but_the_pipes()
        _die_with(policy.parent)
        kernel.control(SET_DUMPABLE, 0)
        limits.lay_down_rights()
        limits.restrict(policy)
        status = _open_status()
        kernel.control(SET_NO_NEW_PRIVILEGES, 1)
        landlock.restrict(policy.read, policy.write)
        seccomp.restrict()
        _prove(policy)
    except (OSError, NotImplementedError) as error:
        raise NotConfined(f"this process could not be isolated: {error}") from error
    return status


def fence(policy: Policy, programs: Iterable[str]) -> None:
    """Hold a process that is about to become one of these programs; seccomp would refuse it just that."""
    try:
        os.closerange(len(STANDARD), MOST_DESCRIPTORS)
        _die_with(policy.parent)
        limits.lay_down_rights()
        limits.restrict(policy)
        kernel.control(SET_NO_NEW_PRIVILEGES, 1)
        landlock.restrict(policy.read, policy.write, programs)
    except (OSError, NotImplementedError) as error:
        raise NotConfined(f"this program could not be isolated: {error}") from error


def _close_all_but_the_pipes() -> None:
    os.closerange(len(STANDARD), MOST_DESCRIPTORS)
    for number in STANDARD:
        kind = os.fstat(number).st_mode
        if not stat.S_ISFIFO(kind) and not stat.S_ISSOCK(kind):
            raise NotConfined(f"this process was not isolated: descriptor {number} is no pipe to the host")


def _open_status() -> int:
    if sys.platform != "linux":
        raise NotImplementedError("only Linux tells a process' memory in a file")
    return os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)


def _die_with(parent: int) -> None:
    if sys.platform != "linux":
        raise NotImplementedError("only Linux ends a process with its host")
    kernel.control(SET_PARENT_DEATH_SIGNAL, int(signal.SIGKILL))
    if os.getppid() != parent:
        raise NotConfined("this process was not isolated: its host is gone")


def _prove(policy: Policy) -> None:
    if open_doors := canaries.failures(policy):
        raise NotConfined(f"this process was not isolated: not refused: {', '.join(open_doors)}")
