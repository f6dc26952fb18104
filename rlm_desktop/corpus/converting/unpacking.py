"""In a worker: the members of an archive, one after the other and within bounds; nothing is written to disk."""

import bz2
import gzip
import lzma
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO, NamedTuple, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.gathering import shown_path
from rlm_desktop.corpus.kinds import ArchiveKind
from rlm_desktop.corpus.readers.package import BOMB, DAMAGED, PASSWORD

MOST_MEMBERS = 200_000
MOST_BYTES = 20_000_000_000
MOST_RATIO = 250
RATIO_MATTERS_BYTES = 20_000_000
LARGEST_MEMBER_BYTES = 512_000_000
DEEPEST = 3

TOO_MANY = f"holds more than {MOST_MEMBERS:,} files, and is not read for safety"
TOO_DEEP = f"an archive more than {DEEPEST} deep inside others"
TOO_LARGE = f"larger than {LARGEST_MEMBER_BYTES // 1_000_000} MB; unpack it, split it and add the parts"
LEADS_OUT = "its path leads out of the archive"
NOT_A_FILE = "a link or a device inside an archive"
UNKNOWN_PACKING = "packed in a way that cannot be read; unpack it and add the folder"

_FAULTS = (BadZipFile, EOFError, LookupError, OSError, RuntimeError, ValueError, lzma.LZMAError, tarfile.TarError)
_FAULTS_AND_ZLIB = (*_FAULTS, zlib.error)
_OPENERS: dict[str, Callable[[BinaryIO], Any]] = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}
_TAR_BLOCK, _TAR_MARK = 512, slice(257, 262)
_PACKED_SUFFIX = re.compile(r"\.(?:gz|bz2|xz|lzma|z)$", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]:")


class Member(NamedTuple):
    """A file in an archive: its bytes, or the reason why it has none."""

    path: str
    data: bytes
    reason: str = ""


class Bounds:
    """How much may come out of a file, archives inside archives included."""

    def __init__(self, packed_bytes: int) -> None:
        self._packed_bytes = packed_bytes
        self._members = 0
        self._bytes = 0

    def refuse_more(self, size_bytes: int) -> None:
        """Raise `Unreadable` if so much more would be too much."""
        total = self._bytes + size_bytes
        if total > MOST_BYTES or (total > RATIO_MATTERS_BYTES and total > MOST_RATIO * self._packed_bytes):
            raise Unreadable(BOMB)

    def unpacked(self, size_bytes: int) -> None:
        """Count what came out."""
        self._bytes += size_bytes
        self.refuse_more(0)

    def met(self, members: int = 1) -> None:
        """Count members."""
        self._members += members
        if self._members > MOST_MEMBERS:
            raise Unreadable(TOO_MANY)


class _Counted:
    """A stream whose bytes count."""

    def __init__(self, stream: IO[bytes], bounds: Bounds) -> None:
        self._stream = stream
        self._bounds = bounds
        self._first = b""

    def peek(self, size: int) -> bytes:
        """Look at the beginning."""
        self._first = self.read(size)
        return self._first

    def read(self, size: int = -1) -> bytes:
        """Read like a file."""
        if self._first:
            data, self._first = self._first[:size], self._first[size:]
            return data
        data = self._stream.read(size)
        self._bounds.unpacked(len(data))
        return data


def members(kind: ArchiveKind, name: str, file: BinaryIO, bounds: Bounds) -> Iterator[Member]:
    """Give the files in an archive that are not hidden; raises `Unreadable` when it is damaged or dangerous."""
    try:
        if kind == "zip":
            yield from _of_zip(file, bounds)
        elif kind == "tar":
            yield from _of_tar(_Counted(file, bounds), bounds)
        else:
            with _OPENERS[kind](file) as stream:
                yield from _of_packed(name, _Counted(stream, bounds), bounds)
    except NotImplementedError as fault:
        raise Unreadable(UNKNOWN_PACKING) from fault
    except _FAULTS_AND_ZLIB as fault:
        raise Unreadable(DAMAGED) from fault


def _of_zip(file: BinaryIO, bounds: Bounds) -> Iterator[Member]:
    with ZipFile(file) as package:
        found = package.infolist()
        bounds.met(len(found))
        bounds.refuse_more(sum(one.file_size for one in found))
        for info in found:
            path = _safe(info.filename)
            if not info.is_dir() and not _is_hidden(path):
                yield Member(path, *_in_zip(package, info, bounds))


def _in_zip(package: ZipFile, info: ZipInfo, bounds: Bounds) -> tuple[bytes, str]:
    if reason := _why_not(info.filename, info.file_size):
        return b"", reason
    if info.flag_bits & 1:
        return b"", PASSWORD
    is_link = info.external_attr >> 28 == 0o12
    if is_link:
        return b"", NOT_A_FILE
    try:
        data = package.read(info)
    except NotImplementedError:
        return b"", UNKNOWN_PACKING
    except _FAULTS_AND_ZLIB:
        return b"", DAMAGED
    bounds.unpacked(len(data))
    return data, ""


def _of_packed(name: str, stream: _Counted, bounds: Bounds) -> Iterator[Member]:
    """Give what is packed as one stream: a tar file, or the file itself."""
    beginning = stream.peek(_TAR_BLOCK)
    if beginning[_TAR_MARK] == b"ustar":
        yield from _of_tar(stream, bounds)
        return
    bounds.met()
    pieces, size = [], 0
    while piece := stream.read(1 << 20):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_MEMBER_BYTES:
            raise Unreadable(TOO_LARGE)
    yield Member(_PACKED_SUFFIX.sub("", name) or name, b"".join(pieces))


def _of_tar(stream: _Counted, bounds: Bounds) -> Iterator[Member]:
    with tarfile.open(fileobj=cast("IO[bytes]", stream), mode="r|") as package:
        for info in package:
            # It remembers all it has met, and it may meet very many.
            package.members = []  # type: ignore[attr-defined]
            bounds.met()
            path = _safe(info.name)
            if info.isdir() or _is_hidden(path):
                continue
            reason = _why_not(info.name, info.size) or ("" if info.isfile() else NOT_A_FILE)
            content = None if reason else package.extractfile(info)
            yield Member(path, content.read() if content is not None else b"", reason)


def _why_not(path: str, size_bytes: int) -> str:
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or path.startswith(("/", "\\")) or _DRIVE.match(path):
        return LEADS_OUT
    return TOO_LARGE if size_bytes > LARGEST_MEMBER_BYTES else ""


def _safe(path: str) -> str:
    """Spell a member's path so that it can be shown and leads nowhere."""
    parts = shown_path(path.replace("\\", "/")).split("/")
    return "/".join(part for part in parts if part not in {"", ".", ".."})[-2_000:] or "without a name"


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))
