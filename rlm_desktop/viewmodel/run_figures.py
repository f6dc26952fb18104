"""What a run's calls cost, used and took, added up in one pass: what its charts are made from."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    Entry,
    RunStarted,
    StepStarted,
    SubcallsQueued,
    TurnStarted,
)
from rlm_desktop.trace.ids import CallId, NodeId
from rlm_desktop.trace.totals import Totals, totals_of_call

Ending = Literal["root", "worker", "failed"]
"""Whose reply came, or that none did."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the run something belongs: the turn of the root run, or None outside of its turns, and the depth."""

    turn: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class Group:
    """Calls that no chart of a run tells apart."""

    place: Place
    model: str
    is_root: bool


class RunFigures:
    """Sums of the first entries of a run; goes on from where it was, and begins anew to go back."""

    def __init__(self) -> None:
        self._taken: Sequence[Entry] = ()
        self._begin()

    def _begin(self) -> None:
        self.position = 0
        self.turns: list[int] = []
        """The root run's turns, in order."""
        self.sums: dict[Group, Totals] = {}
        """What came back; calls count when they do."""
        self.seconds: dict[Ending, array[float]] = {"root": array("d"), "worker": array("d"), "failed": array("d")}
        """How long each call took that was really asked."""
        self.tokens: dict[Ending, array[int]] = {"root": array("q"), "worker": array("q"), "failed": array("q")}
        """In and out, of the same calls."""
        self.out = 0
        """How many calls have not come back."""
        self.known_already = 0
        """Replies that were known already, for which nobody was asked."""
        self._places: dict[NodeId, Place] = {}
        self._groups: dict[CallId, Group] = {}
        self._came_back: set[CallId] = set()

    def show(self, entries: Sequence[Entry], position: int) -> None:
        """Be the figures of the first `position` of these entries."""
        if entries is not self._taken or position < self.position:
            self._taken = entries
            self._begin()
        for entry in islice(entries, self.position, position):
            take = _TAKERS.get(type(entry.event))
            if take is not None:
                take(self, entry.event)
        self.position = position

    @property
    def totals(self) -> Totals:
        """Everything together."""
        whole = Totals()
        for sums in self.sums.values():
            whole.add(sums)
        return whole

    def _run_started(self, event: RunStarted) -> None:
        above = self._places.get(event.parent) if event.parent is not None else None
        self._places.setdefault(event.run, Place(above.turn if above else None, event.depth))

    def _turn_started(self, event: TurnStarted) -> None:
        run = self._places.get(event.run, _OUTSIDE)
        is_main = run == _OUTSIDE
        self._places[event.turn] = Place(event.number, 0) if is_main else run
        if is_main:
            self.turns.append(event.number)

    def _step_started(self, event: StepStarted) -> None:
        self._places[event.step] = self._places.get(event.turn, _OUTSIDE)

    def _queued(self, event: SubcallsQueued) -> None:
        self._places[event.batch] = self._places.get(event.step, _OUTSIDE)

    def _call_started(self, event: CallStarted) -> None:
        place = self._places.get(event.parent, _OUTSIDE)
        if event.call not in self._groups:
            self.out += 1
            self._groups[event.call] = Group(place, event.model, event.role != "worker")

    def _call_finished(self, event: CallFinished) -> None:
        group = self._groups.get(event.call)
        if group is None:
            return
        if event.call not in self._came_back:
            self._came_back.add(event.call)
            self.out -= 1
        came = totals_of_call(event)
        came.calls = 1
        self.sums.setdefault(group, Totals()).add(came)
        if event.cached:
            self.known_already += 1
            return
        ending: Ending = "failed" if event.status != "done" else "root" if group.is_root else "worker"
        self.seconds[ending].append(event.seconds)
        self.tokens[ending].append(came.tokens)


_OUTSIDE = Place(None, 0)
_TAKERS: dict[type, Callable[[RunFigures, Any], None]] = {
    RunStarted: RunFigures._run_started,
    TurnStarted: RunFigures._turn_started,
    StepStarted: RunFigures._step_started,
    SubcallsQueued: RunFigures._queued,
    CallStarted: RunFigures._call_started,
    CallFinished: RunFigures._call_finished,
}
