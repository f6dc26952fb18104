"""A trace whose nodes cost what they cost when they are read from a database as they are looked at."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace

READ_SECONDS = 0.0001


class SlowNode:
    """A node whose entries are far away."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def __getattr__(self, name: str) -> Any:
        return getattr(self._node, name)

    @property
    def entries(self) -> list[Entry]:
        """Spend the time of a read, then give them."""
        end = time.perf_counter() + READ_SECONDS
        while time.perf_counter() < end:
            pass
        return self._node.entries

    def facts(self, kind: type) -> Iterator[Any]:
        return (entry.event for entry in self.entries if isinstance(entry.event, kind))

    def fact(self, kind: type) -> Any:
        return next((entry.event for entry in reversed(self.entries) if isinstance(entry.event, kind)), None)


def slow_trace(entries: Iterable[Entry]) -> Trace:
    """Fold entries, then move them away."""
    trace = Trace(entries)
    trace.nodes = {number: SlowNode(node) for number, node in trace.nodes.items()}  # type: ignore[assignment]
    return trace
