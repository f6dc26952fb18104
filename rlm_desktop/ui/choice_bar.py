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
from rlm_desktop.ui.flow import Flow
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Words, action_button
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.choices import LiveChoice, OpenChoice
from rlm_desktop.viewmodel.shown_run import ShownRun

_NOTES = {
    "fan-out": "The run waits, and its time stands still. Nothing is sent until you choose.",
    "limit": "The run waits, and its time stands still. Finishing gives the answer that is known so far.",
}
_MOST_USD = 10_000.0


class ChoiceBar(QFrame):
    """Shown while a run waits for an answer."""

    decided = Signal(object, object)  # ChoiceId, Decision
    run_wanted = Signal(object)  # RunId: the user wants to see the run that asks

    def __init__(self, live: LiveChoice, shown: ShownRun, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("choiceBar")
        self.setProperty("kind", "banner")
        self._live, self._shown = live, shown
        self._choice: OpenChoice | None = None
        self._mark = QLabel(self)
        self._text = Words(self)
        self._note = Words(self, "muted")
        self.money = QDoubleSpinBox(self)
        self.buttons: dict[ChoiceAction, QPushButton] = {}
        self.show_run = action_button(self, "Show the run", "choiceShowRun", self._on_show_run)
        self._answers = QWidget(self)
        self._row = Flow(self._answers, INSIDE, GRID)
        self._build()
        live.changed.connect(self.refresh)
        shown.opened.connect(self._on_opened)
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
        self.money.setSpecialValueText("no limit")
        self.money.setToolTip("The most money this run may spend in all")
        actions: tuple[ChoiceAction, ...] = ("run", "try-3", "raise", "finish", "stop")
        for action in actions:
            button = self.buttons[action] = QPushButton(self)
            button.setObjectName(f"choice-{action}")
            button.setProperty("kind", {"run": "main", "stop": "stop"}.get(action, ""))
            button.clicked.connect(self._on_clicked)
            if action == "raise":
                self._row.addWidget(self.money)
            self._row.addWidget(button)
        self._row.addWidget(self.show_run)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addWidget(self._text)
        words.addWidget(self._note)
        words.addWidget(self._answers)
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND - GRID, INSIDE, INSIDE, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    @Slot()
    def refresh(self) -> None:
        """Show the question that waits, or nothing."""
        self._choice = choice = self._live.open
        if choice is None:
            self.hide()
        else:
            self._show(choice)

    @Slot()
    def _on_opened(self) -> None:
        """Say whose question it is where another run is looked at."""
        is_other = self._shown.run != self._live.run
        self.show_run.setVisible(is_other)
        asked = self._choice.asked if self._choice is not None else None
        if asked is not None:
            text = f"“{self._live.title}” waits. {asked.text}" if is_other else asked.text
            self._text.setText(text)
            self.setAccessibleName(text)

    def _show(self, choice: OpenChoice) -> None:
        asked = choice.asked
        self._on_opened()
        self._note.setText(_NOTES[asked.about])
        self.money.setVisible(choice.has_money and "raise" in asked.actions)
        self.money.setValue(choice.money_usd)
        for action, button in self.buttons.items():
            button.setVisible(action in asked.actions)
            button.setText(choice.words(action))
            button.setAccessibleName(choice.words(action))
        self.show()
        QApplication.alert(self)
        first = self.buttons[asked.actions[0]]
        first.setDefault(True)
        # Somebody who is writing must not approve spending with the next space.
        if not isinstance(QApplication.focusWidget(), QLineEdit | QTextEdit | QPlainTextEdit):
            first.setFocus()

    @Slot()
    def _on_show_run(self) -> None:
        self.run_wanted.emit(self._live.run)

    @Slot()
    def _on_clicked(self) -> None:
        choice = self._choice
        action = next(action for action, button in self.buttons.items() if button is self.sender())
        if choice is None:
            return
        limits = choice.raised(self.money.value()) if action == "raise" else None
        self.hide()
        self.decided.emit(choice.asked.choice, Decision(action=action, limits=limits))
