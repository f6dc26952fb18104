"""The one SQLite file that says which file of the user's became which text, and where that lies."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from rlm_desktop.corpus.errors import NewerStore, StoreBroken, StoreError, StoreFull, StoreUnwritable
from rlm_desktop.corpus.store.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from rlm_desktop.corpus.store.words import ELSEWHERE

FILE_NAME = "catalogue.sqlite3"
_BUSY_SECONDS = 60.0
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_TRUNCATE")
_UNWRITABLE = {
    "SQLITE_READONLY": "it may not be written",
    "SQLITE_PERM": "it may not be opened",
    "SQLITE_CANTOPEN": "it cannot be opened or made",
    "SQLITE_IOERR": "the disk refused to read or write it",
    "SQLITE_BUSY": "another program keeps it locked",
    "SQLITE_LOCKED": "another program keeps it locked",
}

log = logging.getLogger(__name__)


class Catalogue:
    """Gives connections to the file; any number of threads and processes may have their own."""

    def __init__(self, path: Path, notice: str = "") -> None:
        self.path = path
        self.notice = notice
        """What the user should know about how it was opened; empty when all is well."""
        self._held: sqlite3.Connection | None = None

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the catalogue of a store, made when there is none; a damaged one is set aside for a new one."""
        path = folder / FILE_NAME
        catalogue = cls(path)
        try:
            if _mark_of_damage(path).exists():
                raise StoreBroken(path)
            catalogue._bring_up_to_date()
        except StoreBroken:
            catalogue = cls(path, _set_aside(path))
            catalogue._bring_up_to_date()
        return catalogue

    def connect(self) -> sqlite3.Connection:
        """Open a connection of one's own; it may move between threads, but serves one at a time."""
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        try:
            connection.executescript("PRAGMA synchronous = NORMAL; PRAGMA temp_store = FILE; PRAGMA cache_size = -8000")
        except BaseException:
            connection.close()  # Windows moves no file aside that somebody has open
            raise
        return connection

    def hold(self) -> None:
        """Keep a connection: whoever closes the last one waits for the disk."""
        with self.explaining():
            self._held = self.connect()
            self._held.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def let_go(self) -> None:
        """Close the connection that was kept."""
        if self._held is not None:
            self._held.close()
            self._held = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that sees one state of the file and blocks nobody."""
        with self.explaining(), closing(self.connect()) as connection, transaction(connection, "BEGIN"):
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction that is the only one that writes; committed at the end, undone by an exception."""
        with self.explaining(), closing(self.connect()) as connection, transaction(connection):
            yield connection

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Turn what SQLite raises into a `StoreError` that says what to do."""
        try:
            yield
        except sqlite3.Error as error:
            raise self._translate(error) from error

    def _bring_up_to_date(self) -> None:
        with self.explaining(), closing(self.connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            if self._version(connection) == SCHEMA_VERSION:
                return
            with transaction(connection):
                if self._version(connection) != SCHEMA_VERSION:
                    _make(connection)

    def _version(self, connection: sqlite3.Connection) -> int:
        version, application = _pragma(connection, "user_version"), _pragma(connection, "application_id")
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and application != APPLICATION_ID:
            raise StoreBroken(f"{self.path} was not made by RLM Desktop.")
        if version > SCHEMA_VERSION:
            message = (
                f"{self.path} was written by a newer RLM Desktop (format {version}, this one reads up to"
                f" {SCHEMA_VERSION}). Update RLM Desktop, or use another --data-dir."
            )
            raise NewerStore(message)
        return version

    def _translate(self, error: sqlite3.Error) -> StoreError:
        name = getattr(error, "sqlite_errorname", None) or ""
        if name.startswith(_DAMAGED) or "malformed" in str(error):
            _mark_of_damage(self.path).touch()
            message = f"{self.path} is damaged ({error}). Start RLM Desktop again: it reads the documents anew."
            return StoreBroken(message)
        if name.startswith(_FULL):
            return StoreFull(f"There is no room in {self.path.parent}. {ELSEWHERE}")
        for prefix, what in _UNWRITABLE.items():
            if name.startswith(prefix):
                return StoreUnwritable(f"{self.path} cannot be used: {what}. {ELSEWHERE}")
        return StoreError(f"{self.path} refused a request: {error}.")


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Commit what is done inside, or undo it when it ends with an exception."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _make(connection: sqlite3.Connection) -> None:
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _mark_of_damage(path: Path) -> Path:
    return path.with_name("damaged")


def _set_aside(path: Path) -> str:
    """Move a damaged catalogue out of the way, and say so."""
    aside = path.with_name(f"{path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
    for ending in ("", "-wal", "-shm"):
        old = path.with_name(path.name + ending)
        if old.exists():
            old.replace(aside.with_name(aside.name + ending))
    _mark_of_damage(path).unlink(missing_ok=True)
    notice = (
        f"The catalogue of your documents' texts was damaged and lies now in {aside};"
        " the documents are read anew when you next use them, and named corpora must be named again."
    )
    log.warning("%s", notice)
    return notice
