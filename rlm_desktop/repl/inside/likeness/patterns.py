"""The functions of `re` and the methods of its patterns, for a long text."""

import re
from collections.abc import Callable
from typing import Any

from rlm_desktop.text import regex
from rlm_desktop.text.core import TextCore

MODULE_FUNCTIONS: frozenset[Callable[..., Any]] = frozenset(
    {re.search, re.match, re.fullmatch, re.findall, re.finditer, re.split, re.sub, re.subn}
)
_LOOKING = ("search", "match", "fullmatch", "findall", "finditer")
_OF_MODULE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_LOOKING, ("pattern", "string", "flags")),
    "split": ("pattern", "string", "maxsplit", "flags"),
    **dict.fromkeys(("sub", "subn"), ("pattern", "repl", "string", "count", "flags")),
}
_OF_PATTERN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_LOOKING, ("string", "pos", "endpos")),
    "split": ("string", "maxsplit"),
    **dict.fromkeys(("sub", "subn"), ("repl", "string", "count")),
}
QUICK = 8_000_000
"""Characters up to which having the text in memory is quicker than reading it piece by piece."""

_OURS = {"string": "text", "repl": "replacement"}


def over_text(function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Do what a function of `re`, or a method of a pattern, does."""
    texts = [value for value in (*args, *named.values()) if issubclass(type(value), TextCore)]
    if all(text.known_length is not None and text.known_length <= QUICK for text in texts):
        return function(*map(_in_memory, args), **{key: _in_memory(value) for key, value in named.items()})
    name = function.__name__
    is_of_module = function in MODULE_FUNCTIONS
    given = dict(zip((_OF_MODULE if is_of_module else _OF_PATTERN)[name], args, strict=False)) | named
    pattern: re.Pattern[str] = (
        re.compile(given.pop("pattern"), given.pop("flags", 0)) if is_of_module else function.__self__  # type: ignore[attr-defined]  # a method
    )
    do: Callable[..., Any] = getattr(regex, name)
    return do(pattern, **{_OURS.get(key, key): value for key, value in given.items()})


def _in_memory(value: Any) -> Any:
    return value.raw(0, len(value)) if issubclass(type(value), TextCore) else value
