"""Named arrays in one file: written whole, read through the operating system's cache as they are looked at."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
VERSION = 1
_MAGIC = b"RLM-skeleton\n"
_ALIGNED = 64


class BadSkeleton(Exception):
    """The file is no skeleton of this version, or is not whole."""


class Columns:
    """Arrays by name, and a few facts beside them."""

    def __init__(self, facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        self.facts = dict(facts)
        self._arrays = dict(arrays)

    def __getitem__(self, name: str) -> Array:
        return self._arrays[name]

    def find(self, name: str, value: float, *, after: bool = False) -> int:
        """Give where a value stands in an ascending column, or would; after equal ones if wanted."""
        column = self._arrays[name]
        # Of another type than the column it would make numpy copy all of it.
        return int(column.searchsorted(column.dtype.type(value), side="right" if after else "left"))

    def save(self, path: Path) -> None:
        """Write them to a file, which is there whole or not at all; raises `OSError`."""
        places, start = {}, 0
        for name, array in self._arrays.items():
            places[name] = (array.dtype.str, len(array), start)
            start += -(-array.nbytes // _ALIGNED) * _ALIGNED
        head = json.dumps({"version": VERSION, "facts": self.facts, "places": places, "size": start}).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.stem, suffix=".part", delete=False) as file:
            try:
                file.write(_MAGIC + len(head).to_bytes(8, "little") + head)
                begin = file.seek(_begin(len(head)))
                for name, array in self._arrays.items():
                    file.seek(begin + places[name][2])
                    array.tofile(file)
                file.truncate(begin + start)
            except OSError:
                Path(file.name).unlink()
                raise
        os.replace(file.name, path)  # noqa: PTH105 (the name is a plain string)

    @classmethod
    def load(cls, path: Path) -> "Columns":
        """Open a file; raises `BadSkeleton` when there is none of this version and size."""
        try:
            with path.open("rb") as file:
                opening = file.read(len(_MAGIC) + 8)
                length = int.from_bytes(opening[len(_MAGIC) :], "little")
                if not opening.startswith(_MAGIC) or length > path.stat().st_size:
                    raise BadSkeleton(f"{path.name} is no skeleton.")
                head = json.loads(file.read(length))
            return cls(head["facts"], _arrays(path, head, _begin(length)))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadSkeleton(f"{path.name} cannot be read: {error}") from error


def _begin(head_length: int) -> int:
    return -(-(len(_MAGIC) + 8 + head_length) // _ALIGNED) * _ALIGNED


def _arrays(path: Path, head: dict[str, Any], begin: int) -> dict[str, Array]:
    if head["version"] != VERSION or path.stat().st_size != begin + head["size"]:
        raise BadSkeleton(f"{path.name} is of another version, or is not whole.")
    if not head["size"]:
        return {name: np.empty(0, dtype) for name, (dtype, _, _) in head["places"].items()}
    # As a plain array: the subclass that maps files takes its time at each look.
    whole = np.memmap(path, dtype=np.uint8, mode="r", offset=begin).view(np.ndarray)
    return {
        name: whole[start : start + length * np.dtype(dtype).itemsize].view(dtype)
        for name, (dtype, length, start) in head["places"].items()
    }
