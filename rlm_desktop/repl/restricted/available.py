"""Whether the restricted Python can be used here; asked by the host, which never loads it."""

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

PINNED = "1.4.0"
"""Pinned exactly, as in `pyproject.toml`: what it refuses is tested with this version only."""


def why_not() -> str | None:
    """Say what is missing, or give None when it can be used."""
    if find_spec("pydantic_monty") is None:
        return "the restricted Python is not installed (pip install 'rlm-desktop[restricted]')"
    try:
        found = version("pydantic-monty")
    except PackageNotFoundError:
        return "the restricted Python was installed without telling its version"
    if found != PINNED:
        return f"the restricted Python is version {found}, but only {PINNED} is known to hold"
    return None
