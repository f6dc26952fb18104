"""What a version of a corpus consists of, document by document; the digest of this list is the version's name."""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from rlm_desktop.corpus.conversion import Extract
from rlm_desktop.corpus.errors import StoreBroken

MANIFEST = "manifest"
_FORMAT = 1
"""Of the manifest and of the text that is made from it; how that is laid out on disk may change without it."""
PAGED = frozenset({"page", "slide"})
"""The kinds of marks that are pages."""
_COMPACT = json.JSONEncoder(separators=(",", ":"))


class Facts(NamedTuple):
    """What is known of a document whatever it is called. `digest` is of its text."""

    kind: str
    digest: str
    source_bytes: int
    characters: int
    tokens: int
    marks: tuple[tuple[int, str, str], ...] = ()
    losses: tuple[str, ...] = ()

    @property
    def page_starts(self) -> tuple[int, ...] | None:
        """Where each page begins; None without pages."""
        return tuple(start for start, _, kind in self.marks if kind in PAGED) or None


class Member(NamedTuple):
    """A document of a version: the size of its text in UTF-8, and its facts as the catalogue keeps them."""

    name: str
    path: str
    text_bytes: int
    facts: str

    def line(self) -> bytes:
        """Give it as a line of a manifest."""
        return f"{_COMPACT.encode((self.name, self.path, self.text_bytes))}\t{self.facts}\n".encode()


def facts_of(extract: Extract) -> Facts:
    """Take from an extract what a version tells of it."""
    return Facts(
        kind=extract.kind,
        digest=extract.text_digest,
        source_bytes=extract.source_bytes,
        characters=extract.characters,
        tokens=extract.tokens,
        marks=tuple((mark.start, mark.label, mark.kind) for mark in extract.marks),
        losses=extract.losses,
    )


def written(facts: Facts) -> str:
    """Write facts as the catalogue and the manifest keep them."""
    return _COMPACT.encode(facts)


def read_facts(words: str) -> Facts:
    """Read what `written` wrote."""
    kind, digest, source_bytes, characters, tokens, marks, losses = json.loads(words)
    marks = tuple((start, label, sort) for start, label, sort in marks)
    return Facts(kind, digest, source_bytes, characters, tokens, marks, tuple(losses))


class ManifestWriter:
    """Writes a manifest, member by member, and adds up its digest."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / MANIFEST
        self._file = gzip.GzipFile(self._path, "wb", compresslevel=1, mtime=0)
        self._hash = _new_hash()
        self.documents = self.text_bytes = 0

    def add(self, member: Member) -> None:
        """Append a document."""
        line = member.line()
        self._hash.update(line)
        self._file.write(line)
        self.documents += 1
        self.text_bytes += member.text_bytes

    def finish(self) -> str:
        """Write what is left, wait until it is on disk, and give the digest."""
        self._file.close()
        with self._path.open("r+b") as file:  # Windows syncs only what may be written
            os.fsync(file.fileno())
        return self._hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def read_manifest(folder: Path) -> Iterator[Member]:
    """Give the members of the version in a folder; raises `StoreBroken` at what was not written there."""
    try:
        with gzip.open(folder / MANIFEST, "rb") as file:
            for line in file:
                words, _, facts = line.decode().rstrip("\n").partition("\t")
                name, path, text_bytes = json.loads(words)
                yield Member(name, path, text_bytes, facts)
    except (OSError, EOFError, TypeError, ValueError, zlib.error) as error:
        raise StoreBroken(f"The list of the documents in {folder} is damaged: {error}.") from error


class Totals(NamedTuple):
    """What a manifest adds up to."""

    digest: str
    documents: int
    text_bytes: int


def totals_of(folder: Path) -> Totals:
    """Add a manifest up as it lies there; raises `StoreBroken`."""
    total, documents, text_bytes = _new_hash(), 0, 0
    for member in read_manifest(folder):
        total.update(member.line())
        documents += 1
        text_bytes += member.text_bytes
    return Totals(total.hexdigest(), documents, text_bytes)


def _new_hash() -> blake2b:
    return blake2b(f"rlm-desktop corpus {_FORMAT}\n".encode(), digest_size=16)
