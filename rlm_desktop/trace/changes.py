"""What one entry of the journal does to the tree: computed first, applied by `Trace.commit`."""

from dataclasses import dataclass

from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node, NodeStatus
from rlm_desktop.trace.totals import Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A node that ends with this entry."""

    node: NodeId
    status: NodeStatus
    seconds: float


@dataclass(slots=True, kw_only=True)
class Change:
    """At most one new row, and which existing rows look different afterwards.

    `inserted` goes to the end of its parent's children (`inserted.parent`, None for the run itself).
    """

    entry: Entry
    subject: NodeId | None
    """The existing node that the entry tells about; None when it tells about `inserted` or about nothing."""
    inserted: Node | None = None
    added: Totals | None = None
    title: str | None = None
    titled: NodeId | None = None
    """The node that `title` is for."""
    closings: tuple[Closing, ...] = ()
    touched: tuple[NodeId, ...] = ()
    """Every existing node whose row changes: subject, its ancestors, what closes."""
