"""What a worker says, checked field by field: a file that it reads may have taken it over."""

import os
import re
import stat
from pathlib import Path
from typing import Any, get_args

from rlm_desktop.corpus.conversion import Extract, PackedText
from rlm_desktop.corpus.converting.frames import BadFrame
from rlm_desktop.corpus.converting.packing import pack_name
from rlm_desktop.corpus.documents import Mark, MarkKind
from rlm_desktop.corpus.gathering import FoundFile
from rlm_desktop.trace.facts import SkippedFile

MOST_EXTRACTS = 250_000
"""Documents and refusals one file may come to."""
MOST_MARKS = 100_000
MOST_NUMBER = 1 << 62
LONGEST_NAME = 8_000
LONGEST_REASON = 500
LONGEST_LABEL = 300

_DIGEST = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(r"[a-z]{1,20}")
_UNFIT = re.compile(r"[\x00-\x1f\x7f]")
_MARK_KINDS = frozenset(get_args(MarkKind))


class PackSizes:
    """How large a worker's packs really are; asked of the disk only when more is claimed than was known."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[int, int] = {}

    def name(self, number: int, end: int) -> str:
        """Give the name of a pack that reaches this far; refuses one that does not."""
        if end > self._known.get(number, -1):
            self._known[number] = self._size(number)
            if end > self._known[number]:
                raise BadFrame("a text beyond the end of its pack")
        return f"{self._folder.name}/{pack_name(number)}"

    def _size(self, number: int) -> int:
        try:
            info = os.lstat(self._folder / pack_name(number))
        except OSError as fault:
            raise BadFrame("a text in a pack that is not there") from fault
        if not stat.S_ISREG(info.st_mode):
            raise BadFrame("a pack that is no file")
        return info.st_size


def extract_in(value: Any, packs: PackSizes) -> Extract:
    """Read a document's facts."""
    inner, kind, pack, start, size, *rest = _list(value, 13)
    source_digest, source_bytes, text_digest, characters, newlines, tokens, marks, losses = rest
    for one in (pack, start, size, source_bytes, characters, newlines, tokens):
        if type(one) is not int or not 0 <= one <= MOST_NUMBER:
            raise BadFrame("a number out of range")
    if not newlines <= characters <= size:
        raise BadFrame("more characters than bytes")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise BadFrame("an impossible kind")
    return Extract(
        inner=inner_name(inner),
        kind=kind,
        text=PackedText(pack=packs.name(pack, start + size), start=start, size_bytes=size),
        source_digest=_digest(source_digest),
        source_bytes=source_bytes,
        text_digest=_digest(text_digest),
        characters=characters,
        newlines=newlines,
        tokens=tokens,
        marks=_marks(marks, characters) if marks else (),
        losses=tuple([text_in(loss, LONGEST_REASON) for loss in _list(losses)]) if losses else (),
    )


def inner_name(value: Any) -> str:
    """Read a path inside an archive, which leads nowhere else."""
    if value == "":
        return ""
    name = text_in(value, LONGEST_NAME)
    if name.startswith("/") or ".." in name.split("/"):
        raise BadFrame("a path that leads out of its archive")
    return name


def text_in(value: Any, longest: int) -> str:
    """Read a short text without controls or half characters."""
    if not isinstance(value, str) or len(value) > longest or _UNFIT.search(value):
        raise BadFrame("a text that is none, too long or unfit")
    if not value.isascii():
        _refuse_halves(value)
    return value


def number_in(value: Any) -> int:
    """Read a whole number."""
    if type(value) is not int or not -MOST_NUMBER <= value <= MOST_NUMBER:
        raise BadFrame("a number out of range")
    return value


def found_in(value: Any) -> FoundFile:
    """Read a file that a scan found."""
    path, name, size, changed, inode = _list(value, 5)
    if not isinstance(path, str) or "\0" in path or len(path) > LONGEST_NAME or not os.path.isabs(path):  # noqa: PTH117
        raise BadFrame("an impossible path")
    return FoundFile(
        path=path,
        name=text_in(name, LONGEST_NAME),
        size_bytes=abs(number_in(size)),
        mtime_ns=number_in(changed),
        inode=number_in(inode),
    )


def skipped_in(value: Any) -> SkippedFile:
    """Read what a scan left out, and why."""
    path, reason = _list(value, 2)
    return SkippedFile(path=text_in(path, LONGEST_NAME), reason=text_in(reason, LONGEST_NAME))


def list_in(message: dict[str, Any], key: str) -> list[Any]:
    """Read a list of a message."""
    return _list(message.get(key))


def _list(value: Any, length: int | None = None) -> list[Any]:
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise BadFrame("no list, or one of another length")
    return value


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise BadFrame("no digest")
    return value


def _marks(value: Any, characters: int) -> tuple[Mark, ...]:
    marks = _list(value)
    if len(marks) > MOST_MARKS:
        raise BadFrame("too many marks")
    return tuple([_mark(mark, characters) for mark in marks])


def _mark(value: Any, characters: int) -> Mark:
    start, label, kind = _list(value, 3)
    if type(start) is not int or not 0 <= start <= characters or not isinstance(kind, str) or kind not in _MARK_KINDS:
        raise BadFrame("an impossible mark")
    return Mark(start=start, label=text_in(label, LONGEST_LABEL), kind=kind)  # type: ignore[arg-type]


def _refuse_halves(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as fault:
        raise BadFrame("half a character") from fault
