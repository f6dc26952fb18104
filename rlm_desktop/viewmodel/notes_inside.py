"""How many nodes below each node the reader has written on."""

from collections import Counter
from collections.abc import Collection
from itertools import islice

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.tree import Trace


class NotesInside:
    """Counts once for all rows, by going up from what is written on: notes are few, nodes may be a million."""

    def __init__(self) -> None:
        self._counts: Counter[NodeId] | None = None
        self._trace: Trace | None = None
        self._seq = 0
        self._is_whole = False
        """Whether each node with a note was there."""

    def forget(self) -> None:
        """Count anew when asked next, because notes came or went."""
        self._counts = self._trace = None

    def below(self, node: NodeId, trace: Trace, noted: Collection[NodeId]) -> int:
        """Tell how many of the noted nodes are below a node."""
        if self._counts is None or trace is not self._trace or not (self._is_whole or trace.last_seq == self._seq):
            self._count(trace, noted)
        return 0 if self._counts is None else self._counts[node]

    def _count(self, trace: Trace, noted: Collection[NodeId]) -> None:
        there = [node for node in noted if node in trace.nodes]
        self._counts = Counter(above.id for node in there for above in islice(trace.lineage(node), 1, None))
        self._trace, self._seq, self._is_whole = trace, trace.last_seq, len(there) == len(noted)
