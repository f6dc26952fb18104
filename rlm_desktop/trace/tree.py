"""The fold: entries of a journal become the tree of a run.

`next_change` only computes; `commit` alters. A view brackets `commit` with its own begin and end of insertion. Live,
replayed and imported runs all come through here, so they look alike.
"""

from collections.abc import Iterable, Iterator

from rlm_desktop.trace.changes import Change, Closing
from rlm_desktop.trace.events import CallFinished, CallRetried, Entry, ReplyGrew
from rlm_desktop.trace.folding import change_for
from rlm_desktop.trace.ids import CallId, NodeId
from rlm_desktop.trace.nodes import Node


class Trace:
    """The tree of one run and the live ends of its streaming replies."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.nodes: dict[NodeId, Node] = {}
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
            for node in self.lineage(change.inserted.id if change.inserted else change.subject):
                node.totals.add(change.added)

    def lineage(self, node_id: NodeId | None) -> Iterator[Node]:
        """Give the node and its ancestors, innermost first."""
        while node_id is not None:
            node = self.nodes[node_id]
            yield node
            node_id = node.parent

    def live_text(self, call: CallId) -> str:
        """Give what a running call's reply says so far."""
        return "".join(self._live.get(call, ()))

    def walk(self) -> Iterator[Node]:
        """Give every node, parents before children, children in order."""
        stack = [self.root.id] if self.root else []
        while stack:
            node = self.nodes[stack.pop()]
            yield node
            stack.extend(reversed(node.children))

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
        self.nodes[node.id] = node
        if node.parent is None:
            self.root = node
        else:
            parent = self.nodes[node.parent]
            parent.children.append(node.id)
            parent.open_children += node.is_open
        if node.is_open:
            self.open[node.id] = None

    def _close(self, closing: Closing) -> None:
        node = self.nodes[closing.node]
        if node.kind == "call" and node.is_open:
            held, retrying = node.totals.held, node.totals.retrying
            for above in self.lineage(node.id):
                above.totals.in_flight -= 1
                above.totals.held -= held
                above.totals.retrying -= retrying
        if node.parent is not None:
            self.nodes[node.parent].open_children -= node.is_open
        node.status = closing.status
        node.seconds = closing.seconds
        self.open.pop(node.id, None)
