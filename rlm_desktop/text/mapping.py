"""Files as memory: mapped read-only, so that opening reads nothing and all processes share the pages."""

import mmap
import os
from contextlib import suppress

from rlm_desktop.text.errors import BlobBroken


def map_file(folder: str | os.PathLike[str], name: str) -> memoryview:
    """Map a file of a text's folder. The map goes when the last view of it does."""
    path = os.path.join(folder, name)  # noqa: PTH118 - the child starts without pathlib
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise BlobBroken(f"The text in {os.fspath(folder)} lacks its part {name!r} ({error.strerror}).") from error
    try:
        if not os.fstat(descriptor).st_size:
            return memoryview(b"")  # an empty file cannot be mapped
        return memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise BlobBroken(f"The part {name!r} of the text in {os.fspath(folder)} cannot be mapped ({error}).") from error
    finally:
        os.close(descriptor)


def numbers_of(view: memoryview, folder: str | os.PathLike[str], name: str) -> memoryview:
    """See a mapped file as numbers of 64 bits (little-endian, as every machine we run on)."""
    if view.nbytes % 8:
        raise BlobBroken(f"The part {name!r} of the text in {os.fspath(folder)} was cut short.")
    return view.cast("Q")


def let_go(*views: memoryview) -> None:
    """Release views, the derived ones first; what is still looked at elsewhere stays mapped until it is not."""
    for view in views:
        with suppress(BufferError):
            view.release()
