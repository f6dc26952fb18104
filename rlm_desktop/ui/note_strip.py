"""Under the detail: the note, pin, score and labels of the node that is shown."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.wording import one_line
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.note_editor import NoteEditor
from rlm_desktop.ui.parts import ElidedWords, Hairline, Words, action_button
from rlm_desktop.ui.score_bar import LabelField, ScoreBar
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.run_notes import RunNotes, Undo

PAUSE_MS = 1_000
"""After so long without a key what was typed is saved, should the computer go off."""


class NoteStrip(QWidget):
    """Stays with the node whose note is being typed; what was typed is saved when the editor is left in any way."""

    begun = Signal()
    """A note is being typed, so its node should stay in sight."""
    done = Signal()
    """The keys asked to leave the editor."""

    def __init__(self, notes: RunNotes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("noteStrip")
        self._notes = notes
        self._shown: NodeId | None = None
        self._node: NodeId | None = None
        """The one that is written on: the shown one, or the one where typing goes on."""
        self._shown_name = self._name = ""
        self._goes_on = False
        self._pin, self._open = QToolButton(self), QToolButton(self)
        self._said = ElidedWords(self, "muted")
        self._undo = action_button(self, "Undo", "undoNote", self._on_undo)
        self._labels, self._score = LabelField(self), ScoreBar(self)
        self._page = QWidget(self)
        self._editor = NoteEditor(self._page)
        self._delete = action_button(self._page, "Delete note", "deleteNote", self._on_delete)
        self._foot = QWidget(self)
        self._word = Words(self._foot, "error")
        self._again = action_button(self._foot, "Save again", "saveNotesAgain", notes.try_again)
        self._timer = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._build()
        self._connect()
        self.show_node(None)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Hairline(self))
        column.addLayout(self._build_row())
        column.addWidget(self._build_page())
        column.addWidget(self._build_foot())

    def _build_row(self) -> QHBoxLayout:
        for button, name, icon in ((self._pin, "pinNode", "pin"), (self._open, "openNote", "pencil")):
            button.setObjectName(name)
            button.setProperty("kind", "tiny")
            button.setCheckable(True)
            button.setFixedSize(26, 26)
            set_icon(button, icon)
        self._said.setFont(small_font())
        self._undo.setProperty("kind", "link")
        self._labels.setMaximumWidth(190)
        row = QHBoxLayout()
        row.setContentsMargins(BETWEEN, GRID, BETWEEN, GRID)
        row.setSpacing(GRID)
        row.addWidget(self._pin)
        row.addWidget(self._open)
        row.addWidget(self._said, 3)
        row.addWidget(self._undo)
        row.addWidget(self._labels, 2)
        row.addWidget(self._score)
        return row

    def _build_page(self) -> QWidget:
        hint = ElidedWords(self._page, "muted", "Ctrl+Enter saves, Esc leaves; what you type is kept")
        hint.setFont(small_font())
        self._delete.setProperty("kind", "quiet")
        below = QHBoxLayout()
        below.addWidget(hint, 1)
        below.addWidget(self._delete)
        column = QVBoxLayout(self._page)
        column.setContentsMargins(AROUND, 0, BETWEEN, GRID)
        column.setSpacing(GRID)
        column.addWidget(self._editor)
        column.addLayout(below)
        self._page.hide()
        return self._page

    def _build_foot(self) -> QWidget:
        self._word.setObjectName("noteWord")
        self._word.setWordWrap(True)
        self._word.setFont(small_font())
        row = QHBoxLayout(self._foot)
        row.setContentsMargins(AROUND, 0, BETWEEN, GRID)
        row.setSpacing(INSIDE)
        self._again.setProperty("kind", "quiet")
        row.addWidget(self._word, 1)
        row.addWidget(self._again)
        return self._foot

    def _connect(self) -> None:
        self._pin.clicked.connect(self.toggle_pin)
        self._open.clicked.connect(self._on_open)
        self._editor.begun.connect(self._on_begun)
        self._editor.finished.connect(self._on_finished)
        self._editor.left.connect(self._on_left)
        self._editor.textChanged.connect(self._on_typed)
        self._labels.chosen.connect(self._on_labels)
        self._score.chosen.connect(self._on_score)
        self._timer.timeout.connect(self._save)
        self._notes.changed.connect(self._on_changed)
        self._notes.told.connect(self._refresh)

    # What the user does

    def show_node(self, node: NodeId | None, name: str = "") -> None:
        """Show what is written on another node; where one is being typed, as soon as that is done."""
        self._shown, self._shown_name = node, name
        if node is None or not self._editor.hasFocus():
            self._move()

    @Slot()
    def edit(self) -> None:
        """Type the note of the shown node."""
        if self._node is None or not self._notes.is_ready:
            return
        self._page.show()
        self._editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._editor.moveCursor(self._editor.textCursor().MoveOperation.End)
        self._refresh()

    @Slot()
    def toggle_pin(self) -> None:
        """Pin the shown node, or take its pin away."""
        if self._node is not None:
            self._notes.toggle_pin(self._node)
        self._refresh()

    # What happens

    def _move(self) -> None:
        """Be about the shown node from now on."""
        self._save()
        self._labels.leave()
        is_other = self._node != self._shown
        self._node, self._name, self._goes_on = self._shown, self._shown_name, False
        if is_other:
            self._page.hide()
            note = self._notes.note(self._node) if self._node is not None else None
            self._labels.show_labels(note.labels if note else (), anew=True)
        self._write_editor()
        self._refresh()

    def _write_editor(self) -> None:
        self._editor.write(self._notes.note(self._node).text if self._node is not None else "")

    @Slot()
    def _save(self) -> None:
        self._timer.stop()
        text = self._editor.toPlainText().strip()
        if self._node is not None and self._editor.document().isModified():
            self._notes.write(self._node, text, goes_on=self._goes_on)
            self._goes_on = True
            self._editor.document().setModified(False)

    @Slot()
    def _on_typed(self) -> None:
        if self._editor.document().isModified():
            self._timer.start()

    @Slot()
    def _on_begun(self) -> None:
        self._goes_on = False
        self.begun.emit()

    @Slot()
    def _on_finished(self) -> None:
        self._page.hide()
        self.done.emit()
        self._move()

    @Slot()
    def _on_left(self) -> None:
        """Elsewhere in the strip it is still about the same node."""
        self._save()
        focus = QApplication.focusWidget()
        if focus is not None and focus is not self._editor and not self.isAncestorOf(focus):
            self._move()

    @Slot(bool)
    def _on_open(self, is_open: bool) -> None:
        if is_open:
            self.edit()
        else:
            self._on_finished()

    @Slot()
    def _on_delete(self) -> None:
        if self._node is not None:
            self._save()
            self._notes.write(self._node, "")
            self._page.hide()
            self._move()

    @Slot()
    def _on_undo(self) -> None:
        if self._node is not None:
            self._notes.undo(self._node)
            self._write_editor()

    @Slot(object)
    def _on_labels(self, labels: tuple[str, ...]) -> None:
        if self._node is not None:
            self._notes.label(self._node, labels)

    @Slot(object)
    def _on_score(self, score: int | None) -> None:
        if self._node is not None:
            self._notes.score(self._node, score)

    @Slot(object)
    def _on_changed(self, nodes: set[NodeId]) -> None:
        self._labels.offer(self._notes.labels())
        if self._node in nodes:
            if not self._editor.document().isModified() and not self._editor.hasFocus():
                self._write_editor()
            self._refresh()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._save()
        self._labels.leave()

    # How it looks

    @Slot()
    def _refresh(self) -> None:
        node = self._node
        self.setVisible(node is not None)
        if node is None:
            return
        note = self._notes.note(node)
        self._pin.setChecked(note.is_pinned)
        _tell(self._pin, "Pinned; take the pin away (p)" if note.is_pinned else "Pin this (p)")
        set_icon(self._pin, "pin", "accent" if note.is_pinned else "muted")
        self._open.setChecked(not self._page.isHidden())
        _tell(self._open, "Change the note (m)" if note.text else "Write a note (m)")
        set_icon(self._open, "pencil", "accent" if note.text else "muted")
        self._say(note.text, self._notes.undo_of(node))
        self._score.show_score(note.score)
        self._labels.show_labels(note.labels)
        self._delete.setVisible(bool(note.text))
        for part in (self._pin, self._open, self._score, self._labels, self._editor):
            part.setEnabled(self._notes.is_ready)
        self._word.setText(self._notes.trouble)
        self._again.setText("Save again" if self._notes.is_ready else "Read again")
        self._foot.setVisible(bool(self._notes.trouble))

    def _say(self, text: str, undo: Undo | None) -> None:
        """Show how the note begins, whose note is being typed, or that it was deleted."""
        is_typing = not self._page.isHidden()
        words = one_line(text, 300) or ("No note" if undo is None else "Note deleted")
        self._said.setText(f"Note on {self._name}" if is_typing else words)
        self._said.set_role("text" if text and not is_typing else "muted")
        self._undo.setVisible(undo is not None and (is_typing or not text))


def _tell(button: QToolButton, words: str) -> None:
    button.setToolTip(words)
    button.setAccessibleName(words)
