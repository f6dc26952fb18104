"""What a worker is at, noted in a small file: when it ends or hangs, the host knows whom to blame.

A note costs a microsecond, a frame for each file would cost many.
"""

import os
import struct
from collections.abc import Iterable
from pathlib import Path

NAME = "at"
MOST_BYTES = 5_000
_PLACE = struct.Struct("<IIi")
READING, CONVERTING = 0, -1


class Note:
    """A worker's side: write where it is."""

    def __init__(self, folder: str) -> None:
        self._file = open(f"{folder}/{NAME}", "wb", buffering=0)  # noqa: SIM115, PTH123 -- closed by `close`

    def file(self, batch: int, index: int, step: int = READING) -> None:
        """Note a file by its batch and its number in that; steps count while it is read."""
        self._write(_PLACE.pack(batch, index, step))

    def path(self, path: str) -> None:
        """Note a folder that is about to be looked into."""
        name = os.fsencode(path)[: MOST_BYTES - 2]
        self._write(struct.pack("<H", len(name)) + name)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _write(self, note: bytes) -> None:
        self._file.seek(0)
        self._file.write(note)


def knock(folder: str, roots: Iterable[str]) -> None:
    """Touch what is to be read, so that the host sees which folder does not answer."""
    note = Note(folder)
    for root in roots:
        note.path(root)
        os.path.exists(root)  # noqa: PTH110 -- a Path would take what a name of odd bytes is for something else
    note.close()


def noted(folder: Path) -> bytes:
    """Read a worker's note; it may be anything."""
    try:
        with (folder / NAME).open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError:
        return b""


def file_in(note: bytes, batch: int) -> tuple[int | None, bool]:
    """Give the number of the file that a worker noted for this batch, and whether it is converted, not read."""
    if len(note) < _PLACE.size:
        return None, False
    of, index, step = _PLACE.unpack_from(note)
    return (index if of == batch else None), step <= CONVERTING


def path_in(note: bytes) -> Path | None:
    """Give the folder that a worker noted."""
    if len(note) < 2:
        return None
    name = note[2 : 2 + struct.unpack_from("<H", note)[0]]
    return Path(os.fsdecode(name)) if name and b"\0" not in name else None
