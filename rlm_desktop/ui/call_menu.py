"""What can be done with the lines of the map grid: sort, copy, export, take the failed prompts."""

from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.call_grid_view import CallGridView
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.reask_strip import ReaskStrip
from rlm_desktop.viewmodel.batch_words import forlorn_words
from rlm_desktop.viewmodel.call_cells import HEADINGS
from rlm_desktop.viewmodel.call_export import as_json, failed_places, forlorn_calls, gathering_prompts, writing_csv
from rlm_desktop.viewmodel.call_grid import CallGrid
from rlm_desktop.viewmodel.call_order import GridColumn
from rlm_desktop.viewmodel.detail_cards import Texts
from rlm_desktop.viewmodel.slices import Slices

_AGAIN = "They can be asked again in a new run: json.loads gives the list for llm_query_batched"


class CallMenu(QToolButton):
    """A button with a menu. What takes long is done in slices; `told` says how it went."""

    told = Signal(str)

    def __init__(self, grid: CallGrid, view: CallGridView, again: ReaskStrip, parent: QWidget) -> None:
        super().__init__(parent)
        self.texts: Texts | None = None
        self._grid, self._view, self._again = grid, view, again
        self._slices = Slices(self)
        self.setObjectName("callMore")
        self.setProperty("kind", "quiet")
        set_icon(self, "ellipsis")
        self.setToolTip("Sort, copy, export")
        self.setAccessibleName("Sort, copy, export")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self._build_sorting(menu)
        view.copied.connect(self._on_copied)
        menu.addSeparator()
        self._add(menu, "Copy the selected rows", "callCopy", view.copy_rows)
        self._add(menu, "Export what is shown as CSV…", "callCsv", self._on_csv)
        menu.addSeparator()
        self._prompts = self._add(menu, "Copy the prompts of failed calls", "callPrompts", self._on_prompts)
        self._saved = self._add(menu, "Save the prompts of failed calls…", "callSave", self._on_save)
        menu.addSeparator()
        self._all = self._add(menu, "Run failed calls again", "callRunAgain", again.ask)
        self._some = self._add(menu, "Run the selected failed calls again", "callRunSelected", self._on_selected)
        self.setMenu(menu)
        menu.aboutToShow.connect(self.refresh)
        again.changed.connect(self._refresh_again)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_context_menu)

    @Slot(QPoint)
    def _on_context_menu(self, at: QPoint) -> None:
        self.menu().popup(self._view.viewport().mapToGlobal(at))

    def _build_sorting(self, menu: QMenu) -> None:
        sorting = menu.addMenu("Sort by")
        for column in GridColumn:
            name = "Number" if column == GridColumn.NUMBER else HEADINGS[column]
            self._add(sorting, name, f"callSort{column.value}", partial(self._grid.sort_by, column))

    def _add(self, menu: QMenu, words: str, name: str, act: Callable[[], None]) -> QAction:
        action = QAction(words, self)
        action.setObjectName(name)
        action.triggered.connect(act)
        menu.addAction(action)
        return action

    def refresh(self) -> None:
        """Say how many calls failed."""
        failed = len(failed_places(self._grid))
        for action, verb, end in ((self._prompts, "Copy", ""), (self._saved, "Save", "…")):
            action.setEnabled(bool(failed))
            action.setText(f"{verb} the {plural(failed, 'prompt')} of failed calls as JSON{end}")
            action.setToolTip(_AGAIN)
        self._refresh_again()

    # Asking again

    @Slot()
    def _refresh_again(self) -> None:
        why_not = self._again.why_not()
        selected = len(forlorn_calls(self._grid, self._view.selected()))
        self._all.setText(f"Run {forlorn_words(self._grid)} again")
        self._all.setEnabled(not why_not)
        self._some.setText(f"Run {plural(selected, 'selected call')} again")
        self._some.setEnabled(bool(selected) and not why_not)
        none = "No call that is selected failed."
        for action, reason in ((self._all, why_not), (self._some, why_not or ("" if selected else none))):
            action.setToolTip(reason or "What it costs is told first")

    @Slot()
    def _on_selected(self) -> None:
        self._again.ask_these(forlorn_calls(self._grid, self._view.selected()))

    # Prompts

    @Slot()
    def _on_prompts(self) -> None:
        self._begin(self._gathering(self._copy))

    @Slot()
    def _on_save(self) -> None:
        self._ask_for_file("Save the prompts of failed calls", "failed-prompts.json", "JSON (*.json)", self._on_json)

    @Slot(str)
    def _on_json(self, path: str) -> None:
        self._begin(self._gathering(partial(self._write, Path(path))))

    def _gathering(self, then: Callable[[str], None]) -> Iterator[None]:
        assert self.texts is not None
        prompts: list[object] = []
        yield from gathering_prompts(self._grid.trace, self._grid, self.texts, prompts)
        then(as_json(prompts))

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.told.emit(f"Copied. {_AGAIN}.")

    # Rows

    @Slot(int)
    def _on_copied(self, calls: int) -> None:
        self.told.emit(f"Copied {plural(calls, 'call')}.")

    @Slot()
    def _on_csv(self) -> None:
        self._ask_for_file("Export the calls", "calls.csv", "CSV (*.csv)", self._on_file)

    @Slot(str)
    def _on_file(self, path: str) -> None:
        self._begin(self._writing(Path(path)))

    def _writing(self, path: Path) -> Iterator[None]:
        assert self.texts is not None
        file = StringIO()
        yield from writing_csv(self._grid, self.texts, file)
        self._write(path, file.getvalue())

    # Both

    def _begin(self, steps: Iterator[None]) -> None:
        self.told.emit("Gathering the texts")
        self._slices.begin(steps)

    def _ask_for_file(self, title: str, name: str, kind: str, act: Callable[[str], None]) -> None:
        dialog = QFileDialog(self, title, str(Path.home() / name), kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        dialog.fileSelected.connect(act)
        dialog.open()

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, "utf-8", errors="replace", newline="")
        except OSError as error:
            self.told.emit(f"{path} could not be written: {error.strerror}. Choose another folder.")
            return
        self.told.emit(f"Written to {path}.")
