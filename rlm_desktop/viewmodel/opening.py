"""Which rows of a trace are open: what the user said, else what is worth seeing."""

from collections.abc import Iterator

from rlm_desktop.trace.changes import Change
from rlm_desktop.trace.events import AnswerGiven
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.reasks import queued_in
from rlm_desktop.trace.rows import LARGEST_BATCH_OPENED
from rlm_desktop.trace.tree import Trace


class Opening:
    """Keeps the running turn and the paths to errors and to the answer open, and closes turns that went well.

    A row that the user opened or closed, or in which the user touched something, is left alone.
    """

    def __init__(self) -> None:
        self._by_user: dict[NodeId, bool] = {}
        self._touched: set[NodeId] = set()
        self._auto: set[NodeId] = set()
        self._kept: set[NodeId] = set()
        self._while_narrowed: dict[NodeId, bool] | None = None
        self._all: bool | None = None
        """Whether the user opened or closed everything; None is what is worth seeing."""

    def is_open(self, node: NodeId) -> bool:
        """Tell whether the children of a row are shown."""
        if self._while_narrowed is not None:
            return self._while_narrowed.get(node, True)
        chosen = self._by_user.get(node)
        if chosen is not None:
            return chosen
        return node in self._auto if self._all is None else self._all

    def choose_all(self, root: NodeId, is_open: bool) -> None:
        """Open or close every row, and those that are still to come; the run itself stays open."""
        self._by_user, self._all = {root: True}, is_open
        if self._while_narrowed is not None:
            self._while_narrowed.clear()

    def begin_narrowed(self, is_narrowed: bool) -> None:
        """While a filter holds, the way to each hit is open until the user closes it; afterwards all is as before."""
        self._while_narrowed = {} if is_narrowed else None

    def choose(self, trace: Trace, node: NodeId, is_open: bool) -> None:
        """Remember what the user wants of a row."""
        if self._while_narrowed is not None:
            self._while_narrowed[node] = is_open
            return
        self._by_user[node] = is_open
        self.touch(trace, node)

    def touch(self, trace: Trace, node: NodeId) -> None:
        """Leave the rows on the way to this one as they are from now on."""
        self._touched.update(above.id for above in trace.lineage(node))

    def forget_what_happened(self) -> None:
        """Begin again with another fold of the same run; the user's choices stay."""
        self._auto.clear()
        self._kept.clear()

    def note(self, trace: Trace, change: Change) -> list[NodeId]:
        """Take in a change that was committed; give the rows that may have opened or closed, outermost first."""
        before = [(node, self.is_open(node)) for node in self._affected(trace, change)]
        self._open_what_began(change)
        self._keep_answer(trace, change)
        self._settle_what_ended(trace, change)
        return [node for node, was_open in before if self.is_open(node) != was_open]

    def _affected(self, trace: Trace, change: Change) -> list[NodeId]:
        ids = dict.fromkeys(reversed(change.touched))
        if change.inserted is not None:
            ids[change.inserted.id] = None
        if isinstance(change.entry.event, AnswerGiven):
            ids.update(dict.fromkeys(node.id for node in _path_to(trace, change.entry.event.step)))
        return list(ids)

    def _open_what_began(self, change: Change) -> None:
        node = change.inserted
        if node is not None and node.kind in ("run", "turn", "step"):
            self._auto.add(node.id)

    def _keep_answer(self, trace: Trace, change: Change) -> None:
        event = change.entry.event
        if isinstance(event, AnswerGiven) and trace.root and event.run == trace.root.id:
            self._keep(node.id for node in _path_to(trace, event.step) if node.kind in ("run", "turn"))

    def _settle_what_ended(self, trace: Trace, change: Change) -> None:
        if change.inserted is not None and change.inserted.status == "failed":
            self._keep_path(trace, change.inserted)
        for closing in change.closings:
            node = trace.nodes[closing.node]
            if closing.status == "failed":
                self._keep_path(trace, node)
            elif self._may_close(node):
                self._auto.discard(node.id)

    def _may_close(self, node: Node) -> bool:
        is_closable = node.kind == "turn" or (node.kind == "run" and node.parent is not None)
        return is_closable and node.id not in self._kept and node.id not in self._touched

    def _keep_path(self, trace: Trace, failed: Node) -> None:
        above = list(trace.lineage(failed.parent))
        if any(queued_in(node) > LARGEST_BATCH_OPENED for node in above):
            above = [node for node in above if node.kind != "batch"]
        self._keep(node.id for node in above)

    def _keep(self, nodes: Iterator[NodeId]) -> None:
        ids = set(nodes)
        self._kept |= ids
        self._auto |= ids


def _path_to(trace: Trace, node: NodeId | None) -> Iterator[Node]:
    return trace.lineage(node if node in trace.nodes else None)
