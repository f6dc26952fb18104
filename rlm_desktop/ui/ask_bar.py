"""Where the user types a question, chooses models and limits, and says go, finish or stop."""

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.ui.ask_options import AskOptions
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import ElidedWords
from rlm_desktop.ui.room import Room
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.guarded_text import plain_tip

_MOST_LINES = 6
_ASK = "Ask this question (Ctrl+Enter)"
_WAITING = "The run starts as soon as the documents are read; Ctrl+. takes the question back"
_FINISH = "Answer with what is known so far: no new turns and sub-calls"
_FINISHING = "The run was told to finish. Calls that are out are waited for; Stop ends it at once."


class QuestionEdit(QPlainTextEdit):
    """A text field that grows with the question up to six lines. Ctrl+Enter asks."""

    submitted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("questionEdit")
        self.setAccessibleName("Question")
        self.setProperty("kind", "field")
        self.setPlaceholderText("What do you want to know of these documents?")
        self.setToolTip("Type a question; Ctrl+Enter asks it")
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() + 1)
        self.setFont(font)
        self.document().setDocumentMargin(GRID)
        self._most_lines = _MOST_LINES
        self.textChanged.connect(self._fit)
        self._fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.submitted.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    @override
    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Leave files to the window: dropped here they are documents, not text."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def set_low(self, is_low: bool) -> None:
        """Take two lines at most where there is little room; then it scrolls."""
        self._most_lines = 2 if is_low else _MOST_LINES
        self._fit()

    @Slot()
    def _fit(self) -> None:
        """Take as many lines as the text needs; the document counts wrapped lines, not pixels."""
        lines = max(1, min(self._most_lines, round(self.document().size().height())))
        room = 2 * GRID + 2 * GRID + 2 + 1
        self.setFixedHeight(QFontMetrics(self.font()).lineSpacing() * lines + room)
        policy = Qt.ScrollBarPolicy
        needs_bar = lines == self._most_lines and lines < round(self.document().size().height())
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if needs_bar else policy.ScrollBarAlwaysOff)


class AskBar(QWidget):
    """The question with its buttons, and the line of models and limits under it."""

    asked = Signal()
    stop_asked = Signal()
    finish_asked = Signal()
    models_asked = Signal()

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self._asking = asking
        self.question = QuestionEdit(self)
        self.ask = _button(self, "askButton", "Ask", _ASK, "main")
        self.finish = _button(self, "finishButton", "Finish now", _FINISH, "")
        self.stop = _button(self, "stopButton", "Stop", "Stop the run; what was paid for is kept (Ctrl+.)", "stop")
        self.options = AskOptions(asking, self)
        self._unfold = QToolButton(self)
        self.estimate = ElidedWords(self, "muted")
        self._build()
        asking.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        for button, signal in ((self.ask, self.asked), (self.finish, self.finish_asked), (self.stop, self.stop_asked)):
            button.clicked.connect(signal)
        set_icon(self.stop, "square", "error", 14)
        set_icon(self.finish, "flag", "muted", 14)
        self.question.textChanged.connect(self._on_typed)
        self.question.submitted.connect(self._on_submitted)
        self.options.models_asked.connect(self.models_asked)
        first = QHBoxLayout()
        first.setSpacing(BETWEEN)
        first.addWidget(self.question, 1)
        first.addWidget(self._unfold, 0, Qt.AlignmentFlag.AlignTop)
        for button in (self.ask, self.finish, self.stop):
            first.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, BETWEEN, AROUND, 0)
        column.setSpacing(GRID)
        column.addLayout(first)
        column.addWidget(self.options)
        column.addWidget(self.estimate)
        self._build_unfold()
        self.estimate.setObjectName("estimateLine")
        self.estimate.setFont(small_font())
        self.estimate.hide()

    def _build_unfold(self) -> None:
        button = self._unfold
        set_icon(button, "sliders-horizontal")
        button.setObjectName("unfoldOptions")
        button.setProperty("kind", "quiet")
        button.setCheckable(True)
        button.setToolTip("Models, limits and strategy")
        button.setAccessibleName("Models, limits and strategy")
        button.toggled.connect(self.options.setVisible)
        button.hide()

    def take_room(self, room: Room) -> None:
        """In a low window, fold models and limits away behind a button."""
        self.question.set_low(room.is_low)
        self._unfold.setVisible(room.is_low)
        self._unfold.setChecked(False)
        self.options.setVisible(not room.is_low)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(AROUND, INSIDE if room.is_low else BETWEEN, AROUND, 0)

    def go_to(self, limit: QAbstractSpinBox) -> None:
        """Let the user change a limit."""
        self._unfold.setChecked(True)
        self.options.show()
        self.options.go_to(limit)

    def write(self, question: str) -> None:
        """Put a question into the field, ready to be changed."""
        self.question.setPlainText(question)
        self.question.moveCursor(self.question.textCursor().MoveOperation.End)

    @Slot(str, str)
    def tell_estimate(self, words: str, why: str) -> None:
        """Say what asking would cost, and where the text would go; nothing while that is not known."""
        self.estimate.setText(words)
        self.estimate.setToolTip(plain_tip(why))
        self.estimate.setAccessibleDescription(why)
        self.estimate.setVisible(bool(words))

    @Slot()
    def refresh(self) -> None:
        """Show the buttons that make sense now."""
        is_running = self._asking.is_running
        leaving = (self.ask,) if is_running else (self.finish, self.stop)
        if any(button.hasFocus() for button in (*leaving, *((self.finish,) if self._asking.is_finishing else ()))):
            # Else a button that goes would hand the focus, and what is typed next, to a model's name.
            self.question.setFocus()
        self.ask.setVisible(not is_running)
        self.finish.setVisible(is_running)
        self.stop.setVisible(is_running)
        self.finish.setEnabled(not self._asking.is_finishing)
        self.finish.setText("Finishing…" if self._asking.is_finishing else "Finish now")
        set_icon(self.finish, "flag", "muted", 14)
        self.finish.setToolTip(_FINISHING if self._asking.is_finishing else _FINISH)
        self.ask.setText("Waiting…" if self._asking.is_waiting else "Ask")
        self.ask.setToolTip(_WAITING if self._asking.is_waiting else _ASK)
        height = self.question.sizeHint().height() if self.question.isHidden() else self.question.minimumHeight()
        for button in (self.ask, self.finish, self.stop):
            button.setMinimumSize(QSize(0, min(height, QFontMetrics(self.question.font()).lineSpacing() + 5 * GRID)))

    @Slot()
    def _on_typed(self) -> None:
        self._asking.write(self.question.toPlainText())

    @Slot()
    def _on_submitted(self) -> None:
        if not self._asking.is_running:
            self.asked.emit()


def _button(parent: QWidget, name: str, words: str, tooltip: str, kind: str) -> QPushButton:
    button = QPushButton(words, parent)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.setToolTip(tooltip)
    if kind:
        button.setProperty("kind", kind)
    return button
