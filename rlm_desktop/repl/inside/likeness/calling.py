"""Calls of model code to what is not model code: what cannot take a long text is given a `str`, or what streams."""

import io
import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from types import BuiltinMethodType, FunctionType, MethodDescriptorType, MethodType
from typing import Any

from rlm_desktop.repl.inside.describing import is_a, module_of
from rlm_desktop.repl.inside.likeness.patterns import MODULE_FUNCTIONS, over_text
from rlm_desktop.repl.inside.likeness.streaming import Reader
from rlm_desktop.text.changed import Joined, Made
from rlm_desktop.text.core import TextCore
from rlm_desktop.text.parts import Parts
from rlm_desktop.text.text import Text

Function = Callable[..., Any]
LONG: tuple[Any, ...] = (TextCore, Parts)
WRAPPERS = (MethodType, partial, type(lru_cache(len)))
ONE_BY_ONE = ("writelines", "executemany")
"""What has taken some items already when it finds one that it cannot take."""
MAX_DEPTH = 4
MAX_ITEMS = 100_000


def kind_call(function: Function, /, *args: Any, **named: Any) -> Any:
    """Stand in for `str(…)` and `type(…)`: a long text is a `str` already, a lazy list a list."""
    if len(args) == 1 and not named:
        if function is type:
            return str if is_a(args[0], TextCore) else list if is_a(args[0], LONG) else type(args[0])
        if function is str and is_a(args[0], TextCore):
            return args[0]
    return function(*args, **named)


def join_call(function: Function, /, *args: Any, **named: Any) -> Any:
    """Stand in for `….join(…)`, which may be given long texts, or a list that is not in memory."""
    if type(function) is not BuiltinMethodType or type(function.__self__) is not str or len(args) != 1:
        return call(function, *args, **named)
    parts = _listed(args[0], "join()")
    try:
        return function(parts)
    except TypeError:
        if not any(is_a(part, TextCore) for part in parts):
            raise
    return _joined(function.__self__, parts)


def call(function: Function, /, *args: Any, **named: Any) -> Any:
    """Call what may be unable to take a long text, and then once more with what it can take."""
    try:
        if type(function) is MethodType and type(function.__func__) is FunctionType:
            # Python 3.12 goes deeper in functions than in methods: the latter take room on C's stack.
            return function.__func__(function.__self__, *args, **named)
        return function(*args, **named)
    except Exception as error:
        is_refusal = isinstance(error, TypeError) or type(error).__module__ == "sqlite3"
        if not is_refusal or not _can_be_helped(function, [*args, *named.values()]):
            raise
    return _call_with_what_it_takes(function, args, named)


def taking(function: Function) -> Function:
    """Make a function that takes a long text."""
    return partial(call, function)


def _can_be_helped(function: Function, given: list[Any]) -> bool:
    """Tell whether it was a long text that was not taken, by a function that has done nothing else yet."""
    if _is_own(function) or getattr(function, "__name__", "") in ONE_BY_ONE:
        return False
    if any(hasattr(type(value), "__next__") for value in given):
        return False
    is_calling_back = not _is_of_re(function) and any(map(_is_own, given))
    return not is_calling_back and any(_has_long(value, MAX_DEPTH) for value in given)


def _call_with_what_it_takes(function: Function, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    first: Any = args[0] if args else None
    if type(function) is MethodDescriptorType and function.__objclass__ is str and is_a(first, TextCore):
        return getattr(first, function.__name__)(*args[1:], **named)
    if _is_of_re(function):
        return over_text(function, args, named)
    if function is io.StringIO and is_a(first, TextCore):
        return Reader(first)
    if getattr(function, "__name__", "") == "write" and is_a(first, TextCore):
        return sum(map(function, first.pieces()))
    name = f"{getattr(function, '__name__', 'this call')}()"
    plain_args = [_plain(value, name, MAX_DEPTH) for value in args]
    return function(*plain_args, **{key: _plain(value, name, MAX_DEPTH) for key, value in named.items()})


def _is_of_re(function: Function) -> bool:
    if type(function) is BuiltinMethodType:
        return type(function.__self__) is re.Pattern
    return type(function) is FunctionType and function in MODULE_FUNCTIONS


def _is_own(function: Any) -> bool:
    """Tell whether model code wrote this function or class."""
    inner = function
    while type(inner) in WRAPPERS:
        inner = inner.__func__ if type(inner) is MethodType else getattr(inner, "func", None) or inner.__wrapped__
    if type(inner) is FunctionType:
        return inner.__globals__.get("__name__") == "__main__"
    return is_a(inner, type) and module_of(inner) == "__main__"


def _has_long(value: Any, depth: int) -> bool:
    if is_a(value, LONG):
        return True
    if depth == 0 or type(value) not in (list, tuple, dict) or len(value) > MAX_ITEMS:
        return False
    return any(_has_long(item, depth - 1) for item in (value.values() if type(value) is dict else value))


def _plain(value: Any, operation: str, depth: int) -> Any:
    """Give the same with real texts and lists; raises ContextTooLarge."""
    if is_a(value, TextCore):
        return value.whole(operation)
    if is_a(value, LONG):
        return _listed(value, operation)
    if not _has_long(value, depth):
        return value
    if type(value) is dict:
        return {key: _plain(item, operation, depth - 1) for key, item in value.items()}
    return type(value)(_plain(item, operation, depth - 1) for item in value)


def _listed(parts: Any, operation: str) -> list[Any] | tuple[Any, ...]:
    """Give the parts as a list; raises ContextTooLarge when they are those of a text that is too long for one."""
    if type(parts) in (list, tuple):
        return parts  # type: ignore[no-any-return]  # one of the two
    return parts.in_memory(operation) if is_a(parts, Parts) else list(parts)


def _joined(separator: str, parts: Iterable[Any]) -> Any:
    """Join parts of which some are too long to be copied."""
    sources = []
    for number, part in enumerate(parts):
        for piece in ([separator] if number and separator else []) + [part]:
            if is_a(piece, TextCore):
                sources.append((piece.source, piece.start, piece.end))
            else:
                sources.append((Made(piece), 0, len(piece)))
    return Text(Joined(sources)).part(0)
