"""One sentence in the window about what is wrong, with the button that helps."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE
from rlm_desktop.viewmodel.remedies import REMEDY_WORDS, Problem


class Banner(QFrame):
    """Shows the last problem until the user closes it, or until it is no longer one."""

    remedied = Signal(object)  # Problem: the user pressed the button that helps

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setProperty("kind", "banner")
        self.problem: Problem | None = None
        self._mark = QLabel(self)
        self._text = QLabel(self)
        self._help = QPushButton(self)
        self._close = QToolButton(self)
        self._build()
        self.hide()

    def _build(self) -> None:
        set_icon(self._mark, "triangle-alert", "warn")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._help.setObjectName("bannerButton")
        self._help.clicked.connect(self._on_help)
        set_icon(self._close, "x", "muted")
        self._close.setProperty("kind", "quiet")
        self._close.setToolTip("Hide this message")
        self._close.setAccessibleName("Hide this message")
        self._close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND - GRID, GRID, GRID, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addWidget(self._help)
        row.addWidget(self._close)

    @property
    def text(self) -> str:
        """The sentence now shown; empty when there is none."""
        return self.problem.text if self.problem is not None else ""

    def tell(self, problem: Problem) -> None:
        """Show a problem."""
        self.problem = problem
        self._text.setText(problem.text)
        self.setAccessibleName(problem.text)
        self._help.setText(REMEDY_WORDS[problem.remedy])
        self._help.setVisible(problem.remedy != "none")
        self.show()

    @Slot()
    def clear(self) -> None:
        """Show nothing."""
        self.problem = None
        self.hide()

    @Slot()
    def _on_help(self) -> None:
        problem = self.problem
        self.clear()
        if problem is not None:
            self.remedied.emit(problem)
