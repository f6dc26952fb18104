"""What the kernel counts for this process, and the rights it lays down."""

import ctypes
import resource
import sys

from rlm_desktop.confinement import kernel
from rlm_desktop.confinement.policy import Policy

DESCRIPTORS = 256
CAPABILITY_VERSION = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("words", ctypes.c_uint32 * 6),)


def restrict(policy: Policy) -> None:
    """Limit memory, file sizes and descriptors, and threads where the kernel can; each as far as the system has it."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows has no such limits")
    limits = {
        "RLIMIT_AS": policy.address_bytes,
        "RLIMIT_DATA": policy.data_bytes,
        "RLIMIT_FSIZE": policy.file_bytes,
        "RLIMIT_NOFILE": DESCRIPTORS,
        "RLIMIT_NPROC": policy.threads,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_RTPRIO": 0,
    }
    for name, wanted in limits.items():
        kind = getattr(resource, name, None)
        if kind is not None and wanted is not None:
            _, hard = resource.getrlimit(kind)
            lowered = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(kind, (lowered, lowered))


def lay_down_rights() -> None:
    """Give up what the superuser may, so that limits cannot be raised again."""
    header, none = _Header(CAPABILITY_VERSION, 0), _Sets()
    kernel.ask("capset", ctypes.addressof(header), ctypes.addressof(none))
