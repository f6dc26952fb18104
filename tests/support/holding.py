"""Whether the system holds the children that tests start, or only our own code does."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

_TIERS = "rlm_desktop.repl.sandbox"


@cache
def is_held() -> bool:
    """Tell whether children run in a tier that confines them."""
    if find_spec(_TIERS) is None:
        return False
    return bool(import_module(f"{_TIERS}.tiers").best().is_confined)
