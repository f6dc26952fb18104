"""The product's name, and what does not belong to a question: opening documents, a new question, looks."""

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QActionGroup, QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from rlm_desktop.settings.preferences import Theme
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.room import Room
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE

THEMES: tuple[tuple[Theme, str], ...] = (
    ("auto", "As the system"),
    ("light", "Light"),
    ("dark", "Dark"),
    ("contrast-light", "High contrast, light"),
    ("contrast-dark", "High contrast, dark"),
)


class TopBar(QWidget):
    """A quiet row on top of the window."""

    files_asked = Signal()
    folder_asked = Signal()
    new_asked = Signal()
    left_asked = Signal()
    charts_asked = Signal()
    guide_asked = Signal()
    theme_chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._left = QToolButton(self)
        self._name = QLabel("RLM Desktop", self)
        self._buttons: list[QToolButton] = []
        self._menu_button = QToolButton(self)
        self._menu = QMenu(self)
        self._themes = QActionGroup(self)
        self._build()

    def _build(self) -> None:
        font = self._name.font()
        font.setWeight(QFont.Weight.DemiBold)
        self._name.setFont(font)
        row = QHBoxLayout(self)
        row.setContentsMargins(INSIDE, GRID, INSIDE, GRID)
        row.setSpacing(INSIDE)
        row.addWidget(self._left)
        row.addWidget(self._name)
        row.addSpacing(AROUND)
        for icon, words, signal, keys in (
            ("file-plus", "Open files…", self.files_asked, "Ctrl+O"),
            ("folder-plus", "Open folder…", self.folder_asked, "Ctrl+Shift+O"),
            ("plus", "New question", self.new_asked, "Ctrl+N"),
            ("chart-column-stacked", "Charts of all runs", self.charts_asked, "Ctrl+Shift+G"),
            ("book-open-text", "Guide", self.guide_asked, "F1"),
        ):
            row.addWidget(self._make(icon, words, signal, keys))
        row.addStretch(1)
        row.addWidget(self._menu_button)
        self._build_left()
        self._build_menu()

    def _build_left(self) -> None:
        button = self._left
        set_icon(button, "menu")
        button.setObjectName("leftButton")
        button.setProperty("kind", "quiet")
        button.setCheckable(True)
        button.setChecked(True)
        button.setToolTip("Documents and history (Ctrl+B)")
        button.setAccessibleName("Documents and history")
        button.clicked.connect(self.left_asked)

    def _make(self, icon: str, words: str, signal: SignalInstance, keys: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("kind", "quiet")
        button.setToolTip(f"{words} ({keys})")
        button.setAccessibleName(words)
        button.clicked.connect(signal)
        set_icon(button, icon)
        self._buttons.append(button)
        return button

    def _build_menu(self) -> None:
        button = self._menu_button
        set_icon(button, "sun-moon")
        button.setProperty("kind", "quiet")
        button.setToolTip("Looks")
        button.setAccessibleName("Looks")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for theme, words in THEMES:
            action = self._menu.addAction(words)
            action.setCheckable(True)
            action.setData(theme)
            self._themes.addAction(action)
        self._themes.triggered.connect(self._on_theme)
        button.setMenu(self._menu)

    def check_left(self, is_shown: bool) -> None:
        """Mark whether documents and history are in sight."""
        self._left.setChecked(is_shown)

    def take_room(self, room: Room) -> None:
        """Leave the words to the tooltips where there is little room."""
        styles = Qt.ToolButtonStyle
        for button in self._buttons:
            button.setToolButtonStyle(styles.ToolButtonIconOnly if room.is_narrow else styles.ToolButtonTextBesideIcon)

    def check_theme(self, theme: str) -> None:
        """Mark the theme that holds."""
        for action in self._themes.actions():
            action.setChecked(action.data() == theme)

    @Slot(QAction)
    def _on_theme(self, action: QAction) -> None:
        self.theme_chosen.emit(action.data())
