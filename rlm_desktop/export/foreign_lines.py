"""JSON out of files that may come from anywhere: line by line, or whole."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.trace.wording import size

LONGEST_LINE_BYTES = 1_000_000_000
"""It is held in memory while it is read."""
LARGEST_DOCUMENT_BYTES = 500_000_000
"""Of a file that is one JSON document: it takes some seven times its size of memory."""


@dataclass(frozen=True, slots=True)
class CutOff:
    """The last line, of which only a beginning is there: the program that wrote it was stopped."""

    place: str


def lines_of(path: Path) -> Iterator[Fields | CutOff]:
    """Give the object of each line that is not empty; raises `BadImport` at a line that is none.

    Only a last line that was cut off in the middle is forgiven, if others came before it.
    """
    number, is_any = 0, False
    try:
        with path.open("rb") as file:
            while line := file.readline(LONGEST_LINE_BYTES + 1):
                number += 1
                place = f"Line {number:,} of {path.name}"
                _check_size(len(line), place)
                found = _object_or_cut(line, place, may_be_cut=is_any)
                if found is not None:
                    is_any = True
                    yield found
    except OSError as error:
        raise _unreadable(path, error) from error


def check_readable(path: Path) -> None:
    """Raise `BadImport` where there is no file that may be read."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from error


def check_document(path: Path) -> None:
    """Raise `BadImport` where a file is too large to be read as one document."""
    if path.stat().st_size > LARGEST_DOCUMENT_BYTES:
        raise BadImport(
            f"{path.name} cannot be imported: it is larger than {size(LARGEST_DOCUMENT_BYTES)}, and its runs would "
            "not fit into memory. Split it, or export the run from where it comes as lines (.jsonl)."
        )


def document_of(path: Path) -> Fields:
    """Give the object that a file consists of; raises `BadImport`."""
    try:
        return _object(_parsed(path.read_bytes(), path.name), path.name)
    except OSError as error:
        raise _unreadable(path, error) from error


def _object_or_cut(line: bytes, place: str, *, may_be_cut: bool) -> Fields | CutOff | None:
    if not line.strip():
        return None
    try:
        value = _parsed(line, place)
    except BadImport:
        if may_be_cut and not line.endswith(b"\n"):
            return CutOff(place)
        raise
    return _object(value, place)


def _parsed(written: bytes, place: str) -> Any:
    try:
        return json.loads(written.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _damaged(place, "it is not written in UTF-8") from error
    except json.JSONDecodeError as error:
        raise _damaged(place, f"it is no JSON from character {error.pos + 1:,} on") from error
    except ValueError as error:
        raise _damaged(place, "it holds a number that is too long") from error
    except RecursionError as error:
        raise _damaged(place, "it is nested too deep") from error


def _object(value: Any, place: str) -> Fields:
    if not isinstance(value, dict):
        raise _damaged(place, "it is no JSON object")
    return Fields(value, place)


def _check_size(size_bytes: int, place: str) -> None:
    if size_bytes > LONGEST_LINE_BYTES:
        raise _damaged(place, f"it is larger than {size(LONGEST_LINE_BYTES)}")


def _damaged(place: str, why: str) -> BadImport:
    return BadImport(
        f"{place} cannot be imported: {why}. Take it out, or let the program that wrote the file write it again."
    )


def _unreadable(path: Path, error: OSError) -> BadImport:
    return BadImport(f"{path} cannot be read: {error.strerror or error}. Name a file that is there and may be read.")
