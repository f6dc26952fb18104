"""What a row of a list says beside its words: a note at the right, colours by role, a dot."""

from PySide6.QtCore import Qt

NoteRole = Qt.ItemDataRole.UserRole + 11
"""The text at the right."""
InkRole = Qt.ItemDataRole.UserRole + 12
"""The colour role of the words; None for plain text."""
NoteInkRole = Qt.ItemDataRole.UserRole + 13
DotRole = Qt.ItemDataRole.UserRole + 14
"""The colour role of a steady dot before the words; None for no dot."""
LookRole = Qt.ItemDataRole.UserRole + 15
"""All of how a document's row looks."""
PinRole = Qt.ItemDataRole.UserRole + 16
TagsRole = Qt.ItemDataRole.UserRole + 17
"""The words that the user put on it."""
SnippetRole = Qt.ItemDataRole.UserRole + 18
"""The place in a text where something was found; None where nothing is searched."""
