"""A large recorded run over time: the same picture as `Timeline` gives, from columns, as fine as the eye can tell."""

from functools import cached_property

import numpy as np

from rlm_desktop.skeleton.columns import Array, Columns
from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.timeline import Bar, Block, Tick

_ROOT_LINE = -1
_MOST_TICKS = 2_000


class SealedTimeline:
    """Calls lie by lane and start, so that neighbours of a lane stand side by side."""

    def __init__(self, run: SealedRun) -> None:
        self._run, columns = run, run.columns
        self._columns: Columns = columns
        known = columns.facts["timeline"]
        self.begin, self.end = float(known["begin"]), float(known["end"])
        self.lanes, self.turns = int(known["lanes"]), int(known["turns"])
        self.call_count, self.error_count = len(columns["bar_lane"]), len(columns["error_at"])
        self.top_cost = int(columns["cost"][-1]) if len(columns["cost"]) else 0
        self._first_packed = int(np.searchsorted(columns["bar_lane"], 0))

    @property
    def seconds(self) -> float:
        """How long it all took."""
        return self.end - self.begin

    @cached_property
    def _ends(self) -> Array:
        return np.nan_to_num(self._columns["bar_end"], nan=self.end)

    def cost_at(self, at: float) -> int:
        """Give the known cost at a time."""
        place = int(np.searchsorted(self._columns["cost_at"], at, side="right"))
        return int(self._columns["cost"][place - 1]) if place else 0

    def blocks(self, begin: float, end: float, grain: float) -> list[Block]:
        """Give what is drawn of the packed calls between two times; neighbours closer than the grain are one."""
        return self._blocks_of(self._first_packed, self.call_count, begin, end, grain)

    def root_blocks(self, begin: float, end: float, grain: float) -> list[Block]:
        """Give the same of the root LM's own line."""
        return self._blocks_of(0, self._first_packed, begin, end, grain)

    def _blocks_of(self, first: int, last: int, begin: float, end: float, grain: float) -> list[Block]:
        columns = self._columns
        seen = np.flatnonzero((columns["bar_start"][first:last] <= end) & (self._ends[first:last] >= begin)) + first
        if not len(seen):
            return []
        starts, lanes = columns["bar_start"][seen], columns["bar_lane"][seen].astype("i8")
        looks = columns["bar_failed"][seen] * 2 + columns["bar_root"][seen]
        cells = ((starts - self.begin) / grain).astype("i8")
        is_new = np.ones(len(seen), dtype="?")
        is_new[1:] = (np.diff(lanes) != 0) | (np.diff(looks) != 0) | (np.diff(cells) != 0)
        heads = np.flatnonzero(is_new)
        ends = np.maximum.reduceat(self._ends[seen], heads)
        return [
            Block(lane, start, stop, "failed" if look >= 2 else "done", bool(look % 2))
            for lane, start, stop, look in zip(
                lanes[heads].tolist(), starts[heads].tolist(), ends.tolist(), looks[heads].tolist(), strict=True
            )
        ]

    def errors(self, begin: float, end: float) -> list[Tick]:
        """Give moments at which something failed, between two times; of very many, some evenly spread."""
        at = self._columns["error_at"]
        first, last = np.searchsorted(at, (begin, end))
        step = max(1, int(last - first) // _MOST_TICKS)
        places = range(int(first), int(last), step)
        return [Tick(float(at[place]), self._id(int(self._columns["error_node"][place]))) for place in places]

    def bar_at(self, at: float, lane: int | None) -> Bar | None:
        """Give the call of a lane that was under way at a time; None stands for the root LM's own line."""
        columns, wanted = self._columns, _ROOT_LINE if lane is None else lane
        first, last = np.searchsorted(columns["bar_lane"], (wanted, wanted + 1))
        place = int(first + np.searchsorted(columns["bar_start"][first:last], at, side="right")) - 1
        if place < first or self._ends[place] < at or columns["bar_node"][place] < 0:
            return None
        node = int(columns["bar_node"][place])
        trace = self._run.at(len(self._run.entries))
        return Bar(
            node=self._id(node),
            label=trace.title(node),
            is_root=bool(columns["bar_root"][place]),
            start=float(columns["bar_start"][place]),
            lane=lane,
            end=float(self._ends[place]),
            state="failed" if columns["bar_failed"][place] else "done",
        )

    def _id(self, place: int) -> NodeId:
        return NodeId(int(self._columns["id"][place]))
