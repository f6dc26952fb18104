"""Chooses the run that another is compared with, from a list that can be searched."""

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QLineEdit, QListView, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import one_line
from rlm_desktop.ui.compare_view import when
from rlm_desktop.ui.history_delegate import HistoryDelegate
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.room import over
from rlm_desktop.ui.theme import AROUND, BETWEEN
from rlm_desktop.viewmodel.history_items import HistoryItems, RunRole
from rlm_desktop.viewmodel.roles import NoteRole

AnyIndex = QModelIndex | QPersistentModelIndex


class _Others(QSortFilterProxyModel):
    """All runs but one, those whose title, models or state hold the words that are looked for."""

    def __init__(self, items: HistoryItems, run: RunId, parent: QWidget) -> None:
        super().__init__(parent)
        self._items, self._run = items, run
        self._words: list[str] = []
        self.setSourceModel(items)

    def find(self, words: str) -> None:
        """Show what holds these words."""
        self.beginFilterChange()
        self._words = words.casefold().split()
        self.endFilterChange()

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Runs of one question differ by their day, so that stands beside each."""
        found = super().data(index, role)
        row = self._items.row_of(super().data(index, RunRole)) if role == NoteRole else None
        return found if row is None else " · ".join(filter(None, (when(row.started_at), found)))

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: AnyIndex) -> bool:
        index = self._items.index(source_row)
        if index.data(RunRole) == self._run:
            return False
        row = self._items.row_of(index.data(RunRole))
        told = row.in_words.casefold() if row is not None else ""
        return all(word in told for word in self._words)


class CompareDialog(QDialog):
    """Lists the other runs; Enter or a double click chooses one."""

    chosen = Signal(object, object)  # RunId: the one there was; RunId: the one chosen

    def __init__(self, items: HistoryItems, run: RunId, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("compareDialog")
        self.setWindowTitle("Compare with another run")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._run = run
        self._others = _Others(items, run, self)
        row = items.row_of(run)
        self._words = Words(self, "muted", f"Compare “{one_line(row.title, 80)}” with" if row else "Compare with")
        self.field = QLineEdit(self)
        self.view = QListView(self)
        self._words.setWordWrap(True)
        self._none = Words(self, "muted", "No other run holds these words.")
        self._buttons = QDialogButtonBox(self)
        self._build()
        self._on_find("")
        self.field.setFocus()

    def _build(self) -> None:
        self.field.setObjectName("compareFind")
        self.field.setPlaceholderText("Find by question, model, state or day")
        self.field.setAccessibleName("Find a run")
        self.field.textChanged.connect(self._on_find)
        self.view.setObjectName("compareRuns")
        self.view.setAccessibleName("Runs to compare with")
        self.view.setModel(self._others)
        self.view.setItemDelegate(HistoryDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.doubleClicked.connect(self.accept)
        compare = self._buttons.addButton("Compare", QDialogButtonBox.ButtonRole.AcceptRole)
        compare.setProperty("kind", "main")
        compare.setDefault(True)
        compare.style().polish(compare)
        self._buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(BETWEEN)
        for widget in (self._words, self.field, self._none, self.view, self._buttons):
            column.addWidget(widget, 1 if widget is self.view else 0)
        self.resize(over(self.parentWidget(), QSize(560, 420)))

    @override
    def accept(self) -> None:
        run = self.view.currentIndex().data(RunRole)
        if run is not None:
            self.chosen.emit(self._run, run)
            super().accept()

    @Slot(str)
    def _on_find(self, words: str) -> None:
        self._others.find(words)
        self._none.setVisible(not self._others.rowCount())
        if not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._others.index(0, 0))
