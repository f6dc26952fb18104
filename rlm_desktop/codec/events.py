"""Events to JSON and back: the only place that knows how an event looks in bytes."""

import json
from dataclasses import fields
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from rlm_desktop.trace.events import Event, KnownEvent, UnknownEvent


class BadEvent(Exception):
    """What should be an event is no JSON object; the text says so."""


def encode(event: Event) -> str:
    """Write an event's fields as a JSON object, without its kind. Any string survives, lone surrogates too."""
    if isinstance(event, UnknownEvent):
        return json.dumps(event.data)
    adapter = _adapter(event.kind)
    assert adapter is not None
    try:
        return adapter.dump_json(event, exclude={"kind"}).decode()
    except PydanticSerializationError:
        # Lone surrogates have no UTF-8 form; the standard library escapes them.
        return json.dumps(adapter.dump_python(event, exclude={"kind"}))


def decode(kind: str, text: str) -> Event:
    """Read an event back. What this version does not understand becomes an `UnknownEvent`, kept whole.

    Raises `BadEvent`.
    """
    adapter = _adapter(kind)
    if adapter is None:
        return UnknownEvent(kind=kind, data=_object(kind, text))
    try:
        return adapter.validate_json(text)
    except ValidationError:
        return _decode_slowly(adapter, kind, text)


def _decode_slowly(adapter: TypeAdapter[Event], kind: str, text: str) -> Event:
    data = _object(kind, text)
    try:
        return adapter.validate_python(data)
    except ValidationError:
        return UnknownEvent(kind=kind, data=data)


def _object(kind: str, text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError as error:
        raise BadEvent(f"An event of the kind {kind} cannot be read: {error}.") from error
    if not isinstance(data, dict):
        raise BadEvent(f"An event of the kind {kind} is not an object.")
    return data


@cache
def _adapter(kind: str) -> TypeAdapter[Event] | None:
    cls = _classes().get(kind)
    return None if cls is None else TypeAdapter(cls)


@cache
def _classes() -> dict[str, type[Any]]:
    return {str(field.default): cls for cls in get_args(KnownEvent) for field in fields(cls) if field.name == "kind"}
