"""Which indexes there are of a stored text, and which of them a folder has."""

from pathlib import Path
from typing import Literal

IndexKind = Literal["blocks", "search"]
KINDS: tuple[IndexKind, ...] = ("blocks", "search")
"""In the order in which they are made."""


def place_of(folder: Path, kind: IndexKind) -> Path:
    """Give the file or folder of an index; what is not whole has another name."""
    return folder / "indexes" / kind


def part_of(folder: Path, kind: IndexKind) -> Path:
    """Give the file or folder of an index that is being made."""
    return folder / "indexes" / f"{kind}.part"


def is_made(folder: Path, kind: IndexKind) -> bool:
    """Whether the index is there."""
    return place_of(folder, kind).exists()
