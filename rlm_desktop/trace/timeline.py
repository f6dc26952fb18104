"""A run over time as plain data: when the root LM spoke, when calls were out, how the cost grew."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    Entry,
    RunFinished,
    RunStarted,
    StepFinished,
    TurnStarted,
)
from rlm_desktop.trace.facts import CallStatus
from rlm_desktop.trace.ids import CallId, NodeId, RunNodeId

GRAINS = 500
"""So many moments of a run can be told apart in a picture."""
MOST_BLOCKS = 6_000
BarState = Literal["running"] | CallStatus


@dataclass(slots=True, eq=False)
class Bar:
    """A call as a stretch of time in a lane. `end` is None while it is out."""

    node: NodeId
    label: str
    is_root: bool
    start: float
    lane: int | None
    """Its place among parallel calls; None for the root LM's own line."""
    end: float | None = None
    state: BarState = "running"


@dataclass(slots=True, eq=False)
class Block:
    """What is drawn of calls that ended: one call, or neighbours that no eye could tell apart."""

    lane: int
    start: float
    end: float
    state: BarState
    is_root: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment at which something failed."""

    at: float
    node: NodeId


class Timeline:
    """Grows with the entries of a run; parallel calls lie in lanes, each as low as there is room.

    What was asked again after the run had ended is no part of it: days may lie between.
    """

    def __init__(self) -> None:
        self.begin = 0.0
        self.end = 0.0
        self.roots: list[Bar] = []
        """The calls of the root run's own root LM."""
        self.calls: list[Bar] = []
        """Sub-calls and everything in child runs, packed."""
        self.ended: list[Block] = []
        """The packed calls that ended, as they are drawn; their number stays bounded."""
        self.failures: list[Tick] = []
        self.costs: list[tuple[float, int]] = []
        """The known cost in nano-dollars after each call that ended."""
        self.lanes = 0
        self.turns = 0
        self._most_blocks = MOST_BLOCKS
        self._free_from: list[float] = []
        self._open: dict[CallId, Bar] = {}
        self._depths: dict[RunNodeId, int] = {}
        self._main_turns: set[NodeId] = set()
        self._is_over = False

    def feed(self, entries: Iterable[Entry]) -> None:
        """Take in what happened next."""
        for entry in entries:
            if self._is_over:
                return
            self.begin = self.begin or entry.at
            self.end = max(self.end, entry.at)
            take = _TAKERS.get(type(entry.event))
            if take is not None:
                take(self, entry.at, entry.event)

    @property
    def seconds(self) -> float:
        """How long it all took so far."""
        return self.end - self.begin

    @property
    def call_count(self) -> int:
        """How many calls there were."""
        return len(self.roots) + len(self.calls)

    @property
    def error_count(self) -> int:
        """How often something failed."""
        return len(self.failures)

    @property
    def top_cost(self) -> int:
        """The known cost so far."""
        return self.costs[-1][1] if self.costs else 0

    def count(self, _begin: float, _end: float) -> int:
        """Count what is drawn of the packed calls; it stays bounded."""
        return len(self.ended)

    def blocks(self, begin: float, end: float) -> list[Block]:
        """Give what is drawn of the packed calls between two times; what is under way lasts until the end."""
        under_way = [_as_block(bar, self.end) for bar in self._open.values() if bar.lane is not None]
        return [block for block in (*self.ended, *under_way) if block.start <= end and block.end >= begin]

    def root_blocks(self, begin: float, end: float) -> list[Block]:
        """Give the same of the root LM's own line."""
        blocks = (_as_block(bar, self.end) for bar in self.roots)
        return [block for block in blocks if block.start <= end and block.end >= begin]

    def errors(self, begin: float, end: float) -> list[Tick]:
        """Give the moments at which something failed, between two times."""
        return [tick for tick in self.failures if begin <= tick.at <= end]

    def cost_at(self, at: float) -> int:
        """Give the known cost at a time."""
        place = bisect_right(self.costs, at, key=lambda point: point[0])
        return self.costs[place - 1][1] if place else 0

    def bar_at(self, at: float, lane: int | None) -> Bar | None:
        """Give the call of a lane that was under way at a time; None stands for the root LM's own line."""
        for bar in reversed(self.roots if lane is None else self.calls):
            if bar.lane == lane and bar.start <= at <= (self.end if bar.end is None else bar.end):
                return bar
        return None

    def _run_started(self, _at: float, event: RunStarted) -> None:
        self._depths[event.run] = event.depth

    def _turn_started(self, _at: float, event: TurnStarted) -> None:
        if not self._depths.get(event.run):
            self._main_turns.add(event.turn)
            self.turns += 1

    def _call_started(self, at: float, event: CallStarted) -> None:
        is_main = event.parent in self._main_turns or self._depths.get(RunNodeId(event.parent)) == 0
        is_root = event.role != "worker"
        lane = None if is_main and is_root else self._take_lane(at)
        bar = Bar(node=event.call, label=event.label, is_root=is_root, start=at, lane=lane)
        (self.roots if lane is None else self.calls).append(bar)
        self._open[event.call] = bar

    def _take_lane(self, at: float) -> int:
        lane = next((lane for lane, free in enumerate(self._free_from) if free <= at), len(self._free_from))
        self._free_from[lane : lane + 1] = [inf]
        self.lanes = len(self._free_from)
        return lane

    def _call_finished(self, at: float, event: CallFinished) -> None:
        self._end(event.call, at, event.status)
        if event.status == "failed":
            self.failures.append(Tick(at, event.call))
        if event.cost_nano_usd:
            self.costs.append((at, (self.costs[-1][1] if self.costs else 0) + event.cost_nano_usd))

    def _step_finished(self, at: float, event: StepFinished) -> None:
        if event.error is not None or event.killed:
            self.failures.append(Tick(at, event.step))

    def _run_finished(self, at: float, event: RunFinished) -> None:
        """What is still out when the whole run ends never came back."""
        if not self._depths.get(event.run):
            for call in list(self._open):
                self._end(call, at, "cancelled")
            self._is_over = True

    def _end(self, call: CallId, at: float, state: BarState) -> None:
        bar = self._open.pop(call, None)
        if bar is None:
            return
        bar.end, bar.state = at, state
        if bar.lane is not None:
            self._free_from[bar.lane] = at
            self._add_block(Block(bar.lane, bar.start, at, state, bar.is_root))

    def _add_block(self, block: Block) -> None:
        self.ended.append(block)
        if len(self.ended) > self._most_blocks:
            self.ended = _joined(self.ended, self.seconds / GRAINS)
            self._most_blocks = max(MOST_BLOCKS, len(self.ended) * 3 // 2)


def _as_block(bar: Bar, now: float) -> Block:
    return Block(
        -1 if bar.lane is None else bar.lane, bar.start, now if bar.end is None else bar.end, bar.state, bar.is_root
    )


def _joined(blocks: list[Block], grain: float) -> list[Block]:
    """Join neighbours of one lane that look alike as long as the whole stays under two grains."""
    last: dict[int, Block] = {}
    joined = []
    for block in blocks:
        before = last.get(block.lane)
        looks_alike = before is not None and (before.state, before.is_root) == (block.state, block.is_root)
        if before is not None and looks_alike and block.end - before.start <= 2 * grain:
            before.end = block.end
        else:
            last[block.lane] = block
            joined.append(block)
    return joined


_TAKERS: dict[type, Callable[[Timeline, float, Any], None]] = {
    RunStarted: Timeline._run_started,
    TurnStarted: Timeline._turn_started,
    CallStarted: Timeline._call_started,
    CallFinished: Timeline._call_finished,
    StepFinished: Timeline._step_finished,
    RunFinished: Timeline._run_finished,
}
