"""A large recorded run over time: the same as `Timeline` gives, from columns, as fine as the eye can tell."""

from functools import cached_property

import numpy as np

from rlm_desktop.skeleton.columns import Array
from rlm_desktop.skeleton.density import ROWS, looks_of, spread
from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.timeline import Bar, Block, Tick

MOST_BLOCKS = 3_000
"""So many calls are drawn one by one; more are drawn as how dense they are."""
_ROOT_LINE = -1
_MOST_TICKS = 2_000


class SealedTimeline:
    """Calls lie by lane and start, and those of a lane follow each other."""

    def __init__(self, run: SealedRun) -> None:
        self._run, self._columns = run, run.columns
        known = run.columns.facts["timeline"]
        self.begin, self.end = float(known["begin"]), float(known["end"])
        self.lanes, self.turns = int(known["lanes"]), int(known["turns"])
        self.call_count, self.error_count = len(run.columns["bar_lane"]), len(run.columns["error_at"])
        self.top_cost = int(run.columns["cost"][-1]) if len(run.columns["cost"]) else 0
        lanes = run.columns["bar_lane"]
        self._lane_begin = lanes.searchsorted(np.arange(-1, self.lanes + 1, dtype=lanes.dtype)).tolist()

    @property
    def seconds(self) -> float:
        """How long it all took."""
        return self.end - self.begin

    @cached_property
    def _ends(self) -> Array:
        return np.nan_to_num(self._columns["bar_end"], nan=self.end)

    def cost_at(self, at: float) -> int:
        """Give the known cost at a time."""
        place = self._columns.find("cost_at", at, after=True)
        return int(self._columns["cost"][place - 1]) if place else 0

    def count(self, begin: float, end: float) -> int:
        """Count the packed calls between two times."""
        return sum(last - first for first, last in self._stretches(begin, end))

    def blocks(self, begin: float, end: float) -> list[Block]:
        """Give the packed calls between two times."""
        return [block for stretch in self._stretches(begin, end) for block in self._blocks_of(*stretch)]

    def root_blocks(self, begin: float, end: float) -> list[Block]:
        """Give the same of the root LM's own line; of very many, neighbours as one."""
        first, last = self._between(_ROOT_LINE, begin, end)
        if last - first <= MOST_BLOCKS:
            return self._blocks_of(first, last)
        heads = np.linspace(first, last, MOST_BLOCKS, endpoint=False).astype("i8")
        ends = np.maximum.reduceat(self._ends[first:last], heads - first)
        has_failed = np.logical_or.reduceat(self._columns["bar_failed"][first:last], heads - first)
        starts = self._columns["bar_start"][heads]
        return [
            Block(_ROOT_LINE, start, stop, "failed" if failed else "done", True)
            for start, stop, failed in zip(starts.tolist(), ends.tolist(), has_failed.tolist(), strict=True)
        ]

    def density(self, begin: float, end: float, width: int) -> Array:
        """Give how the packed calls look between two times, cell by cell: see `density`."""
        whole = self._columns["density"].reshape(ROWS, -1)
        steps = whole.shape[1] / (self.seconds or 1.0)
        if (end - begin) * steps >= width:
            edges = ((begin - self.begin) * steps + np.arange(width) * (end - begin) * steps / width).astype("i8")
            return np.maximum.reduceat(whole, np.clip(edges, 0, whole.shape[1] - 1), axis=1)
        seen = np.concatenate([np.arange(first, last) for first, last in self._stretches(begin, end)])
        columns = self._columns
        looks = looks_of(columns["bar_root"][seen], columns["bar_failed"][seen])
        rows = columns["bar_lane"][seen] * ROWS // max(ROWS, self.lanes)
        return spread(columns["bar_start"][seen], self._ends[seen], rows, looks, (begin, end, width))

    def errors(self, begin: float, end: float) -> list[Tick]:
        """Give moments at which something failed, between two times; of very many, some evenly spread."""
        first, last = (self._columns.find("error_at", at) for at in (begin, end))
        places = range(first, last, max(1, (last - first) // _MOST_TICKS))
        at, nodes = self._columns["error_at"], self._columns["error_node"]
        return [Tick(float(at[place]), self._id(int(nodes[place]))) for place in places]

    def bar_at(self, at: float, lane: int | None) -> Bar | None:
        """Give the call of a lane that was under way at a time; None stands for the root LM's own line."""
        if lane is not None and not 0 <= lane < self.lanes:
            return None
        first, last = self._between(_ROOT_LINE if lane is None else lane, at, at)
        node = int(self._columns["bar_node"][first]) if first < last else -1
        if node < 0:
            return None
        return Bar(
            node=self._id(node),
            label=self._run.at(len(self._run.entries)).title(node),
            is_root=bool(self._columns["bar_root"][first]),
            start=float(self._columns["bar_start"][first]),
            lane=lane,
            end=float(self._ends[first]),
            state="failed" if self._columns["bar_failed"][first] else "done",
        )

    def _stretches(self, begin: float, end: float) -> list[tuple[int, int]]:
        stretches = (self._between(lane, begin, end) for lane in range(self.lanes))
        return [(first, last) for first, last in stretches if first < last] or [(0, 0)]

    def _between(self, lane: int, begin: float, end: float) -> tuple[int, int]:
        """Give which calls of a lane touch a stretch of time."""
        first, last = self._lane_begin[lane + 1], self._lane_begin[lane + 2]
        starts, ends = self._columns["bar_start"][first:last], self._ends[first:last]
        return first + int(ends.searchsorted(begin)), first + int(starts.searchsorted(end, side="right"))

    def _blocks_of(self, first: int, last: int) -> list[Block]:
        columns, seen = self._columns, slice(first, last)
        parts = (columns["bar_lane"], columns["bar_start"], self._ends, columns["bar_failed"], columns["bar_root"])
        return [
            Block(lane, start, end, "failed" if failed else "done", is_root)
            for lane, start, end, failed, is_root in zip(*(part[seen].tolist() for part in parts), strict=True)
        ]

    def _id(self, place: int) -> NodeId:
        return NodeId(int(self._columns["id"][place]))
