"""Values in a few words, without running any code of theirs: type, size, a short look."""

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from itertools import islice
from types import BuiltinFunctionType, FunctionType, GetSetDescriptorType, ModuleType
from typing import Any

from rlm_desktop.repl.inside.corpus import Document, Documents, Pages
from rlm_desktop.repl.inside.long_texts import is_lazy, is_long
from rlm_desktop.text.errors import TextError

PREVIEW = 200
MAX_ITEMS = 8
MAX_DEPTH = 3
MAX_DIGITS_BITS = 512

HARMLESS = {
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("decimal", "Decimal"),
    ("fractions", "Fraction"),
    ("re", "Pattern"),
    ("uuid", "UUID"),
}

TYPE_NAME = type.__dict__["__name__"]
TYPE_MODULE = type.__dict__["__module__"]
TYPE_QUALNAME = type.__dict__["__qualname__"]
TYPE_BASES = type.__dict__["__mro__"]
TYPE_DICT = type.__dict__["__dict__"]
SIZED: tuple[Any, ...] = (str, bytes, bytearray, list, tuple, set, frozenset, dict, deque)
TEXTS: tuple[Any, ...] = (str, bytes, bytearray)
ITEMS: tuple[Any, ...] = (list, tuple, deque, set, frozenset)


def is_a(value: Any, kinds: Any) -> bool:
    """Tell what a value is; unlike `isinstance` this never asks the value for its `__class__`."""
    return issubclass(type(value), kinds)


def is_one_of(kind: type, kinds: tuple[type, ...]) -> bool:
    """Tell whether a type is exactly one of these; unlike `in` this asks no metaclass."""
    return any(kind is one for one in kinds)


def module_of(kind: type) -> str:
    """Give the name of the module a type says it is from."""
    module = TYPE_MODULE.__get__(kind)
    return module if type(module) is str else ""


def source_of(value: Any) -> tuple[str, str] | None:
    """Give module and qualified name of a function or class; None for anything else."""
    if is_a(value, type):
        return module_of(value), TYPE_QUALNAME.__get__(value)
    if type(value) is FunctionType or type(value) is BuiltinFunctionType:
        module = value.__module__
        return (module if type(module) is str else ""), value.__qualname__
    return None


def type_name(value: Any) -> str:
    """Give the name of a value's type."""
    if is_long(value) or is_lazy(value):
        return "str" if is_long(value) else "list"
    return str(TYPE_NAME.__get__(type(value)))[:100]


def size_words(value: Any) -> str:
    """Give the size of a value in words; empty when it has none."""
    if is_a(value, str):
        return f"{str.__len__(value):,} characters"
    if is_a(value, (bytes, bytearray)):
        return f"{len(value):,} bytes"
    if is_long(value) or is_lazy(value):
        return _lazy_size_words(value)
    for kind in SIZED:
        if is_a(value, kind):
            return f"{type_name(value)} of {kind.__len__(value):,}"
    return _shape_words(value)


def preview(value: Any) -> str:
    """Give a short look at a value on one line."""
    text = _look(value, MAX_DEPTH)
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1] + "…"


def base_of(value: Any, kinds: tuple[Any, ...]) -> Any:
    """Give the built-in type among these that a value is of; its methods cannot be the model's own."""
    return next(kind for kind in kinds if is_a(value, kind))


def fields_of(value: Any) -> dict[str, Any]:
    """Give the attributes of an instance of a class that model code wrote, without asking the instance."""
    if module_of(type(value)) != "__main__":
        return {}
    for base in TYPE_BASES.__get__(type(value)):
        descriptor = TYPE_DICT.__get__(base).get("__dict__")
        if type(descriptor) is GetSetDescriptorType:
            fields = descriptor.__get__(value)
            return fields if type(fields) is dict else {}
    return {}


def _has_harmless_repr(value: Any) -> bool:
    """Tell whether the type itself, not something that only claims its name, is one whose `repr` is ours to call."""
    kind = type(value)
    if is_one_of(kind, (Document, Documents, Pages)):
        return True
    module, name = module_of(kind), type_name(value)
    if (module, name) not in HARMLESS:
        return False
    return getattr(sys.modules.get(module), name, None) is kind


