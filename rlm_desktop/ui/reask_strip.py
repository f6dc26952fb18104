"""Above the map grid: how many calls have no answer, and what it takes to ask them again."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import CallId
from rlm_desktop.ui.parts import Words, action_button
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.batch_words import again_words, forlorn_words, why_not_again
from rlm_desktop.viewmodel.call_export import forlorn_calls
from rlm_desktop.viewmodel.call_grid import CallGrid
from rlm_desktop.viewmodel.reasking import Phase, Reasking


class ReaskStrip(QFrame):
    """A line of words and the buttons that fit; hidden where there is nothing to say."""

    changed = Signal()
    left = Signal()
    """The keys were here, and there is nothing to press any more."""

    def __init__(self, grid: CallGrid, reasking: Reasking, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("reaskStrip")
        self.setProperty("kind", "strip")
        self._grid, self._reasking = grid, reasking
        self._is_wanted = False
        self._phase: Phase = "idle"
        self._words = Words(self)
        self._ask = action_button(self, "Run failed again", "callAgain", self.ask)
        self._confirm = action_button(self, "Run again", "callAgainConfirm", reasking.confirm)
        self._leave = action_button(self, "Cancel", "callAgainLeave", self.leave)
        self._stop = action_button(self, "Stop", "callAgainStop", reasking.give_up)
        self._build()
        reasking.changed.connect(self.refresh)
        self.hide()

    def _build(self) -> None:
        self._words.setObjectName("callAgainWords")
        self._words.setFont(small_font())
        self._words.setWordWrap(True)
        self._confirm.setProperty("kind", "main")
        self._confirm.setToolTip("Send these calls now")
        # It gets the focus by itself, so Enter is pressed on it as on a dialog's button.
        self._confirm.setAutoDefault(True)
        self._leave.setToolTip("Send nothing (Esc)")
        self._stop.setProperty("kind", "stop")
        self._stop.setToolTip("Stop asking; what came back is kept")
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._words, 1)
        for button in self._buttons():
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def _buttons(self) -> tuple[QPushButton, ...]:
        return self._ask, self._confirm, self._leave, self._stop

    # What the user does

    @Slot()
    def ask(self) -> None:
        """Find out what it would cost to ask all of them again; where the calls are still read, after that."""
        if self._grid.unread:
            self._is_wanted = True
        else:
            self.ask_these(forlorn_calls(self._grid))

    def ask_these(self, calls: Sequence[CallId]) -> None:
        """Find out what it would cost to ask these calls again."""
        self._is_wanted = False
        if calls and self._grid.batch is not None and not self.why_not():
            self._reasking.wish(self._grid.batch, calls)

    @Slot()
    def leave(self) -> None:
        """Send nothing."""
        had_focus = self._has_focus()
        self._reasking.give_up()
        if had_focus:
            self._ask.setFocus(Qt.FocusReason.OtherFocusReason)

    def why_not(self) -> str:
        """Say in a sentence why nothing can be asked again; empty when something can."""
        return why_not_again(self._grid) or self._reasking.why_not(self._grid.batch)

    @override
    def event(self, event: QEvent) -> bool:
        """Take Escape while there is something to leave; else it leads back to the trace."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride and self._leave.isVisible()
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._leave.isVisible():
            self.leave()
        else:
            super().keyPressEvent(event)

    # What is shown

    @Slot()
    def refresh(self) -> None:
        """Say how it stands now."""
        if self._is_wanted and not self._grid.unread:
            self.ask()
        had_focus = self._has_focus()
        before, self._phase = self._phase, self._phase_now()
        self._show_buttons()
        self._say(self._words_now())
        if had_focus and (self._phase != before or not self._has_focus()):
            self.take_focus()
        self.changed.emit()

    def _phase_now(self) -> Phase:
        return self._reasking.phase if self._reasking.is_about(self._grid.batch) else "idle"

    def _show_buttons(self) -> None:
        phase, why_not = self._phase, self.why_not()
        self._ask.setText(f"Run {forlorn_words(self._grid)} again")
        self._ask.setAccessibleName(self._ask.text())
        self._ask.setEnabled(not why_not)
        self._ask.setToolTip(why_not or "What it costs is told first")
        self._ask.setVisible(phase == "idle" and bool(self._grid.forlorn()))
        self._confirm.setVisible(phase == "weighed")
        self._leave.setVisible(phase in ("weighing", "weighed"))
        self._stop.setVisible(phase == "running")

    def _words_now(self) -> str:
        reasking = self._reasking
        match self._phase:
            case "weighing" | "weighed":
                return reasking.price_words()
            case "running":
                return reasking.progress_words()
            case _:
                problem = reasking.problem if reasking.is_about(self._grid.batch) else ""
                told = again_words(self._grid)
                why_not = reasking.why_not(self._grid.batch) if self._grid.forlorn() else ""
                return " ".join(filter(None, (problem, told, why_not)))

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))

    def _has_focus(self) -> bool:
        return any(button.hasFocus() for button in self._buttons())

    def take_focus(self) -> None:
        """Give the keys to the first button that can be pressed; one that goes leaves them to the one that came."""
        shown = next((button for button in self._buttons() if button.isVisible() and button.isEnabled()), None)
        if shown is not None:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.left.emit()
