"""The words of all kept texts, in a file of their own beside the database.

It holds nothing that the database does not: it is filled little by little when it is needed, and begun anew when it is
damaged or of another scheme. Apart, so that filling it never keeps a run from being recorded.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from rlm_desktop.storage.database import translate
from rlm_desktop.storage.errors import Damaged, Unwritable
from rlm_desktop.storage.payloads import unpack
from rlm_desktop.storage.search_words import SCHEME, Hit, Part, Snippet, folded, match_of, snippet_in
from rlm_desktop.trace.ids import RunId

log = logging.getLogger(__name__)

FILE_NAME = "rlm-desktop.words.sqlite"
_SCHEME = f"{SCHEME}, {sqlite3.sqlite_version}"
_BUSY_SECONDS = 3.0
_BATCH_CHARACTERS = 1_000_000
_CACHE_KB = 32_000
_SCHEMA = (
    "CREATE TABLE scheme (name TEXT NOT NULL)",
    "CREATE TABLE indexed (number INTEGER PRIMARY KEY, digest TEXT NOT NULL)",
    "CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0)",
)
_STALE = """
    SELECT EXISTS (SELECT 1 FROM indexed AS known WHERE NOT EXISTS (
        SELECT 1 FROM kept.payloads AS text WHERE text.digest = known.digest AND text.number = known.number))
"""
_COUNTS = "SELECT (SELECT count(*) FROM kept.payloads), (SELECT count(*) FROM indexed)"
_WAITING = "SELECT number FROM kept.payloads WHERE number NOT IN (SELECT number FROM indexed) ORDER BY number DESC"
_TEXT = """
    SELECT digest, packing, body FROM kept.payloads
    WHERE number = ? AND number NOT IN (SELECT number FROM indexed)
"""
_FIND = """
    SELECT run.run, found.first, found.texts FROM (
        SELECT used.run AS number, min(used.payload) AS first, count(*) AS texts
        FROM words CROSS JOIN kept.run_payloads AS used ON used.payload = words.rowid
        WHERE words MATCH ? GROUP BY used.run
    ) AS found JOIN kept.runs AS run ON run.number = found.number
"""
_OWN = """
    SELECT text.number, text.digest, text.packing, text.body
    FROM kept.runs AS run JOIN kept.run_payloads AS used ON used.run = run.number
    JOIN indexed ON indexed.number = used.payload JOIN kept.payloads AS text ON text.number = used.payload
    WHERE run.run = ?
"""
_USERS = (
    "SELECT run.run FROM kept.run_payloads AS used JOIN kept.runs AS run ON run.number = used.run WHERE payload = ?"
)
_FIRST_USE = """
    SELECT kind FROM (
        SELECT kind, body FROM kept.entries WHERE run = (SELECT number FROM kept.runs WHERE run = ?)
        ORDER BY seq LIMIT ?
    ) WHERE instr(body, ?) LIMIT 1
