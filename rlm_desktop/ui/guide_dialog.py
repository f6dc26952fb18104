"""The guide in a window of its own: contents left, a page right, and a field that finds words in all pages."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from rlm_desktop.ui.filter_field import FilterField
from rlm_desktop.ui.guide_text import GuideText, places_of
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.parts import Hairline, Words
from rlm_desktop.ui.room import over
from rlm_desktop.ui.theme import AROUND, BETWEEN, INSIDE
from rlm_desktop.viewmodel.guide import GuidePage

_SIZE = QSize(920, 720)
_CONTENTS, _ROW = 220, 28
_NARROW = 700
"""Below this width the contents are a menu over the page."""


class GuideDialog(QDialog):
    """Stays open beside the window, so that one can read and do."""

    def __init__(self, pages: Sequence[GuidePage], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("guideDialog")
        self.setWindowTitle("Guide")
        self.setAccessibleName("Guide")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pages = list(pages)
        self._hits_by_page: list[int] = [0] * len(self._pages)
        self._plain: list[QTextDocument] = []
        self._place = -1
        self._began_in = 0
        """The page from which what is typed now is looked for, so that each further letter does not lead away."""
        self._body = QWidget(self)
        self.field = FilterField("guideFind", "Find in the guide", "Words; Enter goes to the next place", self)
        self.said = Words(self, "muted")
        self._back = self._arrow("chevron-up", "Previous place (Shift+Enter)", self._on_previous)
        self._on = self._arrow("chevron-down", "Next place (Enter)", self._on_next)
        self.contents = QListWidget(self._body)
        self.menu = QComboBox(self)
        self.text = GuideText(self._body)
        self._line = Hairline(self._body, Qt.Orientation.Vertical)
        self._build()
        self._connect()
        self.resize(over(parent, _SIZE))
        self.contents.setCurrentRow(0)
        self.text.setFocus()

    def _build(self) -> None:
        self._build_contents()
        self._body.setProperty("kind", "surface")
        self._body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self._body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self.contents, self._line, self.text):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(Hairline(self))
        column.addWidget(self._body, 1)

    def _build_contents(self) -> None:
        for page in self._pages:
            item = QListWidgetItem(page.title, self.contents)
            item.setSizeHint(QSize(0, _ROW))
            self.menu.addItem(page.title)
        for chooser, name in ((self.contents, "guideContents"), (self.menu, "guideMenu")):
            chooser.setObjectName(name)
            chooser.setAccessibleName("Contents of the guide")
            chooser.setToolTip("Contents")
        self.contents.setProperty("kind", "quotes")
        self.contents.setFixedWidth(_CONTENTS)
        self.contents.setFrameShape(QFrame.Shape.NoFrame)

    def _head(self) -> QHBoxLayout:
        close = QPushButton("Close", self)
        close.setAccessibleName("Close the guide")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        head = QHBoxLayout()
        head.setContentsMargins(AROUND, BETWEEN, AROUND, BETWEEN)
        head.setSpacing(INSIDE)
        head.addWidget(self.menu)
        head.addWidget(self.field, 2)
        for widget in (self.said, self._back, self._on):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(close)
        return head

    def _arrow(self, icon: str, words: str, act: object) -> QToolButton:
        button = QToolButton(self)
        set_icon(button, icon)
        button.setProperty("kind", "quiet")
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.clicked.connect(act)
        button.setEnabled(False)
        return button

    def _connect(self) -> None:
        self.contents.currentRowChanged.connect(self._on_row)
        self.menu.activated.connect(self.contents.setCurrentRow)
        self.text.page_wanted.connect(self.show_page)
        self.field.textChanged.connect(self._on_typed)
        self.field.left.connect(self._on_left)
        QShortcut(QKeySequence.StandardKey.Find, self).activated.connect(self.field.setFocus)
        QShortcut(QKeySequence("Shift+Return"), self).activated.connect(self._on_previous)

    @property
    def page(self) -> GuidePage:
        """The page that is shown."""
        return self._pages[self.contents.currentRow()]

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Show the page of this name."""
        self.contents.setCurrentRow([page.name for page in self._pages].index(name))

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.field.redress()
        self._on_row(self.contents.currentRow())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Look for words that are typed while a page is read."""
        typed, held = event.text(), event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if typed.strip() and typed.isprintable() and not held:
            self.field.setFocus()
            self.field.insert(typed)
            return
        super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < _NARROW
        self.contents.setVisible(not is_narrow)
        self._line.setVisible(not is_narrow)
        self.menu.setVisible(is_narrow)

    @Slot(int)
    def _on_row(self, row: int) -> None:
        self.menu.setCurrentIndex(row)
        self.text.show_page(self._pages[row])
        self.text.mark(self._words)
        self._place, self._began_in = -1, row

    # Finding

    @property
    def _words(self) -> str:
        return self.field.text().strip()

    @Slot()
    def _on_typed(self) -> None:
        """Mark what is looked for, and go to its first place: in this page, else in the next that has one."""
        words = self._words
        if words:
            self.contents.setCurrentRow(self._began_in)
        else:
            self._began_in = self.contents.currentRow()
        self._hits_by_page = [len(places_of(document, words)) for document in self._texts()] if words else []
        self.text.mark(words)
        self._place = -1
        has_any = any(self._hits_by_page)
        for button in (self._back, self._on):
            button.setEnabled(has_any)
        if has_any:
            self._go(1)
        else:
            self.said.setText("Nowhere" if words else "")

    def _texts(self) -> Sequence[QTextDocument]:
        """Give all pages as they are searched; made when somebody searches first."""
        if not self._plain:
            from rlm_desktop.viewmodel.guide_html import page_html  # noqa: PLC0415 (as in `GuideText`)

            for page in self._pages:
                document = QTextDocument(self)
                document.setHtml(page_html(page))
                self._plain.append(document)
        return self._plain

    @Slot()
    def _on_left(self) -> None:
        """Escape has cleared the field, and leads to the page; Enter goes on."""
        if self._words:
            self._on_next()
        else:
            self.text.setFocus()

    @Slot()
    def _on_next(self) -> None:
        self._go(1)

    @Slot()
    def _on_previous(self) -> None:
        self._go(-1)

    def _go(self, step: int) -> None:
        """Go to the next place or the one before, over the ends of pages."""
        if not any(self._hits_by_page):
            return
        place = self._place + step
        if not 0 <= place < len(self.text.hits):
            self._turn(step)
            place = 0 if step > 0 else len(self.text.hits) - 1
        self._place = place
        self.text.go_to_hit(place)
        before = sum(self._hits_by_page[: self.contents.currentRow()])
        self.said.setText(f"{before + place + 1} of {sum(self._hits_by_page)}")

    def _turn(self, step: int) -> None:
        """Show the next page, or the one before, that has a place; this one where it is the only one."""
        count = len(self._pages)
        row = self.contents.currentRow()
        rows = [(row + step * by) % count for by in range(1, count + 1)]
        began_in = self._began_in
        self.contents.setCurrentRow(next(one for one in rows if self._hits_by_page[one]))
        self._began_in = began_in
