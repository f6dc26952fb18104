"""Checks for single fields of what the child sent; each raises `FrameRefused`."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from rlm_desktop.repl.errors import FrameRefused

T = TypeVar("T")
MAX_NUMBER = 2**53


def text_in(value: Any, limit: int | None) -> str:
    """Give the value if it is a text of at most so many characters."""
    if not isinstance(value, str) or (limit is not None and len(value) > limit):
        raise FrameRefused("The child sent a text that is missing, no text, or too long.")
    return value


def optional_text_in(value: Any, limit: int) -> str | None:
    """Give the value if it is None or such a text."""
    return None if value is None else text_in(value, limit)


def number_in(value: Any) -> int:
    """Give the value if it is a whole number that fits."""
    if type(value) is not int or not 0 <= value <= MAX_NUMBER:
        raise FrameRefused("The child sent a number that is missing or out of range.")
    return value


def object_in(value: Any) -> dict[str, Any]:
    """Give the value if it is an object."""
    if not isinstance(value, dict):
        raise FrameRefused("The child sent something that should be an object and is not.")
    return value


def list_in(value: Any, limit: int) -> list[Any]:
    """Give the value if it is a list of at most so many items."""
    if not isinstance(value, list) or len(value) > limit:
        raise FrameRefused("The child sent a list that is missing, no list, or too long.")
    return value


def texts_in(value: Any, limit: int, text_limit: int | None = 200) -> tuple[str, ...]:
    """Give the value if it is a list of texts."""
    return tuple(text_in(text, text_limit) for text in list_in(value, limit))


def optional_in(value: Any, read: Callable[[dict[str, Any]], T]) -> T | None:
    """Read the value with `read` unless it is None."""
    return None if value is None else read(object_in(value))


def one_of(value: Any, allowed: Mapping[str, T]) -> T:
    """Translate a word that is one of those agreed."""
    if not isinstance(value, str) or value not in allowed:
        raise FrameRefused("The child sent a word that is not one of those agreed.")
    return allowed[value]