"""
_LOOKED_THROUGH = 20_000
"""So many entries of a run are looked through for a text; it takes 10 ms."""
_PARTS: dict[str, Part] = {
    "run_started": "question",
    "call_started": "prompt",
    "call_finished": "reply",
    "step_started": "code",
    "output_printed": "output",
    "answer_given": "answer",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many texts can be found, of how many there are."""

    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether all of them can."""
        return self.done >= self.total


class TextIndex:
    """Finds runs by the words of their texts. Used by one thread at a time; all methods raise `StorageError`."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self.path = database.parent / FILE_NAME
        self._connection: sqlite3.Connection | None = None
        self._waiting: list[int] = []

    @property
    def exists(self) -> bool:
        """Whether anything was ever looked for here."""
        return self.path.exists()

    def catch_up(self, seconds: float, is_wanted: Callable[[], bool] = lambda: True) -> Progress:
        """Take in texts that are new, for about so long; give how far that went."""
        return self._trying(lambda connection: self._catch_up(connection, time.monotonic() + seconds, is_wanted))

    def find(self, wanted: str) -> dict[RunId, Hit]:
        """Give the runs that have these words in a row in a text, in any case, the last one perhaps longer."""
        expression = match_of(wanted)
        if expression is None:
            return {}
        rows = self._trying(lambda connection: connection.execute(_FIND, (expression,)).fetchall())
        return {RunId(run): Hit(text, texts) for run, text, texts in rows}

    def snippet(self, run: RunId, text: int, wanted: str) -> Snippet | None:
        """Show where in a text of a run the words stand; None for a text that is gone or damaged."""
        query = "SELECT digest, packing, body FROM kept.payloads WHERE number = ?"
        row = self._trying(lambda connection: connection.execute(query, (text,)).fetchone())
        if row is None:
            return None
        try:
            found = snippet_in(unpack(*row), wanted)
        except Damaged as error:
            log.warning("%s", error)
            return None
        return replace(found, part=self._trying(lambda connection: _part_of(connection, run, row[0])))

    def forget(self, unwanted: Iterable[RunId]) -> None:
        """Take out the texts that no run but these has. The runs must still be there: their texts are needed for it."""
        runs = list(unwanted)
        if self.exists:
            self._trying(lambda connection: _forget(connection, runs))

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # Filling

    def _catch_up(self, connection: sqlite3.Connection, end: float, is_wanted: Callable[[], bool]) -> Progress:
        total, done = connection.execute(_COUNTS).fetchone()
        if done > total:
            raise _Stale
        if done < total and not self._waiting:
            self._waiting = [number for (number,) in connection.execute(_WAITING)]
        while self._waiting and done < total and time.monotonic() < end and is_wanted():
            done += self._take_some(connection)
        if done >= total:
            self._waiting = []
        return Progress(done, total)

    def _take_some(self, connection: sqlite3.Connection) -> int:
        """Take in about a million characters at once; upwards, for FTS5 makes a segment at each step down."""
        taken, characters = 0, 0
        with _writing(connection):
            while self._waiting and characters < _BATCH_CHARACTERS:
                number = self._waiting.pop()
                row = connection.execute(_TEXT, (number,)).fetchone()
                if row is not None:
                    text = _words_of(*row)
                    connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, text))
                    connection.execute("INSERT INTO indexed VALUES (?, ?)", (number, row[0]))
                    taken, characters = taken + 1, characters + len(text)
        return taken

    # The file

    def _trying(self, action: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the file; when it turns out to be damaged or stale, once more with a new one."""
        try:
            return action(self._opened())
        except (sqlite3.Error, _Stale, Damaged) as error:
            self._waiting = []
            if not _calls_for_a_new_one(error):
                raise translate(error, self.path) from error
            log.warning("the words of the texts are gathered anew: %s", error or "texts are gone")
        self._remove()
        try:
            return action(self._opened())
        except (sqlite3.Error, _Stale) as error:
            raise translate(error, self.path) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=rwc",
                uri=True,
                timeout=_BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                _prepare(connection, self._database)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _remove(self) -> None:
        self.close()
        try:
            for end in ("", "-wal", "-shm", "-journal"):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)
        except OSError as error:
            raise Unwritable(f"{self.path} is damaged and cannot be removed: {error.strerror}.") from error


class _Stale(Exception):
    """There are words of texts that are gone; without the texts they cannot be taken out one by one."""


def _prepare(connection: sqlite3.Connection, database: Path) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", f"cache_size = -{_CACHE_KB}"):
        connection.execute(f"PRAGMA {pragma}")
    # Read only: or else each of our transactions would take the lock that recording needs.
    connection.execute("ATTACH ? AS kept", (f"{database.absolute().as_uri()}?mode=ro",))
    if not connection.execute("SELECT count(*) FROM main.sqlite_master").fetchone()[0]:
        with _writing(connection):
            if not connection.execute("SELECT count(*) FROM main.sqlite_master").fetchone()[0]:
                for statement in _SCHEMA:
                    connection.execute(statement)
                connection.execute("INSERT INTO scheme VALUES (?)", (_SCHEME,))
    if connection.execute("SELECT name FROM scheme").fetchall() != [(_SCHEME,)]:
        raise _Stale
    if connection.execute(_STALE).fetchone()[0]:
        raise _Stale


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _words_of(digest: str, packing: str, body: bytes) -> str:
    try:
        return folded(unpack(digest, packing, body))
    except Damaged as error:
        log.warning("%s", error)
        return ""


def _forget(connection: sqlite3.Connection, unwanted: Sequence[RunId]) -> None:
    gone = set(unwanted)
    with _writing(connection):
        for run in unwanted:
            for number, digest, packing, body in connection.execute(_OWN, (run,)).fetchall():
                if gone.issuperset(user for (user,) in connection.execute(_USERS, (number,))):
                    words = folded(unpack(digest, packing, body))
                    command = "INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)"
                    connection.execute(command, (number, words))
                    connection.execute("DELETE FROM indexed WHERE number = ?", (number,))


def _part_of(connection: sqlite3.Connection, run: RunId, digest: str) -> Part | None:
    """Tell what a text is where the run has it first; None where that is too far from the run's beginning."""
    row = connection.execute(_FIRST_USE, (run, _LOOKED_THROUGH, f'"digest":"{digest}"')).fetchone()
    return _PARTS.get(row[0]) if row is not None else None


def _calls_for_a_new_one(error: Exception) -> bool:
    if isinstance(error, _Stale | Damaged):
        return True
    name = getattr(error, "sqlite_errorname", None) or ""
    is_half_made = name == "SQLITE_ERROR" and ("no such" in str(error) or "vtable" in str(error))
    return is_half_made or name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
