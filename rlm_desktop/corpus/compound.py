"""What an old Office file holds: a compound file of named streams."""

from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from olefile import OleFileIO

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOKS = ("Workbook", "Book")

_FILE_PASS = 0x2F
_RECORDS_BEFORE_IT = 8
# What the library raises on files that are cut short or lead in circles.
_FAULTS = (AttributeError, IndexError, OSError, TypeError, ValueError)


def outer_streams(data: bytes) -> frozenset[str]:
    """Name the streams that stand in no folder; those of embedded files do. None can be named in a damaged file."""
    try:
        with closing(_open(data)) as file:
            return frozenset(path[0] for path in file.listdir() if len(path) == 1)
    except _FAULTS:
        return frozenset()


def is_locked_workbook(data: bytes) -> bool:
    """Whether an old Excel file is under a password."""
    if not data.startswith(OLE_SIGNATURE):
        return False
    try:
        with closing(_open(data)) as file:
            name = next(name for name in WORKBOOKS if file.exists(name))
            head = file.openstream(name).read(4096)
    except (*_FAULTS, StopIteration):
        return False
    return _FILE_PASS in _first_records(head)


def _open(data: bytes) -> "OleFileIO":
    # The library is only wanted for old Office files.
    from olefile import OleFileIO  # noqa: PLC0415

    return OleFileIO(BytesIO(data))


def _first_records(head: bytes) -> Iterator[int]:
    place = 0
    for _ in range(_RECORDS_BEFORE_IT):
        if place + 4 > len(head):
            return
        yield int.from_bytes(head[place : place + 2], "little")
        place += 4 + int.from_bytes(head[place + 2 : place + 4], "little")
