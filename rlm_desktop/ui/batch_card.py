"""The map grid of a batch: its figures, a picture of durations, filters, and a line for each call."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget
from typing_extensions import override

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.tree import Trace
from rlm_desktop.ui.call_grid_view import CallGridView
from rlm_desktop.ui.call_menu import CallMenu
from rlm_desktop.ui.parts import Card, ElidedWords
from rlm_desktop.ui.reask_strip import ReaskStrip
from rlm_desktop.ui.sparkline import Sparkline
from rlm_desktop.ui.theme import BETWEEN, GRID, INSIDE, small_font
from rlm_desktop.viewmodel.batch_words import CHOICES, bars, counts_words, picture_words, shown_words, sums_words
from rlm_desktop.viewmodel.call_grid import CallGrid
from rlm_desktop.viewmodel.detail_cards import Texts
from rlm_desktop.viewmodel.reasking import Reasking

_GROUP, _WIDE = "Group identical answers", 520
_NARROW = 320
"""In a narrower card the filter stands above the choices, so that none of them is cut."""


class BatchCard(Card):
    """Shows a batch and keeps its filters, order and selection while it is the same."""

    wanted = Signal(object)  # NodeId

    def __init__(self, reasking: Reasking, parent: QWidget) -> None:
        super().__init__("Calls", "worker", parent)
        self.setObjectName("batchCard")
        self.grid = CallGrid(self)
        self._picture = Sparkline(self)
        self._filter = QLineEdit(self)
        self._state = QComboBox(self)
        self._group = QPushButton(_GROUP, self)
        self._shown = ElidedWords(self, "muted")
        self.view = CallGridView(self.grid, self)
        self.again = ReaskStrip(self.grid, reasking, self)
        self._menu = CallMenu(self.grid, self.view, self.again, self)
        self._tools = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._version = -1
        self._build()
        self.grid.told.connect(self._on_told)
        self.view.wanted.connect(self.wanted)
        self.again.left.connect(self.view.setFocus)

    def _build(self) -> None:
        self._filter.setObjectName("callFilter")
        self._filter.setPlaceholderText("Filter by words")
        self._filter.setAccessibleName("Filter the calls by words")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._on_filter)
        self._state.setObjectName("callState")
        self._state.setAccessibleName("Which calls are shown")
        for choice, words in CHOICES:
            self._state.addItem(words, choice)
        self._state.currentIndexChanged.connect(self._on_state)
        # Else as wide as its longest choice, which the list shows whole.
        self._state.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._state.setMinimumContentsLength(6)
        self._group.setObjectName("callGroup")
        self._group.setAccessibleName(_GROUP)
        self._group.setCheckable(True)
        self._group.setProperty("kind", "link")
        self._group.setToolTip("Show calls with the same answer as one line that opens")
        self._group.toggled.connect(self._on_group)
        self._shown.setObjectName("callWords")
        self._shown.setFont(small_font())
        self._shown.setContentsMargins(BETWEEN, GRID, BETWEEN, GRID)
        self._menu.told.connect(self._say)
        self.column.addWidget(self._picture)
        self.column.addLayout(self._build_tools())
        self.column.addWidget(self.again)
        self.column.addWidget(self.view, 1)
        self.column.addWidget(self._shown)

    def _build_tools(self) -> QBoxLayout:
        choices = QHBoxLayout()
        choices.setSpacing(INSIDE)
        for widget in (self._state, self._group, self._menu):
            choices.addWidget(widget)
        self._tools.setContentsMargins(BETWEEN, GRID, INSIDE, INSIDE)
        self._tools.setSpacing(INSIDE)
        self._tools.addWidget(self._filter, 1)
        self._tools.addLayout(choices)
        return self._tools

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, way = event.size().width(), QBoxLayout.Direction
        self._group.setText(_GROUP if width >= _WIDE else "Group")
        self._tools.setDirection(way.LeftToRight if width >= _NARROW else way.TopToBottom)

    def show_batch(self, trace: Trace, batch: NodeId, texts: Texts) -> None:
        """Show a batch, or what is new of it."""
        is_other = batch != self.grid.batch
        self._menu.texts = texts
        self.grid.show_batch(trace, batch)
        if is_other:
            self._begin_anew()
        self._on_told()

    def _begin_anew(self) -> None:
        with QSignalBlocker(self._filter), QSignalBlocker(self._state), QSignalBlocker(self._group):
            self._filter.clear()
            self._state.setCurrentIndex(0)
            self._group.setChecked(False)
        self.view.clearSelection()
        self.view.scrollToTop()

    @Slot()
    def _on_told(self) -> None:
        if self.grid.version != self._version:
            self._version = self.grid.version
            self._tell_figures()
        self._say(shown_words(self.grid))

    def _tell_figures(self) -> None:
        self.set_note(counts_words(self.grid))
        self.set_aside(sums_words(self.grid))
        self._picture.show_bars(bars(self.grid), picture_words(self.grid))
        self.again.refresh()
        self._menu.refresh()

    @Slot(str)
    def _say(self, words: str) -> None:
        self._shown.setText(words)
        self._shown.setVisible(bool(words))

    @Slot(str)
    def _on_filter(self, text: str) -> None:
        self.grid.want(text=text)
        self._say(shown_words(self.grid))

    @Slot(int)
    def _on_state(self, place: int) -> None:
        self.grid.want(state=CHOICES[place][0])
        self._say(shown_words(self.grid))

    @Slot(bool)
    def _on_group(self, is_grouped: bool) -> None:
        self.grid.want(is_grouped=is_grouped)
        self._say(shown_words(self.grid))
