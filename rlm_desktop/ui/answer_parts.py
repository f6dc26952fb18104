"""The line over an answer that is too long to be laid out: which part of it is shown, and the way to the others."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from rlm_desktop.trace.wording import plural
from rlm_desktop.ui.answer_text import AnswerText
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.theme import GRID, small_font


class AnswerParts(QWidget):
    """Hidden for an answer that is laid out."""

    def __init__(self, text: AnswerText, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("answerParts")
        self._text = text
        self.words = Words(self, "muted")
        self.back = self._button("chevron-left", "Previous part")
        self.on = self._button("chevron-right", "Next part")
        self._build()
        text.parts_changed.connect(self._on_changed)

    def _button(self, icon: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "quiet")
        set_icon(button, icon)
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    def _build(self) -> None:
        self.words.setFont(small_font())
        self.words.setWordWrap(True)
        self.back.clicked.connect(self._on_back)
        self.on.clicked.connect(self._on_on)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.words, 1)
        row.addWidget(self.back)
        row.addWidget(self.on)
        self.hide()

    @Slot()
    def _on_changed(self) -> None:
        text = self._text
        start, end = text.parts[text.part]
        count, total = len(text.parts), text.parts[-1][1]
        self.setVisible(not text.is_laid_out)
        where = f" Part {text.part + 1} of {count}: characters {start + 1:,} to {end:,}." if count > 1 else ""
        self.words.setText(f"Too long or tangled to lay out; {plural(total, 'character')} as written.{where}")
        for button, is_there in ((self.back, text.part > 0), (self.on, text.part < count - 1)):
            button.setVisible(count > 1)
            button.setEnabled(is_there)

    @Slot()
    def _on_back(self) -> None:
        self._text.show_part(self._text.part - 1)

    @Slot()
    def _on_on(self) -> None:
        self._text.show_part(self._text.part + 1)
