"""What a message of the child may be made of. The child keeps to it; the host checks it and trusts nothing.

Both sides use this module; it imports little because the child's start waits for it.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from rlm_desktop.repl.wire import BadFrame, Unsendable, body_of, framed

MAX_DEPTH = 100
"""Objects and lists inside each other."""
MAX_VALUES = 1_000_000
"""Values in one message; so many make the host hold 100 MB at most, whatever the bytes say."""
MAX_DIGITS = 4_300
"""Digits of a whole number; reading more takes time that grows with their square."""

_SURROGATE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[dD][89a-fA-F]")
"""Written as an escape, which may be half a character; our child writes whole characters as they are."""
_TEXT_OR_MARK = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[,\[{]', re.DOTALL)
_QUOTE = 0x22


def pack_strictly(message: dict[str, Any]) -> bytes:
    """Make a frame that the host will not refuse, or raise `Unsendable`."""
    body = body_of(message, allow_nan=False)
    if _has_too_many_values(body):
        raise Unsendable(f"a message of more than {MAX_VALUES:,} values is not allowed")
    if _is_too_deep(message):
        raise Unsendable(f"a message nested deeper than {MAX_DEPTH} levels is not allowed")
    if _has_twin_keys(message):
        raise Unsendable("an object with two keys that are the same in JSON is not allowed")
    return framed(body)


def unpack_strictly(body: bytes) -> dict[str, Any]:
    """Read the body of a frame that may hold anything; raises `BadFrame` when it is not as agreed."""
    if _has_too_many_values(body):
        raise BadFrame(f"a frame of more than {MAX_VALUES:,} values")
    if (b"\\ud" in body or b"\\uD" in body) and _SURROGATE.search(body):
        raise BadFrame("a frame with half characters")
    try:
        message = _READER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"a frame that is no JSON: {type(error).__name__}") from None
    if not isinstance(message, dict):
        raise BadFrame("a frame that is no JSON object")
    if _is_too_deep(message):
        raise BadFrame(f"a frame nested deeper than {MAX_DEPTH} levels")
    return message


def _has_too_many_values(body: bytes) -> bool:
    """Count before anything is made of the bytes; texts full of commas are looked through only when it matters."""
    if body.count(b",") + body.count(b"[") + body.count(b"{") <= MAX_VALUES:
        return False
    marks = 0
    for found in _TEXT_OR_MARK.finditer(body):
        marks += body[found.start()] != _QUOTE
        if marks > MAX_VALUES:
            return True
    return False


def _is_too_deep(message: dict[str, Any]) -> bool:
    return sum(1 for _ in _levels(message)) > MAX_DEPTH


def _levels(message: dict[str, Any]) -> Iterator[list[Any]]:
    """Give the objects and lists level by level, at most one level more than there may be."""
    level: list[Any] = [message]
    for _ in range(MAX_DEPTH + 1):
        yield level
        level = [
            value
            for holder in level
            for value in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(value, (dict, list, tuple))
        ]
        if not level:
            return


def _has_twin_keys(message: dict[str, Any]) -> bool:
    """Find keys that JSON cannot tell apart, such as 1 and "1"."""
    holders = (holder for level in _levels(message) for holder in level if isinstance(holder, dict))
    return any(len(set(map(str, holder))) < len(holder) for holder in holders)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    return made


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number with too many digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number beyond all bounds")
    return number


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


_READER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole, parse_float=_finite, parse_constant=_no_number)
