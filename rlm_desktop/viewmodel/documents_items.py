"""The documents the user gave, as rows for Qt: by folder, or the filtered and sorted ones in one list."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot
from typing_extensions import override

from rlm_desktop.viewmodel.document_looks import Look, look_of, spoken, tip_of
from rlm_desktop.viewmodel.document_order import Filter, Order, arranged
from rlm_desktop.viewmodel.document_rows import NO_DOCUMENT, DocumentRow, Tally
from rlm_desktop.viewmodel.document_tree import DocumentTree, Folder, Item
from rlm_desktop.viewmodel.roles import LookRole
from rlm_desktop.viewmodel.slices import Slices

AnyIndex = QModelIndex | QPersistentModelIndex
_FEW = 40
"""So many documents are shown without a click; beyond that only what was given stands open."""
_MOST_RANGES = 12
"""From so many places at once on, it is cheaper for the view to look at all rows anew."""
_STALE_MS = 400


class DocumentsItems(QAbstractListModel):
    """Grows in place while documents are found. While a filter or an order is set, its list is renewed in slices."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree = DocumentTree()
        self._by_key: dict[str, DocumentRow] = {}
        self._flat: list[DocumentRow] | None = None
        self._is_telling = True
        """Whether rows are announced one range at a time; not while all are looked at anew."""
        self.filter_text = ""
        self.order: Order = "folder"
        self._wanted = Filter()
        self._slices = Slices(self)
        self._stale = QTimer(self, interval=_STALE_MS, singleShot=True)
        self._stale.timeout.connect(self._arrange)

    # What comes and goes

    def note(self, rows: Sequence[DocumentRow]) -> None:
        """Take in what is now known of some documents, new ones and those already listed."""
        fresh: dict[str, list[DocumentRow]] = {}
        sums: dict[str, Tally] = {}
        for row in rows:
            known = self._by_key.setdefault(row.key, row)
            tally = sums.get(known.folder)
            if tally is None:
                tally = sums[known.folder] = Tally()
            if known is row:
                fresh.setdefault(row.folder, []).append(row)
            else:
                tally.count(known, -1)
                known.take(row)
            tally.count(known)
        self._add(fresh)
        self._count(sums)
        self._announce()

    def remove(self, paths: Collection[str]) -> None:
        """Take documents out of the list."""
        gone = frozenset(paths)
        self.beginResetModel()
        self._by_key = {key: row for key, row in self._by_key.items() if row.path not in gone}
        self._tree.root.drop(gone)
        self._tree.index()
        if self._flat is not None:
            self._flat = [row for row in self._flat if row.path not in gone]
        self.endResetModel()
        self.changed.emit()

    def clear(self) -> None:
        """Be empty."""
        self.beginResetModel()
        self._tree, self._by_key = DocumentTree(), {}
        self._flat = None if self._flat is None else []
        self._slices.drop()
        self.endResetModel()
        self.changed.emit()

    def _add(self, fresh: dict[str, list[DocumentRow]]) -> None:
        if not fresh or self._flat is not None:
            self._add_quietly(fresh)
            return
        known = [self._tree.by_path[path] for path in fresh if path in self._tree.by_path]
        if sum(folder.is_open and folder.is_shown for folder in known) > _MOST_RANGES:
            self.beginResetModel()
            self._add_quietly(fresh)
            self.endResetModel()
        else:
            self._add_in_place(fresh)

    def _add_quietly(self, fresh: dict[str, list[DocumentRow]]) -> None:
        self._is_telling = False
        self._add_in_place(fresh)
        self._is_telling = True

    def _add_in_place(self, fresh: dict[str, list[DocumentRow]]) -> None:
        self._close_many()
        self._make_folders([path for path in fresh if path not in self._tree.by_path])
        for path, rows in fresh.items():
            folder = self._tree.by_path[path]
            self._begin_insert(folder, folder.below, len(rows))
            folder.files += rows
            folder.grow(len(rows))
            self._end_insert(folder)

    def _make_folders(self, missing: Sequence[str]) -> None:
        """Make folders from the top down, those of one parent at once."""
        while missing:
            wanted: dict[Folder, dict[str, None]] = {}
            for path in missing:
                parent, name = self._first_missing(path)
                wanted.setdefault(parent, {})[name] = None
            for parent, names in wanted.items():
                self._add_folders(parent, list(names))
            missing = [path for path in missing if path not in self._tree.by_path]

    def _add_folders(self, parent: Folder, names: list[str]) -> None:
        self._begin_insert(parent, parent.starts[-1], len(names))
        made = parent.add_folders(names)
        self._end_insert(parent)
        for folder in made:
            self._tree.by_path[folder.path] = folder
            folder.is_open = not folder.depth or len(self._by_key) <= _FEW

    def _first_missing(self, path: str) -> tuple[Folder, str]:
        folder, known = self._tree.root, ""
        for name in path.split("/"):
            known = f"{known}/{name}" if known else name
            if known not in self._tree.by_path:
                return folder, name
            folder = self._tree.by_path[known]
        raise AssertionError(f"{path} is there")

    def _close_many(self) -> None:
        """When documents become many, close what was opened without the user."""
        if len(self._by_key) <= _FEW or len(self._tree.by_path) > _FEW:
            return
        for folder in self._tree.by_path.values():
            if folder.depth > 0 and folder.is_open and not folder.is_chosen:
                self._set_open(folder, False)

    def _count(self, sums: dict[str, Tally]) -> None:
        for path, tally in sums.items():
            folder = self._tree.by_path[path]
            folder.tally.add(tally)
            for above in folder.above():
                above.tally.add(tally)

    def _announce(self) -> None:
        """Sums and states may differ in any row; one signal says it once."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
        if self._flat is not None and not self._stale.isActive():
            self._stale.start()
        self.changed.emit()

    def _begin_insert(self, folder: Folder, place: int, count: int) -> None:
        if self._is_shown(folder):
            first = self._tree.first_below(folder) + place
            self.beginInsertRows(QModelIndex(), first, first + count - 1)

    def _end_insert(self, folder: Folder) -> None:
        if self._is_shown(folder):
            self.endInsertRows()

    def _is_shown(self, folder: Folder) -> bool:
        return self._is_telling and self._flat is None and folder.is_open and folder.is_shown

    # Opening and closing

    def set_open(self, index: AnyIndex, is_open: bool) -> None:
        """Open or close a folder because the user said so."""
        folder = self.folder_at(index)
        if folder is not None and folder.is_open != is_open:
            folder.is_chosen = True
            self._set_open(folder, is_open)
            self.dataChanged.emit(self.index(index.row()), self.index(index.row()))

    def open_all(self, is_open: bool) -> None:
        """Open or close all folders."""
        self.beginResetModel()
        for folder in self._tree.by_path.values():
            if folder is not self._tree.root and folder.is_open != is_open:
                folder.is_chosen = True
                folder.set_open(is_open)
        self.endResetModel()

    def _set_open(self, folder: Folder, is_open: bool) -> None:
        assert folder.parent is not None
        is_told = bool(folder.below) and self._is_shown(folder.parent)
        first = self._tree.row_of(folder, folder.parent) + 1 if is_told else 0
        if is_told and is_open:
            self.beginInsertRows(QModelIndex(), first, first + folder.below - 1)
        elif is_told:
            self.beginRemoveRows(QModelIndex(), first, first + folder.below - 1)
        folder.set_open(is_open)
        if is_told and is_open:
            self.endInsertRows()
        elif is_told:
            self.endRemoveRows()

    # Filter and order

    def set_filter(self, text: str) -> None:
        """Show the documents that have these words, as `Filter` reads them."""
        self.filter_text = text
        wanted = Filter.of(text)
        if wanted != self._wanted:
            self._wanted = wanted
            self._arrange()

    def set_order(self, order: Order) -> None:
        """Sort."""
        if order != self.order:
            self.order = order
            self._arrange()

    def settle(self) -> None:
        """Bring the filtered or sorted list up to what is known, now."""
        self._slices.finish()
        if self._stale.isActive():
            self._stale.stop()
            self._arrange()
            self._slices.finish()

    @Slot()
    def _arrange(self) -> None:
        if self._wanted or self.order != "folder":
            self._slices.begin(self._arranging())
        else:
            self._slices.drop()
            self._show(None)

    def _arranging(self) -> Iterator[None]:
        found: list[DocumentRow] = []
        yield from arranged(list(self._by_key.values()), self._wanted, self.order, found)
        self._show(found)

    def _show(self, flat: list[DocumentRow] | None) -> None:
        if flat == self._flat:
            return
        self.beginResetModel()
        self._flat = flat
        self.endResetModel()
        self.changed.emit()

    # What others ask

    @property
    def tally(self) -> Tally:
        """The sums over all documents."""
        return self._tree.root.tally

    @property
    def is_flat(self) -> bool:
        """Whether documents are shown without their folders."""
        return self._flat is not None

    def rows(self) -> list[DocumentRow]:
        """Give all documents in the order of the folders."""
        return list(self._tree.root.all_files())

    def files(self) -> list[DocumentRow]:
        """Give what a run would read, or tried to: no .gitignore, no duplicate."""
        return [row for row in self.rows() if row.state not in NO_DOCUMENT]

    def first_failed(self) -> DocumentRow | None:
        """Give a document that could not be read."""
        return next((row for row in self._by_key.values() if row.state == "failed"), None)

    def holds_below(self, path: str, but: Collection[str] = ()) -> bool:
        """Whether there is a document at or below a path, other than some."""
        below = path.rstrip("/\\")
        return any(
            row.path.startswith(below) and (row.path == path or row.path[len(below) : len(below) + 1] in "/\\")
            for row in self._by_key.values()
            if row.path not in but
        )

    def item_at(self, row: int) -> Item:
        """Give what a row shows."""
        return self._flat[row] if self._flat is not None else self._tree.item(row)

    def place_of(self, item: Item) -> int | None:
        """Give the row of an item; None while it is out of sight."""
        if self._flat is not None:
            return self._flat.index(item) if item in self._flat else None
        path = item.folder if isinstance(item, DocumentRow) else item.path
        folder = self._tree.by_path.get(path)
        if isinstance(item, Folder):
            return self._tree.row_of(item, item) if folder is item and item.is_shown else None
        if folder is None or not (folder.is_open and folder.is_shown) or item not in folder.files:
            return None
        return self._tree.row_of(item, folder)

    def around(self, index: AnyIndex) -> int | None:
        """Give the row of the folder around a row; None where there is none."""
        if self._flat is not None or not index.isValid():
            return None
        item = self.item_at(index.row())
        folder = self._tree.by_path[item.folder] if isinstance(item, DocumentRow) else item.parent
        return None if folder is None or folder.parent is None else self._tree.row_of(folder, folder)

    def row_at(self, index: AnyIndex) -> DocumentRow | None:
        """Give the document of a row; None for a folder."""
        item = self.item_at(index.row()) if index.isValid() else None
        return item if isinstance(item, DocumentRow) else None

    def folder_at(self, index: AnyIndex) -> Folder | None:
        """Give the folder of a row; None for a document."""
        item = self.item_at(index.row()) if index.isValid() else None
        return item if isinstance(item, Folder) else None

    def paths_at(self, index: AnyIndex) -> list[str]:
        """Give the path of a document's row, or all paths below a folder's row."""
        row, folder = self.row_at(index), self.folder_at(index)
        if folder is not None:
            return list(dict.fromkeys(each.path for each in folder.all_files()))
        return [row.path] if row is not None else []

    # Qt's questions

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        if parent.isValid():
            return 0
        return len(self._tree) if self._flat is None else len(self._flat)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        answer = _ANSWERS.get(role)
        if answer is None or not 0 <= index.row() < self.rowCount():
            return None
        return answer(self.item_at(index.row()), self.is_flat)


def _words(item: Item, is_flat: bool) -> str:
    return look_of(item, is_flat).words


_ANSWERS: dict[int, Callable[[Item, bool], str | Look]] = {
    Qt.ItemDataRole.DisplayRole: _words,
    Qt.ItemDataRole.ToolTipRole: lambda item, _: tip_of(item),
    Qt.ItemDataRole.AccessibleTextRole: lambda item, _: spoken(item),
    LookRole: look_of,
}
