"""How the limits of a run are named and written for people."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.wording import money, seconds, size


def limit_words(limits: Limits) -> Iterator[tuple[str, str]]:
    """Give each limit's name and what it is set to, such as `("cost", "$1.00")`."""
    for field in fields(Limits):
        yield limit_name(field.name), written_limit(field.name, getattr(limits, field.name))


def limit_name(field: str) -> str:
    """Name a limit by its field."""
    return _LIMITS[field][0]


def written_limit(field: str, value: float | None) -> str:
    """Write what a limit is set to; `none` where there is none."""
    return "none" if value is None else _LIMITS[field][1](value)


_LIMITS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "turns": ("turns", "{:,}".format),
    "depth": ("depth", "{:,}".format),
    "seconds": ("time", seconds),
    "cost_nano_usd": ("cost", money),
    "tokens": ("tokens", "{:,}".format),
    "sub_calls": ("sub-calls", "{:,}".format),
    "failing_turns": ("failing turns", "{:,}".format),
    "concurrency": ("calls at once", "{:,}".format),
    "block_seconds": ("a block's time", seconds),
    "block_memory_bytes": ("a block's memory", size),
}
