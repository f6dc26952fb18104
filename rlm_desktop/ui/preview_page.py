"""What the model sees of a document: its text with pages and lines, what was lost, and a way to find words in it."""

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSpinBox, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from rlm_desktop.trace.controls import show_controls
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.numbered_text import NumberedText
from rlm_desktop.ui.parts import ElidedWords, Hairline, Words
from rlm_desktop.ui.theme import AROUND, BETWEEN, GRID, INSIDE, title_font
from rlm_desktop.viewmodel.preview import Preview

_FIND_EDGES = 48
"""Around the words of the field, with the button that clears it."""
_FIND_WIDTH = 220
_LOADING = "Reading…"


class FindField(QLineEdit):
    """Enter finds the next place, Shift+Enter the one before, Escape leaves."""

    def __init__(self, page: "PreviewPage") -> None:
        super().__init__(page)
        self._page = page
        self.setObjectName("previewFind")
        self.setPlaceholderText("Find in this document")
        self.setAccessibleName("Find in this document")
        self.setToolTip("Enter: next, Shift+Enter: the one before")
        self.setMinimumWidth(self.fontMetrics().horizontalAdvance(self.placeholderText()) + _FIND_EDGES)
        self.setMaximumWidth(max(_FIND_WIDTH, self.minimumWidth()))
        self.setClearButtonEnabled(True)

    @override
    def event(self, event: QEvent) -> bool:
        """Take Escape while there is something to clear; else it closes the page."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride and bool(self.text())
        if is_asked and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._page.find_words(is_back=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class PreviewPage(QWidget):
    """Lies over the middle of the window until it is closed."""

    def __init__(self, preview: Preview, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("previewPage")
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._preview = preview
        self._shown: object = None
        self._end = 0
        self._name, self._facts = ElidedWords(self), ElidedWords(self, "muted")
        self._hint, self._losses = Words(self, "muted"), Words(self, "warn")
        self._found = Words(self, "muted")
        self._field = FindField(self)
        self._page, self._pages = QSpinBox(self), Words(self, "muted")
        self._before, self._part, self._after = QToolButton(self), Words(self, "muted"), QToolButton(self)
        self._close = QPushButton("Close", self)
        self.text = NumberedText(self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._found.setObjectName("previewFound")
        self._name.setFont(title_font())
        self._name.setObjectName("previewName")
        self.text.setObjectName("previewText")
        for label in (self._hint, self._losses):
            label.setWordWrap(True)
            label.setContentsMargins(AROUND, INSIDE, AROUND, INSIDE)
        self._hint.setObjectName("previewHint")
        self._losses.setObjectName("previewLosses")
        self._page.setAccessibleName("Page")
        self._page.setToolTip("Go to a page")
        self._page.setProperty("kind", "inline")
        self._page.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._page.setAlignment(Qt.AlignmentFlag.AlignRight)
        for button, icon, words in ((self._before, "chevron-left", "before"), (self._after, "chevron-right", "after")):
            set_icon(button, icon, "muted")
            button.setProperty("kind", "quiet")
            button.setAccessibleName(f"The part {words}")
            button.setToolTip(f"The part {words}")
        self._close.setObjectName("previewClose")
        self._close.setToolTip("Back (Escape)")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_head())
        column.addLayout(self._build_tools())
        for widget in (Hairline(self), self._losses, self._hint, self.text):
            column.addWidget(widget, 1 if widget is self.text else 0)
        column.addStretch(0)

    def _build_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(AROUND, BETWEEN, AROUND, 0)
        head.setSpacing(BETWEEN)
        head.addWidget(self._name, 1)
        head.addWidget(self._close)
        return head

    def _build_tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setContentsMargins(AROUND, GRID, AROUND, INSIDE)
        tools.setSpacing(GRID)
        tools.addWidget(self._facts, 1)
        for widget in (self._before, self._part, self._after, self._page, self._pages, self._found, self._field):
            tools.addWidget(widget)
        tools.insertSpacing(6, BETWEEN)
        return tools

    def _connect(self) -> None:
        self._preview.changed.connect(self.refresh)
        self._preview.closed.connect(self._on_closed)
        self._preview.hit.connect(self._on_hit)
        self._preview.looked.connect(self._found.setText)
        self._close.clicked.connect(self._preview.close)
        self._before.clicked.connect(self._on_before)
        self._after.clicked.connect(self._on_after)
        self._page.editingFinished.connect(self._on_page)
        self._field.textChanged.connect(self._on_typed)
        self.text.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        for keys, act in (("Ctrl+F", self._on_find), ("Escape", self._preview.close)):
            QShortcut(QKeySequence(keys), self, context=within).activated.connect(act)

    @Slot()
    def refresh(self) -> None:
        """Show the document that is open."""
        preview, row = self._preview, self._preview.row
        if row is None:
            return
        self._name.setText(show_controls(row.full_name or row.name))
        self._name.setToolTip(show_controls(row.path))
        self._facts.setText(preview.facts)
        self._losses.setText(row.reason[:1].upper() + row.reason[1:])
        self._losses.setVisible(bool(row.reason))
        self._hint.setText(preview.problem or _LOADING)
        self._hint.setVisible(bool(preview.problem) or preview.text is None)
        self._show_parts()
        if preview.text is not self._shown:
            self._show_text()

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.text.viewport().update()

    def find_words(self, *, is_back: bool = False) -> None:
        """Find what is in the field, from the cursor on."""
        words = self._field.text()
        after = self.text.place if is_back else max(self.text.place, self._end)
        self._preview.find(words, after, is_back=is_back)

    def _show_text(self) -> None:
        self._shown, self._end = self._preview.text, 0
        self.text.setVisible(self._preview.text is not None and not self._preview.problem)
        row = self._preview.row
        self.text.setAccessibleName(f"Text of {row.name}" if row is not None else "Text")
        self.text.show_lines(self._preview.lines, self._preview.places)
        if self._preview.text is not None and not self._field.hasFocus():
            self.text.setFocus()
        self._on_scrolled()

    def _show_parts(self) -> None:
        preview = self._preview
        for widget in (self._before, self._part, self._after):
            widget.setVisible(preview.parts > 1)
        self._part.setText(f"part {preview.part:,} of {preview.parts:,}")
        self._before.setEnabled(preview.part > 1)
        self._after.setEnabled(preview.part < preview.parts)
        pages = len(preview.page_starts)
        self._page.setVisible(pages > 1)
        self._pages.setVisible(pages > 1)
        self._page.setRange(1, max(1, pages))
        self._pages.setText(f"of {pages:,}")
        self._page.setPrefix("page ")

    @Slot(int, int)
    def _on_hit(self, start: int, end: int) -> None:
        self._end = end
        self.text.mark(start, end)

    @Slot()
    def _on_scrolled(self) -> None:
        page = self._preview.page_at(self.text.line)
        if page is not None and not self._page.hasFocus():
            self._page.setValue(page)

    @Slot()
    def _on_typed(self) -> None:
        """Find while it is typed, from where the last place began."""
        self._end = 0
        if self._field.text():
            self._preview.find_near(self._field.text(), self.text.place)
        else:
            self._found.setText("")
            self.text.mark(self.text.place, self.text.place)

    @Slot()
    def _on_find(self) -> None:
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    @Slot()
    def _on_page(self) -> None:
        if self._page.hasFocus():
            self._preview.go_to_page(self._page.value())

    @Slot()
    def _on_before(self) -> None:
        self._preview.go_to_part(self._preview.part - 1)

    @Slot()
    def _on_after(self) -> None:
        self._preview.go_to_part(self._preview.part + 1)

    @Slot()
    def _on_closed(self) -> None:
        self._shown = None
        self._field.clear()
        self.text.clear()
