"""A box over the answer when it is not a full one: why, and the buttons that help."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rlm_desktop.export.answer import Answer
from rlm_desktop.trace.facts import RunStatus
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.theme import BETWEEN, GRID, INSIDE
from rlm_desktop.viewmodel.remedies import REMEDY_WORDS, Problem, Remedy

_MARKS: dict[RunStatus | None, tuple[str, str]] = {
    "failed": ("circle-x", "error"),
    "partial": ("triangle-alert", "warn"),
    "cancelled": ("circle-stop", "warn"),
    "interrupted": ("triangle-alert", "warn"),
}


class Verdict(QFrame):
    """Hidden for a plain answer."""

    again_asked = Signal()
    remedied = Signal(object)  # Problem: the user pressed the button that helps

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("answerWarning")
        self._mark = QLabel(self)
        self._text = QLabel(self)
        self._again = QPushButton("Ask again", self)
        self.help = QPushButton(self)
        self._problem = Problem(text="")
        self._build()

    def _build(self) -> None:
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._again.clicked.connect(self.again_asked)
        self.help.setObjectName("verdictButton")
        self.help.clicked.connect(self._on_help)
        buttons = QHBoxLayout()
        buttons.setSpacing(INSIDE)
        buttons.addWidget(self._again)
        buttons.addWidget(self.help)
        buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(INSIDE)
        words.addWidget(self._text)
        words.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(BETWEEN, INSIDE + GRID // 2, BETWEEN, INSIDE + GRID // 2)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    @property
    def text(self) -> str:
        """The sentence shown; empty when there is nothing to warn of."""
        return self._text.text()

    def tell(self, answer: Answer | None, remedy: Remedy) -> None:
        """Say how a run ended, unless it ended well or goes on."""
        warning = answer.warning if answer is not None else ""
        self._text.setText(warning)
        self.setAccessibleName(warning)
        self.setVisible(bool(warning))
        if answer is None or not warning:
            return
        icon, role = _MARKS[answer.status]
        self.setProperty("kind", "failure" if role == "error" else "warning")
        self.style().polish(self)
        set_icon(self._mark, icon, "error" if role == "error" else "warn")
        self._problem = Problem(text=warning, remedy=remedy)
        self.help.setText(REMEDY_WORDS[remedy])
        self.help.setVisible(remedy != "none")

    @Slot()
    def _on_help(self) -> None:
        self.remedied.emit(self._problem)
