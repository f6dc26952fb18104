"""Where models are asked: the server's address and the name of the variable that holds the key."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import AROUND, BETWEEN, small_font
from rlm_desktop.viewmodel.asking import Asking

_ABOUT = (
    "Any server that speaks the OpenAI protocol can be used: Ollama, LM Studio, llama.cpp, vLLM, a company gateway. "
    "Leave the address empty to ask the provider that a model's name begins with, such as openai/… or anthropic/…"
)
_KEY = "The key itself is never stored. It is read from this environment variable when a run starts."


class ModelsDialog(QDialog):
    """Two fields; what is entered holds from the next run on."""

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("modelsDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Model settings")
        self._asking = asking
        self.base_url = QLineEdit(asking.preferences.base_url or "", self)
        self.key_name = QLineEdit(asking.preferences.api_key_env or "", self)
        self._build()

    def _build(self) -> None:
        self.base_url.setObjectName("baseUrlEdit")
        self.base_url.setAccessibleName("Server address")
        self.base_url.setPlaceholderText("http://localhost:11434/v1")
        self.key_name.setObjectName("keyNameEdit")
        self.key_name.setAccessibleName("Variable with the key")
        self.key_name.setPlaceholderText("OPENAI_API_KEY")
        about, key = QLabel(_ABOUT, self), Words(self, "muted", _KEY)
        key.setFont(small_font())
        for label in (about, key):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        form = QFormLayout()
        form.setSpacing(BETWEEN)
        form.addRow("Server address", self.base_url)
        form.addRow("Variable with the key", self.key_name)
        form.addRow("", key)
        buttons = QDialogButtonBox(self)
        buttons.setStandardButtons(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Save).setProperty("kind", "main")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(AROUND)
        column.addWidget(about)
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(480)

    def accept(self) -> None:
        """Keep what was entered."""
        self._asking.choose(
            base_url=self.base_url.text().strip() or None, api_key_env=self.key_name.text().strip() or None
        )
        super().accept()
