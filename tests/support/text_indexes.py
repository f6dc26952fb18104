"""Fills an index of words, looks into it, and spoils its file."""

import sqlite3
from contextlib import closing
from pathlib import Path

from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.text_index import Progress, TextIndex
from rlm_desktop.trace.events import (
    TextKept,
)
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import digest_of
from tests.support.traces import run_finished, run_started


def record(database, run: RunId, *texts: str) -> None:
    journal = Journal(database)
    journal.begin(run)
    for text in texts:
        journal.record(run, TextKept(digest=digest_of(text), text=text))
    journal.record(run, run_started())
    journal.record(run, run_finished())


def fill(index: TextIndex) -> Progress:
    return index.catch_up(60.0)


def found(index: TextIndex, wanted: str) -> dict[str, int]:
    return {run: hit.texts for run, hit in index.find(wanted).items()}


def words_left(index: TextIndex) -> set[str]:
    """All words in the file, whether a text has them or not."""
    with closing(sqlite3.connect(index.path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'words', 'row')")
        return {term for (term,) in connection.execute("SELECT term FROM temp.vocabulary")}


def garbage(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 5_000)


def half_written(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def overwritten(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[4096:] = b"\xa5" * (len(whole) - 4096)
    path.write_bytes(whole)


def words_damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE words_data SET block = x'00ff00ff00ff00ff'")


def words_missing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE words")


def part_of_words_missing(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'words_data'")


def of_another_scheme(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE scheme SET name = '0'")


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name)")


def emptied(path: Path) -> None:
    path.write_bytes(b"")
