"""What was counted before: the tokens of a whole version beside its text, those of each text in the catalogue."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

_FILE_NAME = "tokens.json"


def counted_tokens(folder: Path, vocabulary: str) -> int | None:
    """Give the exact number of tokens of a version, if it has been counted with this vocabulary."""
    return _read(folder).get(vocabulary)


def keep_total(folder: Path, vocabulary: str, tokens: int) -> None:
    """Keep the number of a version beside its text."""
    new = folder / f"{_FILE_NAME}.{uuid4().hex[:8]}"
    new.write_text(json.dumps({**_read(folder), vocabulary: tokens}), "ascii")
    new.replace(folder / _FILE_NAME)


def known_counts(connection: sqlite3.Connection, vocabulary: str, digests: Sequence[str]) -> dict[str, int]:
    """Find texts, by digest, that were counted before."""
    rows = ((digest, connection.execute(_KNOWN, (bytes.fromhex(digest), vocabulary)).fetchone()) for digest in digests)
    return {digest: row[0] for digest, row in rows if row is not None}


def keep_counts(connection: sqlite3.Connection, vocabulary: str, counts: Mapping[str, int]) -> None:
    """Keep what was counted."""
    rows = [(bytes.fromhex(digest), vocabulary, tokens) for digest, tokens in counts.items()]
    connection.executemany("INSERT OR REPLACE INTO token_counts VALUES (?, ?, ?)", rows)


def _read(folder: Path) -> dict[str, int]:
    try:
        return {str(name): int(tokens) for name, tokens in json.loads((folder / _FILE_NAME).read_bytes()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


_KNOWN = "SELECT tokens FROM token_counts WHERE digest = ? AND vocabulary = ?"
