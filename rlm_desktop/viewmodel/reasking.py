"""Asking failed calls again, from the wish over its price to its end; views read it, the desk tells it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from PySide6.QtCore import QObject, Signal

from rlm_desktop.service.reask_messages import ReaskOver, ReaskWeighed
from rlm_desktop.trace.events import CallFinished, CallStarted, Entry
from rlm_desktop.trace.ids import CallId, NodeId, RunId
from rlm_desktop.trace.reask_events import CallsReasked, ReaskEnded
from rlm_desktop.trace.totals import Totals, totals_of_call
from rlm_desktop.trace.wording import money, plural

Phase = Literal["idle", "weighing", "weighed", "running"]
_LIVE = "The run still goes on. Wait until it has ended."
_PAST = "An earlier moment of the run is looked at. Go to its end first."
_NO_ENGINE = "There is no engine now. Start it again first."
_OTHER = "Calls of another fan-out are asked again now. Wait until that has ended."


class Reasking(QObject):
    """One fan-out at a time; what is asked again of a run goes on while another one is looked at."""

    changed = Signal()
    weigh_wanted = Signal(object)  # tuple[CallId, ...]
    confirmed = Signal(object)  # tuple[CallId, ...]
    stop_wanted = Signal()

    def __init__(self, is_at_end: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_at_end = is_at_end
        self._shown: RunId | None = None
        self._is_live = False
        self._has_engine = False
        self.phase: Phase = "idle"
        self.run: RunId | None = None
        self.batch: NodeId | None = None
        self.calls: tuple[CallId, ...] = ()
        self.weighed: ReaskWeighed | None = None
        self.problem = ""
        """Why the last wish came to nothing, or not to all of it, in a sentence."""
        self.answered = self.failed = 0
        self._totals = Totals()
        self._out: set[CallId] = set()

    # What is shown

    def show(self, run: RunId | None, *, is_live: bool) -> None:
        """Another run is shown, or the shown one ended; a wish that was not confirmed is forgotten."""
        is_other, self._shown, self._is_live = run != self._shown, run, is_live
        if is_other and self.phase != "running":
            self._rest()
        self.changed.emit()

    def set_engine(self, *, is_there: bool) -> None:
        """There is an engine to ask, or none any more."""
        self._has_engine = is_there
        if not is_there and self.phase != "idle":
            self._rest()
        self.changed.emit()

    def is_about(self, batch: NodeId | None) -> bool:
        """Tell whether the calls that are wished for are of this batch of the shown run."""
        return batch is not None and self.run is not None and (self.run, self.batch) == (self._shown, batch)

    def why_not(self, batch: NodeId | None) -> str:
        """Say in a sentence why no call of this batch can be asked again now; empty when it can."""
        reasons = (
            (self._is_live, _LIVE),
            (not self._is_at_end(), _PAST),
            (not self._has_engine, _NO_ENGINE),
            (self.phase == "running" and not self.is_about(batch), _OTHER),
        )
        return next((words for holds, words in reasons if holds), "")

    # What the user does

    def wish(self, batch: NodeId, calls: Sequence[CallId]) -> None:
        """Say which calls to ask again; what that costs is told before anything is sent."""
        if self.phase == "running" or self.why_not(batch):
            return
        self._rest()
        self.phase, self.run, self.batch, self.calls = "weighing", self._shown, batch, tuple(calls)
        self.changed.emit()
        self.weigh_wanted.emit(self.calls)

    def confirm(self) -> None:
        """Ask them, at that price."""
        if self.phase != "weighed" or self.why_not(self.batch):
            return
        self.phase = "running"
        self.changed.emit()
        self.confirmed.emit(self.calls)

    def give_up(self) -> None:
        """Ask nothing after all; what is under way is stopped, and what came back is kept."""
        if self.phase == "running":
            self.stop_wanted.emit()
        else:
            self._rest()
            self.changed.emit()

    # What the engine tells

    def take_weighed(self, told: ReaskWeighed) -> None:
        """Take the price; one that nobody waits for any more is left alone."""
        if self.phase != "weighing" or told.run != self.run:
            return
        self.weighed, self.problem = told, told.problem
        self.phase = "idle" if told.problem else "weighed"
        self.changed.emit()

    def take_entries(self, run: RunId, entries: Iterable[Entry]) -> None:
        """Count what came back."""
        if self.phase != "running" or run != self.run:
            return
        for entry in entries:
            self._take(entry)
        self.changed.emit()

    def _take(self, entry: Entry) -> None:
        match entry.event:
            case CallsReasked(calls=calls):
                self.calls = calls
            case CallStarted(call=call, reask_of=int()):
                self._out.add(call)
            case CallFinished(call=call) as finished if call in self._out:
                self._out.discard(call)
                self._totals.add(totals_of_call(finished))
                self.answered += finished.status == "done"
                self.failed += finished.status != "done"
            case ReaskEnded(reason=reason):
                self.problem = reason

    def take_over(self, told: ReaskOver) -> None:
        """It is over."""
        if self.phase == "running" and told.run == self.run:
            self.phase, self.problem = "idle", told.problem or self.problem
            self.changed.emit()

    def _rest(self) -> None:
        self.phase, self.run, self.batch, self.calls = "idle", None, None, ()
        self.weighed, self.problem = None, ""
        self.answered = self.failed = 0
        self._totals, self._out = Totals(), set()

    # In words

    def price_words(self) -> str:
        """Say what is asked, where it goes and what it costs: `Ask 3 calls again? …`."""
        told = self.weighed
        if told is None:
            return f"Working out what {plural(len(self.calls), 'call')} would cost …"
        return f"Ask {plural(told.calls, 'call')} again? {_to(told)}, {_cost(told)}.{_limit(told)}"

    def progress_words(self) -> str:
        """Say how it stands: `Asking again: 12 of 40 answered · 2 failed · $0.0100`."""
        parts = [f"Asking again: {self.answered:,} of {len(self.calls):,} answered"]
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if self.answered or self.failed:
            parts.append(self._totals.cost_in_words)
        return " · ".join(parts)


def _to(told: ReaskWeighed) -> str:
    return f"{' and '.join(told.models)} at {' and '.join(told.goes_to)}"


def _cost(told: ReaskWeighed) -> str:
    if told.cost_nano_usd is None or told.most_nano_usd is None:
        return "unknown price"
    if not told.most_nano_usd:
        return "free"
    return f"{money(told.cost_nano_usd)} expected, {money(told.most_nano_usd)} at most"


def _limit(told: ReaskWeighed) -> str:
    left = told.left_nano_usd
    if left is None:
        return "" if told.most_nano_usd == 0 else " The run has no money limit."
    if told.most_nano_usd is not None and told.most_nano_usd > left:
        return f" The run's limit leaves {money(left)}: calls that do not fit are not sent."
    return f" The run's limit leaves {money(left)}."
