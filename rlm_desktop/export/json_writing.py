"""JSON that is written while it is made, so that neither a document nor a long text is ever there twice."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

OURS = "rlm_desktop"
"""The key under which foreign formats hold what they have no place for."""
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Members:
    """An object whose members are made one after another."""

    given: Iterable[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Items:
    """A list whose items are made one after another."""

    given: Iterable[Any]


def write_json(value: Any, file: BinaryIO, words: Callable[[str], str] = lambda words: words) -> None:
    """Write a value, in ASCII; `words` may alter each text on its way."""
    match value:
        case str():
            _write_text(words(value), file)
        case Members():
            _write_between(b"{}", ((name, one) for name, one in value.given), file, words)
        case dict():
            _write_between(b"{}", value.items(), file, words)
        case Items():
            _write_between(b"[]", ((None, one) for one in value.given), file, words)
        case list() | tuple():
            _write_between(b"[]", ((None, one) for one in value), file, words)
        case _:
            file.write(json.dumps(value, allow_nan=False).encode())


def _write_between(
    ends: bytes, members: Iterable[tuple[str | None, Any]], file: BinaryIO, words: Callable[[str], str]
) -> None:
    file.write(ends[:1])
    before = b""
    for name, value in members:
        file.write(before)
        before = b", "
        if name is not None:
            file.write(json.dumps(words(name)).encode() + b": ")
        write_json(value, file, words)
    file.write(ends[1:])


def _write_text(text: str, file: BinaryIO) -> None:
    file.write(b'"')
    for start in range(0, len(text), _PIECE):
        file.write(json.dumps(text[start : start + _PIECE])[1:-1].encode())
    file.write(b'"')
