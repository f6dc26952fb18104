"""The name of the corpus that is open, and the menu to save, open, rename and delete named ones."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu, QMessageBox, QToolButton, QWidget

from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.theme import small_font
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.corpora import in_short

_NO_NAME = "Documents"
_AROUND_WORDS = 38
_BESIDE = 92
"""The room that the panel's other buttons take."""


class CorporaButton(QToolButton):
    """The panel's title: what is in the form, and a menu of what could be."""

    def __init__(self, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("corporaButton")
        self._asking, self._corpora, self._panel = asking, asking.corpora, parent
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self._menu.triggered.connect(self._on_chosen)
        self._renamed = ""
        """The corpus that the name being asked for is to be given to; empty for the documents of the form."""
        self._agreed: Callable[[], None] = self._on_save
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setProperty("kind", "title")
        self.setFont(small_font())
        set_icon(self, "chevron-down", "muted", 12)
        asking.changed.connect(self.refresh)
        asking.corpora.changed.connect(self.refresh)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the name of what is open, with a mark if it differs from what was saved."""
        name = self._corpora.current
        mark = " •" if name and self._corpora.has_changed else ""
        room = self._panel.width() - _BESIDE - _AROUND_WORDS - self.fontMetrics().horizontalAdvance(mark)
        words = self.fontMetrics().elidedText(name or _NO_NAME, Qt.TextElideMode.ElideRight, max(room, 0)) + mark
        if self.text() != words:
            self.setText(words)
            # The style sheet's own idea of its width leaves no room for the icon.
            self.setMinimumWidth(self.fontMetrics().horizontalAdvance(words) + _AROUND_WORDS)
        more = f"Corpus {name}" if name else "Documents without a name"
        self.setToolTip(f"{more}{', changed since it was saved' if mark else ''}; click to save or open one")
        self.setAccessibleName(f"{more}, menu of corpora")

    @Slot()
    def _fill(self) -> None:
        menu, current = self._menu, self._corpora.current
        menu.clear()
        for corpus in self._corpora.listed:
            action = menu.addAction(f"{_literal(corpus.name)}\t{in_short(corpus)}")
            action.setData(corpus.name)
            action.setCheckable(True)
            action.setChecked(corpus.name == current)
        if self._corpora.listed:
            menu.addSeparator()
        has_documents = bool(self._asking.paths)
        if current and self._corpora.has_changed:
            menu.addAction(f"Save the changes to {_literal(current)}", self._on_save).setEnabled(has_documents)
        menu.addAction("Save these documents as…", self._on_save_as).setEnabled(has_documents)
        if current:
            menu.addAction("Rename…", self._on_rename)
            menu.addAction("Delete…", self._on_delete)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        if action.data():
            self._corpora.open(action.data())
            # Qt has turned the mark of the open one off already.
            action.setChecked(True)

    @Slot()
    def _on_save(self) -> None:
        self._corpora.save(self._corpora.current)

    @Slot()
    def _on_save_as(self) -> None:
        self._renamed = ""
        self._ask_name("Save these documents", self._corpora.current or self._asking.suggested_name())

    @Slot()
    def _on_rename(self) -> None:
        self._renamed = self._corpora.current
        self._ask_name("Rename the corpus", self._renamed)

    @Slot()
    def _on_delete(self) -> None:
        name = self._corpora.current
        self._agreed = partial(self._corpora.remove, name)
        self._ask(
            f"Delete the corpus “{name}”?", "Its files stay where they are, and so do the runs over it.", "Delete"
        )

    @Slot(str)
    def _on_named(self, text: str) -> None:
        name, old = " ".join(text.split()), self._renamed
        if not name:
            return
        self._agreed = partial(self._corpora.rename, old, name) if old else partial(self._corpora.save, name)
        if self._corpora.get(name) is None or name in (old, self._corpora.current):
            self._agreed()
        else:
            self._ask(f"Replace the corpus “{name}”?", "There is one of this name already.", "Replace")

    @Slot()
    def _on_agreed(self) -> None:
        self._agreed()

    def _ask_name(self, title: str, name: str) -> None:
        dialog = QInputDialog(self.window())
        dialog.setObjectName("corpusNameDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText("Name")
        dialog.setTextValue(name)
        dialog.textValueSelected.connect(self._on_named)
        dialog.open()

    def _ask(self, text: str, more: str, verb: str) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Corpora", text, parent=self.window())
        box.setObjectName("corpusQuestion")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(more)
        button = box.addButton(verb, QMessageBox.ButtonRole.DestructiveRole)
        button.setProperty("kind", "stop")
        button.clicked.connect(self._on_agreed)
        box.setDefaultButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
        box.open()


def _literal(name: str) -> str:
    """Spell a name so that a menu shows it as it is."""
    return name.replace("&", "&&").replace("\t", " ")
