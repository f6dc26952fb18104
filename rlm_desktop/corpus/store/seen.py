"""What an ingest tells as it goes."""

from dataclasses import dataclass
from typing import Literal

FileState = Literal["queued", "ready", "failed", "noted", "duplicate"]
"""A noted one is no document: its `reason` says what it leaves out of the folder, as a .gitignore does.

A duplicate has the bytes of another document and is not read.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFound:
    """What lies below the paths, before anything is read. `known` files need not be read again."""

    files: int
    size_bytes: int
    kinds: tuple[tuple[str, int, int], ...]
    """Kind by name, files and bytes, the most bytes first."""
    tokens: int
    """A rough estimate, from the sizes of what is not known yet."""
    known: int
    left_out: int
    duplicates: int = 0
    """Files that are likely the same as an earlier one, by size and name; reading tells by their bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSeen:
    """How far one file or document is. `reason` says why it failed, or what a text that is ready lacks."""

    path: str
    name: str
    state: FileState
    kind: str = ""
    pages: int | None = None
    characters: int = 0
    tokens: int = 0
    """An estimate."""
    size_bytes: int = 0
    reason: str = ""
    duplicate_of: str = ""
    """The name of the document that has the same bytes."""
    modified_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How much of what must be read is done."""

    done: int
    of: int
    done_bytes: int
    of_bytes: int
    seconds_left: float | None


Seen = ScanFound | FileSeen | Progress
