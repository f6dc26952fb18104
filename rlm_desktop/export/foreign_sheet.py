"""The sheet on which an imported run is put down: it numbers, keeps texts once and holds times in their bounds."""

from collections.abc import Iterator
from contextlib import contextmanager

from rlm_desktop.trace.events import Event, TextKept
from rlm_desktop.trace.ids import Digest, NodeId
from rlm_desktop.trace.texts import TextRef, reference_to


class Sheet:
    """Takes events in the order of the tree and gives them in the order of time."""

    def __init__(self) -> None:
        self._last_node = 0
        self._known: set[Digest] = set()
        self._texts: list[TextKept] = []
        self._dated: list[tuple[float, Event]] = []
        self._bounds: list[tuple[float, float]] = [(0.0, float("inf"))]

    def node(self) -> NodeId:
        """Give the next id, from 1."""
        self._last_node += 1
        return NodeId(self._last_node)

    def keep(self, text: str) -> TextRef:
        """Keep a text, unless it is kept already, and give its reference."""
        reference = reference_to(text)
        if reference.digest not in self._known:
            self._known.add(reference.digest)
            self._texts.append(TextKept(digest=reference.digest, text=text))
        return reference

    def add(self, at: float, event: Event) -> None:
        """Put an event down."""
        self._dated.append((self.inside(at), event))

    def inside(self, at: float) -> float:
        """Give the time nearest to this one that lies inside all that goes on."""
        earliest, latest = self._bounds[-1]
        return min(max(at, earliest), latest)

    @contextmanager
    def between(self, earliest: float, latest: float) -> Iterator[None]:
        """Hold what is put down inside the block between two times, and inside the bounds that hold already."""
        self._bounds.append((self.inside(earliest), self.inside(latest)))
        try:
            yield
        finally:
            self._bounds.pop()

    def take(self) -> Iterator[tuple[float, Event]]:
        """Give what was put down since the last time, texts first."""
        texts, dated = self._texts, sorted(self._dated, key=lambda one: one[0])
        self._texts, self._dated = [], []
        first = dated[0][0] if dated else 0.0
        yield from ((first, text) for text in texts)
        yield from dated
