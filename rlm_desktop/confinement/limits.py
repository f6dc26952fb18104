"""What the kernel counts for this process, and the rights it lays down."""

import ctypes
import resource

from rlm_desktop.confinement import kernel
from rlm_desktop.confinement.policy import Policy

DESCRIPTORS = 256
CAPABILITY_VERSION = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("words", ctypes.c_uint32 * 6),)


def restrict(policy: Policy) -> None:
    """Limit memory, file sizes and descriptors, and threads where the kernel can."""
    limits = {
        resource.RLIMIT_AS: policy.address_bytes,
        resource.RLIMIT_FSIZE: policy.file_bytes,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    if policy.threads is not None:
        limits[resource.RLIMIT_NPROC] = policy.threads
    if policy.data_bytes is not None:
        limits[resource.RLIMIT_DATA] = policy.data_bytes
    for kind, wanted in limits.items():
        _, hard = resource.getrlimit(kind)
        lowered = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (lowered, lowered))


def lay_down_rights() -> None:
    """Give up what the superuser may, so that limits cannot be raised again."""
    header, none = _Header(CAPABILITY_VERSION, 0), _Sets()
    kernel.ask("capset", ctypes.addressof(header), ctypes.addressof(none))
