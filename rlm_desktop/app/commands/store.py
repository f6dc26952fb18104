"""The stored runs, opened for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rlm_desktop.settings import places
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.payloads import Payloads


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """All that is stored, through its four doors."""

    data_dir: Path
    database: Database
    library: Library
    journal: Journal
    payloads: Payloads


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
        )
    finally:
        database.close()
