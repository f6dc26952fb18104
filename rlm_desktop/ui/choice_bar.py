"""A live run's question to the user, with its figures and a button for each answer."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QApplication,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from rlm_desktop.trace.facts import ChoiceAction, Decision
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.choices import OpenChoice, open_choice
from rlm_desktop.viewmodel.shown_run import ShownRun

_NOTES = {
    "fan-out": "The run waits, and its time stands still. Nothing is sent until you choose.",
    "limit": "The run waits, and its time stands still. Finishing gives the answer that is known so far.",
}
_MOST_USD = 10_000.0


class ChoiceBar(QFrame):
    """Shown while a run waits for an answer."""

    decided = Signal(object, object)  # ChoiceId, Decision

    def __init__(self, shown: ShownRun, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("choiceBar")
        self.setProperty("kind", "banner")
        self._shown = shown
        self._choice: OpenChoice | None = None
        self._mark = QLabel(self)
        self._text = Words(self)
        self._note = Words(self, "muted")
        self.money = QDoubleSpinBox(self)
        self.buttons: dict[ChoiceAction, QPushButton] = {}
        self._row = QHBoxLayout()
        self._build()
        shown.changed.connect(self.refresh)
        shown.opened.connect(self.refresh)
        self.hide()

    def _build(self) -> None:
        set_icon(self._mark, "triangle-alert", "warn")
        for label in (self._text, self._note):
            label.setWordWrap(True)
        self._note.setFont(small_font())
        self.money.setRange(0.0, _MOST_USD)
        self.money.setDecimals(2)
        self.money.setSingleStep(0.25)
        self.money.setPrefix("$")
        self.money.setObjectName("choiceMoney")
        self.money.setAccessibleName("New money limit")
        self.money.setToolTip("The most money this run may spend in all; 0 is no limit")
        self._row.setSpacing(INSIDE)
        actions: tuple[ChoiceAction, ...] = ("run", "try-3", "raise", "finish", "stop")
        for action in actions:
            button = self.buttons[action] = QPushButton(self)
            button.setObjectName(f"choice-{action}")
            button.setProperty("kind", {"run": "main", "stop": "stop"}.get(action, ""))
            button.clicked.connect(self._on_clicked)
            if action == "raise":
                self._row.addWidget(self.money)
            self._row.addWidget(button)
        self._row.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addWidget(self._text)
        words.addWidget(self._note)
        words.addLayout(self._row)
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND - GRID, INSIDE, INSIDE, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    @Slot()
    def refresh(self) -> None:
        """Show the question that waits, or nothing."""
        is_live = self._shown.is_live and self._shown.items.position == len(self._shown.items.entries)
        choice = open_choice(self._shown.items.trace) if is_live else None
        if choice is None:
            self._choice = None
            self.hide()
        elif self._choice is None or choice.asked.choice != self._choice.asked.choice:
            self._show(choice)

    def _show(self, choice: OpenChoice) -> None:
        self._choice = choice
        asked = choice.asked
        self._text.setText(asked.text)
        self._note.setText(_NOTES[asked.about])
        self.setAccessibleName(asked.text)
        self.money.setVisible(choice.has_money and "raise" in asked.actions)
        self.money.setValue(choice.money_usd)
        for action, button in self.buttons.items():
            button.setVisible(action in asked.actions)
            button.setText(choice.words(action))
            button.setAccessibleName(choice.words(action))
        self.show()
        first = self.buttons[asked.actions[0]]
        first.setDefault(True)
        # Somebody who is writing must not approve spending with the next space.
        if not isinstance(QApplication.focusWidget(), QLineEdit | QTextEdit | QPlainTextEdit):
            first.setFocus()

    @Slot()
    def _on_clicked(self) -> None:
        choice = self._choice
        action = next(action for action, button in self.buttons.items() if button is self.sender())
        if choice is None:
            return
        limits = choice.raised(self.money.value()) if action == "raise" else None
        self.hide()
        self.decided.emit(choice.asked.choice, Decision(action=action, limits=limits))
