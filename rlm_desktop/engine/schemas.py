"""Takes a value out of a reply that should be JSON of a given form.

A schema from model-written code is hostile input: nothing is fetched for it, and a pattern or a chain of references
that could keep a processor busy for ever is refused.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from rlm_desktop.engine.fences import find_fences, lines_of
from rlm_desktop.engine.stops import EngineError

MOST_REFERENCES = 10_000
_MOST_PATTERN_CHARACTERS = 200
_REPEAT = re.compile(r"[*+?}]")
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_SHOWN = 300


class BadSchema(EngineError):
    """The schema itself cannot be used."""


class SchemaMismatch(EngineError):
    """The reply is not what the schema asks for; the text says where."""


class ReplySchema:
    """A JSON Schema ready to read replies with. Making one imports jsonschema: do it in a thread."""

    def __init__(self, schema: dict[str, Any]) -> None:
        # Importing these takes 100 ms and most runs have no schema.
        import jsonschema  # noqa: PLC0415
        from referencing import Registry  # noqa: PLC0415
        from referencing.exceptions import Unresolvable  # noqa: PLC0415

        self._unresolvable = Unresolvable
        self._failures = (jsonschema.ValidationError, _TooMany, RecursionError)
        refuse_dangerous(schema)
        kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
        try:
            kind.check_schema(schema)
        except (jsonschema.SchemaError, RecursionError) as error:
            raise BadSchema(f"the schema is not valid JSON Schema: {_short(error)}") from None
        extend: Callable[..., Any] = jsonschema.validators.extend
        self._kind = extend(kind, {"$ref": _counted(kind.VALIDATORS.get("$ref"))})
        self._schema = schema
        self._registry: Registry[Any] = Registry()

    def value_in(self, reply: str) -> Any:
        """Give the value in a reply; raises `SchemaMismatch`."""
        value = json_in(reply)
        validator = self._kind(self._schema, registry=self._registry)
        try:
            validator.validate(value)
        except self._unresolvable as error:
            raise BadSchema(f"the schema refers to something that is not in it: {_short(error)}") from None
        except self._failures as error:
            raise SchemaMismatch(_short(error)) from None
        return value


class _TooMany(EngineError):
    """A schema's references go in circles."""


def json_in(reply: str) -> Any:
    """Give the JSON value in a reply: the whole of it, of a fenced block, or from its first bracket on."""
    for candidate in _candidates(reply):
        try:
            return json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    raise SchemaMismatch("the reply is not JSON")


def _candidates(reply: str) -> Iterator[str]:
    yield reply
    for fence in find_fences(lines_of(reply)):
        yield fence.body
    starts = [place for place in (reply.find("{"), reply.find("[")) if place >= 0]
    if starts:
        start = min(starts)
        end = max(reply.rfind("}"), reply.rfind("]"))
        yield reply[start : end + 1]


def refuse_dangerous(schema: Any) -> None:
    """Raise `BadSchema` for a pattern that may take for ever to match."""
    stack = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            for pattern in _patterns(part):
                _check_pattern(pattern)
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)


def _patterns(part: dict[str, Any]) -> Iterator[str]:
    if isinstance(part.get("pattern"), str):
        yield part["pattern"]
    if isinstance(part.get("patternProperties"), dict):
        yield from part["patternProperties"]


def _check_pattern(pattern: str) -> None:
    repeats = len(_REPEAT.findall(pattern))
    branches = repeats > 1 or "|" in pattern
    is_slow = repeats > 2 or (branches and _REPEATED_GROUP.search(pattern))
    if len(pattern) > _MOST_PATTERN_CHARACTERS or is_slow:
        raise BadSchema(f"the pattern {pattern[:60]!r} is too complex; use at most two simple repeats")


def _counted(follow: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """Bound how often references are followed while one value is read."""
    if follow is None:
        return None
    left = MOST_REFERENCES

    def counted(validator: Any, reference: Any, instance: Any, schema: Any) -> Iterator[Any]:
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooMany("the schema's references go in circles")
        yield from follow(validator, reference, instance, schema) or ()

    return counted


def _short(error: BaseException) -> str:
    text = getattr(error, "message", "") or str(error)
    return text.splitlines()[0][:_SHOWN] if text else type(error).__name__
