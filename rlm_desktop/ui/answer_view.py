"""The answer with its evidence at the left, and the document it was quoted from at the right."""

from PySide6.QtCore import QPoint, QRect, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QToolButton, QVBoxLayout, QWidget

from rlm_desktop.export.answer import Answer
from rlm_desktop.ui.answer_parts import AnswerParts
from rlm_desktop.ui.answer_text import AnswerText
from rlm_desktop.ui.coverage_bar import CoverageCard
from rlm_desktop.ui.evidence_card import EvidenceCard
from rlm_desktop.ui.icons import set_icon
from rlm_desktop.ui.pair import Pair
from rlm_desktop.ui.parts import Words
from rlm_desktop.ui.passage_view import PassageView
from rlm_desktop.ui.theme import AROUND, BETWEEN, INSIDE
from rlm_desktop.ui.verdict import Verdict
from rlm_desktop.viewmodel.passages import Passages
from rlm_desktop.viewmodel.shown_run import ShownRun

_WIDEST = 820


class AnswerView(Pair):
    """Shows the answer of the run as it stands at the position looked at."""

    def __init__(self, shown: ShownRun, passages: Passages, parent: QWidget) -> None:
        super().__init__(("Answer", "Passage"), parent)
        self._shown = shown
        self._passages = passages
        self._last: Answer | None = None
        self._column = QWidget(self)
        self.verdict = Verdict(self._column)
        self._waiting = Words(self._column, "muted")
        self.question = Words(self._column, "muted")
        self.copy = QToolButton(self._column)
        self.text = AnswerText(self._column)
        self.parts = AnswerParts(self.text, self._column)
        self.evidence = EvidenceCard(self._column)
        self.coverage = CoverageCard(self._column)
        self._area = QScrollArea(self.split)
        self.passage = PassageView(self.split)
        self._fill()
        self._connect()
        self.refresh()

    def _fill(self) -> None:
        self._waiting.setWordWrap(True)
        self.question.setObjectName("shownQuestion")
        self.question.setWordWrap(True)
        self.question.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.setProperty("kind", "surface")
        self._column.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(self._column)
        column.setContentsMargins(AROUND + INSIDE, AROUND, AROUND + INSIDE, AROUND)
        column.setSpacing(BETWEEN)
        column.addLayout(self._build_head())
        for widget in (self.verdict, self._waiting, self.parts, self.text, self.evidence, self.coverage):
            column.addWidget(widget)
        column.addStretch(1)
        area = self._area
        area.setAccessibleName("Answer with its evidence")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setProperty("kind", "surface")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._column)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.put(area, self.passage, [600, 540], (300, 260))

    def _build_head(self) -> QHBoxLayout:
        self.copy.setObjectName("copyAnswer")
        self.copy.setProperty("kind", "quiet")
        set_icon(self.copy, "copy")
        self.copy.setToolTip("Copy the answer as Markdown")
        self.copy.setAccessibleName("Copy the answer as Markdown")
        head = QHBoxLayout()
        head.addWidget(self.question, 1)
        head.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _connect(self) -> None:
        self._shown.changed.connect(self.refresh)
        self._shown.opened.connect(self._on_opened)
        self.text.quote_chosen.connect(self.evidence.choose)
        for wanted in (self.text.quote_chosen, self.evidence.table.clicked, self.evidence.table.activated):
            wanted.connect(self._on_passage_wanted)
        self.copy.clicked.connect(self.text.copy_all)
        self.text.looked_at.connect(self._on_looked_at)
        self.evidence.chosen.connect(self._on_quote)
        self._passages.found.connect(self.passage.tell)

    @Slot()
    def refresh(self) -> None:
        """Show the answer if it differs from the one shown."""
        answer = self._shown.answer()
        if answer == self._last:
            return
        if answer is None or self._last is None or answer.text != self._last.text or answer.quotes != self._last.quotes:
            self._show_text(answer)
        self._last = answer
        self.question.setText(answer.question if answer else "")
        is_over = answer is not None and answer.status is not None
        self._waiting.setText("The trace shows how far it came." if is_over else "The answer will stand here.")
        self.verdict.tell(answer, self._shown.remedy)
        self.evidence.tell(answer.quotes if answer else (), answer.evidence_in_short if answer else "")
        self.coverage.tell(answer.coverage if answer else None, self._shown.unread)
        self.set_second(bool(answer and answer.quotes))
        if answer and answer.quotes and self.evidence.table.currentIndex().row() < 0:
            self._choose_first(answer)

    @property
    def has_text(self) -> bool:
        """Whether there is an answer to read and copy."""
        return not self.text.isHidden()

    def redress(self) -> None:
        """Take the colours of the theme shown now."""
        self.text.redress()
        self.passage.redress()

    def _show_text(self, answer: Answer | None) -> None:
        has_text = answer is not None and answer.text is not None
        self.text.tell(answer.text or "" if answer else "", answer.quotes if answer else ())
        self.text.setVisible(has_text)
        self.copy.setVisible(has_text)
        self._waiting.setVisible(not has_text)

    def _choose_first(self, answer: Answer) -> None:
        found = [number for number, quote in enumerate(answer.quotes) if quote.match != "none"]
        if found:
            self.evidence.choose(found[0])

    @Slot()
    def _on_opened(self) -> None:
        self._last = None
        self._passages.forget()
        self.passage.clear()
        self.evidence.tell((), "")
        self.text.tell("", ())
        self.refresh()

    @Slot(QRect)
    def _on_looked_at(self, place: QRect) -> None:
        at = self.text.mapTo(self._column, QPoint(place.center()))
        self._area.ensureVisible(at.x(), at.y(), 0, 3 * AROUND)

    @Slot()
    def _on_passage_wanted(self) -> None:
        self.bring(1)

    @Slot(int)
    def _on_quote(self, number: int) -> None:
        started = self._shown.started
        if self._last is None or started is None or number >= len(self._last.quotes):
            return
        quote = self._last.quotes[number]
        if quote.document is None or not started.corpus:
            self._passages.forget()
            self.passage.clear()
        else:
            self._passages.ask(started.corpus, quote)