def _lazy_size_words(value: Any) -> str:
    """Give the size of what stays in its files, unless that would take going through all of it."""
    if value.known_length is None:
        return "not counted yet"
    return f"{value.known_length:,} characters" if is_long(value) else f"list of {value.known_length:,}"


def _shape_words(value: Any) -> str:
    """Give the shape of a numpy array or a pandas table."""
    module = module_of(type(value))
    if module.split(".")[0] not in {"numpy", "pandas"}:
        return ""
    try:
        shape = value.shape
    except Exception:  # noqa: BLE001 - an object that only claims to be from there
        return ""
    sizes = shape if type(shape) is tuple else ()
    return " × ".join(f"{size:,}" for size in sizes if type(size) is int)


def _look(value: Any, depth: int) -> str:
    if value is None or is_a(value, (bool, float, complex)):
        return _plain_repr(value)
    if is_a(value, int):
        return _look_at_int(value)
    if is_a(value, TEXTS):
        return repr(base_of(value, TEXTS).__getitem__(value, slice(PREVIEW)))
    if is_a(value, ITEMS):
        return _look_at_items(value, depth)
    if is_long(value) or is_lazy(value):
        return _look_into_files(value, depth)
    if is_a(value, dict):
        return _look_at_pairs(value, depth)
    return _look_at_object(value, depth)


def _look_into_files(value: Any, depth: int) -> str:
    try:
        return repr(value.raw(0, PREVIEW)) if is_long(value) else _look_at_items([*islice(value, MAX_ITEMS + 1)], depth)
    except TextError:
        return "…"


def _plain_repr(value: Any) -> str:
    for kind in (bool, float, complex):
        if is_a(value, kind):
            return kind.__repr__(value)
    return "None"


def _look_at_int(value: int) -> str:
    bits = int.bit_length(value)
    return int.__repr__(value) if bits <= MAX_DIGITS_BITS else f"<whole number of {bits:,} bits>"


def _look_at_items(value: Any, depth: int) -> str:
    kind = base_of(value, ITEMS)
    if depth == 0:
        return "…"
    shown = [_look(item, depth - 1) for item in islice(kind.__iter__(value), MAX_ITEMS)]
    if kind.__len__(value) > MAX_ITEMS:
        shown.append("…")
    inner = ", ".join(shown)
    if kind is list:
        return f"[{inner}]"
    if kind is tuple:
        return f"({inner},)" if len(shown) == 1 else f"({inner})"
    return f"{{{inner}}}" if kind is set and shown else f"{kind.__name__}({inner})"


def _look_at_pairs(value: dict[Any, Any], depth: int) -> str:
    if depth == 0:
        return "…"
    pairs = islice(dict.items(value), MAX_ITEMS)
    shown = [f"{_look(key, depth - 1)}: {_look(item, depth - 1)}" for key, item in pairs]
    if dict.__len__(value) > MAX_ITEMS:
        shown.append("…")
    inner = f"{{{', '.join(shown)}}}"
    return f"{type_name(value)}({inner})" if is_one_of(type(value), (Counter, OrderedDict, defaultdict)) else inner


def _look_at_object(value: Any, depth: int) -> str:
    if is_a(value, (FunctionType, BuiltinFunctionType)):
        return f"<function {value.__name__}>"
    if is_a(value, type):
        return f"<class {TYPE_NAME.__get__(value)}>"
    if is_a(value, ModuleType):
        return "<module>"
    if _has_harmless_repr(value):
        return repr(value)[:PREVIEW]
    fields = fields_of(value)
    if depth == 0 or not fields:
        return f"<{type_name(value)}>"
    shown = [
        f"{name[:60] if type(name) is str else '?'}={_look(item, depth - 1)}"
        for name, item in islice(fields.items(), MAX_ITEMS)
    ]
    return f"{type_name(value)}({', '.join(shown)})"
