"""Sentences of the store that several of its parts say."""

import errno
from pathlib import Path

from rlm_desktop.corpus.errors import StoreError, StoreFull, StoreUnwritable
from rlm_desktop.trace.wording import size

ELSEWHERE = "Make room or give yourself the right to write there, or choose another folder with --data-dir."
_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def no_room(folder: Path, needed_bytes: int = 0) -> StoreFull:
    """Say where there is no room, and how much is needed when that is known."""
    needed = f": about {size(needed_bytes)} are needed" if needed_bytes else ""
    message = (
        f"There is no room in {folder}{needed}. Make room on its disk, or choose another"
        " folder with --data-dir; what was read is kept, and adding the documents again goes on from there."
    )
    return StoreFull(message)


def explained(fault: OSError, folder: Path, needed_bytes: int = 0) -> StoreError:
    """Say why the system would not let us write to the store."""
    if fault.errno in _FULL:
        return no_room(folder, needed_bytes)
    return StoreUnwritable(f"The folder {folder} cannot be used: {fault.strerror or fault}. {ELSEWHERE}")
