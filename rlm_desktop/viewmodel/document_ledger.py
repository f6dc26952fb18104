"""All documents that are known, put into their folders as they come, with each range of rows told to whom shows it."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from rlm_desktop.viewmodel.document_rows import DocumentRow, Tally
from rlm_desktop.viewmodel.document_tree import DocumentTree, Folder, insertions

FEW = 40
"""So many documents are shown without a click; beyond that only what was given stands open."""
_MOST_RANGES = 12
"""From so many places at once on, it is cheaper for a view to look at all rows anew."""


class Rows(Protocol):
    """Who shows the rows; each change happens inside one of these."""

    @property
    def shows_folders(self) -> bool:
        """Whether the rows of the tree are what is shown now."""
        ...

    def inserting(self, first: int, count: int) -> AbstractContextManager[None]:
        """Rows come."""
        ...

    def removing(self, first: int, count: int) -> AbstractContextManager[None]:
        """Rows go."""
        ...

    def renewing(self) -> AbstractContextManager[None]:
        """Any row may be another."""
        ...


class DocumentLedger:
    """Knows each document by its path, and keeps the sums of each folder."""

    def __init__(self, rows: Rows) -> None:
        self.tree = DocumentTree()
        self.by_path: dict[str, DocumentRow] = {}
        self._rows = rows
        self._is_renewing = False

    def note(self, rows: Sequence[DocumentRow]) -> None:
        """Take in what is now known of some documents, new ones and those already listed."""
        fresh: dict[str, list[DocumentRow]] = {}
        sums: dict[str, Tally] = {}
        for row in rows:
            if row.is_archive:
                self._unpack(row.path, fresh, sums)
                continue
            known = self.by_path.setdefault(row.path, row)
            tally = sums.get(known.folder)
            if tally is None:
                tally = sums[known.folder] = Tally()
            if known is row:
                fresh.setdefault(row.folder, []).append(row)
            else:
                tally.count(known, -1)
                known.take(row)
            tally.count(known)
        self._add({folder: added for folder, added in fresh.items() if added})
        self._count(sums)

    def remove(self, paths: Collection[str]) -> None:
        """Forget documents, and folders that then hold nothing."""
        self.by_path = {path: row for path, row in self.by_path.items() if path not in paths}
        self.tree.root.drop(paths)
        self.tree.index()

    def set_open(self, folder: Folder, is_open: bool) -> None:
        """Open or close a folder."""
        assert folder.parent is not None
        if not folder.below or not self._shows(folder.parent):
            folder.set_open(is_open)
            return
        first = self.tree.row_of(folder, folder.parent) + 1
        change = self._rows.inserting if is_open else self._rows.removing
        with change(first, folder.below):
            folder.set_open(is_open)

    # Archives

    def _unpack(self, path: str, fresh: dict[str, list[DocumentRow]], sums: dict[str, Tally]) -> None:
        """An archive that was read leaves the list: its documents stand in a folder of its name."""
        row = self.by_path.pop(path, None)
        if row is None:
            return
        sums.setdefault(row.folder, Tally()).count(row, -1)
        if row in fresh.get(row.folder, ()):
            fresh[row.folder].remove(row)
        else:
            self._take_out(row, self.tree.by_path[row.folder])

    def _take_out(self, row: DocumentRow, folder: Folder) -> None:
        first = self.tree.row_of(row, folder) if self._shows(folder) else 0
        with self._rows.removing(first, 1) if self._shows(folder) else nullcontext():
            folder.files.remove(row)
            folder.grow(-1)

    # Growth

    def _add(self, fresh: dict[str, list[DocumentRow]]) -> None:
        if not fresh:
            return
        self._close_many()
        self._make_folders([path for path in fresh if path not in self.tree.by_path])
        plan = [
            (self.tree.by_path[path], insertions(self.tree.by_path[path].files, added)) for path, added in fresh.items()
        ]
        ranges = sum(len(places) for folder, places in plan if self._shows(folder))
        if ranges <= _MOST_RANGES:
            self._insert(plan)
            return
        with self._rows.renewing():
            self._is_renewing = True
            self._insert(plan)
            self._is_renewing = False

    def _insert(self, plan: list[tuple[Folder, list[tuple[int, list[DocumentRow]]]]]) -> None:
        for folder, places in plan:
            for place, rows in places:
                with self._inserting(folder, folder.starts[-1] + place, len(rows)):
                    folder.files[place:place] = rows
                    folder.grow(len(rows))

    def _make_folders(self, missing: Sequence[str]) -> None:
        """Make folders from the top down, those of one parent at once."""
        while missing:
            wanted: dict[Folder, dict[str, None]] = {}
            for path in missing:
                parent, name = self._first_missing(path)
                wanted.setdefault(parent, {})[name] = None
            for parent, names in wanted.items():
                self._add_folders(parent, list(names))
            missing = [path for path in missing if path not in self.tree.by_path]

    def _add_folders(self, parent: Folder, names: list[str]) -> None:
        made = [parent.child(name) for name in names]
        for folder in made:
            self.tree.by_path[folder.path] = folder
            folder.is_open = not folder.depth or len(self.by_path) <= FEW
        for place, folders in insertions(parent.folders, made):
            # The folders before it tell where it begins, once their heights are known again.
            with self._inserting(parent, parent.starts[place], len(folders)):
                parent.insert_folders(place, folders)

    def _first_missing(self, path: str) -> tuple[Folder, str]:
        folder, known = self.tree.root, ""
        for name in path.split("/"):
            known = f"{known}/{name}" if known else name
            if known not in self.tree.by_path:
                return folder, name
            folder = self.tree.by_path[known]
        raise AssertionError(f"{path} is there")

    def _close_many(self) -> None:
        """When documents become many, close what was opened without the user."""
        if len(self.by_path) <= FEW or len(self.tree.by_path) > FEW:
            return
        for folder in self.tree.by_path.values():
            if folder.depth > 0 and folder.is_open and not folder.is_chosen:
                self.set_open(folder, False)

    def _count(self, sums: dict[str, Tally]) -> None:
        for path, tally in sums.items():
            folder = self.tree.by_path.get(path)
            if folder is None:
                # An archive was all there was in it, and came and went at once.
                continue
            folder.tally.add(tally)
            for above in folder.above():
                above.tally.add(tally)

    def _inserting(self, folder: Folder, place: int, count: int) -> AbstractContextManager[None]:
        if not self._shows(folder):
            return nullcontext()
        return self._rows.inserting(self.tree.first_below(folder) + place, count)

    def _shows(self, folder: Folder) -> bool:
        return self._rows.shows_folders and not self._is_renewing and folder.is_open and folder.is_shown
