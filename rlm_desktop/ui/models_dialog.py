"""Models, servers, keys and rules; on its last page one server for everything, and prices nobody else knows."""

from PySide6.QtCore import QLocale, QSize, Qt, Slot
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.ui.keys_page import KeysPage
from rlm_desktop.ui.models_page import ModelsPage
from rlm_desktop.ui.parts import Switch, Words, amount
from rlm_desktop.ui.room import over
from rlm_desktop.ui.rules_page import RulesPage
from rlm_desktop.ui.tall import Tall
from rlm_desktop.ui.theme import AROUND, BETWEEN, small_font
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.models import Models

_ABOUT = (
    "Any server that speaks the OpenAI protocol can be used: Ollama, LM Studio, llama.cpp, vLLM, a company gateway. "
    "Leave the address empty to ask the provider that a model's name begins with, such as openai/… or anthropic/…"
)
_KEY = "The key itself is never stored. It is read from this environment variable when a run starts."
_PRICES = (
    "Dollars per million tokens, for models whose price is not known; 0 for a model that costs nothing. "
    "They hold for both models. With a money limit, a model without a price is not asked."
)
_SIZE = QSize(1000, 620)
_PAGES = ("Models", "Servers and keys", "Privacy, money, cache", "One server for all")
_HALF = "Give both prices, or none."


class ModelsDialog(QDialog):
    """Pages; what is chosen or entered holds from the next run on."""

    def __init__(self, asking: Asking, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("modelsDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Model settings")
        self._asking, self._models = asking, models
        self.pages = QStackedWidget(self)
        self.switch = Switch(tuple(_PAGES), self)
        self.models = ModelsPage(asking, models, self.pages)
        self.keys = KeysPage(asking, models, self.pages)
        self.rules = RulesPage(asking, models, self.pages)
        self.base_url = QLineEdit(asking.preferences.base_url or "", self)
        self.key_name = QLineEdit(asking.preferences.api_key_env or "", self)
        self.price_in = self._price(asking.preferences.price_in_usd, "priceInEdit", "Price of input")
        self.price_out = self._price(asking.preferences.price_out_usd, "priceOutEdit", "Price of output")
        self.half = Words(self, "error", "")
        self.save = QPushButton("Save", self)
        self._build()

    def _price(self, value: float | None, name: str, words: str) -> QLineEdit:
        edit = QLineEdit("" if value is None else f"{value:g}", self)
        edit.setObjectName(name)
        edit.setAccessibleName(f"{words}, dollars per million tokens")
        edit.setPlaceholderText("not known")
        validator = QDoubleValidator(0.0, 100_000.0, 6, edit)
        validator.setNotation(QDoubleValidator.Notation.StandardNotation)
        validator.setLocale(QLocale.c())
        edit.setValidator(validator)
        edit.textChanged.connect(self._on_price)
        return edit

    def _build(self) -> None:
        self.base_url.setObjectName("baseUrlEdit")
        self.base_url.setAccessibleName("Server address")
        self.base_url.setPlaceholderText("http://localhost:11434/v1")
        self.key_name.setObjectName("keyNameEdit")
        self.key_name.setAccessibleName("Variable with the key")
        self.key_name.setPlaceholderText("OPENAI_API_KEY")
        about, key, prices = Words(self, "text", _ABOUT), Words(self, "muted", _KEY), Words(self, "muted", _PRICES)
        for label in (key, prices, self.half):
            label.setFont(small_font())
        for label in (about, key, prices):
            label.setWordWrap(True)
        self.half.hide()
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setSpacing(BETWEEN)
        form.addRow("Server address", self.base_url)
        form.addRow("Variable with the key", self.key_name)
        form.addRow("", key)
        form.addRow("Price of input", self.price_in)
        form.addRow("Price of output", self.price_out)
        form.addRow("", prices)
        form.addRow("", self.half)
        self._arrange(about, form)

    def _arrange(self, about: QWidget, form: QFormLayout) -> None:
        server = QWidget(self.pages)
        inside = QVBoxLayout(server)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(AROUND)
        inside.addWidget(about)
        inside.addLayout(form)
        inside.addStretch(1)
        for name, page in zip(_PAGES, (self.models, self.keys, self.rules, server), strict=True):
            place = Tall(name, self.pages)
            whole = QVBoxLayout(place.inside)
            whole.setContentsMargins(0, 0, 0, 0)
            whole.addWidget(page)
            self.pages.addWidget(place)
        self.switch.chosen.connect(self._on_page)
        buttons = QDialogButtonBox(self)
        self.save.setProperty("kind", "main")
        # Else Enter in a field presses the first button of the dialog, which leads to another page.
        self.save.setDefault(True)
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        # Here, since a box shows what is added to it.
        self.save.hide()
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(AROUND)
        column.addWidget(self.switch)
        column.addWidget(self.pages, 1)
        column.addWidget(buttons)
        self.resize(over(self.parentWidget(), _SIZE))

    @Slot(int)
    def _on_page(self, number: int) -> None:
        """Only the last page is saved; what is done on the others holds at once."""
        self.pages.setCurrentIndex(number)
        self.save.setVisible(number == len(_PAGES) - 1)

    @Slot()
    def _on_price(self) -> None:
        self.half.hide()

    @override
    def accept(self) -> None:
        """Keep what was entered, unless half a price was."""
        price_in, price_out = amount(self.price_in), amount(self.price_out)
        if (price_in is None) != (price_out is None):
            self.half.setText(_HALF)
            self.half.show()
            (self.price_in if price_in is None else self.price_out).setFocus()
            return
        self._asking.choose(
            base_url=self.base_url.text().strip() or None,
            api_key_env=self.key_name.text().strip() or None,
            price_in_usd=price_in,
            price_out_usd=price_out,
        )
        self._models.refresh()
        super().accept()
