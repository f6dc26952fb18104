"""Two runs side by side: what differs in a sentence, then figures, settings, answers and steps."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.moments import local
from rlm_desktop.ui.compare_delegate import EDGE, GUTTER
from rlm_desktop.ui.compare_list import CompareList
from rlm_desktop.ui.parts import ElidedWords, Hairline, Words, action_button
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.comparison.compare import RunHeading
from rlm_desktop.viewmodel.comparison.comparing import Comparing
from rlm_desktop.viewmodel.guarded_text import plain_tip

SCROLL_BAR = 10
"""As wide as the style sheet makes it: the headings end where the columns do."""


class CompareView(QWidget):
    """Shows the pair that is compared now."""

    closed = Signal()
    step_wanted = Signal(object, object)  # RunId, NodeId

    def __init__(self, comparing: Comparing, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("compareView")
        self._comparing = comparing
        self.words = Words(self)
        self.problem = Words(self, "warn")
        self._first, self._second = _Heading("First run", self), _Heading("Second run", self)
        self.list = CompareList(comparing.items, self)
        self._swap = action_button(self, "Swap", "compareSwap", comparing.swap)
        self._close = action_button(self, "Close", "compareClose", self.closed.emit)
        self._build()
        self.list.step_wanted.connect(self._on_step)
        comparing.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self.words.setObjectName("compareWords")
        self.problem.setObjectName("compareProblem")
        self._swap.setToolTip("Put the second run to the left")
        self._close.setToolTip("Go back to the run (Esc)")
        for label in (self.words, self.problem):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
        head = QHBoxLayout()
        head.setContentsMargins(AROUND, BETWEEN, AROUND, INSIDE)
        head.setSpacing(INSIDE)
        said = QVBoxLayout()
        said.setSpacing(GRID)
        said.addWidget(self.words)
        said.addWidget(self.problem)
        head.addLayout(said, 1)
        for button in (self._swap, self._close):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        names = QHBoxLayout()
        names.setContentsMargins(0, 0, SCROLL_BAR, INSIDE)
        names.setSpacing(0)
        names.addWidget(self._first, 1)
        names.addWidget(self._second, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(names)
        column.addWidget(Hairline(self))
        column.addWidget(self.list, 1)

    @Slot()
    def refresh(self) -> None:
        """Show how the pair stands now."""
        comparison = self._comparing.items.comparison
        self.problem.setText("\n".join(self._comparing.problems))
        self.problem.setVisible(bool(self._comparing.problems))
        for widget in (self._first, self._second, self.list):
            widget.setVisible(comparison is not None)
        self._swap.setEnabled(comparison is not None)
        if comparison is None:
            self.words.setText("" if self._comparing.problems else "Both runs are read and compared.")
            return
        self.words.setText(f"{comparison.sentence}{self._going_on()}")
        self._first.show_run(comparison.left)
        self._second.show_run(comparison.right)

    def _going_on(self) -> str:
        pair = self._comparing.pair or ()
        if not any(self._comparing.is_going_on(run) for run in pair):
            return ""
        return " What still goes on is compared again every second."

    @Slot(str, object)
    def _on_step(self, side: str, node: object) -> None:
        if self._comparing.pair is not None:
            self.step_wanted.emit(self._comparing.pair[side == "right"], node)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._comparing.watch(True)
        self.list.setFocus()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._comparing.watch(False)


class _Heading(QWidget):
    """Names one of the two runs, over its column."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self._title = ElidedWords(self)
        self._more = ElidedWords(self, "muted")
        self._more.setFont(small_font())
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE + GUTTER, 0, INSIDE, 0)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._more)

    def show_run(self, run: RunHeading) -> None:
        """Show what names a run."""
        day = "" if run.started_at is None else when(run.started_at)
        self._title.setText(run.title)
        self._more.setText(" · ".join(filter(None, (self._name, day, run.status, run.models))))
        for label in (self._title, self._more):
            label.setToolTip(plain_tip(label.text()))


def when(at: float) -> str:
    """Write when a run began; runs of one question differ by seconds at times."""
    return local(at).strftime("%Y-%m-%d %H:%M:%S")
