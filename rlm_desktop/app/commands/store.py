"""The stored runs, opened for one command."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rlm_desktop.app.commands.terminal import note
from rlm_desktop.corpus.store.store import Store as TextStore
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.settings import places
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.notes import Notes
from rlm_desktop.storage.payloads import Payloads


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """All that is stored, through its five doors."""

    data_dir: Path
    database: Database
    library: Library
    journal: Journal
    payloads: Payloads
    notes: Notes


@contextmanager
def opened(data_dir: Path | None) -> Iterator[Store]:
    """Open what is stored, with runs whose process died marked as interrupted."""
    folder = places.data_dir(data_dir)
    database = Database.open(folder / FILE_NAME)
    try:
        library = Library(database)
        library.seal_interrupted()
        yield Store(
            data_dir=folder,
            database=database,
            library=library,
            journal=Journal(database),
            payloads=Payloads(database),
            notes=Notes(database),
        )
    finally:
        database.close()


@asynccontextmanager
async def texts(data_dir: Path) -> AsyncIterator[TextStore]:
    """Open the store of the documents' texts."""
    store = TextStore.open(data_dir / STORE_FOLDER)
    if store.notice:
        note(store.notice)
    try:
        yield store
    finally:
        await store.close()
