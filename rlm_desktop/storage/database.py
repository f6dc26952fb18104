"""The one SQLite file that holds all runs: opening it, bringing it up to date, and transactions on it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from rlm_desktop.storage.errors import Damaged, NewerDatabase, StorageError, Unwritable
from rlm_desktop.storage.migrations import MIGRATIONS, Migration

FILE_NAME = "rlm-desktop.sqlite"
_APPLICATION_ID = 0x524C4D44
_BUSY_SECONDS = 15.0
_UNWRITABLE = {
    "SQLITE_READONLY": "it may not be written",
    "SQLITE_PERM": "it may not be opened",
    "SQLITE_CANTOPEN": "it cannot be opened or made",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "the disk refused to read or write it",
    "SQLITE_BUSY": "another program keeps it locked",
    "SQLITE_LOCKED": "another program keeps it locked",
}


class Database:
    """The file with all runs. Several processes may have it open at once; one object may be used from any thread."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> Self:
        """Open the database, made or brought up to date when needed; raises a `StorageError`."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unwritable(f"The folder {path.parent} cannot be made: {error.strerror}. {_ELSEWHERE}") from error
        database = cls(path, _make_engine(path))
        try:
            database._bring_up_to_date(migrations)
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the file and blocks nobody."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is the only one that writes; committed at the end, undone by an exception."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def reading_beside(self, other: Path) -> Iterator[Connection]:
        """Open a transaction as `reading` does, in which another database, that nobody has open, is called `other`."""
        with self._beside(other, "BEGIN") as connection:
            yield connection

    @contextmanager
    def writing_beside(self, other: Path) -> Iterator[Connection]:
        """Open a transaction as `writing` does, in which another database, that nobody has open, is called `other`."""
        with self._beside(other, "BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _beside(self, other: Path, begin: str) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.execute("ATTACH DATABASE ? AS other", (str(other),))
                try:
                    connection.info["begin"] = begin
                    with connection.begin():
                        yield connection
                finally:
                    driver.execute("DETACH DATABASE other")
        except DBAPIError as error:
            raise translate(error.orig, self.path) from error
        except sqlite3.Error as error:
            raise translate(error, self.path) from error

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                connection.info["begin"] = begin
                with connection.begin():
                    yield connection
        except DBAPIError as error:
            raise translate(error.orig, self.path) from error

    def _bring_up_to_date(self, migrations: Sequence[Migration]) -> None:
        version = self._version(len(migrations))
        if version == len(migrations):
            return
        if version > 0:
            _copy(self.path, self.path.with_suffix(f".before-version-{len(migrations)}{self.path.suffix}"))
        with self.writing() as connection:
            # Another process may have done it while we waited for the lock.
            version = _pragma(connection, "user_version")
            for migrate in migrations[version:]:
                migrate(connection)
            connection.exec_driver_sql(f"PRAGMA user_version = {len(migrations)}")
            connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")

    def _version(self, newest: int) -> int:
        with self.reading() as connection:
            version = _pragma(connection, "user_version")
            is_ours = _pragma(connection, "application_id") == _APPLICATION_ID
            tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
        if tables and not is_ours:
            raise Damaged(f"{self.path} was not made by RLM Desktop. Move it away, or use another --data-dir.")
        if version > newest:
            raise NewerDatabase(
                f"{self.path} was written by a newer RLM Desktop (format {version}, this one reads up to {newest}). "
                "Update RLM Desktop, or use another --data-dir."
            )
        return version


_ELSEWHERE = "Make room or give yourself the right to write there, or choose another folder with --data-dir."


def _make_engine(path: Path) -> Engine:
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions on its own: we choose which kind.
    connection.isolation_level = None
    connection.create_function("casefold", 1, _casefold, deterministic=True)
    with closing(connection.cursor()) as cursor:
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            cursor.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.info.pop("begin", "BEGIN"))


def _casefold(text: Any) -> str:
    return str(text).casefold()


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
            here.backup(there)
    except sqlite3.Error as error:
        raise translate(error, target) from error


def translate(error: BaseException | None, path: Path) -> StorageError:
    """Say in a sentence what SQLite refused, and what to do."""
    name = getattr(error, "sqlite_errorname", None) or ""
    for prefix, what in _UNWRITABLE.items():
        if name.startswith(prefix):
            return Unwritable(f"{path} cannot be used: {what}. {_ELSEWHERE}")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return Damaged(f"{path} is damaged ({error}). Move it away to begin anew, or put a copy back in its place.")
    return StorageError(f"{path} refused a request: {error}.")
