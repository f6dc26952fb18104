"""The rows that are visible now, in order, and where each is."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace


class VisibleRows:
    """A flat list of nodes. Finding a row costs a look at where it was last, and a short search if rows moved."""

    def __init__(self) -> None:
        self.ids: list[NodeId] = []
        self._last_seen: dict[NodeId, int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def position(self, node: NodeId) -> int:
        """Give the row of a node that is visible."""
        row = self._last_seen.get(node, 0)
        if row >= len(self.ids) or self.ids[row] != node:
            row = self._search(node, min(row, len(self.ids)))
            self._last_seen[node] = row
        return row

    def insert(self, row: int, nodes: list[NodeId]) -> None:
        """Put rows in before `row`."""
        self.ids[row:row] = nodes

    def remove(self, first: int, last: int) -> None:
        """Take rows out, both ends included."""
        del self.ids[first : last + 1]

    def _search(self, node: NodeId, near: int) -> int:
        """Rows mostly move down, so look below the last known place first."""
        try:
            return self.ids.index(node, near)
        except ValueError:
            return self.ids.index(node)


def below(trace: Trace, top: NodeId, is_open: Callable[[NodeId], bool]) -> list[NodeId]:
    """Give the visible rows below an open node, in order."""
    found: list[NodeId] = []
    stack = list(reversed(trace.nodes[top].children))
    while stack:
        node = stack.pop()
        found.append(node)
        if is_open(node):
            stack.extend(reversed(trace.nodes[node].children))
    return found


def last_below(trace: Trace, node: Node, is_open: Callable[[NodeId], bool]) -> NodeId:
    """Give the last visible row of the part of the tree that `node` heads."""
    while node.children and is_open(node.id):
        node = trace.nodes[node.children[-1]]
    return node.id


def runs_of(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Join ascending row numbers to ranges (first, last)."""
    if not rows:
        return
    first = rows[0]
    for here, following in pairwise(rows):
        if following != here + 1:
            yield first, here
            first = following
    yield first, rows[-1]
