"""Opening the file: made, brought up to date, refused with a sentence."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, inspect

from rlm_desktop.storage.database import Database
from rlm_desktop.storage.errors import Damaged, NewerDatabase, StorageError, Unwritable
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.migrations import MIGRATIONS
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.storage.tables import metadata
from rlm_desktop.trace.ids import RunId
from tests.support.traces import run_started, turn_started

NOBODY = 65_534


def look(path: Path, question: str) -> list[tuple]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def record_a_run(database: Database) -> None:
    run, journal = new_run_id(), Journal(database)
    journal.begin(run)
    journal.record(run, run_started())


def add_a_colour(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN colour TEXT")


def fail_half_way(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN half TEXT")
    connection.exec_driver_sql("SELECT * FROM nowhere")


def test_a_missing_folder_is_made(tmp_path):
    path = tmp_path / "new" / "folder" / "rlm-desktop.sqlite"

    Database.open(path).close()

    assert path.is_file()


def test_the_migrated_file_is_what_the_queries_expect(database):
    with database.reading() as connection:
        inspector = inspect(connection)
        made = {name: [column["name"] for column in inspector.get_columns(name)] for name in metadata.tables}

    assert made == {name: [column.name for column in table.columns] for name, table in metadata.tables.items()}


def test_the_file_is_in_wal_mode_so_that_readers_and_the_writer_do_not_wait_for_each_other(database):
    with database.reading() as connection:
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in _PRAGMAS]

    assert settings == ["wal", 1, 1]


_PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")


def test_an_older_file_is_brought_up_to_date_and_a_copy_of_it_is_kept(tmp_path):
    path = tmp_path / "rlm-desktop.sqlite"
    old = Database.open(path)
    record_a_run(old)
    old.close()

    Database.open(path, (*MIGRATIONS, add_a_colour)).close()

    newest = len(MIGRATIONS) + 1
    assert look(path, "PRAGMA user_version") == [(newest,)]
    assert look(path, "SELECT title, colour FROM runs") == [("Who raised the dues?", None)]
    copy = tmp_path / f"rlm-desktop.before-version-{newest}.sqlite"
    assert look(copy, "PRAGMA user_version") == [(len(MIGRATIONS),)]
    assert look(copy, "SELECT title FROM runs") == [("Who raised the dues?",)]


def test_a_new_file_needs_no_copy(tmp_path):
    Database.open(tmp_path / "rlm-desktop.sqlite").close()

    assert [path.name for path in tmp_path.iterdir()] == ["rlm-desktop.sqlite"]


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "rlm-desktop.sqlite"
    Database.open(path).close()
    before = look(path, "SELECT sql FROM sqlite_master")

    with pytest.raises(StorageError, match="nowhere"):
        Database.open(path, (*MIGRATIONS, fail_half_way))

    assert look(path, "SELECT sql FROM sqlite_master") == before
    assert look(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]


def test_a_file_of_a_newer_version_is_refused_with_a_sentence_and_left_alone(tmp_path):
    path = tmp_path / "rlm-desktop.sqlite"
    Database.open(path, (*MIGRATIONS, add_a_colour)).close()
    before = path.read_bytes()

    with pytest.raises(NewerDatabase, match=r"newer RLM Desktop .* Update RLM Desktop"):
        Database.open(path)

    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_called_damaged(tmp_path):
    path = tmp_path / "rlm-desktop.sqlite"
    path.write_text("Dear diary, " * 500)

    with pytest.raises(Damaged, match=r"is damaged .* Move it away"):
        Database.open(path)


def test_a_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "rlm-desktop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name)")

    with pytest.raises(Damaged, match="not made by RLM Desktop"):
        Database.open(path)

    assert look(path, "SELECT name FROM sqlite_master") == [("recipes",)]


def test_a_page_that_was_overwritten_is_called_damaged(database):
    record_a_run(database)
    database.close()
    with sqlite3.connect(database.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    whole = bytearray(database.path.read_bytes())
    whole[size:] = b"\xa5" * (len(whole) - size)
    database.path.write_bytes(whole)

    with pytest.raises(Damaged), closing(Database.open(database.path)) as damaged:
        Library(damaged).runs()


def test_a_full_disk_is_called_that_and_loses_nothing(database):
    run, journal = new_run_id(), Journal(database)
    journal.begin(run)
    journal.record(run, run_started())
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(Unwritable, match="the disk is full"):
        _record_turns(journal, run, 1_000)

    kept = journal.last_seq(run)
    assert [entry.seq for entry in journal.entries(run)] == list(range(1, kept + 1))


def _record_turns(journal: Journal, run: RunId, count: int) -> None:
    for number in range(count):
        journal.record(run, turn_started(number))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def as_ordinary_user() -> Iterator[None]:
    """Root may write anywhere, so be somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no owner there")
def test_a_folder_that_may_not_be_written_is_named_in_a_sentence(open_folder, as_ordinary_user):
    target = Path("/proc/self") if os.geteuid() != NOBODY else open_folder

    with pytest.raises(Unwritable, match=r"--data-dir"):
        Database.open(target / "rlm-desktop.sqlite")


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no owner there")
def test_a_folder_that_may_not_be_made_is_named_in_a_sentence(open_folder, as_ordinary_user):
    target = Path("/proc/self") if os.geteuid() != NOBODY else open_folder

    with pytest.raises(Unwritable, match=r"cannot be made: .* --data-dir"):
        Database.open(target / "new" / "rlm-desktop.sqlite")


def test_a_data_folder_that_is_a_file_is_named_in_a_sentence(tmp_path):
    (tmp_path / "data").write_text("")

    with pytest.raises(Unwritable, match="cannot be made"):
        Database.open(tmp_path / "data" / "rlm-desktop.sqlite")


def test_a_file_that_another_program_keeps_locked_is_called_that(tmp_path, monkeypatch):
    monkeypatch.setattr("rlm_desktop.storage.database._BUSY_SECONDS", 0.05)
    path = tmp_path / "rlm-desktop.sqlite"
    with closing(Database.open(path)) as database, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        with pytest.raises(Unwritable, match="keeps it locked"):
            record_a_run(database)


def test_who_comes_while_a_migration_runs_waits_and_does_not_run_it_again(tmp_path):
    path, other_came = tmp_path / "rlm-desktop.sqlite", Event()

    class Other(Database):
        def writing(self):
            other_came.set()
            return super().writing()

    def wait_for_the_other(connection: Connection) -> None:
        assert other_came.wait(10)

    migrations = (*MIGRATIONS, add_a_colour, wait_for_the_other)
    with ThreadPoolExecutor() as threads:
        inside = Event()
        first = threads.submit(Database.open, path, (lambda _: inside.set(), *migrations))
        assert inside.wait(10)
        second = threads.submit(Other.open, path, (lambda _: None, *migrations))

        for opened in (first, second):
            opened.result(20).close()

    assert look(path, "PRAGMA user_version") == [(len(migrations) + 1,)]


def test_two_processes_may_make_the_same_file_at_once(tmp_path):
    path = tmp_path / "rlm-desktop.sqlite"
    code = (
        "import sys; from pathlib import Path; from rlm_desktop.storage.database import Database\n"
        "sys.stdin.readline(); Database.open(Path(sys.argv[1])).close()"
    )
    openers = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]

    ends = [opener.communicate(b"\n", timeout=60) for opener in openers]

    assert [opener.returncode for opener in openers] == [0, 0, 0], ends
    assert look(path, "PRAGMA user_version") == [(len(MIGRATIONS),)]
