"""The rows of a comparison for Qt; rows that stay are left alone, so that place and selection do."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from rlm_desktop.viewmodel.comparison.compare import Comparison
from rlm_desktop.viewmodel.comparison.rows import CompareRow, rows_of
from rlm_desktop.viewmodel.guarded_text import plain_tip

AnyIndex = QModelIndex | QPersistentModelIndex
CompareRole = Qt.ItemDataRole.UserRole + 1


class CompareItems(QAbstractListModel):
    """Shows a `Comparison`; what the user opened or closed stays so while the same pair is compared."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.comparison: Comparison | None = None
        self._rows: list[CompareRow] = []
        self._chosen: dict[str, bool] = {}

    def show(self, comparison: Comparison | None) -> None:
        """Show another comparison, or none."""
        self.comparison = comparison
        if comparison is None:
            self._chosen.clear()
        self._become(list(rows_of(comparison, self._is_open)) if comparison is not None else [])

    def set_open(self, place: int, is_open: bool) -> None:
        """Open or close a row because the user said so."""
        row = self._rows[place]
        if row.is_open is None or row.is_open == is_open or self.comparison is None:
            return
        self._chosen[row.key] = is_open
        self._become(list(rows_of(self.comparison, self._is_open)))

    def row(self, place: int) -> CompareRow:
        """Give a row."""
        return self._rows[place]

    def next_change(self, place: int, step: int) -> int | None:
        """Find the next row that differs, down or up; steps and texts only."""
        kinds = ("step", "line", "prose", "setting")
        here = place + step
        while 0 <= here < len(self._rows):
            if self._begins_change(here, kinds):
                return here
            here += step
        return None

    def _begins_change(self, place: int, kinds: tuple[str, ...]) -> bool:
        row, above = self._rows[place], self._rows[place - 1] if place else None
        goes_on = above is not None and above.differs and above.kind == row.kind != "step"
        return row.differs and row.kind in kinds and not goes_on

    def _is_open(self, key: str, by_default: bool) -> bool:
        return self._chosen.get(key, by_default)

    def _become(self, rows: list[CompareRow]) -> None:
        """Change only what lies between the rows that stay at the beginning and at the end."""
        old = self._rows
        most = min(len(old), len(rows))
        head = next((place for place in range(most) if old[place] != rows[place]), most)
        tail = next((place for place in range(most - head) if old[-1 - place] != rows[-1 - place]), most - head)
        both = min(len(old), len(rows)) - tail
        self._rows[head:both] = rows[head:both]
        if head < both:
            self.dataChanged.emit(self.index(head), self.index(both - 1))
        if both < len(old) - tail:
            self.beginRemoveRows(QModelIndex(), both, len(old) - tail - 1)
            del self._rows[both : len(old) - tail]
            self.endRemoveRows()
        if both < len(rows) - tail:
            self.beginInsertRows(QModelIndex(), both, len(rows) - tail - 1)
            self._rows[both:both] = rows[both : len(rows) - tail]
            self.endInsertRows()

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == CompareRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.words
        if role == Qt.ItemDataRole.ToolTipRole and row.kind in ("step", "figure", "setting", "section"):
            return plain_tip(row.words)
        return None
