"""The recorded runs as a list for Qt, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import plural, seconds
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.roles import DotRole, InkRole, NoteInkRole, NoteRole

AnyIndex = QModelIndex | QPersistentModelIndex
HistoryStatus = RunStatus | Literal["running"]
RunRole = Qt.ItemDataRole.UserRole + 20

STATUS_WORDS: dict[HistoryStatus, str] = {
    "running": "running",
    "answered": "answered",
    "partial": "partial answer",
    "failed": "no answer",
    "cancelled": "stopped",
    "interrupted": "interrupted",
}
STATUS_INKS: dict[HistoryStatus, str | None] = {
    "running": "accent",
    "answered": None,
    "partial": "warn",
    "failed": "error",
    "cancelled": "muted",
    "interrupted": "warn",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One run of the past, or the one that goes on."""

    run: RunId
    title: str
    status: HistoryStatus
    started_at: float = 0.0
    cost: str = ""
    """In words."""
    seconds: float | None = None
    calls: int = 0
    root: str = ""
    worker: str = ""
    is_asking: bool = False
    """Whether it waits for the user's answer."""

    @property
    def note(self) -> str:
        """What stands at the right: how it ended if not well, else what it cost."""
        if self.status == "running":
            return "asks you" if self.is_asking else "live"
        if self.status == "answered":
            return self.cost
        return STATUS_WORDS[self.status]

    @property
    def in_words(self) -> str:
        """All that the list knows of the run."""
        when = datetime.fromtimestamp(self.started_at).astimezone().strftime("%Y-%m-%d %H:%M")
        spent = f"{self.cost}, {plural(self.calls, 'call')}, {seconds(self.seconds)}"
        return (
            f"{self.title}\n{STATUS_WORDS[self.status].capitalize()}, {when}\n{spent}\n{self.root} with {self.worker}"
            f"\nRun {self.run}"
        )


class HistoryItems(QAbstractListModel):
    """Rows of runs; a row that is already there is altered in place."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[HistoryRow] = []

    def show(self, rows: Sequence[HistoryRow]) -> None:
        """Show these runs; only what differs is inserted, altered or removed."""
        if not self._rows:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            self.changed.emit()
            return
        wanted = {row.run for row in rows}
        for place in reversed(range(len(self._rows))):
            if self._rows[place].run not in wanted:
                self._remove(place)
        for place, row in enumerate(rows):
            self._put(place, row)
        self.changed.emit()

    def note(self, row: HistoryRow) -> None:
        """Take in what is now known of one run; a new one comes first."""
        place = self.place_of(row.run)
        self._put(0 if place is None else place, row)
        self.changed.emit()

    def remove(self, run: RunId) -> None:
        """Take a run out of the list."""
        place = self.place_of(run)
        if place is not None:
            self._remove(place)
            self.changed.emit()

    def place_of(self, run: RunId) -> int | None:
        """Give the row of a run, if it is listed."""
        return next((place for place, row in enumerate(self._rows) if row.run == run), None)

    def run_at(self, index: AnyIndex) -> RunId | None:
        """Give the run of a row."""
        return self._rows[index.row()].run if index.isValid() else None

    def row_of(self, run: RunId) -> HistoryRow | None:
        """Give what is listed of a run."""
        return next((row for row in self._rows if row.run == run), None)

    def in_short(self) -> str:
        """Count the runs."""
        return plural(len(self._rows), "run") if self._rows else ""

    def _put(self, place: int, row: HistoryRow) -> None:
        if place < len(self._rows) and self._rows[place].run == row.run:
            if self._rows[place] != row:
                self._rows[place] = row
                self.dataChanged.emit(self.index(place), self.index(place))
            return
        known = self.place_of(row.run)
        if known is not None:
            self._remove(known)
        self.beginInsertRows(QModelIndex(), place, place)
        self._rows.insert(place, row)
        self.endInsertRows()

    def _remove(self, place: int) -> None:
        self.beginRemoveRows(QModelIndex(), place, place)
        del self._rows[place]
        self.endRemoveRows()

    # Qt's questions

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(row.in_words)
            case Qt.ItemDataRole.AccessibleTextRole:
                standing = "waits for your answer" if row.is_asking else STATUS_WORDS[row.status]
                return f"{row.title}, {standing}, {row.cost}"
            case _:
                return _of_list(row, role)


def _of_list(row: HistoryRow, role: int) -> Any:
    if role == RunRole:
        return row.run
    if role == NoteRole:
        return row.note
    if role in (InkRole, NoteInkRole):
        ink = "warn" if row.is_asking else STATUS_INKS[row.status]
        return None if role == InkRole and row.status in ("running", "cancelled") else ink
    if role == DotRole:
        return "root" if row.status == "running" else None
    return None
