"""What a converter tells of a file: where its texts lie, what is known of them, what could not be read."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rlm_desktop.corpus.documents import Mark
from rlm_desktop.corpus.gathering import FoundFile, Gathered
from rlm_desktop.trace.facts import SkippedFile

READERS_VERSION = 1
"""Raise it when a reader gives another text than before: what the store has of older ones is then read again."""

CHANGED_WHILE_READ = "changed while it was read"
"""The reason of a file that was not the same after reading as before; the store has it converted again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedText:
    """Where a text lies as UTF-8: the name of a pack in the spool, and the bytes in it."""

    pack: str
    start: int
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """One document out of a file. `inner` is its path inside an archive, empty for the file itself.

    `source_digest` is of the bytes it was made from, `text_digest` of its text, both 32 hexadecimal digits (BLAKE2b).
    `tokens` is an estimate.
    """

    inner: str
    kind: str
    text: PackedText
    source_digest: str
    source_bytes: int
    text_digest: str
    characters: int
    newlines: int
    tokens: int
    marks: tuple[Mark, ...] = ()
    losses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What came of one file: documents, and what in it (or the file itself) could not be read and why.

    `mtime_ns`, `inode` and `size_bytes` are those of the version that was read, zero when it could not be opened. When
    they differ after reading, the file is skipped as CHANGED_WHILE_READ.
    """

    file: FoundFile
    extracts: tuple[Extract, ...] = ()
    skipped: tuple[SkippedFile, ...] = ()
    mtime_ns: int = 0
    inode: int = 0
    size_bytes: int = 0


class Converting(Protocol):
    """Scans and converts for the store, in processes that can be killed; its packs lie in one spool folder.

    A pack is only ever added to. What a `PackedText` names is written when its `Conversion` is given.
    """

    async def scan(self, paths: Sequence[Path]) -> Gathered:
        """Find the files below these paths, with their sizes and times of change."""

    def convert(self, files: Sequence[FoundFile], roots: Sequence[Path] = ()) -> AsyncGenerator[Conversion, None]:
        """Convert files, giving each when it is done; closing the iterator ends the work.

        `roots` are the paths that the user gave: nothing else can be read.
        A spool that cannot be written (no room) ends it with the OSError, after what was done before.
        """

    async def close(self) -> None:
        """End the processes."""
