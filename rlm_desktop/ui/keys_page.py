"""Servers that were found or added, and keys: pasted here, kept where the user says."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from rlm_desktop.service.model_messages import KeyKept, ServerLooked
from rlm_desktop.settings.keys import KeyPlace
from rlm_desktop.settings.preferences import ServerChoice
from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.cell_table import CellTable
from rlm_desktop.ui.parts import Words, action_button
from rlm_desktop.ui.theme import BETWEEN, INSIDE, small_font
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.cards import Cell, TableBody
from rlm_desktop.viewmodel.models import Models, is_taken, server_title

_PLACES: tuple[tuple[KeyPlace, str], ...] = (
    ("keyring", "in the system's keyring"),
    ("session", "for this session only"),
    ("file", "in a file only I can read"),
)
_HEADINGS = ("Address", "Name", "How", "Answers")
_NONE = (
    "No model server answers on this computer: Ollama, LM Studio, llama.cpp, vLLM or Jan. Start one, or add another."
)
_YES = "Yes, write it to a file in the data folder that only my user can read"


class KeysPage(QWidget):
    """Adds servers, keeps and forgets keys."""

    def __init__(self, asking: Asking, models: Models, parent: QWidget) -> None:
        super().__init__(parent)
        self._asking, self._models = asking, models
        self._is_keeping = True
        self.servers = CellTable("serversTable", "Servers", self)
        self.name, self.address = QLineEdit(self), QLineEdit(self)
        self.provider, self.place = QComboBox(self), QComboBox(self)
        self.key = QLineEdit(self)
        self.yes = QCheckBox(_YES, self)
        self.said, self.why, self.none = Words(self, "muted"), Words(self, "muted"), Words(self, "muted", _NONE)
        self.add = action_button(self, "Add server", "addServer", self._on_add)
        self.remove = action_button(self, "Remove", "removeServer", self._on_remove)
        self.keep = action_button(self, "Keep key", "keepKey", self._on_keep)
        self.forget = action_button(self, "Forget key", "forgetKey", self._on_forget)
        self._build()
        models.changed.connect(self.refresh)
        models.key_told.connect(self._on_told)
        self.refresh()

    def _build(self) -> None:
        for edit, name, words, hint in (
            (self.name, "serverName", "Name of the server", "office"),
            (self.address, "serverAddress", "Address of the server", "http://192.168.1.20:8000/v1"),
            (self.key, "keyEdit", "Key", "Paste the key"),
        ):
            edit.setObjectName(name)
            edit.setAccessibleName(words)
            edit.setPlaceholderText(hint)
        for edit in (self.name, self.address):
            edit.returnPressed.connect(self.add.click)
        self.key.returnPressed.connect(self.keep.click)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.provider.setAccessibleName("Whose key")
        self.place.setAccessibleName("Where the key is kept")
        self.provider.setObjectName("keyProvider")
        self.place.setObjectName("keyPlace")
        for place, words in _PLACES:
            self.place.addItem(words, place)
        self.place.currentIndexChanged.connect(self._on_place)
        for label in (self.said, self.why, self.none):
            label.setWordWrap(True)
            label.setFont(small_font())
        adding, keeping = QHBoxLayout(), QHBoxLayout()
        for widget in (self.name, self.address, self.add, self.remove):
            adding.addWidget(widget, 1 if widget is self.address else 0)
        for button in (self.keep, self.forget):
            keeping.addWidget(button)
        keeping.addStretch(1)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setSpacing(INSIDE)
        form.addRow("Key of", self.provider)
        form.addRow("Key", self.key)
        form.addRow("Keep it", self.place)
        form.addRow("", self.why)
        form.addRow("", self.yes)
        form.addRow("", keeping)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN)
        column.addWidget(self.servers, 1)
        column.addWidget(self.none, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(adding)
        column.addLayout(form)
        column.addWidget(self.said)
        self._on_place()

    @Slot()
    def refresh(self) -> None:
        """Show which servers answered, and whose keys are there."""
        listed = self._models.listed
        self.servers.show_body(TableBody(rows=tuple(map(_row, listed.servers)), headings=_HEADINGS, stretch=0))
        self.servers.setVisible(bool(listed.servers))
        self.none.setVisible(not listed.servers)
        chosen = self.provider.currentData()
        self.provider.clear()
        for key in listed.keys:
            where = f" ({_where(key.place)})" if key.place else ""
            self.provider.addItem(f"{key.title}{where}", key.provider)
        for added in self._asking.preferences.servers if listed.keys else ():
            self.provider.addItem(added.name, added.name)
        self.provider.setCurrentIndex(max(0, self.provider.findData(chosen)))
        self._show_places(listed.keyring_problem)

    def _show_places(self, keyring_problem: str) -> None:
        """A keyring that does not work can't be chosen, and why is said under the choice."""
        self.why.setText(keyring_problem)
        self.why.setVisible(bool(keyring_problem))
        places = self.place.model()
        assert isinstance(places, QStandardItemModel)
        places.item(0).setEnabled(not keyring_problem)
        if keyring_problem:
            self.place.setCurrentIndex(max(1, self.place.currentIndex()))
        for button in (self.keep, self.forget):
            button.setEnabled(self.provider.count() > 0)

    @Slot()
    def _on_place(self) -> None:
        self.yes.setVisible(self.place.currentData() == "file")

    @Slot()
    def _on_add(self) -> None:
        name, address = self.name.text().strip(), self.address.text().strip()
        kept = self._asking.preferences.servers
        if not name or "/" in name or not address.startswith(("http://", "https://")):
            self._say("Give a name without a slash, and an address such as http://192.168.1.20:8000/v1.", "error")
            return
        if is_taken(name):
            self._say(f"Models of another server are called {name}/… already: choose another name.", "error")
            return
        others = tuple(server for server in kept if server.name != name)
        self._asking.choose(servers=(*others, ServerChoice(name=name, base_url=address)))
        self.name.clear()
        self.address.clear()
        self._models.refresh()

    @Slot()
    def _on_remove(self) -> None:
        row = self.servers.currentIndex().row()
        listed = self._models.listed.servers
        if 0 <= row < len(listed) and listed[row].is_added:
            kept = self._asking.preferences.servers
            self._asking.choose(servers=tuple(server for server in kept if server.name != listed[row].name))
            self._models.refresh()
        else:
            self._say("Select a server that you added; the others are found at their usual ports.", "muted")

    @Slot()
    def _on_keep(self) -> None:
        place: KeyPlace = self.place.currentData()
        if not self.key.text().strip():
            self._say("Paste a key first.", "error")
        elif place == "file" and not self.yes.isChecked():
            self._say("A file is less safe than a keyring: say yes above, or choose another place.", "error")
        else:
            self._is_keeping = True
            self._models.keep_key(self.provider.currentData(), self.key.text(), place)
            self.key.clear()

    @Slot()
    def _on_forget(self) -> None:
        self._is_keeping = False
        self._models.forget_key(self.provider.currentData())

    @Slot(object)
    def _on_told(self, told: KeyKept) -> None:
        words = f"The key of {told.provider} was {'kept' if self._is_keeping else 'forgotten'}."
        self._say(told.problem or words, "error" if told.problem else "answer")

    def _say(self, text: str, role: str) -> None:
        self.said.set_role(role)  # type: ignore[arg-type]
        self.said.setText(text)


def _row(server: ServerLooked) -> tuple[Cell, ...]:
    return (
        Cell(text=server.base_url, is_code=True),
        Cell(text=server_title(server)),
        Cell(text="added by you" if server.is_added else "found at its usual port", tint="muted"),
        Cell(text=server.problem or plural(server.models, "model"), tint="warn" if server.problem else "text"),
    )


def _where(place: KeyPlace) -> str:
    return "a key is in the environment" if place == "environment" else f"a key is kept {dict(_PLACES)[place]}"
