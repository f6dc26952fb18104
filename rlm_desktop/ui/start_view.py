"""What the window shows before there is a run: what this place is for, and the one next step."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.reading_card import ReadingCard
from rlm_desktop.ui.start_ways import StartWays
from rlm_desktop.ui.theme import AROUND, BETWEEN, INSIDE, title_font
from rlm_desktop.viewmodel.asking import Asking

_STEPS = (
    ("file-text", "Documents", "PDF, Word, Excel, PowerPoint, mail, HTML, text, code and data, as many as you have."),
    ("message-square-text", "Question", "A root model writes code that searches them and asks workers about passages."),
    ("list-tree", "Answer and trace", "Quotes looked up in your documents, and every step with what it cost."),
)
_NO_DOCUMENTS = "Drop documents here to ask questions over them"
_MORE = "Files, whole folders or copied text: far more than a language model can read at once."
_TYPE = "Type a question above and press Ctrl+Enter."
_ASK = "Press Ctrl+Enter to ask the question above."
_WIDEST = 640


class StartView(QScrollArea):
    """A drop zone and the ways to begin; with documents it says what comes next."""

    files_asked = Signal()
    folder_asked = Signal()
    paste_asked = Signal()
    ready_asked = Signal()

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("startView")
        self.setAccessibleName("How to begin")
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._asking = asking
        self._inside = QWidget(self)
        self._inside.setProperty("kind", "surface")
        self._zone = QFrame(self._inside)
        self._mark = QLabel(self._zone)
        self._title = QLabel(self._zone)
        self._text = Words(self._zone, "muted")
        self._files = _button(self._zone, "startFilesButton", "Open files…", "Ctrl+O")
        self._folder = _button(self._zone, "startFolderButton", "Open folder…", "Ctrl+Shift+O")
        self._paste = _button(self._zone, "startPasteButton", "Paste text", "What was copied becomes a document")
        self._reading = ReadingCard(asking, self._zone)
        self.ways = StartWays(self._inside)
        self._steps = _steps(self._inside)
        self._build()
        asking.changed.connect(self._on_changed)
        self._on_changed()

    def _build(self) -> None:
        self._zone.setProperty("kind", "drop")
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setFont(title_font())
        self._files.setProperty("kind", "main")
        self._files.clicked.connect(self.files_asked)
        self._folder.clicked.connect(self.folder_asked)
        self._paste.clicked.connect(self.paste_asked)
        self._reading.ready_asked.connect(self.ready_asked)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(INSIDE)
        buttons.addStretch(1)
        for button in (self._files, self._folder, self._paste):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside = QVBoxLayout(self._zone)
        inside.setContentsMargins(AROUND + INSIDE, 2 * AROUND, AROUND + INSIDE, 2 * AROUND)
        inside.setSpacing(BETWEEN)
        for widget in (self._mark, self._title, self._text, self._reading):
            inside.addWidget(widget)
        inside.addLayout(buttons)
        self._place()

    def _place(self) -> None:
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(AROUND)
        column.addStretch(2)
        for part in (self._zone, self.ways, self._steps):
            part.setMaximumWidth(_WIDEST)
            column.addLayout(_centred(part))
        column.addStretch(3)
        self.setWidget(self._inside)

    @Slot()
    def _on_changed(self) -> None:
        tally, reading = self._asking.documents.tally, self._asking.reading
        if not self._asking.paths:
            self._say("upload", "muted", _NO_DOCUMENTS, _MORE)
        elif reading.is_going_on:
            parts = (reading.found, reading.note or f"{tally.files:,} found so far")
            self._say("loader", "accent", reading.title, "\n".join(filter(None, parts)))
        else:
            text = _ASK if self._asking.question.strip() else _TYPE
            if tally.waiting:
                text = f"{plural(tally.waiting, 'file')} more were found; F5 in the list goes on reading. {text}"
            if tally.failed:
                text = f"{plural(tally.failed, 'file')} could not be read: point at it in the list to see why. {text}"
            self._say("message-square-text", "accent", f"{plural(tally.ready, 'document')} ready", text)
        for button in (self._files, self._folder, self._paste):
            button.setVisible(not reading.is_going_on)
        has_documents = bool(self._asking.paths)
        self.ways.setVisible(not has_documents)
        self._steps.setVisible(has_documents)

    def _say(self, icon: str, role: str, title: str, text: str) -> None:
        set_icon(self._mark, icon, "accent" if role == "accent" else "muted", 32)
        self._title.setText(title)
        self._text.setText(text)


def _button(parent: QWidget, name: str, words: str, hint: str) -> QPushButton:
    button = QPushButton(words, parent)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.setToolTip(f"{words} ({hint})" if hint.startswith("Ctrl") else hint)
    return button


def _centred(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(widget, 8)
    row.addStretch(1)
    return row


def _steps(parent: QWidget) -> QWidget:
    holder = QWidget(parent)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(2 * AROUND)
    for icon, title, text in _STEPS:
        mark, words, more = QLabel(holder), Words(holder, "text", title), Words(holder, "muted", text)
        set_icon(mark, icon, "accent", 20)
        more.setWordWrap(True)
        more.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(INSIDE // 2)
        for widget in (mark, words, more):
            column.addWidget(widget)
        column.addStretch(1)
        row.addLayout(column, 1)
    return holder
