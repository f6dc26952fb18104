"""Plain values as JSON and back: what can be kept when a child has to be replaced."""

import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

from rlm_desktop.repl.inside.corpus import Document, Documents
from rlm_desktop.repl.inside.describing import fields_of, module_of
from rlm_desktop.repl.inside.long_texts import is_long
from rlm_desktop.repl.inside.looking import Hit, Hits

FLAT = {str, int, float, bool, type(None)}
MAX_DEPTH = 40
MAX_INT_BITS = 8_192
ROOM_FOR_ALL = 40_000_000
"""Characters that all kept values may have together; an item counts as 8."""

_SEQUENCES: dict[str, Callable[[Any], Any]] = {
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "deque": deque,
    "Hits": Hits,
}
_MAPPINGS: dict[str, Callable[[Any], Any]] = {"dict": dict, "Counter": dict, "OrderedDict": OrderedDict, "Hit": Hit}
_FACTORIES: dict[str, Callable[[], Any]] = {kind.__name__: kind for kind in (list, dict, set, int, float, str)}


class NotPlain(Exception):
    """This value cannot be kept as plain data, or there is no room for it."""


class Plain:
    """Turns values into JSON and back; the corpus and instances of the model's own classes are kept by name."""

    def __init__(self, names: dict[str, Any], context: Any, documents: Documents) -> None:
        self._names = names
        self._context = context
        self._documents = documents
        self._room = ROOM_FOR_ALL

    def begin(self) -> None:
        """Give all room back, for a new snapshot."""
        self._room = ROOM_FOR_ALL

    def encode(self, value: Any) -> Any:
        """Give a JSON value from which `decode` makes an equal value; raises `NotPlain`."""
        room = self._room
        try:
            return self._encode(value, 0)
        except NotPlain:
            self._room = room  # what is not kept takes no room
            raise

    def _encode(self, value: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise NotPlain
        if (ours := self._encode_ours(value)) is not None:
            return ours
        kind = type(value)
        if type(kind) is not type:
            raise NotPlain  # comparing and hashing such a type may run its metaclass
        if kind in FLAT:
            return self._encode_flat(value)
        if kind is list:
            return self._encode_items(value, depth)
        if kind in (tuple, set, frozenset, deque, Hits):
            return {"t": kind.__name__, "v": self._encode_items(list(value), depth)}
        if kind in (dict, Counter, OrderedDict, Hit, defaultdict):
            return self._encode_mapping(value, depth)
        return self._encode_other(value, depth)

    def decode(self, data: Any) -> Any:
        """Make the value again; raises LookupError when something it needs is missing."""
        if isinstance(data, list):
            return [self.decode(item) for item in data]
        if not isinstance(data, dict):
            return data
        kind, inner = data["t"], data.get("v")
        if kind == "list":
            return inner
        if kind in _SEQUENCES:
            return _SEQUENCES[kind](self.decode(inner))
        if kind in _MAPPINGS or kind == "defaultdict":
            return self._decode_mapping(kind, data)
        return self._decode_other(kind, data)

    def _encode_ours(self, value: Any) -> dict[str, Any] | None:
        """Keep what a new child has by itself by name."""
        if value is self._context:
            return {"t": "context"}
        if is_long(value) and is_long(self._context) and value.source is self._context.source:
            return {"t": "part", "v": [value.start - self._context.start, value.end - self._context.start]}
        if type(value) is Documents:
            return {"t": "documents"}
        if type(value) is Document and value in self._documents:
            return {"t": "document", "v": value.number}
        return None

    def _spend(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise NotPlain

    def _encode_flat(self, value: Any) -> Any:
        self._spend(len(value) if isinstance(value, str) else 8)
        if type(value) is int and value.bit_length() > MAX_INT_BITS:
            return {"t": "int", "v": hex(value)}
        return value

    def _encode_items(self, items: list[Any], depth: int) -> Any:
        self._spend(8 * len(items))
        kinds = set(map(type, items))
        if kinds == {str}:
            self._spend(sum(map(len, items)))
        if kinds == {str} or (kinds == {int} and _widest(items) <= MAX_INT_BITS):
            return {"t": "list", "v": list(items)}
        return [self._encode(item, depth + 1) for item in items]

    def _encode_mapping(self, value: dict[Any, Any], depth: int) -> Any:
        pairs = [[self._encode(key, depth + 1), self._encode(item, depth + 1)] for key, item in value.items()]
        encoded: dict[str, Any] = {"t": type(value).__name__, "v": pairs}
        if isinstance(value, defaultdict):
            factory = value.default_factory
            name = factory.__name__ if isinstance(factory, type) else None
            if factory is not None and _FACTORIES.get(str(name)) is not factory:
                raise NotPlain
            encoded["factory"] = name
        return encoded

    def _encode_other(self, value: Any, depth: int) -> Any:
        if type(value) in (bytes, bytearray):
            self._spend(2 * len(value))
            return {"t": type(value).__name__, "v": value.decode("latin-1")}
        if type(value) is re.Pattern:
            return {"t": "pattern", "v": self._encode(value.pattern, depth + 1), "flags": value.flags}
        return self._encode_object(value, depth)

    def _encode_object(self, value: Any, depth: int) -> Any:
        """Keep an instance of a class that model code wrote, when its attributes are plain."""
        kind = type(value)
        is_own = all(base is object or module_of(base) == "__main__" for base in kind.__mro__)
        fields = fields_of(value)
        if not is_own or not fields or self._names.get(kind.__name__) is not kind:
            raise NotPlain
        pairs = [[name, self._encode(item, depth + 1)] for name, item in fields.items()]
        return {"t": "object", "class": kind.__name__, "v": pairs}

    def _decode_mapping(self, kind: str, data: dict[str, Any]) -> Any:
        pairs = [(self.decode(key), self.decode(item)) for key, item in data["v"]]
        if kind == "defaultdict":
            return defaultdict(_FACTORIES.get(str(data["factory"])), pairs)
        made = _MAPPINGS[kind](pairs)
        return Counter(made) if kind == "Counter" else made

    def _decode_other(self, kind: str, data: dict[str, Any]) -> Any:
        match kind:
            case "context" | "part" | "documents" | "document":
                return self._decode_ours(kind, data)
            case "int":
                return int(data["v"], 16)
            case "bytes":
                return data["v"].encode("latin-1")
            case "bytearray":
                return bytearray(data["v"].encode("latin-1"))
            case "pattern":
                return re.compile(self.decode(data["v"]), data["flags"])
            case _:
                return self._decode_object(data)

    def _decode_ours(self, kind: str, data: dict[str, Any]) -> Any:
        if kind == "part":
            return self._context.view(*data["v"])
        if kind == "document":
            return self._documents[data["v"]]
        return self._context if kind == "context" else self._documents

    def _decode_object(self, data: dict[str, Any]) -> Any:
        kind = self._names[data["class"]]
        value = object.__new__(kind)
        fields_of_new = {name: self.decode(item) for name, item in data["v"]}
        value.__dict__.update(fields_of_new)
        return value


def _widest(numbers: list[int]) -> int:
    return max(max(numbers).bit_length(), min(numbers).bit_length())
