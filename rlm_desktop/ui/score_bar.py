"""A score from 0 to 5 as a row of small buttons, and the field for labels beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLineEdit, QPushButton, QSizePolicy, QWidget
from typing_extensions import override

from rlm_desktop.trace.notes import HIGHEST_SCORE, LOWEST_SCORE, labels_in
from rlm_desktop.ui.theme import small_font

_BUTTON = 21


class ScoreBar(QFrame):
    """Shows a score; a click gives one, and a click on the one given takes it away."""

    chosen = Signal(object)  # int | None

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("scoreBar")
        self.setProperty("kind", "switch")
        self.setAccessibleName("Score")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._buttons = {score: self._make(score) for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1)}
        for button in self._buttons.values():
            row.addWidget(button)

    def show_score(self, score: int | None) -> None:
        """Show a score, or none."""
        for value, button in self._buttons.items():
            button.setChecked(value == score)

    def _make(self, score: int) -> QPushButton:
        button = QPushButton(str(score), self)
        button.setObjectName(f"score{score}")
        button.setProperty("kind", "segment")
        button.setProperty("place", "later" if score > LOWEST_SCORE else "first")
        button.setProperty("fit", "tight")
        button.setCheckable(True)
        button.setFixedWidth(_BUTTON)
        button.setFont(small_font())
        button.setAccessibleName(f"Score {score} of {HIGHEST_SCORE}")
        button.setToolTip(f"Score {score} of {HIGHEST_SCORE}; again takes it away")
        button.clicked.connect(self._on_clicked)
        return button

    @Slot(bool)
    def _on_clicked(self, is_checked: bool) -> None:
        clicked = next(score for score, button in self._buttons.items() if button is self.sender())
        self.chosen.emit(clicked if is_checked else None)


class LabelField(QLineEdit):
    """Labels with commas between them; those in use are offered while one is typed."""

    chosen = Signal(object)  # tuple[str, ...]

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("labelEdit")
        self.setFont(small_font())
        self.setPlaceholderText("Labels")
        self.setAccessibleName("Labels, with commas between them")
        self.setToolTip("Labels, with commas between them")
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._on_completed)
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self._on_done)

    def offer(self, known: Sequence[str]) -> None:
        """Offer these labels."""
        self._words.setStringList(list(known))

    def show_labels(self, labels: Sequence[str], *, anew: bool = False) -> None:
        """Show labels; while some are typed, only those of another node."""
        if anew or not self.hasFocus():
            self.setText(", ".join(labels))
            self.setCursorPosition(0)

    def leave(self) -> None:
        """Take what was typed."""
        if self.isModified():
            self.setModified(False)
            self.chosen.emit(labels_in(self.text()))

    @Slot(str)
    def _on_edited(self, text: str) -> None:
        begun = text.rpartition(",")[2].strip()
        self._completer.setCompletionPrefix(begun)
        if begun and self._completer.completionCount() and self._completer.currentCompletion() != begun:
            self._completer.complete()
        elif (popup := self._completer.popup()) is not None:
            popup.hide()

    @Slot(str)
    def _on_completed(self, label: str) -> None:
        before, comma, _ = self.text().rpartition(",")
        self.setText(f"{before}{comma} {label}".strip())
        self.setModified(True)

    @Slot()
    def _on_done(self) -> None:
        self.leave()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.leave()
