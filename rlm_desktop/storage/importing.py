"""Takes in a run that was recorded elsewhere, as a whole or not at all.

It is written into a database of its own first, which may take minutes, and copied from there in one transaction: nobody
ever sees half of it, and whatever ends us in the middle leaves only a folder that the next import removes.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Table, text

from rlm_desktop.codec.events import decode
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import Unwritable
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.labels import Labels
from rlm_desktop.storage.notes import Notes
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.storage.tables import metadata, payloads, run_payloads, runs
from rlm_desktop.trace.events import Event, TextKept
from rlm_desktop.trace.ids import NodeId, RunId
from rlm_desktop.trace.notes import NodeNote, NoteFields

_MOST_EVENTS = 2_000
_MOST_CHARACTERS = 20_000_000
_FOLDER = "imports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A run to be taken in; its events come with their times, each `TextKept` before the event that refers to it."""

    run: RunId | None
    """None gives it a new id."""
    events: Iterable[tuple[float, Event]]
    name: str
    tags: tuple[str, ...]
    notes: Mapping[NodeId, NodeNote]


@dataclass(frozen=True, slots=True)
class Taken:
    """The id of a run that comes from elsewhere, and whether it is new; else the very same run is here already."""

    run: RunId
    is_new: bool


@contextmanager
def written_apart(data_dir: Path, incoming: Incoming) -> Iterator[Path]:
    """Write a run into a database of its own, and give its path as long as the block lasts; raises a `StorageError`."""
    with _own_folder(data_dir) as folder:
        database = Database.open(folder / FILE_NAME)
        try:
            _write(database, incoming)
        finally:
            database.close()
        yield folder / FILE_NAME


def id_for(database: Database, apart: Path) -> Taken:
    """Say under which id the one run of another database can be taken in here; raises a `StorageError`."""
    with database.reading_beside(apart) as connection:
        wanted = RunId(connection.execute(text("SELECT run FROM other.runs")).scalar_one())
        number = connection.execute(_NUMBER, {"run": wanted}).scalar()
        if number is None:
            return Taken(wanted, is_new=True)
        return Taken(wanted, is_new=False) if _is_same(connection, int(number)) else Taken(new_run_id(), is_new=True)


def take_in(database: Database, apart: Path, run: RunId) -> None:
    """Copy the one run of another database under an id that is free; raises a `StorageError`."""
    with database.writing_beside(apart) as connection:
        _copy(connection, run)


@contextmanager
def _own_folder(data_dir: Path) -> Iterator[Path]:
    folder = data_dir / _FOLDER / uuid4().hex
    lock = FileLock(folder.with_suffix(".lock"), timeout=0)
    try:
        folder.mkdir(parents=True)
        lock.acquire()
    except OSError as error:
        raise Unwritable(f"The folder {folder.parent} cannot be written: {error.strerror}.") from error
    try:
        _remove_leftovers(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _remove_leftovers(own: Path) -> None:
    """Remove the folders of imports whose process is gone."""
    for folder in own.parent.iterdir():
        if folder.is_dir() and folder != own:
            lock = FileLock(folder.with_suffix(".lock"), timeout=0)
            try:
                with lock:
                    shutil.rmtree(folder, ignore_errors=True)
            except Timeout:
                continue
            Path(lock.lock_file).unlink(missing_ok=True)


def _write(database: Database, incoming: Incoming) -> None:
    journal = Journal(database)
    run = incoming.run or new_run_id()
    journal.begin(run)
    for some in _pieces(incoming.events):
        journal.record_all(run, some)
    labels = Labels(database)
    if incoming.name:
        labels.rename(run, incoming.name)
    labels.retag([run], incoming.tags, ())
    for note in incoming.notes.values():
        Notes(database, partial(float, note.changed_at)).change(run, note.node, _fields(note))


def _fields(note: NodeNote) -> NoteFields:
    return {"text": note.text, "is_pinned": note.is_pinned, "score": note.score, "labels": note.labels}


def _pieces(events: Iterable[tuple[float, Event]]) -> Iterator[list[tuple[float, Event]]]:
    """Give the events in pieces that can be held, each ending with one that is no text."""
    some: list[tuple[float, Event]] = []
    characters = 0
    for at, event in events:
        some.append((at, event))
        if isinstance(event, TextKept):
            characters += len(event.text)
        elif len(some) >= _MOST_EVENTS or characters >= _MOST_CHARACTERS:
            yield some
            some, characters = [], 0
    yield some


def _is_same(connection: Connection, number: int) -> bool:
    """Tell whether a run here tells all that the other one does, in whatever version's words."""
    missing = connection.execute(_MISSING, {"number": number}).scalar_one()
    if missing:
        return False
    different = connection.execute(_DIFFERENT, {"number": number})
    return all(decode(row.kind, row.body) == decode(row.other_kind, row.other_body) for row in different)


def _copy(connection: Connection, run: RunId) -> None:
    columns = [column.name for column in runs.columns if column.name not in ("number", "run")]
    named = ", ".join(columns)
    connection.execute(
        text(f"INSERT INTO runs (run, {named}) SELECT :run, {named} FROM other.runs"),  # noqa: S608
        {"run": run},
    )
    number = connection.execute(_NUMBER, {"run": run}).scalar_one()
    connection.execute(_PAYLOADS)
    connection.execute(_RUN_PAYLOADS, {"number": number})
    for table in metadata.sorted_tables:
        if table not in (runs, payloads, run_payloads) and "run" in table.columns:
            connection.execute(text(_copying(table)), {"number": number})


def _copying(table: Table) -> str:
    columns = ", ".join(column.name for column in table.columns if column.name != "run")
    return f"INSERT INTO {table.name} (run, {columns}) SELECT :number, {columns} FROM other.{table.name}"  # noqa: S608


_NUMBER = text("SELECT number FROM main.runs WHERE run = :run")
_MISSING = text(
    """SELECT count(*) FROM other.entries AS other WHERE NOT EXISTS (
    SELECT 1 FROM main.entries AS own WHERE own.run = :number AND own.seq = other.seq AND own.at = other.at)"""
)
_DIFFERENT = text(
    """SELECT own.kind, own.body, other.kind AS other_kind, other.body AS other_body
    FROM other.entries AS other JOIN main.entries AS own ON own.run = :number AND own.seq = other.seq
    WHERE own.kind != other.kind OR own.body != other.body"""
)
_PAYLOADS = text(
    """INSERT OR IGNORE INTO payloads (digest, packing, body)
    SELECT digest, packing, body FROM other.payloads ORDER BY number"""
)
_RUN_PAYLOADS = text(
    """INSERT INTO run_payloads (run, payload)
    SELECT :number, payloads.number FROM other.payloads AS other JOIN payloads USING (digest)"""
)
