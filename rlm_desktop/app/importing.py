"""Takes runs out of files into the history, with the documents that they read where the file has them."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import blake2b, file_digest
from itertools import chain
from pathlib import Path

from rlm_desktop.app.commands.store import Store
from rlm_desktop.corpus.store.carrying import Carried, take_in
from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.imported import ImportedRun
from rlm_desktop.export.importing import read_runs
from rlm_desktop.export.rlmtrace_reading import opened_trace
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.skeleton.places import LARGE_FROM
from rlm_desktop.storage import importing
from rlm_desktop.storage.importing import Incoming, Taken
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import Event, RunStarted
from rlm_desktop.trace.ids import RunId

Documents = Callable[[], Iterator[Carried]]
_ZIP = b"PK"
Check = Callable[[], None]
"""Called now and then; whatever it raises ends the import, and nothing of the run under way is left."""


def import_runs(store: Store, path: Path, check: Check) -> Iterator[Taken]:
    """Take in the runs of a file, one after another.

    Raises an `ExportError`, a `StorageError` or a `CorpusError`; the runs that were given before are kept.
    """
    if not _is_ours(path):
        digest = _digest(path)
        for number, run in enumerate(read_runs(path)):
            yield _take(store, _named(run, f"{number} {digest}"), lambda: iter(()), check)
        return
    with opened_trace(path) as trace:
        yield _take(store, trace.run(), trace.documents, check)


def _is_ours(path: Path) -> bool:
    """Tell whether a file should be an `.rlmtrace`, which is a zip; whether it is one, its reader says."""
    try:
        with path.open("rb") as file:
            return path.suffix.lower() == ".rlmtrace" or file.read(len(_ZIP)) == _ZIP
    except OSError:
        return False


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "blake2b").hexdigest()
    except OSError as error:
        raise BadImport(f"{path} cannot be read: {error.strerror or error}.") from error


def _named(run: ImportedRun, origin: str) -> ImportedRun:
    """Give a run out of a log the id that it gets each time the log is imported, so that it is known again."""
    first = next(run.events, None)
    if run.run is not None or first is None:
        return replace(run, events=chain([first] if first is not None else [], run.events))
    token = blake2b(origin.encode(), digest_size=3).hexdigest()
    return replace(run, run=new_run_id(first[0], token), events=chain([first], run.events))


def _take(store: Store, run: ImportedRun, documents: Documents, check: Check) -> Taken:
    watched = _Watched(run.events, check)
    incoming = Incoming(run=run.run, events=watched, name=run.name, tags=run.tags, notes=run.notes)
    with importing.written_apart(store.data_dir, incoming) as apart:
        taken = importing.id_for(store.database, apart)
        if taken.is_new:
            # Whoever tidies the store leaves alone what is kept for a run that is about to appear.
            with RunLock(store.data_dir, taken.run):
                _take_documents(store, taken, documents, watched.version)
                importing.take_in(store.database, apart, taken.run)
                _seal(store, taken.run)
    return taken


def _seal(store: Store, run: RunId) -> None:
    """Make the skeleton of a large run here, where nobody waits for a window."""
    if store.journal.last_seq(run) >= LARGE_FROM:
        late = importlib.import_module("rlm_desktop.storage.skeletons")
        late.Skeletons(store.database).make(run)


def _take_documents(store: Store, taken: Taken, documents: Documents, version: str) -> None:
    given = documents()
    first = next(given, None)
    if first is None:
        return
    kept = take_in(store.data_dir / STORE_FOLDER, chain([first], given), taken.run)
    if kept != version:
        raise BadImport("The documents in the file are not those that its run has read. Export the run again.")


class _Watched:
    """Goes through the events of a run, and knows afterwards which version of its corpus it read."""

    def __init__(self, events: Iterator[tuple[float, Event]], check: Check) -> None:
        self._events = events
        self._check = check
        self.version = ""

    def __iter__(self) -> Iterator[tuple[float, Event]]:
        for at, event in self._events:
            self._check()
            if isinstance(event, RunStarted) and event.parent is None:
                self.version = event.corpus
            yield at, event
