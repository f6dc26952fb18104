"""Which calls of a batch were asked again after their run had ended, and what these cost besides."""

from collections.abc import Sequence

from rlm_desktop.trace.events import CallStarted
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.reasks import reasks_of
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace


class AskedAgain:
    """Grows with the trace, from where it was."""

    def __init__(self) -> None:
        self._by_call: dict[NodeId, list[NodeId]] = {}
        self._taken: dict[NodeId, int] = {}

    def take(self, trace: Trace, batch: Node) -> list[NodeId]:
        """Take in what was asked again since; give the calls of the batch that it was asked for."""
        asked: list[NodeId] = []
        for reask in reasks_of(trace, batch):
            new = reask.children[self._taken.get(reask.id, 0) :]
            self._taken[reask.id] = len(reask.children)
            trace.warm(new)
            for call in new:
                started = trace.nodes[call].fact(CallStarted)
                if started is not None and started.reask_of is not None:
                    self._by_call.setdefault(started.reask_of, []).append(call)
                    asked.append(started.reask_of)
        return asked

    def __len__(self) -> int:
        """Give how many calls were asked again."""
        return len(self._by_call)

    def of(self, call: NodeId) -> Sequence[NodeId]:
        """Give the calls that asked a call again, oldest first."""
        return self._by_call.get(call, ())


def totals_with_reasks(trace: Trace, batch: Node) -> Totals:
    """Add up a batch and all that was asked again of it."""
    whole = Totals()
    for node in (batch, *reasks_of(trace, batch)):
        whole.add(node.totals)
    return whole
