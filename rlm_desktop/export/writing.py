"""Files that are there whole or not at all: written beside their place under another name, then renamed."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rlm_desktop.export.errors import CannotWrite


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a new file that takes its place when the block ends well and is removed otherwise; raises `CannotWrite`."""
    try:
        if path.is_dir():
            raise CannotWrite(f"{path} is a folder. Name the file that should be written in it.")
        number, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise _explained(error, path) from error
    unfinished = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(path)
    except OSError as error:
        raise _explained(error, path) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _explained(error: OSError, path: Path) -> CannotWrite:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            why = "there is no room left. Free some, or write it elsewhere."
        case errno.ENOENT | errno.ENOTDIR:
            why = f"there is no folder {path.parent}. Make it first."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            why = f"the folder {path.parent} may not be written. Choose another one."
        case errno.ENAMETOOLONG:
            why = "its name is too long. Choose a shorter one."
        case _:
            why = f"{error.strerror or error}."
    return CannotWrite(f"{path} was not written: {why}")


def _umask() -> int:
    """Give the mask by which this process makes files; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
