"""JSON that is written while it is made, so that neither a document nor a long text is ever there twice."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
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


Change = Callable[[str], str]


def write_json(value: Any, file: BinaryIO, change: Change | None = None) -> None:
    """Write a value, in ASCII; `change` may alter each text that is not ASCII on its way."""
    match value:
        case Members():
            _write_between(b"{}", ((_name(name), one) for name, one in value.given), file, change)
        case Items():
            _write_between(b"[]", ((b"", one) for one in value.given), file, change)
        case str():
            _write_text(value if change is None or value.isascii() else change(value), file)
        case _:
            _write_made(value, file, change)


def _write_made(value: Any, file: BinaryIO, change: Change | None) -> None:
    """Write a value that is there as a whole, at once where it holds nothing to be altered or made."""
    written = _ENCODER.encode(value)
    if change is None or "\\u" not in written or not isinstance(value, dict | list | tuple):
        file.write(written.encode())
    elif isinstance(value, dict):
        write_json(Members(value.items()), file, change)
    else:
        write_json(Items(value), file, change)


def _refuse(value: Any) -> Any:
    raise TypeError(f"{type(value).__name__} is made while it is written, so it stands in a Members or Items")


_ENCODER = json.JSONEncoder(allow_nan=False, default=_refuse)


def _write_between(ends: bytes, members: Iterable[tuple[bytes, Any]], file: BinaryIO, change: Change | None) -> None:
    file.write(ends[:1])
    before = b""
    for name, value in members:
        file.write(before + name)
        before = b", "
        write_json(value, file, change)
    file.write(ends[1:])


@lru_cache(1_000)
def _name(name: str) -> bytes:
    return _ENCODER.encode(name).encode() + b": "


def _write_text(text: str, file: BinaryIO) -> None:
    if len(text) <= _PIECE:
        file.write(_ENCODER.encode(text).encode())
        return
    file.write(b'"')
    for start in range(0, len(text), _PIECE):
        file.write(_ENCODER.encode(text[start : start + _PIECE])[1:-1].encode())
    file.write(b'"')
