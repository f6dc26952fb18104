"""Past runs at the left: found, sorted, named, pinned, tagged and deleted; a click opens one in the very same views."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.wording import one_line, plural
from rlm_desktop.ui.filter_field import FilterField
from rlm_desktop.ui.history_menu import HistoryMenu
from rlm_desktop.ui.history_view import HistoryView
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import ElidedWords, PanelHeader, Words
from rlm_desktop.ui.tags_dialog import TagsDialog
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE, small_font
from rlm_desktop.ui.undo_strip import UndoStrip
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.history_query import HINT, with_term
from rlm_desktop.viewmodel.history_rows import HistoryRow

_MANY = 12
"""From so many runs on there is a field to find one."""
_EMPTY = "Runs you make are kept here."
_NONE_FOUND = "No run has all of this."
_SEARCHING = "Searching…"


class HistoryPanel(QWidget):
    """Header with a menu, a field to find runs, what is hidden, the list, and a strip that undoes a deletion."""

    opened = Signal(object)  # RunId
    pin_asked = Signal(object, bool)  # list[RunId], whether to pin
    retag_asked = Signal(object, object, object)  # list[RunId], list[str] added, list[str] removed
    deletion_asked = Signal(object)  # list[RunId]
    undo_asked = Signal()
    compare_asked = Signal(object)  # list[RunId]: two, or one to find another for
    export_asked = Signal(object)  # RunId

    def __init__(self, items: HistoryItems, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("historyPanel")
        self.items = items
        self._awaited: RunId | None = None
        self._header = PanelHeader("History", self)
        self._more = QToolButton(self)
        self._menu = HistoryMenu(items, self)
        self.search = FilterField("historyFind", "Search runs", HINT, self)
        self._state = QWidget(self)
        self._hidden = ElidedWords(self._state, "muted")
        self._hint = Words(self, "muted")
        self._show_all = QPushButton("Show all", self._state)
        self._empty = Words(self, "muted", _EMPTY)
        self.view = HistoryView(items, self)
        self.strip = UndoStrip(self)
        self._tagged: list[RunId] = []
        self._build()
        self._connect()
        self._on_changed()

    def _build(self) -> None:
        set_icon(self._more, "ellipsis", "muted")
        self._more.setObjectName("historyMenuButton")
        self._more.setProperty("kind", "quiet")
        self._more.setToolTip("More about the history")
        self._more.setAccessibleName("More about the history")
        self._more.setMenu(self._menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._header.add(self._more)
        self._header.setContentsMargins(0, 0, GRID - AROUND, 0)
        self._empty.setContentsMargins(AROUND, GRID, AROUND, GRID)
        self._empty.setWordWrap(True)
        self._build_state()
        finding = QVBoxLayout()
        finding.setContentsMargins(INSIDE, 0, INSIDE, GRID)
        finding.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addLayout(finding)
        column.addWidget(self._state)
        column.addWidget(self._hint)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)
        column.addWidget(self.strip)

    def _build_state(self) -> None:
        self._hidden.setObjectName("historyHidden")
        self._hint.setObjectName("historyHint")
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(AROUND, 0, AROUND, GRID)
        self._show_all.setObjectName("historyShowAll")
        self._show_all.setProperty("kind", "link")
        self._show_all.setAccessibleName("Show all runs")
        for widget in (self._hidden, self._hint, self._show_all):
            widget.setFont(small_font())
        row = QHBoxLayout(self._state)
        row.setContentsMargins(AROUND, 0, INSIDE, GRID)
        row.setSpacing(GRID)
        row.addWidget(self._hidden, 1)
        row.addWidget(self._show_all)

    def _connect(self) -> None:
        view = self.view
        view.clicked.connect(self._on_chosen)
        view.activated.connect(self._on_chosen)
        view.deletion_asked.connect(self._on_delete)
        view.undo_asked.connect(self.undo_asked)
        view.pin_asked.connect(self._on_pin)
        view.tags_asked.connect(self.ask_for_tags)
        view.search_asked.connect(self.go_to_search)
        view.all_asked.connect(self.search.clear)
        view.customContextMenuRequested.connect(self._on_menu)
        self._menu.search_asked.connect(self.go_to_search)
        self._menu.term_chosen.connect(self._on_term)
        self._menu.all_asked.connect(self.search.clear)
        self._show_all.clicked.connect(self.search.clear)
        self.search.textChanged.connect(self.items.set_filter)
        self.search.textChanged.connect(self._on_changed)
        self.search.left.connect(self._on_find_left)
        self.items.changed.connect(self._on_changed)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+F"), self, context=within).activated.connect(self.go_to_search)

    def select(self, run: RunId | None) -> None:
        """Mark the run that is shown."""
        place = self.items.place_of(run) if run is not None else None
        # An imported run is shown before the history has its row.
        self._awaited = run if place is None else None
        if place is None:
            self.view.clearSelection()
        elif [run] != self.view.chosen:
            # The view's own way looks at the keys: after Ctrl+Enter it would select the run beside the last one.
            here, alone = self.items.index(place), QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.view.selectionModel().setCurrentIndex(here, alone)

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.search.redress()

    # What the user does

    @Slot()
    def go_to_search(self) -> None:
        """Go to the field."""
        self.search.show()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot()
    def ask_for_tags(self) -> None:
        """Ask for the tags of the selected runs; those that all of them have are in the field."""
        rows = self._chosen_rows()
        if not rows:
            return
        self._tagged = [row.run for row in rows]
        common = [tag for tag in rows[0].tags if all(tag in row.tags for row in rows)]
        known = sorted({tag for row in self.items.rows for tag in row.tags}, key=str.casefold)
        what = f"“{one_line(rows[0].called, 40)}”" if len(rows) == 1 else plural(len(rows), "run")
        dialog = TagsDialog(what, common, known, self)
        dialog.chosen.connect(self._on_tags)
        dialog.open()

    @Slot(object, object)
    def _on_tags(self, added: list[str], removed: list[str]) -> None:
        self.retag_asked.emit(self._tagged, added, removed)

    @Slot()
    def _on_pin(self) -> None:
        rows = self._chosen_rows()
        if rows:
            self.pin_asked.emit([row.run for row in rows], not all(row.is_pinned for row in rows))

    @Slot()
    def _on_delete(self) -> None:
        runs = self.view.chosen
        if runs:
            row = self.view.currentIndex().row()
            self.deletion_asked.emit(runs)
            self._go_near(row)

    def _go_near(self, row: int) -> None:
        """Where the deleted run was, the keys go on; nothing is opened by that."""
        count = self.items.rowCount()
        if count and not self.view.selectionModel().hasSelection():
            here = self.items.index(min(max(row, 0), count - 1))
            self.view.selectionModel().setCurrentIndex(here, QItemSelectionModel.SelectionFlag.NoUpdate)

    @Slot(str)
    def _on_term(self, term: str) -> None:
        self.search.setText(with_term(self.search.text(), term))

    @Slot()
    def _on_find_left(self) -> None:
        self.view.setFocus()
        if not self.view.currentIndex().isValid() and self.items.rowCount():
            self.view.selectionModel().setCurrentIndex(self.items.index(0), QItemSelectionModel.SelectionFlag.NoUpdate)

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        run = self.items.run_at(index)
        is_one_of_many = len(self.view.selectedIndexes()) > 1
        if run is not None and not is_one_of_many:
            self.opened.emit(run)

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        rows = self._chosen_rows()
        if not rows:
            return
        menu = QMenu(self)
        menu.setObjectName("runMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_one = len(rows) == 1
        pin = "Unpin" if all(row.is_pinned for row in rows) else "Pin"
        menu.addAction("Open\tEnter", self._on_open).setEnabled(is_one)
        menu.addAction("Rename\tF2", self.view.rename).setEnabled(is_one)
        menu.addAction(f"{pin}\tP", self._on_pin)
        menu.addAction("Tags…\tT", self.ask_for_tags)
        compare = "Compare" if len(rows) == 2 else "Compare with…"
        menu.addAction(f"{compare}\tCtrl+Shift+D", self._on_compare).setEnabled(len(rows) <= 2)
        menu.addAction("Export…", self._on_export).setEnabled(is_one)
        menu.addAction("Copy the run's id", self._on_copy)
        menu.addSeparator()
        has_ended = any(row.status != "running" for row in rows)
        menu.addAction("Delete\tDel", self._on_delete).setEnabled(has_ended)
        menu.popup(self.view.viewport().mapToGlobal(place))

    @Slot()
    def _on_open(self) -> None:
        self._on_chosen(self.view.currentIndex())

    @property
    def chosen(self) -> list[RunId]:
        """The selected runs, the oldest first."""
        return [row.run for row in sorted(self._chosen_rows(), key=lambda row: row.started_at)]

    @Slot()
    def _on_compare(self) -> None:
        self.compare_asked.emit(self.chosen)

    @Slot()
    def _on_export(self) -> None:
        self.export_asked.emit(self.view.chosen[0])

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self.view.chosen))

    def _chosen_rows(self) -> list[HistoryRow]:
        return [row for row in map(self.items.row_of, self.view.chosen) if row is not None]

    # What follows

    @Slot()
    def _on_changed(self) -> None:
        items = self.items
        self._header.set_count(items.in_short())
        has_text = bool(self.search.text())
        self.search.setVisible(len(items.rows) >= _MANY or has_text or self.search.hasFocus())
        self._more.setVisible(bool(items.rows))
        if self._awaited is not None and items.place_of(self._awaited) is not None:
            self.select(self._awaited)
        hidden = f"{items.hidden:,} hidden" if items.is_filtered else ""
        words = _SEARCHING if items.is_searching else hidden
        self._hidden.setText(words)
        self._hidden.setAccessibleName(words)
        self._hint.setText(items.hint)
        self._hint.setVisible(bool(items.hint))
        self._show_all.setVisible(has_text)
        self._state.setVisible(bool(words) or has_text)
        is_empty = not items.rowCount() and not items.is_searching
        self._empty.setText(_NONE_FOUND if items.rows else _EMPTY)
        self._empty.setVisible(is_empty)
