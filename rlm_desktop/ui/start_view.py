"""What the window shows before there is a run: what this place is for, and the one next step."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from rlm_desktop.settings.preferences import BUILT_IN_MODEL
from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.reading_card import ReadingCard
from rlm_desktop.ui.theme import AROUND, BETWEEN, INSIDE, title_font
from rlm_desktop.viewmodel.asking import Asking

_STEPS = (
    ("file-text", "Documents", "PDF, Word, Excel, PowerPoint, mail, HTML, text, code and data, as many as you have."),
    ("message-square-text", "Question", "A root model writes code that searches them and asks workers about passages."),
    ("list-tree", "Answer and trace", "Quotes looked up in your documents, and every step with what it cost."),
)
_NO_DOCUMENTS = "Drop documents here to ask questions over them"
_MORE = "Files or whole folders, with far more text than a language model can read at once."
_WIDEST = 640


class StartView(QScrollArea):
    """A drop zone with the ways to begin; with documents it says what comes next."""

    files_asked = Signal()
    folder_asked = Signal()
    sample_asked = Signal()
    ready_asked = Signal()
    models_asked = Signal()

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
        self._sample = _button(self._zone, "sampleButton", "Try the sample documents", "Four short texts to begin with")
        self._key = Words(self._zone, "muted")
        self._found = Words(self._zone, "muted")
        self._models = _button(self._zone, "startModelsButton", "Choose models…", "Ctrl+,")
        self._reading = ReadingCard(asking, self._zone)
        self._build()
        asking.changed.connect(self._on_changed)
        self._on_changed()

    def _build(self) -> None:
        self._zone.setProperty("kind", "drop")
        self._zone.setMaximumWidth(_WIDEST)
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setFont(title_font())
        self._files.setProperty("kind", "main")
        self._files.clicked.connect(self.files_asked)
        self._folder.clicked.connect(self.folder_asked)
        self._sample.clicked.connect(self.sample_asked)
        self._reading.ready_asked.connect(self.ready_asked)
        self._models.setProperty("kind", "quiet")
        self._models.clicked.connect(self.models_asked)
        self._found.setObjectName("foundModels")
        self._found.hide()
        for label in (self._title, self._text, self._key, self._found):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(INSIDE)
        buttons.addStretch(1)
        for button in (self._files, self._folder, self._sample):
            buttons.addWidget(button)
        buttons.addStretch(1)
        inside = QVBoxLayout(self._zone)
        inside.setContentsMargins(AROUND + INSIDE, 2 * AROUND, AROUND + INSIDE, 2 * AROUND)
        inside.setSpacing(BETWEEN)
        for widget in (self._mark, self._title, self._text, self._reading):
            inside.addWidget(widget)
        inside.addLayout(buttons)
        inside.addWidget(self._key)
        inside.addWidget(self._found)
        inside.addWidget(self._models, 0, Qt.AlignmentFlag.AlignCenter)
        self._place()

    def _place(self) -> None:
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(2 * AROUND)
        column.addStretch(2)
        column.addLayout(_centred(self._zone))
        column.addLayout(_centred(_steps(self._inside)))
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
            text = "Type a question above and press Ctrl+Enter."
            if tally.waiting:
                text = f"{plural(tally.waiting, 'file')} more were found; F5 in the list goes on reading. {text}"
            if tally.failed:
                text = f"{plural(tally.failed, 'file')} could not be read: point at it in the list to see why. {text}"
            self._say("message-square-text", "accent", f"{plural(tally.ready, 'document')} ready", text)
        for button in (self._files, self._folder):
            button.setVisible(not reading.is_going_on)
        chosen = self._asking.preferences
        is_free = BUILT_IN_MODEL in (chosen.root, chosen.worker)
        self._key.setText(
            "The built-in model needs no key and no network. It finds and quotes; it does not reason."
            if is_free
            else f"Text will go to {' and '.join(dict.fromkeys((chosen.root, chosen.worker)))}."
        )
        self._sample.setVisible(not self._asking.paths)

    def tell_found(self, words: str) -> None:
        """Say which servers and keys were found."""
        self._found.setText(words)
        self._found.setVisible(bool(words))

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
    holder.setMaximumWidth(_WIDEST)
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
