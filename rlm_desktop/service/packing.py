"""Messages as bytes: JSON of a message's kind and its fields."""

import json
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from rlm_desktop.codec.events import BadEvent, decode, encode
from rlm_desktop.service.errors import BadFrame
from rlm_desktop.service.messages import Command, Entries, Fact
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import RunId


def pack(message: Command | Fact) -> bytes:
    """Write a message as JSON: its kind and its fields."""
    body: Any
    if isinstance(message, Entries):
        body = {"run": message.run, "entries": [_row(entry) for entry in message.entries]}
    else:
        body = _adapter(type(message).__name__).dump_python(message)
    # The standard library, because strings may hold lone surrogates: file names do.
    return json.dumps([type(message).__name__, body]).encode()


def unpack(data: bytes) -> Command | Fact:
    """Read a message; raises `BadFrame`."""
    try:
        kind, body = json.loads(data)
        if kind == Entries.__name__:
            return Entries(run=RunId(body["run"]), entries=tuple(map(_entry, body["entries"])))
        message: Command | Fact = _adapter(kind).validate_python(body)
    except (ValueError, TypeError, KeyError, ValidationError, BadEvent) as error:
        raise BadFrame(f"The engine and the window do not understand each other: {error}.") from error
    return message


def _row(entry: Entry) -> list[Any]:
    return [entry.seq, entry.at, entry.event.kind, encode(entry.event)]


def _entry(row: list[Any]) -> Entry:
    seq, at, kind, body = row
    return Entry(seq, at, decode(kind, body))


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_classes()[kind])


@cache
def _classes() -> dict[str, type[Any]]:
    return {cls.__name__: cls for cls in (*get_args(Command), *get_args(Fact))}
