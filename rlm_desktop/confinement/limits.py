"""What the kernel counts for this process, and the rights it lays down."""

import ctypes
import resource

from rlm_desktop.confinement import kernel

FILE_BYTES = 256_000_000
DESCRIPTORS = 256
CAPABILITY_VERSION = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (("words", ctypes.c_uint32 * 6),)


def restrict(address_bytes: int, threads: int | None) -> None:
    """Limit memory addresses, file sizes and descriptors, and threads where the kernel can."""
    limits = {
        resource.RLIMIT_AS: address_bytes,
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    if threads is not None:
        limits[resource.RLIMIT_NPROC] = threads
    for kind, wanted in limits.items():
        _, hard = resource.getrlimit(kind)
        lowered = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (lowered, lowered))


def lay_down_rights() -> None:
    """Give up what the superuser may, so that limits cannot be raised again."""
    header, none = _Header(CAPABILITY_VERSION, 0), _Sets()
    kernel.ask("capset", ctypes.addressof(header), ctypes.addressof(none))
