"""A worker's own packs: texts as UTF-8, one after the other, in files that only grow."""

from hashlib import blake2b
from io import FileIO

MOST_PACK_BYTES = 256_000_000
DIGEST_BYTES = 16
_MOST_WAITING_BYTES = 4_000_000


class NoRoom(Exception):
    """A pack could not be written; the text says why."""


def digest_of(data: bytes) -> str:
    """Give the digest by which texts and files are known."""
    return blake2b(data, digest_size=DIGEST_BYTES).hexdigest()


class Packs:
    """Takes texts; those that `keep` was not called for are written over."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._number = -1
        self._file: FileIO | None = None
        self._kept = MOST_PACK_BYTES
        """Where the text under way begins."""
        self._written = 0
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0

    def write(self, utf8: bytes) -> None:
        """Add a piece to the text under way."""
        if self._kept >= MOST_PACK_BYTES:
            self._open_next()
        self._waiting.append(utf8)
        self._waiting_bytes += len(utf8)
        if self._waiting_bytes > _MOST_WAITING_BYTES:
            self.flush()

    def keep(self) -> tuple[int, int, int]:
        """End the text under way; gives the number of its pack, where it starts in it and its size."""
        start, end = self._kept, self._written + self._waiting_bytes
        self._kept = end
        return self._number, start, end - start

    def drop(self) -> None:
        """Forget the text under way."""
        self.flush()
        self._written = self._kept

    def flush(self) -> None:
        """Make sure that what was kept can be read."""
        data = memoryview(b"".join(self._waiting))
        if self._file is None:
            return
        self._waiting, self._waiting_bytes = [], 0
        try:
            self._file.seek(self._written)
            while data:
                done = self._file.write(data)
                self._written += done
                data = data[done:]
        except OSError as fault:
            raise NoRoom(fault.strerror or str(fault)) from fault

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def _open_next(self) -> None:
        self.flush()
        self.close()
        self._number += 1
        name = f"{self._folder}/{pack_name(self._number)}"
        try:
            self._file = FileIO(name, "x")
        except OSError as fault:
            raise NoRoom(fault.strerror or str(fault)) from fault
        self._kept = self._written = 0


def pack_name(number: int) -> str:
    """Name a worker's pack of this number."""
    return f"{number}.pack"
