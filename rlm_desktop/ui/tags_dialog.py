"""Asks for the tags of runs: words of the user's own, with commas between them."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from rlm_desktop.ui.flow import Flow
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import AROUND, GRID, INSIDE, small_font

_MOST_OFFERED = 24
_WIDTH = 380


class TagsDialog(QDialog):
    """A field with the tags that all chosen runs have; a click on a known one adds it or takes it away."""

    chosen = Signal(object, object)  # list[str] added, list[str] removed

    def __init__(self, what: str, tags: Sequence[str], known: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tagsDialog")
        self.setWindowTitle("Tags")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        self._before = list(tags)
        self._edit = QLineEdit(", ".join(tags), self)
        self._edit.setObjectName("tagsEdit")
        self._edit.setAccessibleName(f"Tags of {what}, with commas between them")
        self._edit.setPlaceholderText("dues, harbour report")
        self._edit.textChanged.connect(self._on_changed)
        self._offers = {tag: self._make_offer(tag) for tag in known[:_MOST_OFFERED]}
        self._build(what)
        self._on_changed()
        self._edit.setFocus()

    def _build(self, what: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(AROUND, AROUND, AROUND, AROUND)
        column.setSpacing(INSIDE)
        title = Words(self, "text", f"Tags of {what}, with commas between them")
        title.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(self._edit)
        if self._offers:
            offers = QWidget(self)
            row = Flow(offers, GRID, 0)
            for offer in self._offers.values():
                row.addWidget(offer)
            column.addWidget(offers)
        buttons = QDialogButtonBox(self)
        save = QPushButton("Save", self)
        save.setObjectName("saveTags")
        save.setProperty("kind", "main")
        buttons.addButton(save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _make_offer(self, tag: str) -> QPushButton:
        offer = QPushButton(tag.replace("&", "&&"), self)
        offer.setProperty("kind", "link")
        offer.setProperty("tag", tag)
        offer.setFont(small_font())
        offer.setCheckable(True)
        offer.setAutoDefault(False)
        offer.setAccessibleName(f"Tag {tag}")
        offer.clicked.connect(self._on_offer)
        return offer

    @property
    def tags(self) -> list[str]:
        """What is in the field: each tag once, in order."""
        words = (" ".join(tag.split()) for tag in self._edit.text().split(","))
        return list(dict.fromkeys(tag for tag in words if tag))

    @Slot()
    def _on_changed(self) -> None:
        tags = self.tags
        for tag, offer in self._offers.items():
            offer.setChecked(tag in tags)

    @Slot()
    def _on_offer(self) -> None:
        offer = self.sender()
        if offer is not None:
            tag, tags = offer.property("tag"), self.tags
            self._edit.setText(", ".join([one for one in tags if one != tag] if tag in tags else [*tags, tag]))

    @Slot()
    def _on_save(self) -> None:
        tags = self.tags
        added = [tag for tag in tags if tag not in self._before]
        removed = [tag for tag in self._before if tag not in tags]
        if added or removed:
            self.chosen.emit(added, removed)
        self.accept()
