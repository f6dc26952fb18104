"""Which nodes of a growing trace a filter lets through, and what stands above them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace

Matches = Callable[[Trace, Node], bool]


@dataclass(slots=True)
class Narrowing:
    """Kept up to date node by node; a node is shown when it matches or something below it does."""

    matches: Matches
    hits: set[NodeId] = field(default_factory=set)
    _below: dict[NodeId, int] = field(default_factory=dict)
    """How many hits there are at a node and below it."""

    def begin(self, trace: Trace) -> None:
        """Look at the whole trace."""
        self.hits.clear()
        self._below.clear()
        self.look(trace, [node.id for node in trace.walk()])

    def look(self, trace: Trace, nodes: Iterable[NodeId]) -> None:
        """Look again at nodes that changed."""
        for node_id in nodes:
            is_hit = self.matches(trace, trace.nodes[node_id])
            if is_hit != (node_id in self.hits):
                (self.hits.add if is_hit else self.hits.discard)(node_id)
                for above in trace.lineage(node_id):
                    self._below[above.id] = self._below.get(above.id, 0) + (1 if is_hit else -1)

    def shows(self, node: NodeId) -> bool:
        """Tell whether a node is a hit or leads to one."""
        return self._below.get(node, 0) > 0
