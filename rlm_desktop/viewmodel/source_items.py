"""The sources of a node as a table: a heading for each of its texts, under it a row for each place of a piece."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.sources import Found, Group, Piece

AnyIndex = QModelIndex | QPersistentModelIndex
SourceRole = Qt.ItemDataRole.UserRole + 1
COLUMNS = 5
_PLACE, _CHARACTERS = 2, 3


class SourceItems(QAbstractTableModel):
    """Shows what was found; `SourceRole` gives the `Group` or `Piece` of a row."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found = Found()
        self._rows: list[Group | Piece] = []

    def show(self, found: Found) -> None:
        """Show something else."""
        self.beginResetModel()
        self.found = found
        self._rows = []
        for group in found.groups:
            self._rows += [group, *group.pieces]
        self.endResetModel()

    def headings(self) -> list[int]:
        """Give the rows that are headings."""
        return [number for number, row in enumerate(self._rows) if isinstance(row, Group)]

    def first_piece(self) -> int | None:
        """Give the first row that leads to a document."""
        rows = enumerate(self._rows)
        return next((number for number, row in rows if isinstance(row, Piece) and row.quote.document), None)

    def in_short(self) -> str:
        """Sum up what was found."""
        pieces = [row for row in self._rows if isinstance(row, Piece)]
        documents = {piece.quote.document for piece in pieces if piece.quote.document}
        missing = sum(piece.quote.match == "none" for piece in pieces)
        parts = (
            [f"{plural(len(pieces) - missing, 'place')} in {plural(len(documents), 'document')}"] if documents else []
        )
        parts += [f"{plural(missing, 'quote')} not found"] if missing else []
        return " · ".join(parts) or "Nothing of the documents was found"

    # Qt's questions

    @override
    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else COLUMNS

    @override
    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_heading = index.isValid() and isinstance(self._rows[index.row()], Group)
        return flags & ~Qt.ItemFlag.ItemIsSelectable if is_heading else flags

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        answer = _ANSWERS.get(role)
        return answer(row, index.column()) if answer is not None else None


def _cell(row: Group | Piece, column: int) -> str:
    if isinstance(row, Group):
        return _heading(row) if column == 0 else ""
    quote = row.quote
    match column:
        case 0:
            return f"“{quote.text}”"
        case 1:
            return (quote.document or "").rsplit("/", 1)[-1]
        case 2:
            return show_controls(quote.part) or (f"p. {quote.page}" if quote.page is not None else "")
        case 3:
            return f"{row.characters:,}"
        case _:
            return row.verdict


def _heading(group: Group) -> str:
    """Say how much of a text stands in documents, and how much does not."""
    if group.problem:
        return f"{group.title}: {group.problem}"
    if not group.covered:
        return f"{group.title}: none of its {plural(group.characters, 'character')} found word for word"
    rest = group.characters - group.covered
    return f"{group.title}: {group.covered:,} of {plural(group.characters, 'character')} word for word, {rest:,} not"


def _spoken(row: Group | Piece, column: int) -> str:
    if isinstance(row, Group) or column:
        return _cell(row, column)
    return ", ".join(part for part in (_cell(row, place) for place in (0, 1, 2)) if part) + f", {row.verdict}"


def _tip(row: Group | Piece, _column: int) -> str:
    if isinstance(row, Group):
        return plain_tip(_cell(row, 0))
    quote = row.quote
    where = ", ".join(part for part in (quote.document or "", _cell(row, _PLACE)) if part)
    range_words = "" if quote.start is None else f"characters {quote.start:,} to {quote.end:,} of the document"
    return plain_tip("\n".join(part for part in (_cell(row, 0), where, range_words, row.verdict) if part))


def _alignment(row: Group | Piece, column: int) -> Qt.AlignmentFlag:
    is_figure = column == _CHARACTERS and isinstance(row, Piece)
    side = Qt.AlignmentFlag.AlignRight if is_figure else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


_ANSWERS: dict[int, Callable[[Group | Piece, int], Any]] = {
    Qt.ItemDataRole.DisplayRole: _cell,
    Qt.ItemDataRole.AccessibleTextRole: _spoken,
    Qt.ItemDataRole.ToolTipRole: _tip,
    Qt.ItemDataRole.TextAlignmentRole: _alignment,
    SourceRole: lambda row, _column: row,
}
