"""The parts inside a zipped document, each within bounds and never written to disk."""

import posixpath
import zlib
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile, ZipInfo

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.markup import attributes_of

DAMAGED = "damaged, or not what its name says"
PASSWORD = "protected with a password; save a copy without one and add that"  # noqa: S105 -- a reason in words
BOMB = "unpacks to far more than it holds, and is not read for safety"

_MOST_PARTS = 50_000
_MOST_BYTES = 2_000_000_000
_MOST_RATIO = 250
_RATIO_MATTERS_BYTES = 20_000_000
_CHUNK_BYTES = 1_000_000
_FAULTS = (BadZipFile, EOFError, LookupError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error)


class Package:
    """A zipped document; the names of its parts are compared as Office does, whatever their case."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(data))
        except _FAULTS as fault:
            raise Unreadable(DAMAGED) from fault
        parts = self._zip.infolist()
        _refuse_bombs(parts, len(data))
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable(PASSWORD)
        self._parts = {_folded(part.filename): part for part in parts}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in lower case."""
        return tuple(self._parts)

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._parts

    def read(self, name: str) -> bytes:
        """Give a part; nothing when it is missing."""
        return b"".join(self.stream(name)) if name in self else b""

    def stream(self, name: str) -> Iterator[bytes]:
        """Give a part piece by piece; raises `Unreadable` when it is missing or damaged."""
        info = self._parts.get(_folded(name))
        if info is None:
            raise Unreadable(DAMAGED)
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(_CHUNK_BYTES):
                    yield chunk
        except _FAULTS as fault:
            raise Unreadable(DAMAGED) from fault

    def related(self, name: str) -> list[tuple[str, str, str]]:
        """Give what a part of an Office file refers to inside it: id, last word of the type, and name."""
        folder, file = posixpath.split(name)
        found = self.read(f"{folder}/_rels/{file}.rels")
        relations = attributes_of(found, "Relationship") if found else []
        return [
            (one.get("Id", ""), one.get("Type", "").rpartition("/")[2], resolve(folder, one.get("Target", "")))
            for one in relations
            if one.get("TargetMode") != "External"
        ]


def resolve(folder: str, target: str) -> str:
    """Spell out where a reference inside a package leads; outside there is nothing."""
    path = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _refuse_bombs(parts: list[ZipInfo], packed_bytes: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    is_dense = unpacked > _RATIO_MATTERS_BYTES and unpacked > _MOST_RATIO * packed_bytes
    if len(parts) > _MOST_PARTS or unpacked > _MOST_BYTES or is_dense:
        raise Unreadable(BOMB)
