"""The run's one line: how it stands, which view is shown, what it has cost."""

import time

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from typing_extensions import override

from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.wording import money, plural, seconds, tokens
from rlm_desktop.ui.parts import Dot, ElidedWords, Figure, Switch, action_button
from rlm_desktop.ui.theme import AROUND, BETWEEN, INSIDE
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.run_standing import RunStanding, standing_of
from rlm_desktop.viewmodel.shown_run import ShownRun

ANSWER, TRACE, SENT, CHARTS = 0, 1, 2, 3
COMPARE = 4
"""There only while the run is compared with another."""
_TICK_MS = 200
_WIDE = 760
_LEAST_WORDS = 80
"""So much is left to the words about the run before figures go."""


class RunLine(QWidget):
    """Says in one line what the whole run is doing."""

    view_chosen = Signal(int)
    compare_asked = Signal()

    def __init__(self, shown: ShownRun, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown = shown
        self._dot = Dot(self)
        self._status = ElidedWords(self)
        self.switch = Switch(("Answer", "Trace", "Sent", "Charts", "Compare"), self)
        self._compare = action_button(self, "Compare with…", "compareWith", self.compare_asked.emit)
        self.export_button = QPushButton("Export", self)
        """Opens a menu that is given to it."""
        self._note = ElidedWords(self, "muted")
        self.cost = Figure(self)
        self._limit, self._tokens, self._seconds, self._calls = (
            Figure(self, role) for role in ("muted", "text", "text", "muted")
        )
        self._clock = QTimer(self, interval=_TICK_MS)
        self._build()
        shown.changed.connect(self.refresh)
        self._clock.timeout.connect(self.refresh)

    def _build(self) -> None:
        self.cost.setObjectName("statusCost")
        self.cost.setAccessibleName("Cost of this run")
        self._status.setObjectName("runStatus")
        self._note.setObjectName("runNote")
        self.switch.chosen.connect(self.view_chosen)
        for number, keys in ((ANSWER, "Ctrl+1"), (TRACE, "Ctrl+2"), (SENT, "Ctrl+3"), (CHARTS, "Ctrl+4")):
            button = self.switch.button(number)
            button.setToolTip(f"Show the {button.text().lower()} ({keys})")
        self._compare.setProperty("kind", "quiet")
        self._compare.setToolTip("Put another run beside this one (Ctrl+Shift+D)")
        self.export_button.setObjectName("exportRun")
        self.export_button.setProperty("kind", "quiet")
        self.export_button.setToolTip("Write the answer or the trace to a file (Ctrl+E), or copy it")
        self.show_comparing(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(AROUND, INSIDE, AROUND, INSIDE)
        row.setSpacing(INSIDE)
        row.addWidget(self._dot)
        row.addWidget(self._status)
        row.addSpacing(INSIDE)
        row.addWidget(self.switch)
        row.addWidget(self._compare)
        row.addWidget(self.export_button)
        row.addSpacing(INSIDE)
        row.addWidget(self._note, 1)
        for figure in (self.cost, self._limit, self._tokens, self._seconds, self._calls):
            row.addWidget(figure)
            if figure is not self.cost:
                row.addSpacing(BETWEEN - INSIDE)

    def show_comparing(self, is_comparing: bool) -> None:
        """Offer the view of a comparison while there is one, and else to begin one."""
        self.switch.button(COMPARE).setVisible(is_comparing)
        self._compare.setVisible(not is_comparing)

    @override
    def minimumSizeHint(self) -> QSize:
        fixed = (self.switch, self.cost, self._compare, self.export_button)
        width = sum(one.sizeHint().width() + INSIDE for one in fixed if not one.isHidden())
        return QSize(width + 2 * AROUND + 8 * INSIDE, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Show as many figures as there is room for; the tooltip of the cost tells the others."""
        is_wide = self.width() >= _WIDE
        self._compare.setText("Compare with…" if is_wide else "Compare…")
        self._note.setVisible(is_wide)
        self.export_button.setVisible(is_wide)
        room = self.width() - self.minimumSizeHint().width() - _LEAST_WORDS
        for figure in (self._seconds, self._tokens, self._calls, self._limit):
            room -= figure.sizeHint().width() + BETWEEN
            figure.setVisible(bool(figure.text()) and room >= 0)

    @Slot()
    def refresh(self) -> None:
        """Show how the run stands at the position looked at."""
        now = time.time()
        standing = standing_of(self._shown, now)
        self._shown.items.tell_time(now if standing.is_live else None)
        self._dot.set_role(standing.role)
        self._status.setText(standing.words)
        self._status.setToolTip(plain_tip("\n".join(filter(None, (standing.words, standing.note)))))
        self._note.setText(standing.note)
        self._note.setToolTip(plain_tip(standing.note))
        self._show_figures(standing)
        if standing.is_live != self._clock.isActive():
            self._clock.start() if standing.is_live else self._clock.stop()

    def _show_figures(self, standing: RunStanding) -> None:
        totals = standing.totals
        self.cost.setText(totals.cost_in_words)
        self._limit.setText(f"of {money(standing.cost_limit)}" if standing.cost_limit else "")
        self._tokens.setText(tokens(totals.tokens))
        share = totals.cached_input_tokens / totals.input_tokens if totals.input_tokens else 0
        served = f", {share:.0%} of them from the provider's prompt cache" if share else ""
        self._tokens.setToolTip(f"{totals.input_tokens:,} in{served}; {totals.output_tokens:,} out")
        self._seconds.setText(seconds(standing.seconds))
        in_flight = f"{totals.in_flight} in flight"
        self._calls.setText(in_flight if standing.is_live and totals.in_flight else plural(totals.calls, "call"))
        self._calls.setToolTip(f"{plural(totals.calls, 'call')}, {in_flight}, {totals.errors} failed")
        told = (f"{_exact_cost(totals)} {self._limit.text()}".strip(), self._tokens.toolTip(), self._calls.toolTip())
        self.cost.setToolTip("\n".join((*told, self._seconds.text())))
        self._share()


def _exact_cost(totals: Totals) -> str:
    known = f"{totals.cost_nano_usd:,} nano-dollars"
    return f"{known}, and {plural(totals.unpriced, 'call')} of unknown price" if totals.unpriced else known
