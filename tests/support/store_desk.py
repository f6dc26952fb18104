"""A store with converters that a test can reach, and a folder with the user's files."""

from pathlib import Path

from rlm_desktop.corpus.store.catalogue import Catalogue
from rlm_desktop.corpus.store.seen import FileSeen, Seen
from rlm_desktop.corpus.store.store import Store
from tests.support.converting import PlainConverters


class Desk:
    """`files` holds what the user has, `converted` the names of what was converted."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.seen: list[Seen] = []
        self.converters: list[PlainConverters] = []
        self.make_converting: type[PlainConverters] = PlainConverters
        self.prepare = lambda converters: None
        self.folder = folder / "store"
        self.store = self.open()

    def open(self) -> Store:
        return Store.open(self.folder, self._make)

    def write(self, name: str, text: str) -> Path:
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    async def ingest(self, **more):
        self.seen.clear()
        return await self.store.ingest([self.files], tell=self.seen.append, **more)

    def knows(self, path: Path) -> bool:
        """Tell whether the store keeps what was read of a file."""
        with Catalogue.open(self.folder).reading() as connection:
            query = "SELECT 1 FROM sources JOIN extracts ON source = sources.id WHERE path = ?"
            return connection.execute(query, (bytes(path),)).fetchone() is not None

    @property
    def converted(self) -> list[str]:
        return [name for one in self.converters for name in one.converted]

    def states(self) -> dict[str, str]:
        return {one.name: one.state for one in self.seen if isinstance(one, FileSeen)}

    def _make(self, spool: Path) -> PlainConverters:
        made = self.make_converting(spool)
        self.converters.append(made)
        self.prepare(made)
        return made
