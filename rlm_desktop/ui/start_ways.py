"""The ways to begin with nothing set up: look at a recorded run, connect a model, ask the one that is built in."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import BETWEEN, GRID, INSIDE

_BESIDE_FROM = 540
"""From this width on the ways stand beside each other."""
_RECORDED = "A question over sixteen documents, answered with many calls. Replay it, open each step, check its quotes."
_BUILT_IN = "Takes the same documents and a question: press Ctrl+Enter. It finds and quotes; it does not reason."
_LOOKING = "A server on this computer, or a provider's key."
_NONE_FOUND = "No model server and no key was found here. Start a server, or paste a key."


class Way(QPushButton):
    """A button with room for a title and some words."""

    def __init__(self, name: str, icon: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "way")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._title = Words(self, "accent")
        self._words = Words(self, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(BETWEEN, BETWEEN, BETWEEN, BETWEEN)
        column.setSpacing(GRID)
        self._mark = Words(self)
        set_icon(self._mark, icon, "accent", 20)
        for label in (self._mark, self._title, self._words):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(1)
        self.call(title)

    def call(self, title: str) -> None:
        """Say what it does."""
        self._title.setText(title)
        self.setAccessibleName(title)

    def tell(self, words: str) -> None:
        """Say more about it."""
        self._words.setText(words)
        self.setAccessibleDescription(words)
        self.setToolTip(words)

    @property
    def words(self) -> str:
        """What is said more about it."""
        return self._words.text()

    @override
    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    @override
    def minimumSizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.minimumSize()


class StartWays(QWidget):
    """Three of them, beside each other where there is room."""

    recorded_asked = Signal()
    models_asked = Signal()
    built_in_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.recorded = Way("recordedWay", "play", "See a recorded run", self)
        self.models = Way("modelsWay", "key-round", "Connect a model", self)
        self.built_in = Way("builtInWay", "quote", "Ask the built-in model", self)
        self.recorded.tell(_RECORDED)
        self.models.tell(_LOOKING)
        self.built_in.tell(_BUILT_IN)
        self.recorded.clicked.connect(self.recorded_asked)
        self.models.clicked.connect(self.models_asked)
        self.built_in.clicked.connect(self.built_in_asked)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(INSIDE)
        for way in (self.recorded, self.models, self.built_in):
            self._row.addWidget(way, 1)

    def tell_found(self, words: str) -> None:
        """Say which servers and keys were found; empty for none."""
        self.models.call("Choose a model" if words else "Connect a model")
        self.models.tell(f"{words}." if words else _NONE_FOUND)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        is_wide = event.size().width() >= _BESIDE_FROM
        self._row.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)
