"""The visible rows of a large recorded run, worked out on its columns: no node is made that nobody looks at.

What is open by itself is the same as `Opening` keeps open in a run that grows: the running turn, the ways to errors and
to the answer.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from typing_extensions import override

from rlm_desktop.skeleton.columns import Array
from rlm_desktop.skeleton.sealed import SealedRun, SealedTrace
from rlm_desktop.trace.events import AnswerGiven, Entry
from rlm_desktop.trace.ids import Digest, NodeId
from rlm_desktop.trace.nodes import KINDS, STATUSES
from rlm_desktop.trace.rows import LARGEST_BATCH_OPENED, Tally
from rlm_desktop.viewmodel.run_figures import RunFigures
from rlm_desktop.viewmodel.sealed_figures import figures_of
from rlm_desktop.viewmodel.sealed_filter import hits_of
from rlm_desktop.viewmodel.shape import RowPort, Shape
from rlm_desktop.viewmodel.trace_filter import Filter

_RUN, _TURN, _STEP, _BATCH, _ANSWER = (KINDS.index(kind) for kind in ("run", "turn", "step", "batch", "answer"))
_STEPS = np.isin(np.arange(len(KINDS)), (_TURN, _STEP))
_HEADS = np.isin(np.arange(len(KINDS)), (_RUN, _TURN))
_MAIN_PARTS = np.isin(np.arange(len(KINDS)), (_RUN, _TURN, _STEP, _ANSWER))
_WARMED = 32


class SealedRows(Shape):
    """Rows of a `SealedRun`; a place in its columns stands for a node."""

    def __init__(
        self, port: RowPort, run: SealedRun, wanted: Filter | None = None, before: "SealedRows | None" = None
    ) -> None:
        """Show a run from its end; as the reader left it where these rows are of the same run."""
        self._port, self._run, self._columns = port, run, run.columns
        self._trace = run.whole()
        self.top: NodeId | None = None if before is None else before.top
        self._chosen: dict[NodeId, bool] = {} if before is None else before._chosen
        self._chosen_narrowed: dict[NodeId, bool] = {} if before is None else before._chosen_narrowed
        self._wanted = wanted
        self._latest: NodeId | None = None
        self._warmed = -1
        """The stretch of rows of which everything was read last."""
        self._all_open: bool | None = None if before is None else before._all_open
        """Whether the user opened or closed everything; None is what is open by itself."""
        self._hits: Array | None = None
        self._shown: Array = np.empty(0, dtype="?")
        self._open: Array = self._shown
        self._visible: Array = np.empty(0, dtype="i4")
        self._look()

    @property
    @override
    def trace(self) -> SealedTrace:
        return self._trace

    @override
    def step_after(self, position: int) -> int:
        begun = self._columns["begun"][_STEPS[self._columns["kind"]]]
        following = begun[begun >= position]
        return int(following.min()) + 1 if len(following) else len(self._run.entries)

    @override
    def time_of(self, place: int) -> float:
        return float(self._columns["at"][place])

    @override
    def place_at(self, at: float) -> int:
        return int(self._columns["at"].searchsorted(at, side="right"))

    @override
    def __len__(self) -> int:
        return len(self._visible)

    @override
    def node_at(self, row: int) -> NodeId:
        if row // _WARMED != self._warmed:
            # Rows are painted one after another: what they tell of is read once for a screen of them.
            self._warmed = row // _WARMED
            begin = self._warmed * _WARMED
            self._trace.warm_places(self._visible[begin : begin + _WARMED].tolist())
        return NodeId(int(self._columns["id"][self._visible[row]]))

    @override
    def row_of(self, node: NodeId) -> int | None:
        place = self._trace.place_of(node)
        if place is None:
            return None
        row = self._row_at(place)
        return row if row < len(self._visible) and self._visible[row] == place else None

    @override
    def is_open(self, node: NodeId) -> bool | None:
        place = self._place(node)
        # Whatever is shown below a node is shown under a child that is shown.
        end = place + int(self._columns["size"][place])
        return bool(self._open[place]) if self._shown[place + 1 : end].any() else None

    @property
    @override
    def latest(self) -> NodeId | None:
        return self._latest

    def _find_latest(self) -> NodeId | None:
        columns = self._columns
        is_part = _MAIN_PARTS[columns["kind"]] & (columns["depth"] == 0)
        begun = np.where(is_part & (columns["begun"] < self._trace.position), columns["begun"], -1)
        last = int(begun.argmax()) if len(begun) else -1
        return NodeId(int(columns["id"][last])) if last >= 0 and begun[last] >= 0 else None

    @override
    def tally(self, node: NodeId) -> Tally | None:
        place = self._place(node)
        if self._columns["kind"][place] != _BATCH:
            return None
        counts = np.bincount(self._trace.status(self._trace.children(place)), minlength=len(STATUSES))
        return Counter({status: int(count) for status, count in zip(STATUSES, counts, strict=True) if count})

    @override
    def next_hit(self, here: NodeId | None, step: int) -> NodeId | None:
        hits: Array = np.empty(0, dtype="i8") if self._hits is None else np.flatnonzero(self._hits)
        if not len(hits):
            return None
        place = -1 if here is None else self._place(here)
        row = int(np.searchsorted(hits, place))
        is_here = row < len(hits) and hits[row] == place
        following = row + step if step < 0 or is_here else row
        return NodeId(int(self._columns["id"][hits[following % len(hits)]]))

    @override
    def counts(self) -> tuple[int, int]:
        count = len(self._trace.nodes)
        return (count if self._hits is None else int(self._hits.sum()), count)

    @override
    def seeker(self, words: str) -> Callable[[set[Digest]], set[NodeId]]:
        whole = self._run.whole()

        def seek(digests: set[Digest]) -> set[NodeId]:
            places = np.union1d(whole.titled(words), whole.holders(digests))
            return set(map(NodeId, whole.columns["id"][places].tolist()))

        return seek

    @override
    def figures(self) -> RunFigures | None:
        return figures_of(self._trace)

    # What happens

    @override
    def feed(self, entries: Sequence[Entry]) -> set[NodeId]:
        assert not entries, "nothing follows a run that was opened whole"
        return set()

    @override
    def go_to(self, position: int) -> set[NodeId] | None:
        if position != self._trace.position:
            self._port.all_change()
            self._trace = self._run.at(position)
            if self.top is not None and self._trace.place_of(self.top) is None:
                self.top = None
            self._look()
            self._port.all_changed()
        return None

    # What the user does

    @override
    def set_open(self, node: NodeId, is_open: bool) -> None:
        place = self._place(node)
        (self._chosen if self._hits is None else self._chosen_narrowed)[node] = is_open
        if bool(self._open[place]) == is_open:
            return
        self._open[place] = is_open
        row, end = self.row_of(node), place + int(self._columns["size"][place])
        if row is None:
            return
        if is_open:
            self._insert(row + 1, self._visible_in(place + 1, end))
        else:
            self._remove(row + 1, self._row_at(end))

    @override
    def set_all_open(self, is_open: bool) -> None:
        self._port.all_change()
        self._all_open = is_open
        self._chosen.clear()
        self._chosen_narrowed.clear()
        self._look()
        self._port.all_changed()

    @override
    def touch(self, node: NodeId) -> None:
        pass  # a run that has ended opens and closes nothing by itself

    @override
    def reveal(self, node: NodeId) -> None:
        place = self._trace.place_of(node)
        if place is None:
            return
        if not self._is_inside(place):
            self.show_only(None)
        if self._shown[place]:
            for above in reversed(list(self._trace.lineage(self._trace.nodes[node].parent))):
                if self._is_inside(self._place(above.id)):
                    self.set_open(above.id, True)

    @override
    def show_only(self, top: NodeId | None) -> None:
        self._port.all_change()
        self.top = top
        if top is not None:
            self._open[self._place(top)] = self._chosen[top] = True
        self._visible = self._all_visible()
        self._port.all_changed()

    @override
    def narrow(self, wanted: Filter | None) -> None:
        self._port.all_change()
        self._wanted, self._chosen_narrowed = wanted, {}
        self._look()
        self._port.all_changed()

    # Rows

    def _row_at(self, place: int) -> int:
        """Give the first row of this place or of one after it."""
        return int(self._visible.searchsorted(self._visible.dtype.type(place)))

    def _place(self, node: NodeId) -> int:
        place = self._trace.place_of(node)
        assert place is not None, f"node {node} has not begun"
        return place

    def _is_inside(self, place: int) -> bool:
        begin, end = self._range()
        return begin <= place < end

    def _range(self) -> tuple[int, int]:
        place = 0 if self.top is None else self._place(self.top)
        return place, place + int(self._columns["size"][place]) if len(self._columns["size"]) else 0

    def _insert(self, row: int, places: Array) -> None:
        if len(places):
            self._port.rows_come(row, row + len(places) - 1)
            self._visible = np.concatenate([self._visible[:row], places, self._visible[row:]])
            self._port.rows_came()

    def _remove(self, row: int, end: int) -> None:
        if end > row:
            self._port.rows_go(row, end - 1)
            self._visible = np.concatenate([self._visible[:row], self._visible[end:]])
            self._port.rows_went()

    def _look(self) -> None:
        """Work out what is there, what is open and what is visible at the position."""
        self._shown = self._columns["begun"] < self._trace.position
        self._hits = None if self._wanted is None else hits_of(self._wanted, self._trace)
        if self._hits is None:
            self._open, chosen = self._open_before_choices(), self._chosen
        else:
            self._shown = self._ways_to(self._hits)
            self._open, chosen = np.ones(len(self._shown), dtype="?"), self._chosen_narrowed
        for node, is_open in chosen.items():
            place = self._trace.place_of(node)
            if place is not None:
                self._open[place] = is_open
        self._visible, self._warmed = self._all_visible(), -1
        self._latest = self._find_latest()

    def _all_visible(self) -> Array:
        begin, end = self._range()
        return self._visible_in(begin, end)

    def _visible_in(self, begin: int, end: int) -> Array:
        """Give the places in a range that nothing closed in the range hides."""
        sizes = self._columns["size"][begin:end]
        closed = np.flatnonzero(~self._open[begin:end] & (sizes > 1))
        edges = np.bincount(closed + 1, minlength=end - begin + 1).astype("i4")
        ends = np.minimum(closed + sizes[closed], end - begin)
        edges -= np.bincount(ends, minlength=end - begin + 1).astype("i4")
        is_hidden = np.cumsum(edges[: end - begin]) > 0
        return (np.flatnonzero(~is_hidden & self._shown[begin:end]) + begin).astype("i4")

    def _ways_to(self, places: Array) -> Array:
        """Mark these places and all above them."""
        below = np.concatenate([np.zeros(1, dtype="i8"), np.cumsum(places)])
        begin = np.arange(len(places))
        return below[begin + self._columns["size"]] > below[begin]

    # What is open by itself

    def _open_before_choices(self) -> Array:
        if self._all_open is None:
            return self._open_by_itself()
        is_open: Array = np.full(len(self._shown), self._all_open)
        is_open[:1] = True
        return is_open

    def _open_by_itself(self) -> Array:
        kinds, position = self._columns["kind"], self._trace.position
        is_running = (self._columns["ended"] >= position) | (self._columns["status"] == STATUSES.index("failed"))
        is_head = _HEADS[kinds]
        is_open: Array = (kinds == _STEP) | (is_head & is_running)
        if len(is_open):
            is_open[0] = True
        self._open_ways_to_errors(is_open)
        for step in self._answer_steps():
            above = [self._place(node.id) for node in self._trace.lineage(step)]
            is_open[above] |= is_head[above]
        is_open &= self._shown
        return is_open

    def _open_ways_to_errors(self, is_open: Array) -> None:
        """Open what is above a failure; but no batch on the way where one is too large to be gone through."""
        columns, failed = self._columns, self._failed()
        too_large = columns["queued"] > LARGEST_BATCH_OPENED
        in_large = self._inside(too_large)
        parents = columns["parent"][failed]
        parents = parents[parents >= 0]
        for is_crowded in (False, True):
            places = np.unique(parents[in_large[parents] == is_crowded])
            while len(places):
                opened = places[columns["kind"][places] != _BATCH] if is_crowded else places
                is_open[opened] = True
                places = np.unique(columns["parent"][places])
                places = places[places >= 0]

    def _failed(self) -> Array:
        columns = self._columns
        has_failed = (columns["status"] == STATUSES.index("failed")) & (columns["ended"] < self._trace.position)
        return np.flatnonzero(has_failed)

    def _inside(self, heads: Array) -> Array:
        """Mark these places and all below them."""
        places = np.flatnonzero(heads)
        edges = np.bincount(places, minlength=len(heads) + 1).astype("i4")
        edges -= np.bincount(places + self._columns["size"][places], minlength=len(heads) + 1).astype("i4")
        marked: Array = np.cumsum(edges[: len(heads)]) > 0
        return marked

    def _answer_steps(self) -> list[NodeId]:
        """Give the steps from which the root run's answers came."""
        root = self._trace.root
        if root is None:
            return []
        answers = self._trace.children(0)
        answers = answers[self._columns["kind"][answers] == _ANSWER]
        given = [self._trace.node(int(place)).fact(AnswerGiven) for place in answers]
        steps = [fact.step for fact in given if fact is not None and fact.step is not None]
        return [step for step in steps if step in self._trace.nodes]
