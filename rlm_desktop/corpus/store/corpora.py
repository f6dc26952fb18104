"""Corpora that the user has named: paths, kept under a name."""

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.corpus.store.catalogue import Catalogue

_SEPARATOR = os.fsencode(os.sep)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCorpus:
    """Paths under a name, and what they came to when they were last read."""

    name: str
    paths: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    documents: int = 0
    characters: int = 0
    tokens: int = 0
    updated_at: float = 0.0
    version: str = ""
    """The digest of the version last read; empty when there is none yet."""


class Corpora:
    """The named corpora of a store. A document may be in several."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def save(self, name: str, paths: Sequence[str], left_out: Sequence[str] = ()) -> None:
        """Keep paths under a name, in place of what had it."""
        with self._catalogue.writing() as connection:
            connection.execute(_SAVE, (name, _listed(paths), _listed(left_out), time.time()))

    def names(self) -> list[str]:
        """Give the names in their order."""
        return [one.name for one in self.all()]

    def all(self) -> list[NamedCorpus]:
        """Give all, by name."""
        with self._catalogue.reading() as connection:
            return [_named(row) for row in connection.execute(f"{_ALL} ORDER BY name")]

    def get(self, name: str) -> NamedCorpus | None:
        """Find one by its name."""
        with self._catalogue.reading() as connection:
            row = connection.execute(f"{_ALL} WHERE name = ?", (name,)).fetchone()
            return _named(row) if row else None

    def note(self, paths: Sequence[str], left_out: Sequence[str], corpus: Corpus) -> None:
        """Remember what paths came to, for every corpus that consists of them."""
        figures = (corpus.digest, len(corpus.documents), corpus.characters, corpus.tokens, time.time())
        with self._catalogue.writing() as connection:
            connection.execute(_NOTE, (*figures, _listed(paths), _listed(left_out)))

    def remove(self, name: str) -> None:
        """Forget a named corpus; of what was read below its paths, collecting frees all that no other one holds."""
        with self._catalogue.writing() as connection:
            row = connection.execute(f"{_ALL} WHERE name = ?", (name,)).fetchone()
            if row is None:
                return
            connection.execute("DELETE FROM corpora WHERE name = ?", (name,))
            held = Roots(path for other in connection.execute(_ALL) for path in _named(other).paths)
            for path in _named(row).paths:
                _let_go_below(connection, path, held)


class Roots:
    """Paths, to be asked whether another is one of them or lies below one."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._roots = {os.fsencode(path).rstrip(_SEPARATOR) for path in paths}

    def hold(self, path: bytes) -> bool:
        """Tell whether a path is one of these or lies below one."""
        if path in self._roots:
            return True
        at = path.rfind(_SEPARATOR)
        while at >= 0:
            if path[:at] in self._roots:
                return True
            at = path.rfind(_SEPARATOR, 0, at)
        return False


def _let_go_below(connection: sqlite3.Connection, path: str, held: Roots) -> None:
    """Let sources be as if nobody had asked about them for long; an ingest under way still has them."""
    root = os.fsencode(path).rstrip(_SEPARATOR)
    inside = root + _SEPARATOR
    found = connection.execute(_BELOW, (root, inside, inside + b"\xff")).fetchall()
    rows = [(source,) for source, below in found if not held.hold(below)]
    connection.executemany("UPDATE sources SET seen_at = 0 WHERE id = ?", rows)


def _listed(paths: Sequence[str]) -> str:
    return json.dumps(list(paths))


def _named(row: Sequence[object]) -> NamedCorpus:
    name, paths, left_out, documents, characters, tokens, updated_at, version = row
    return NamedCorpus(
        name=str(name),
        paths=tuple(json.loads(str(paths))),
        left_out=tuple(json.loads(str(left_out))),
        documents=int(str(documents)),
        characters=int(str(characters)),
        tokens=int(str(tokens)),
        updated_at=float(str(updated_at)),
        version=str(version),
    )


_ALL = "SELECT name, paths, left_out, documents, characters, tokens, updated_at, version FROM corpora"
_SAVE = """INSERT INTO corpora (name, paths, left_out, updated_at) VALUES (?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET paths = excluded.paths, left_out = excluded.left_out,
updated_at = excluded.updated_at, version = '', documents = 0, characters = 0, tokens = 0"""
_NOTE = """UPDATE corpora SET version = ?, documents = ?, characters = ?, tokens = ?, updated_at = ?
WHERE paths = ? AND left_out = ?"""
_BELOW = "SELECT id, path FROM sources WHERE path = ? OR (path >= ? AND path < ?)"
