"""Recognises what stays in its files, without importing what only such texts need."""

import sys
from typing import Any


def is_long(value: Any) -> bool:
    """Tell whether a value is a text that stays in its files."""
    return _is_of(value, "rlm_desktop.text.core", "TextCore")


def is_lazy(value: Any) -> bool:
    """Tell whether a value is a list of parts of such a text."""
    return _is_of(value, "rlm_desktop.text.parts", "Parts")


def _is_of(value: Any, module: str, name: str) -> bool:
    return module in sys.modules and issubclass(type(value), getattr(sys.modules[module], name))
