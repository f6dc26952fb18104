"""Folders and documents as rows that are counted, not listed: opening, growing and finding cost next to nothing."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from typing import TypeVar

from rlm_desktop.viewmodel.document_rows import DocumentRow, Tally, natural


@dataclass(slots=True, eq=False)
class Folder:
    """A folder, the folders in it, and after them its documents, each in the order of their names."""

    name: str
    path: str
    parent: "Folder | None" = None
    depth: int = -1
    place: int = 0
    """Which of its parent's folders it is."""
    folders: list["Folder"] = field(default_factory=list)
    files: list[DocumentRow] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    is_open: bool = True
    is_chosen: bool = False
    """Whether the user opened or closed it."""
    below: int = 0
    """How many rows stand below it while it is open."""
    _starts: list[int] | None = None

    @property
    def height(self) -> int:
        """How many rows it takes itself."""
        return 1 + self.below if self.is_open else 1

    @property
    def starts(self) -> list[int]:
        """Where each of its folders begins, counted from its first row below; last, where its documents begin."""
        if self._starts is None:
            self._starts = list(accumulate((folder.height for folder in self.folders), initial=0))
        return self._starts

    @property
    def is_shown(self) -> bool:
        """Whether every folder above is open."""
        return all(folder.is_open for folder in self.above())

    def above(self) -> Iterator["Folder"]:
        """Give the folders above, the nearest first."""
        folder = self.parent
        while folder is not None:
            yield folder
            folder = folder.parent

    def all_files(self) -> Iterator[DocumentRow]:
        """Give the documents in it and below it, in order."""
        for folder in self.folders:
            yield from folder.all_files()
        yield from self.files

    def grow(self, rows: int) -> None:
        """Take note of rows that came or went right below."""
        folder: Folder | None = self
        while folder is not None:
            folder.below += rows
            parent = folder.parent
            if not folder.is_open or parent is None:
                return
            parent._starts = None
            folder = parent

    def set_open(self, is_open: bool) -> None:
        """Open or close it."""
        change = self.below if is_open else -self.below
        self.is_open = is_open
        if self.parent is not None:
            self.parent._starts = None
            self.parent.grow(change)

    def child(self, name: str) -> "Folder":
        """Make a folder that will be in this one."""
        return Folder(name, f"{self.path}/{name}" if self.path else name, self, self.depth + 1, is_open=False)

    def insert_folders(self, place: int, folders: list["Folder"]) -> None:
        """Put in empty folders."""
        self.folders[place:place] = folders
        for number in range(place, len(self.folders)):
            self.folders[number].place = number
        self._starts = None
        self.grow(len(folders))

    def drop(self, paths: Collection[str]) -> None:
        """Take documents out, and folders that then hold nothing; counts all anew."""
        self.files = [row for row in self.files if row.path not in paths]
        for folder in self.folders:
            folder.drop(paths)
        self.folders = [folder for folder in self.folders if folder.folders or folder.files]
        self.tally, self._starts = Tally(), None
        for row in self.files:
            self.tally.count(row)
        for place, folder in enumerate(self.folders):
            folder.place = place
            self.tally.add(folder.tally)
        self.below = len(self.files) + sum(folder.height for folder in self.folders)


Item = Folder | DocumentRow
_Named = TypeVar("_Named", Folder, DocumentRow)


def insertions(there: Sequence[_Named], added: Iterable[_Named]) -> list[tuple[int, list[_Named]]]:
    """Say which of `added` go to which places of a sorted list, one after the other, in as few runs as there can be."""
    pairs = sorted(((natural(one.name), one) for one in added), key=itemgetter(0))
    names, rows = [name for name, _ in pairs], [row for _, row in pairs]
    runs: list[tuple[int, list[_Named]]] = []
    start = 0
    while start < len(rows):
        place = bisect_right(there, names[start], key=_natural_name)
        is_last = place == len(there)
        end = len(rows) if is_last else bisect_left(names, _natural_name(there[place]), start + 1)
        runs.append((place + start, rows[start:end]))
        start = end
    return runs


def _natural_name(item: Item) -> str:
    return natural(item.name)


class DocumentTree:
    """All folders below one that is not shown itself; a row's number leads to its item and back."""

    def __init__(self) -> None:
        self.root = Folder("", "")
        self.by_path: dict[str, Folder] = {"": self.root}

    def __len__(self) -> int:
        return self.root.below

    def item(self, row: int) -> Item:
        """Give what a row shows."""
        folder = self.root
        while True:
            starts = folder.starts
            if row >= starts[-1]:
                return folder.files[row - starts[-1]]
            place = bisect_right(starts, row) - 1
            row -= starts[place] + 1
            folder = folder.folders[place]
            if row < 0:
                return folder

    def row_of(self, item: Item, folder: Folder) -> int:
        """Give the row of a folder, or of a document in `folder`; the folders above must be open."""
        if isinstance(item, DocumentRow):
            return self.first_below(folder) + folder.starts[-1] + folder.files.index(item)
        assert item.parent is not None
        return self.first_below(item.parent) + item.parent.starts[item.place]

    def first_below(self, folder: Folder) -> int:
        """Give the row right below a folder that is open."""
        row = 0
        parent = folder.parent
        while parent is not None:
            row += parent.starts[folder.place] + 1
            folder, parent = parent, parent.parent
        return row

    def index(self) -> None:
        """Find the folders by their paths again, after some went."""
        self.by_path = {"": self.root}
        pending = [self.root]
        while pending:
            for folder in pending.pop().folders:
                self.by_path[folder.path] = folder
                pending.append(folder)
