"""The documents the user gave, grouped by folder, as an item model for Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import PurePath
from typing import Any, Literal

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from rlm_desktop.trace.wording import plural, short_number, size
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.roles import DotRole, InkRole, NoteInkRole, NoteRole

AnyIndex = QModelIndex | QPersistentModelIndex
DocumentState = Literal["found", "queued", "reading", "ready", "failed", "noted", "duplicate"]

_STATE_NOTES: dict[DocumentState, str] = {
    "found": "waiting",
    "queued": "waiting",
    "reading": "reading",
    "failed": "not read",
    "noted": "rules",
    "duplicate": "duplicate",
}
_STATE_INKS: dict[DocumentState, str] = {"failed": "warn", "noted": "muted", "duplicate": "muted"}


@dataclass(slots=True, kw_only=True)
class DocumentRow:
    """One file and how far reading it has come."""

    path: str
    name: str
    folder: str = ""
    """The group it is shown in; empty for a file that was given by itself."""
    state: DocumentState = "queued"
    kind: str = ""
    pages: int | None = None
    characters: int = 0
    size_bytes: int = 0
    reason: str = ""

    @property
    def note(self) -> str:
        """What stands at the right: the state, or the size once it is ready."""
        return _STATE_NOTES.get(self.state, size(self.size_bytes))

    @property
    def in_words(self) -> str:
        """All that is known, in a sentence."""
        if self.state == "failed":
            return f"{self.path}\nCould not be read: {self.reason}"
        if self.state == "noted":
            return f"{self.path}\nNot a document: {self.reason}"
        if self.state != "ready":
            return f"{self.path}\n{self.note}"
        pages = "" if self.pages is None else f", {plural(self.pages, 'page')}"
        lacks = f"\n{self.reason.capitalize()}" if self.reason else ""
        return f"{self.path}\n{self.kind}{pages}, {self.characters:,} characters, {self.size_bytes:,} bytes{lacks}"


@dataclass(slots=True, eq=False)
class _Group:
    """A folder and its rows; the group without a name holds the files that stand for themselves."""

    name: str
    key: int = 0
    rows: list[DocumentRow] = field(default_factory=list)


class DocumentsItems(QAbstractItemModel):
    """Folders with their files, and the files given singly; rows are altered in place."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._single = _Group("")
        self._folders: list[_Group] = []
        self._by_path: dict[str, DocumentRow] = {}
        self._by_key: dict[int, _Group] = {}
        self._keys = count(1)

    def note(self, rows: Sequence[DocumentRow]) -> None:
        """Take in what is now known of some documents, new ones and those already listed."""
        fresh: dict[str, list[DocumentRow]] = {}
        altered: set[str] = set()
        for row in rows:
            known = self._by_path.get(row.path)
            if known is None:
                self._by_path[row.path] = row
                fresh.setdefault(row.folder, []).append(row)
            else:
                _update(known, row)
                altered.add(known.folder)
        for folder, added in fresh.items():
            self._append(self._group(folder), added)
        for folder in altered.difference(fresh):
            self._announce(self._group(folder))
        self.changed.emit()

    def remove(self, paths: Iterable[str]) -> None:
        """Take documents out of the list."""
        gone = set(paths)
        for group in [*self._folders, self._single]:
            for row in reversed([row for row in group.rows if row.path in gone]):
                self._remove_row(group, row)
        for group in [group for group in self._folders if not group.rows]:
            self._remove_folder(group)
        self.changed.emit()

    def clear(self) -> None:
        """Be empty."""
        self.beginResetModel()
        self._single, self._folders, self._by_path, self._by_key = _Group(""), [], {}, {}
        self.endResetModel()
        self.changed.emit()

    # What others ask

    def rows(self) -> list[DocumentRow]:
        """Give all documents in the order shown."""
        return [row for group in [*self._folders, self._single] for row in group.rows]

    def files(self) -> list[DocumentRow]:
        """Give the documents without the notes among them, such as a .gitignore."""
        return [row for row in self.rows() if row.state != "noted"]

    def paths_at(self, index: AnyIndex) -> list[str]:
        """Give the path of a document's row, or all paths in a folder's row."""
        if not index.isValid():
            return []
        group = self._group_at(index)
        row = self._row_at(index)
        return [row.path] if row is not None else [each.path for each in group.rows]

    def row_at(self, index: AnyIndex) -> DocumentRow | None:
        """Give the document of a row; None for a folder."""
        return self._row_at(index) if index.isValid() else None

    def in_short(self) -> str:
        """Count documents and their size in tokens (four characters each, about): `212 files · 9.8M tok`."""
        rows = self.files()
        characters = sum(row.characters for row in rows)
        if not rows:
            return ""
        length = f" · {short_number(characters // 4)} tok" if characters else ""
        return plural(len(rows), "file") + length

    # How rows come and go

    def _group(self, folder: str) -> _Group:
        if not folder:
            return self._single
        for group in self._folders:
            if group.name == folder:
                return group
        group = _Group(folder, next(self._keys))
        self._by_key[group.key] = group
        place = sum(1 for other in self._folders if other.name < folder)
        self.beginInsertRows(QModelIndex(), place, place)
        self._folders.insert(place, group)
        self.endInsertRows()
        return group

    def _append(self, group: _Group, added: list[DocumentRow]) -> None:
        parent = self._index_of(group)
        first = len(group.rows) + (len(self._folders) if group is self._single else 0)
        self.beginInsertRows(parent, first, first + len(added) - 1)
        group.rows += added
        self.endInsertRows()

    def _remove_row(self, group: _Group, row: DocumentRow) -> None:
        place = group.rows.index(row)
        shown = place + (len(self._folders) if group is self._single else 0)
        self.beginRemoveRows(self._index_of(group), shown, shown)
        del group.rows[place]
        del self._by_path[row.path]
        self.endRemoveRows()

    def _remove_folder(self, group: _Group) -> None:
        place = self._folders.index(group)
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._folders[place], self._by_key[group.key]
        self.endRemoveRows()

    def _announce(self, group: _Group) -> None:
        parent = self._index_of(group)
        last = self.rowCount(parent) - 1
        self.dataChanged.emit(self.index(0, 0, parent), self.index(last, 0, parent))

    def _index_of(self, group: _Group) -> QModelIndex:
        return QModelIndex() if group is self._single else self.index(self._folders.index(group), 0)

    def _group_at(self, index: AnyIndex) -> _Group:
        """Give the folder a row is in, or the folder that the row itself is."""
        if index.internalId():
            return self._by_key[index.internalId()]
        return self._folders[index.row()] if index.row() < len(self._folders) else self._single

    def _row_at(self, index: AnyIndex) -> DocumentRow | None:
        if index.internalId():
            return self._by_key[index.internalId()].rows[index.row()]
        place = index.row() - len(self._folders)
        return self._single.rows[place] if place >= 0 else None

    # Qt's questions

    @override
    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008 (Qt's own)
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._folders[parent.row()].key if parent.isValid() else 0)

    @override
    def parent(self, child: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        group = self._by_key.get(child.internalId()) if child.isValid() else None
        return self._index_of(group) if group is not None else QModelIndex()

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        if not parent.isValid():
            return len(self._folders) + len(self._single.rows)
        return len(self._group_at(parent).rows) if self._row_at(parent) is None else 0

    @override
    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 1

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._row_at(index)
        return _of_folder(self._group_at(index), role) if row is None else _of_document(row, role)


def _of_folder(group: _Group, role: int) -> Any:
    files = sum(row.state != "noted" for row in group.rows)
    failed = sum(row.state == "failed" for row in group.rows)
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return f"{group.name}/"
        case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
            return f"{group.name}, {plural(files, 'file')}" + (f", {failed} not read" if failed else "")
        case _ if role == NoteRole:
            return f"{files:,}"
        case _:
            return None


def _of_document(row: DocumentRow, role: int) -> Any:
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return row.name
        case Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.in_words)
        case Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.name}, {row.note}" + (f": {row.reason}" if row.reason else "")
        case _ if role == NoteRole:
            return row.note
        case _ if role in (InkRole, NoteInkRole):
            return _STATE_INKS.get(row.state)
        case _ if role == DotRole:
            return "accent" if row.state == "reading" else None
        case _:
            return None


def _update(known: DocumentRow, news: DocumentRow) -> None:
    known.state, known.reason = news.state, news.reason
    known.kind, known.pages = news.kind or known.kind, news.pages
    known.characters = news.characters or known.characters
    known.size_bytes = news.size_bytes or known.size_bytes


def folder_of(path: str, given: Iterable[str]) -> str:
    """Name the group of a file: its place from the given folder on, or nothing if it was given by itself."""
    file = PurePath(path)
    for place in map(PurePath, given):
        if place != file and file.is_relative_to(place):
            return (place.name / file.parent.relative_to(place)).as_posix()
    return ""
