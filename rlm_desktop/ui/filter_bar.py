"""The trace's filter: a field, what it lets through and hides, the way from hit to hit, and filters that are kept."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QMenu, QToolButton, QWidget
from typing_extensions import override

from rlm_desktop.ui.filter_field import FilterField
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import ElidedWords
from rlm_desktop.ui.theme import GRID, INSIDE, small_font
from rlm_desktop.viewmodel.filtering import Filtering

HINT = (
    "Words of code, prompts, replies and outputs; “several in a row” in quotes. Or kind:call  status:error  model:mini"
    "  depth:2  cost>0.01  tokens>1000  seconds>5  at>60 (seconds after the start); a minus in front turns one round"
)


class TraceFilterField(FilterField):
    """Enter goes to the next hit, Shift+Enter to the one before; Tab takes what is proposed."""

    hit_wanted = Signal(int)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            is_back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.hit_wanted.emit(-1 if is_back else 1)
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """Stands under the trace."""

    hit_wanted = Signal(int)
    left = Signal()
    kept = Signal(object)  # list[str]: all filters that the user keeps

    def __init__(self, filtering: Filtering, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filterBar")
        self._filtering = filtering
        self._saved: list[str] = []
        self.field = TraceFilterField("traceSearch", "Filter or search the run (/)", HINT, self)
        self.words = ElidedWords(self, "muted")
        self._back = self._button("chevron-up", "Hit before (Shift+Enter)", partial(self.hit_wanted.emit, -1))
        self._on = self._button("chevron-down", "Next hit (Enter)", partial(self.hit_wanted.emit, 1))
        self._more = self._button("bookmark", "Kept filters", None)
        self._menu = QMenu(self)
        self._proposed = QStringListModel(self)
        self._completer = QCompleter(self._proposed, self)
        self._build()
        filtering.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self._more.setMenu(self._menu)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu.aboutToShow.connect(self._on_menu)
        self._completer.setWidget(self.field)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._on_completed)
        self.words.setObjectName("filterWords")
        self.words.setFont(small_font())
        self.field.textChanged.connect(self._filtering.type)
        self.field.textEdited.connect(self._on_edited)
        self.field.hit_wanted.connect(self.hit_wanted)
        self.field.left.connect(self.left)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.field, 3)
        row.addWidget(self.words, 2)
        for button in (self._back, self._on, self._more):
            row.addWidget(button)

    def _button(self, icon: str, words: str, act: Callable[[], object] | None) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "quiet")
        set_icon(button, icon)
        button.setToolTip(words)
        button.setAccessibleName(words.split(" (", maxsplit=1)[0])
        if act is not None:
            button.clicked.connect(act)
        return button

    @Slot(float, float)
    def show_stretch(self, begin: float, end: float) -> None:
        """Filter by what went on between two times, in seconds after the start."""
        others = [word for word in self.field.text().split() if not word.startswith("at")]
        self.field.setText(" ".join([*others, f"at>={begin:.2f}", f"at<={end:.2f}"]))

    def keep(self, filters: Sequence[str]) -> None:
        """Offer these filters."""
        self._saved = list(filters)

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.field.redress()

    @Slot()
    def refresh(self) -> None:
        """Say what the filter does."""
        words = self._filtering.in_words()
        self.words.setText(words)
        self.words.setToolTip(words)
        self.words.setAccessibleName(words or "No filter")
        for widget in (self._back, self._on):
            widget.setVisible(self._filtering.is_on)

    @Slot(str)
    def _on_edited(self, typed: str) -> None:
        self._filtering.typed = typed
        proposed = self._filtering.completions()
        self._proposed.setStringList(proposed)
        if proposed and typed and not typed[-1].isspace():
            self._completer.complete()
        elif (popup := self._completer.popup()) is not None:
            popup.hide()

    @Slot(str)
    def _on_completed(self, word: str) -> None:
        before = self.field.text()
        last = before.split(" ")[-1]
        minus = "-" if last.startswith("-") else ""
        self.field.setText(before[: len(before) - len(last)] + minus + word)

    @Slot()
    def _on_menu(self) -> None:
        self._menu.clear()
        typed = self.field.text().strip()
        for saved in self._saved:
            self._menu.addAction(saved.replace("&", "&&"), partial(self.field.setText, saved))
        if self._saved:
            self._menu.addSeparator()
        keep = self._menu.addAction("Keep this filter", self._on_keep)
        keep.setEnabled(bool(typed) and typed not in self._saved and not self._filtering.problem)
        drop = self._menu.addAction("Forget this filter", self._on_drop)
        drop.setEnabled(typed in self._saved)

    @Slot()
    def _on_keep(self) -> None:
        self._tell([*self._saved, self.field.text().strip()])

    @Slot()
    def _on_drop(self) -> None:
        typed = self.field.text().strip()
        self._tell([saved for saved in self._saved if saved != typed])

    def _tell(self, filters: list[str]) -> None:
        self.keep(filters)
        self.kept.emit(filters)
