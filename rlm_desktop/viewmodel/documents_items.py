"""The documents the user gave, as rows for Qt: by folder, or the filtered and sorted ones in one list."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal, Slot
from typing_extensions import override

from rlm_desktop.viewmodel.document_ledger import DocumentLedger
from rlm_desktop.viewmodel.document_looks import Look, look_of, spoken, tip_of
from rlm_desktop.viewmodel.document_order import Count, Filter, Order, arranged, counts_of
from rlm_desktop.viewmodel.document_rows import DocumentRow, Tally, is_below
from rlm_desktop.viewmodel.document_tree import Folder, Item
from rlm_desktop.viewmodel.roles import LookRole
from rlm_desktop.viewmodel.slices import Slices

AnyIndex = QModelIndex | QPersistentModelIndex
_STALE_MS = 400


class DocumentsItems(QAbstractListModel):
    """Grows in place while documents are found. While a filter or an order is set, its list is renewed in slices."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._flat: list[DocumentRow] | None = None
        self._ledger = DocumentLedger(self)
        self.filter_text = ""
        self.order: Order = "folder"
        self._wanted = Filter()
        self._slices = Slices(self)
        self._stale = QTimer(self, interval=_STALE_MS, singleShot=True)
        self._stale.timeout.connect(self._arrange)

    # What comes and goes

    def note(self, rows: Sequence[DocumentRow]) -> None:
        """Take in what is now known of some documents, new ones and those already listed."""
        self._ledger.note(rows)
        self._announce()

    def remove(self, paths: Collection[str]) -> None:
        """Take documents out of the list."""
        gone = frozenset(paths)
        with self.renewing():
            self._ledger.remove(gone)
            if self._flat is not None:
                self._flat = [row for row in self._flat if row.path not in gone]
        self.changed.emit()

    def clear(self) -> None:
        """Be empty."""
        self._slices.drop()
        with self.renewing():
            self._ledger = DocumentLedger(self)
            self._flat = None if self._flat is None else []
        self.changed.emit()

    def _announce(self) -> None:
        """Sums and states may differ in any row; one signal says it once."""
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
        if self._flat is not None and not self._stale.isActive():
            self._stale.start()
        self.changed.emit()

    # What the ledger tells

    @property
    def shows_folders(self) -> bool:
        """Whether documents stand in their folders; else they are filtered or sorted."""
        return self._flat is None

    @contextmanager
    def inserting(self, first: int, count: int) -> Iterator[None]:
        """Rows come."""
        self.beginInsertRows(QModelIndex(), first, first + count - 1)
        yield
        self.endInsertRows()

    @contextmanager
    def removing(self, first: int, count: int) -> Iterator[None]:
        """Rows go."""
        self.beginRemoveRows(QModelIndex(), first, first + count - 1)
        yield
        self.endRemoveRows()

    @contextmanager
    def renewing(self) -> Iterator[None]:
        """Any row may be another."""
        self.beginResetModel()
        yield
        self.endResetModel()

    # Opening and closing

    def set_open(self, index: AnyIndex, is_open: bool) -> None:
        """Open or close a folder because the user said so."""
        folder = self.folder_at(index)
        if folder is not None and folder.is_open != is_open:
            folder.is_chosen = True
            self._ledger.set_open(folder, is_open)
            self.dataChanged.emit(self.index(index.row()), self.index(index.row()))

    def open_all(self, is_open: bool) -> None:
        """Open or close all folders."""
        with self.renewing():
            for folder in self._ledger.tree.by_path.values():
                if folder is not self._ledger.tree.root and folder.is_open != is_open:
                    folder.is_chosen = True
                    folder.set_open(is_open)

    # Filter and order

    def set_filter(self, text: str) -> None:
        """Show the documents that have these words, as `Filter` reads them."""
        self.filter_text = text
        wanted = Filter.of(text)
        if wanted != self._wanted:
            self._wanted = wanted
            self._arrange()

    @Slot(str)
    def set_order(self, order: Order) -> None:
        """Sort."""
        if order != self.order:
            self.order = order
            self._arrange()

    @Slot()
    def _arrange(self) -> None:
        if self._wanted or self.order != "folder":
            self._slices.begin(self._arranging())
        else:
            self._slices.drop()
            self._show(None)

    def _arranging(self) -> Iterator[None]:
        found: list[DocumentRow] = []
        yield from arranged(list(self._ledger.by_path.values()), self._wanted, self.order, found)
        self._show(found)

    def _show(self, flat: list[DocumentRow] | None) -> None:
        if flat == self._flat:
            return
        with self.renewing():
            self._flat = flat
        self.changed.emit()

    # What others ask

    @property
    def tally(self) -> Tally:
        """The sums over all documents."""
        return self._ledger.tree.root.tally

    @property
    def is_busy(self) -> bool:
        """Whether a filtered or sorted list is being made."""
        return self._slices.is_busy

    def counts(self) -> tuple[list[Count], list[Count]]:
        """Count the documents of each state and of each kind."""
        return counts_of(self.tally, self._ledger.by_path.values())

    def rows(self) -> list[DocumentRow]:
        """Give all documents in the order of the folders."""
        return list(self._ledger.tree.root.all_files())

    def first_failed(self) -> DocumentRow | None:
        """Give a document that could not be read."""
        return next((row for row in self._ledger.by_path.values() if row.state == "failed"), None)

    def holds_below(self, path: str, but: Collection[str] = ()) -> bool:
        """Whether there is a document at or below a path, other than some."""
        known = self._ledger.by_path
        return (path in known and path not in but) or any(is_below(one, path) for one in known if one not in but)

    def item_at(self, row: int) -> Item:
        """Give what a row shows."""
        return self._flat[row] if self._flat is not None else self._ledger.tree.item(row)

    def place_of(self, item: Item) -> int | None:
        """Give the row of an item; None while it is out of sight."""
        if self._flat is not None:
            return self._flat.index(item) if item in self._flat else None
        path = item.folder if isinstance(item, DocumentRow) else item.path
        folder = self._ledger.tree.by_path.get(path)
        if isinstance(item, Folder):
            return self._ledger.tree.row_of(item, item) if folder is item and item.is_shown else None
        if folder is None or not (folder.is_open and folder.is_shown) or item not in folder.files:
            return None
        return self._ledger.tree.row_of(item, folder)

    def around(self, index: AnyIndex) -> int | None:
        """Give the row of the folder around a row; None where there is none."""
        if self._flat is not None or not index.isValid():
            return None
        item = self.item_at(index.row())
        folder = self._ledger.tree.by_path[item.folder] if isinstance(item, DocumentRow) else item.parent
        return None if folder is None or folder.parent is None else self._ledger.tree.row_of(folder, folder)

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
        return len(self._ledger.tree) if self._flat is None else len(self._flat)

    @override
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A screen reader would else read numbers before each row."""
        is_name = role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal
        return "Document" if is_name else None

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        answer = _ANSWERS.get(role)
        if answer is None or not 0 <= index.row() < self.rowCount():
            return None
        return answer(self.item_at(index.row()), self._flat is not None)


def _words(item: Item, is_flat: bool) -> str:
    return look_of(item, is_flat).words


_ANSWERS: dict[int, Callable[[Item, bool], str | Look]] = {
    Qt.ItemDataRole.DisplayRole: _words,
    Qt.ItemDataRole.ToolTipRole: lambda item, _: tip_of(item),
    Qt.ItemDataRole.AccessibleTextRole: lambda item, _: spoken(item),
    LookRole: look_of,
}
