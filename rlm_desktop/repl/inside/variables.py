"""Which variables a block made, altered or deleted."""

import zlib
from itertools import islice
from types import CodeType, FunctionType, ModuleType
from typing import Any

from rlm_desktop.repl.inside.describing import (
    ITEMS,
    TEXTS,
    base_of,
    fields_of,
    is_a,
    preview,
    size_words,
    source_of,
    type_name,
)
from rlm_desktop.repl.inside.long_texts import is_lazy, is_long
from rlm_desktop.repl.wire import MAX_VARIABLES, MORE_NAMES

MAX_NODES = 1_500
SAMPLE = 200
EDGE = 2_048
MAX_NAME = 200


class Variables:
    """Compares the namespace with what it was after the block before."""

    def __init__(self, names: dict[str, Any], reserved: frozenset[str]) -> None:
        self._names = names
        self._reserved = reserved
        self._known: dict[str, str] = {}

    def current(self) -> dict[str, Any]:
        """Give the model's own variables: nothing imported, no reserved or dunder names."""
        return {name: value for name, value in self.everything().items() if not _is_imported(value)}

    def everything(self) -> dict[str, Any]:
        """Give all names the model bound, imports included."""
        return {name: value for name, value in list(self._names.items()) if self._is_own(name)}

    def changes(self) -> list[dict[str, Any]]:
        """Give what is new, changed or deleted since the last time this was asked."""
        current = self.current()
        fingerprints = {name: fingerprint(value) for name, value in current.items()}
        before, self._known = self._known, fingerprints
        notes = [
            _note(name, current[name], "changed" if name in before else "new", digest)
            for name, digest in fingerprints.items()
            if before.get(name) != digest
        ]
        notes.extend({"name": name, "change": "deleted"} for name in before if name not in current)
        return _at_most(notes)

    def listing(self) -> str:
        """Give names, types and sizes as a table for reading."""
        lines = [
            f"{name}: {type_name(value)}" + (f", {words}" if (words := size_words(value)) else "")
            for name, value in self.current().items()
        ]
        return "\n".join(lines) or "no variables yet"

    def _is_own(self, name: object) -> bool:
        if type(name) is not str or name in self._reserved or len(name) > MAX_NAME:
            return False
        return not (name.startswith("__") and name.endswith("__"))


def fingerprint(value: Any) -> str:
    """Give a short text that is equal for equal values, as far as a bounded look can tell."""
    look = _Look()
    try:
        look.take(value)
    except RuntimeError:
        return ""  # another thread is altering it right now
    return f"{look.sum:08x}{look.check:08x}"


class _Look:
    """Adds up a checksum over a bounded number of parts, running no code of theirs."""

    def __init__(self) -> None:
        self.sum = 0
        self.check = 1
        self._left = MAX_NODES

    def take(self, value: Any) -> None:
        """Add one value and the parts of it that there is room for."""
        if self._left <= 0:
            return
        self._left -= 1
        self._add(type_name(value))
        if value is None or is_a(value, (bool, int, float, complex)):
            self._add(_number(value))
        elif is_a(value, TEXTS):
            self._add_text(value)
        elif is_long(value):
            self._add(f"{id(value.source)} {value.start} {value.known_length}")
        elif is_lazy(value):
            self._add(f"{id(value)} {value.known_length}")
        elif is_a(value, dict):
            self._add_pairs(value)
        elif is_a(value, ITEMS):
            self._add_items(value)
        else:
            self._add_object(value)

    def _add(self, text: str) -> None:
        data = text.encode("utf-8", "surrogatepass")
        self.sum = zlib.crc32(data, self.sum)
        self.check = zlib.adler32(data, self.check)

    def _add_text(self, value: Any) -> None:
        kind = base_of(value, TEXTS)
        size = kind.__len__(value)
        parts = (slice(EDGE), slice(-EDGE, None), slice(None, None, max(size // EDGE, 1)))
        self._add(f"{size}")
        for part in parts:
            self._add(str(kind.__getitem__(value, part)))

    def _add_pairs(self, value: dict[Any, Any]) -> None:
        self._add(f"{dict.__len__(value)}")
        for key, item in islice(dict.items(value), SAMPLE):
            self.take(key)
            self.take(item)
        for key in islice(dict.__reversed__(value), SAMPLE):
            self.take(key)
            self.take(dict.get(value, key))

    def _add_items(self, value: Any) -> None:
        kind = base_of(value, ITEMS)
        size = kind.__len__(value)
        self._add(f"{size}")
        for item in islice(kind.__iter__(value), SAMPLE):
            self.take(item)
        if kind in (list, tuple) and size > SAMPLE:
            for place in (*range(size - SAMPLE, size), *range(SAMPLE, size, max(size // SAMPLE, 1))):
                self.take(kind.__getitem__(value, place))

    def _add_object(self, value: Any) -> None:
        if type(value) is FunctionType:
            self.take(value.__code__)
        elif type(value) is CodeType:
            self._add(f"{value.co_firstlineno} {value.co_code!r} {value.co_names}")
            self.take(value.co_consts)
        elif fields := fields_of(value):
            self._add_pairs(fields)
        else:
            self._add(f"{id(value)}")


def _is_imported(value: Any) -> bool:
    source = source_of(value)
    return source[0] != "__main__" if source else is_a(value, ModuleType)


def _number(value: Any) -> str:
    if is_a(value, int):
        return f"{int.__mod__(value, (1 << 61) - 1)} {int.bit_length(value)}"
    for kind in (float, complex):
        if is_a(value, kind):
            return kind.__repr__(value)
    return "None"


def _note(name: str, value: Any, change: str, digest: str) -> dict[str, Any]:
    size = size_words(value)
    look = preview(value)
    return {
        "name": name,
        "change": change,
        "type": type_name(value),
        "size": size,
        "preview": look,
        "fingerprint": digest,
    }


def _at_most(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cut a very long list; its last note then says how many were left out."""
    if len(notes) <= MAX_VARIABLES:
        return notes
    rest = len(notes) - MAX_VARIABLES + 1
    return [*notes[: MAX_VARIABLES - 1], {"name": MORE_NAMES, "change": "new", "size": f"{rest:,} more variables"}]
