"""The visible rows of a run that grows entry by entry: live, imported, or small enough to be folded whole."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from typing_extensions import override

from rlm_desktop.trace.changes import Change
from rlm_desktop.trace.events import Entry, StepStarted, TurnStarted
from rlm_desktop.trace.ids import Digest, NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.references import holders_of
from rlm_desktop.trace.rows import Tally
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.narrowing import Narrowing
from rlm_desktop.viewmodel.opening import Opening
from rlm_desktop.viewmodel.run_figures import RunFigures
from rlm_desktop.viewmodel.shape import RowPort, Shape
from rlm_desktop.viewmodel.trace_filter import Filter
from rlm_desktop.viewmodel.visible_rows import VisibleRows, below, last_below, runs_of
from rlm_desktop.viewmodel.walking import is_below, next_of

BURST = 400
"""From so many entries at once on, rows are compared once instead of being put in one by one."""
_MOST_RANGES = 200
"""More stretches of rows than these come and go quicker all at once."""


class GrowingRows(Shape):
    """Puts rows in and takes them out in place, so that what the user looks at stays."""

    def __init__(self, port: RowPort, entries: Sequence[Entry], wanted: Filter | None = None) -> None:
        self._trace = Trace()
        self._latest: NodeId | None = None
        self.top: NodeId | None = None
        self._port = port
        self._entries = entries
        self._position = 0
        self._opening = Opening()
        self._rows = VisibleRows()
        self._tallies: dict[NodeId, Tally] = {}
        self._narrowing = None if wanted is None else Narrowing(wanted.matches)
        self._opening.begin_narrowed(wanted is not None)

    @property
    @override
    def trace(self) -> Trace:
        return self._trace

    @property
    @override
    def latest(self) -> NodeId | None:
        return self._latest

    @override
    def __len__(self) -> int:
        return len(self._rows)

    @override
    def step_after(self, position: int) -> int:
        following = range(position, len(self._entries))
        begun = (place for place in following if isinstance(self._entries[place].event, (TurnStarted, StepStarted)))
        return next(begun, len(self._entries) - 1) + 1

    @override
    def time_of(self, place: int) -> float:
        return self._entries[place].at

    @override
    def place_at(self, at: float) -> int:
        return bisect_right(self._entries, at, key=lambda entry: entry.at)

    @override
    def node_at(self, row: int) -> NodeId:
        return self._rows.ids[row]

    @override
    def row_of(self, node: NodeId) -> int | None:
        is_known = node in self._trace.nodes and self._is_visible(node)
        return self._rows.position(node) if is_known else None

    @override
    def is_open(self, node: NodeId) -> bool | None:
        children = self._trace.nodes[node].children
        if self._narrowing is not None:
            children = [child for child in children if self._narrowing.shows(child)]
        return self._opening.is_open(node) if children else None

    @override
    def tally(self, node: NodeId) -> Tally | None:
        return self._tallies.get(node)

    @override
    def next_hit(self, here: NodeId | None, step: int) -> NodeId | None:
        hits = [] if self._narrowing is None else self._narrowing.in_order(self._trace)
        return next_of(self._trace, hits, here, step)

    @override
    def counts(self) -> tuple[int, int]:
        count = len(self._trace.nodes)
        return (count if self._narrowing is None else len(self._narrowing.hits), count)

    @override
    def seeker(self, words: str) -> Callable[[set[Digest]], set[NodeId]]:
        held = sorted(
            ((node.id, entry) for node in self._trace.walk() for entry in node.entries), key=lambda pair: pair[1].seq
        )
        titled = {node.id for node in self._trace.walk() if words in node.title.casefold()}
        return lambda digests: titled | holders_of(digests, held)

    @override
    def figures(self) -> RunFigures | None:
        return None

    # What happens

    @override
    def feed(self, entries: Sequence[Entry]) -> set[NodeId]:
        touched: set[NodeId] = set()
        if len(entries) >= BURST or self._narrowing is not None:
            self._feed_burst(entries, touched)
        else:
            for entry in entries:
                self._feed_one(self._trace.next_change(entry), touched)
        self._position += sum(1 for entry in entries if entry.seq)
        return touched

    @override
    def go_to(self, position: int) -> set[NodeId] | None:
        if position >= self._position:
            return self.feed(self._entries[self._position : position])
        self._fold_again(position)
        return None

    def _feed_one(self, change: Change, touched: set[NodeId]) -> None:
        row = self._row_for(change.inserted)
        if row is None:
            self._commit(change, touched)
        else:
            assert change.inserted is not None
            self._port.rows_come(row, row)
            self._commit(change, touched)
            self._rows.insert(row, [change.inserted.id])
            self._port.rows_came()
        for node in self._opening.note(self._trace, change):
            self._apply_openness(node)

    def _feed_burst(self, entries: Iterable[Entry], touched: set[NodeId]) -> None:
        for entry in entries:
            change = self._trace.next_change(entry)
            self._commit(change, touched)
            self._opening.note(self._trace, change)
        if self._narrowing is not None:
            self._narrowing.look(self._trace, touched)
        self._bring_rows_to(self._trace)

    def _fold_again(self, position: int) -> None:
        trace, self._latest, self._tallies = Trace(), None, {}
        self._opening.forget_what_happened()
        earlier, self._trace = self._trace, trace
        for entry in self._entries[:position]:
            change = trace.next_change(entry)
            self._commit(change, set())
            self._opening.note(trace, change)
        if self._narrowing is not None:
            self._narrowing.begin(trace)
        self._trace, self._position = earlier, position
        if self.top is not None and self.top not in trace.nodes:
            self.top = None
        self._bring_rows_to(trace)

    def _commit(self, change: Change, touched: set[NodeId]) -> None:
        trace = self._trace
        node = change.inserted
        trace.commit(change)
        touched.update(change.touched)
        if node is not None:
            touched.add(node.id)
            if node.kind in ("run", "turn", "step", "answer") and not node.depth:
                self._latest = node.id
        self._count(change)

    def _count(self, change: Change) -> None:
        """Keep count of how each batch's calls stand, so that no row is counted while painting."""
        node = change.inserted
        if node is not None and node.parent is not None and self._trace.nodes[node.parent].kind == "batch":
            self._tallies.setdefault(node.parent, Counter())[node.status] += 1
        for closing in change.closings:
            parent = self._trace.nodes[closing.node].parent
            tally = self._tallies.get(parent) if parent is not None else None
            if tally is not None:
                tally["running"] -= 1
                tally[closing.status] += 1

    # What the user does

    @override
    def set_open(self, node: NodeId, is_open: bool) -> None:
        if self._trace.nodes[node].children and self._opening.is_open(node) != is_open:
            self._opening.choose(self._trace, node, is_open)
            self._apply_openness(node)

    @override
    def set_all_open(self, is_open: bool) -> None:
        if self._trace.root is not None:
            self._opening.choose_all(self._trace.root.id, is_open)
            self._bring_rows_to(self._trace)

    @override
    def touch(self, node: NodeId) -> None:
        if node in self._trace.nodes:
            self._opening.touch(self._trace, node)

    @override
    def reveal(self, node: NodeId) -> None:
        if node not in self._trace.nodes:
            return
        if not self._is_inside(node):
            self.show_only(None)
        if self._narrowing is not None and not self._narrowing.shows(node):
            return
        for above in reversed(list(self._trace.lineage(self._trace.nodes[node].parent))):
            if self._is_inside(above.id):
                self.set_open(above.id, True)

    @override
    def show_only(self, top: NodeId | None) -> None:
        if top is not None:
            self._opening.choose(self._trace, top, True)
        self.top = top
        self._bring_rows_to(self._trace)

    @override
    def narrow(self, wanted: Filter | None) -> None:
        self._narrowing = None if wanted is None else Narrowing(wanted.matches)
        if self._narrowing is not None:
            self._narrowing.begin(self._trace)
        self._opening.begin_narrowed(wanted is not None)
        self._bring_rows_to(self._trace)

    # Rows

    def _row_for(self, inserted: Node | None) -> int | None:
        """Give the row a new node gets, or None while it is out of sight."""
        if inserted is None:
            return None
        if inserted.parent is None:
            return 0
        if not self._is_inside(inserted.parent) or not self._shows_children(inserted.parent):
            return None
        above = last_below(self._trace, self._trace.nodes[inserted.parent], self._opening.is_open)
        return self._rows.position(above) + 1

    def _shows_children(self, node: NodeId) -> bool:
        for above in self._trace.lineage(node):
            if not self._opening.is_open(above.id):
                return False
            if above.id == self.top:
                break
        return True

    def _is_inside(self, node: NodeId) -> bool:
        return self.top is None or is_below(self._trace, node, self.top)

    def _is_visible(self, node: NodeId) -> bool:
        parent = self._trace.nodes[node].parent
        if self._narrowing is not None and not self._narrowing.shows(node):
            return False
        if parent is None or node == self.top:
            return self.top in (None, node)
        return self._is_inside(node) and self._shows_children(parent)

    def _apply_openness(self, node: NodeId) -> None:
        """Bring the rows below a node in or out after it opened or closed."""
        if node not in self._trace.nodes or not self._is_visible(node):
            return
        row = self._rows.position(node)
        shown = self._count_below(row)
        if self._opening.is_open(node) and not shown:
            self._insert_rows(row + 1, self._below(self._trace, node))
        elif shown and not self._opening.is_open(node):
            self._remove_rows(row + 1, row + shown)

    def _count_below(self, row: int) -> int:
        """Count the rows that belong to the part of the tree that this row heads."""
        ids = self._rows.ids
        level = self._level(ids[row])
        end = row + 1
        while end < len(ids) and self._level(ids[end]) > level:
            end += 1
        return end - row - 1

    def _level(self, node: NodeId) -> int:
        return sum(1 for _ in self._trace.lineage(node))

    def _below(self, trace: Trace, top: NodeId) -> list[NodeId]:
        nodes = below(trace, top, self._opening.is_open)
        return nodes if self._narrowing is None else [node for node in nodes if self._narrowing.shows(node)]

    def _insert_rows(self, row: int, nodes: list[NodeId]) -> None:
        if nodes:
            self._port.rows_come(row, row + len(nodes) - 1)
            self._rows.insert(row, nodes)
            self._port.rows_came()

    def _remove_rows(self, first: int, last: int) -> None:
        self._port.rows_go(first, last)
        self._rows.remove(first, last)
        self._port.rows_went()

    def _bring_rows_to(self, trace: Trace) -> None:
        """Take out the rows that are no longer there and put in those that are new; the others stay what they are."""
        wanted: list[NodeId] = []
        if trace.root is not None:
            top = trace.root.id if self.top is None else self.top
            if self._narrowing is None or self._narrowing.shows(top):
                wanted = [top, *(self._below(trace, top) if self._opening.is_open(top) else ())]
        staying = set(self._rows.ids).intersection(wanted)
        leaving = list(runs_of([row for row, node in enumerate(self._rows.ids) if node not in staying]))
        coming = list(runs_of([row for row, node in enumerate(wanted) if node not in staying]))
        if len(leaving) + len(coming) > _MOST_RANGES:
            self._port.all_change()
            self._trace, self._rows.ids = trace, wanted
            self._port.all_changed()
            return
        for first, last in reversed(leaving):
            self._remove_rows(first, last)
        self._trace = trace
        for first, last in coming:
            self._insert_rows(first, wanted[first : last + 1])
