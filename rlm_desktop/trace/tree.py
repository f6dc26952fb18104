"""The fold: entries of a journal become the tree of a run.

`next_change` only computes; `commit` alters. A view brackets `commit` with its own begin and end of insertion. Live,
replayed and imported runs all come through here, so they look alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from rlm_desktop.trace.changes import Change, Closing
from rlm_desktop.trace.events import CallFinished, CallRetried, Entry, ReplyGrew
from rlm_desktop.trace.folding import change_for
from rlm_desktop.trace.ids import CallId, NodeId
from rlm_desktop.trace.nodes import Node, NodeKind
from rlm_desktop.trace.totals import Totals

FAILING: frozenset[NodeKind] = frozenset(("call", "step", "notice", "run"))
"""What can fail by itself."""


class Trace:
    """The tree of one run and the live ends of its streaming replies."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._nodes: dict[NodeId, Node] = {}
        self.nodes: Mapping[NodeId, Node] = self._nodes
        self.root: Node | None = None
        self.open: dict[NodeId, None] = {}
        """The nodes that still go on, in order of start."""
        self.orphans: list[Entry] = []
        """Entries that came before any run did; a damaged journal may hold some."""
        self.last_seq = 0
        self.last_at = 0.0
        self._live: dict[CallId, list[str]] = {}
        for entry in entries:
            self.commit(self.next_change(entry))

    def next_change(self, entry: Entry) -> Change:
        """Tell what this entry would do, without doing it."""
        return change_for(self, entry)

    def commit(self, change: Change) -> None:
        """Do it."""
        self._note_entry(change)
        if change.inserted is not None:
            self._insert(change.inserted)
        if change.title is not None and change.titled is not None:
            self.nodes[change.titled].title = change.title
        for closing in change.closings:
            self._close(closing)
        if change.added is not None:
            self._add(change.inserted.id if change.inserted else change.subject, change.added)

    def lineage(self, node_id: NodeId | None) -> Iterator[Node]:
        """Give the node and its ancestors, innermost first."""
        while node_id is not None:
            node = self.nodes[node_id]
            yield node
            node_id = node.parent

    def live_text(self, call: CallId) -> str:
        """Give what a running call's reply says so far."""
        return "".join(self._live.get(call, ()))

    def walk(self, top: NodeId | None = None) -> Iterator[Node]:
        """Give a node and all below it, or the whole run: parents before children, children in order."""
        start = self.root.id if top is None and self.root is not None else top
        stack = [start] if start is not None and start in self.nodes else []
        while stack:
            node = self.nodes[stack.pop()]
            yield node
            stack.extend(reversed(node.children))

    def of_kind(self, kind: NodeKind) -> Iterator[Node]:
        """Give all nodes of a kind, in any order."""
        return (node for node in self.nodes.values() if node.kind == kind)

    def warm(self, nodes: Iterable[NodeId]) -> None:
        """Get ready to tell of these nodes; a trace that reads its entries reads those of all of them at once."""

    def peers(self, node: Node) -> Sequence[NodeId]:
        """Give the nodes of the same kind under the same parent, in order, the node among them."""
        if node.parent is None:
            return (node.id,)
        return [peer for peer in self.nodes[node.parent].children if self.nodes[peer].kind == node.kind]

    def errors(self, top: NodeId | None = None) -> Sequence[NodeId]:
        """Give where something failed right there, not merely below, in the order of the tree; of all, or of a part."""
        return [node.id for node in self.walk(top) if node.status == "failed" and node.kind in FAILING]

    def costliest_call(self, top: NodeId | None = None) -> NodeId | None:
        """Give the call that cost most, the first of them, of all or from a node down; None while there is no call."""
        calls = (node for node in self.walk(top) if node.kind == "call")
        costliest = max(calls, key=lambda node: node.totals.cost_nano_usd, default=None)
        return costliest.id if costliest is not None else None

    def is_before(self, one: NodeId, other: NodeId) -> bool:
        """Tell which of two nodes comes first in the order of the tree."""
        return self._way_to(one) < self._way_to(other)

    def _way_to(self, node_id: NodeId) -> list[int]:
        way = [node.id for node in self.lineage(node_id)]
        return [self.nodes[above].children.index(node) for node, above in pairwise(way)][::-1]

    def _note_entry(self, change: Change) -> None:
        event = change.entry.event
        self.last_at = max(self.last_at, change.entry.at)
        if isinstance(event, ReplyGrew):
            self._live.setdefault(event.call, []).append(event.text or event.reasoning)
            return
        self.last_seq = max(self.last_seq, change.entry.seq)
        if isinstance(event, (CallFinished, CallRetried)):
            self._live.pop(event.call, None)
        holder = change.inserted or (self.nodes.get(change.subject) if change.subject is not None else None)
        (self.orphans if holder is None else holder.entries).append(change.entry)

    def _insert(self, node: Node) -> None:
        self._nodes[node.id] = node
        if node.parent is None:
            self.root = node
        else:
            parent = self.nodes[node.parent]
            parent.children.append(node.id)
            parent.open_children += node.is_open
        if node.is_open:
            self.open[node.id] = None

    def _add(self, node_id: NodeId | None, added: Totals) -> None:
        """Add sums to a node and to all above it."""
        for node in self.lineage(node_id):
            node.totals.add(added)

    def _close(self, closing: Closing) -> None:
        node = self.nodes[closing.node]
        if node.kind == "call" and node.is_open:
            self._add(node.id, Totals(in_flight=-1, held=-node.totals.held, retrying=-node.totals.retrying))
        if node.parent is not None:
            self.nodes[node.parent].open_children -= node.is_open
        node.status = closing.status
        node.seconds = closing.seconds
        self.open.pop(node.id, None)
