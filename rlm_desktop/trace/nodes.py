"""What the tree of a run is made of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeVar, get_args

from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.totals import Totals

NodeKind = Literal[
    "run",
    "turn",
    "step",
    "batch",
    "call",
    "output",
    "answer",
    "notice",
    "gate",
    "limit",
    "choice",
    "evidence",
    "unknown",
]
NodeStatus = Literal["running", "done", "partial", "failed", "cancelled", "interrupted"]
KINDS: tuple[NodeKind, ...] = get_args(NodeKind)
STATUSES: tuple[NodeStatus, ...] = get_args(NodeStatus)
Fact = TypeVar("Fact")


@dataclass(slots=True, eq=False)
class Node:
    """One row of the tree. Only `Trace.commit` alters it; its details are the events in `entries`."""

    id: NodeId
    parent: NodeId | None
    kind: NodeKind
    title: str
    status: NodeStatus
    depth: int
    """The depth of the run it belongs to; 0 is the root run."""
    number: int
    """A turn's, step's or call's place among its peers, from 1; otherwise 0."""
    started: float
    """Unix time, seconds."""
    seconds: float | None = None
    totals: Totals = field(default_factory=Totals)
    children: list[NodeId] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    open_children: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.status == "running"

    def facts(self, kind: type[Fact]) -> Iterator[Fact]:
        """Give its events of one type, oldest first."""
        return (entry.event for entry in self.entries if isinstance(entry.event, kind))

    def fact(self, kind: type[Fact]) -> Fact | None:
        """Give its last event of one type."""
        return next((entry.event for entry in reversed(self.entries) if isinstance(entry.event, kind)), None)
