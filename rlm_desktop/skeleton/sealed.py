"""A recorded run as its skeleton tells it: the trace at any moment, with nodes and entries made when somebody looks."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
from typing_extensions import override

from rlm_desktop.skeleton.building import MEASURES
from rlm_desktop.skeleton.columns import Array, Columns
from rlm_desktop.skeleton.digests import number_of
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import CallId, Digest, NodeId
from rlm_desktop.trace.nodes import KINDS, STATUSES, Node, NodeKind, NodeStatus
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import FAILING, Trace

Load = Callable[[Sequence[int]], list[Entry]]
"""Gives the entries with these numbers, in order; raises what its store raises."""
_PAGE = 512
_PAGES_KEPT = 16
_NODES_KEPT = 100_000
_MOST_ID = 2**63 - 1


class SealedEntries(Sequence[Entry]):
    """The entries of a run in order, read page by page."""

    def __init__(self, seqs: Array, at: Array, load: Load) -> None:
        self._seqs, self.at, self._load = seqs, at, load
        self._pages: OrderedDict[int, list[Entry]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seqs)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return self.pick(range(len(self))[place])
        place = range(len(self))[place]
        number, rest = divmod(place, _PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self.pick(range(number * _PAGE, min(len(self), (number + 1) * _PAGE)))
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        return page[rest]

    def pick(self, places: "Sequence[int] | Array") -> list[Entry]:
        """Give the entries at these places."""
        return self._load(self._seqs[np.asarray(places, dtype="i8")].tolist()) if len(places) else []


class SealedRun:
    """All of a recorded run."""

    def __init__(self, columns: Columns, load: Load) -> None:
        self.columns = columns
        self.entries = SealedEntries(columns["seq"], columns["at"], load)
        self.measures = tuple(name for name in MEASURES if len(columns[f"{name}_node"]))
        """What was added up at all."""

    @property
    def last_seq(self) -> int:
        """The number of the last entry."""
        seqs = self.columns["seq"]
        return int(seqs[-1]) if len(seqs) else 0

    def whole(self) -> "SealedTrace":
        """Give the trace as it was at the end."""
        return self.at(len(self.entries))

    def at(self, position: int) -> "SealedTrace":
        """Give the trace as it was after so many entries."""
        return SealedTrace(self, position)


class SealedTrace(Trace):
    """The tree after some entries; never altered."""

    def __init__(self, run: SealedRun, position: int) -> None:
        self.columns, self.position, self._entries = run.columns, position, run.entries
        self.is_whole = position >= len(run.entries)
        self._made: dict[int, SealedNode] = {}
        self._warm: set[int] = set()
        self._measures = run.measures
        self.nodes = _SealedNodes(self)
        self.orphans = run.entries.pick(self._places_of(-1))
        self.last_seq = int(run.columns["seq"][position - 1]) if position else 0
        self.last_at = float(run.columns["at"][:position].max()) if position else 0.0
        has_root = len(run.columns["id"]) > 0 and run.columns["begun"][0] < position
        self.root = self.node(0) if has_root else None

    @property
    def open(self) -> dict[NodeId, None]:  # type: ignore[override]
        """The nodes that still go on, in order of start."""
        begun, ended = self.columns["begun"], self.columns["ended"]
        places = np.flatnonzero((begun < self.position) & (ended >= self.position))
        ordered = places[np.argsort(begun[places], kind="stable")]
        return dict.fromkeys(map(NodeId, self.columns["id"][ordered].tolist()))

    def place_of(self, node_id: NodeId) -> int | None:
        """Give where a node stands, None if it has not begun."""
        columns = self.columns
        if not -_MOST_ID <= node_id <= _MOST_ID:
            return None
        found = columns.find("known_id", node_id)
        if found == len(columns["known_id"]) or columns["known_id"][found] != node_id:
            return None
        place = int(columns["known_place"][found])
        return place if columns["begun"][place] < self.position else None

    def node(self, place: int) -> "SealedNode":
        """Give the node at a place."""
        node = self._made.get(place)
        if node is None:
            if len(self._made) > _NODES_KEPT:
                self._made.clear()
                self._warm.clear()
            node = self._made[place] = SealedNode(self, place)
        return node

    def status(self, places: Array) -> Array:
        """Give the numbers of their statuses."""
        running = STATUSES.index("running")
        return np.where(self.columns["ended"][places] < self.position, self.columns["status"][places], running)

    def totals(self, place: int) -> Totals:
        """Sum up a part of the tree."""
        end = place + int(self.columns["size"][place])
        return Totals(**{name: self._sum(name, place, end) for name in self._measures})

    def _sum(self, name: str, begin: int, end: int) -> int:
        columns = self.columns
        first, last = (columns.find(f"{name}_node", place) for place in (begin, end))
        if first == last:
            return 0
        sums = columns[f"{name}_sum"]
        if self.is_whole:
            return int(sums[last] - sums[first])
        counts = columns[f"{name}_place"][first:last] < self.position
        return int(np.diff(sums[first : last + 1])[counts].sum())

    def sums(self, name: str) -> Array:
        """Sum up one measure below every node at once."""
        columns, values = self.columns, self._values(name)
        growing = np.concatenate([np.zeros(1, dtype="i8"), np.cumsum(values)])
        counts = np.bincount(columns[f"{name}_node"] + 1, minlength=len(columns["id"]) + 1)
        begin = np.cumsum(counts)
        ends = np.arange(len(columns["id"])) + columns["size"]
        sums: Array = growing[begin[ends]] - growing[begin[:-1]]
        return sums

    def own(self, name: str) -> Array:
        """Give what was added to one measure at each node itself."""
        own: Array = np.zeros(len(self.columns["id"]), dtype="i8")
        np.add.at(own, self.columns[f"{name}_node"], self._values(name))
        return own

    def _values(self, name: str) -> Array:
        values: Array = np.diff(self.columns[f"{name}_sum"])
        return values if self.is_whole else values * (self.columns[f"{name}_place"] < self.position)

    def titled(self, words: str) -> Array:
        """Give the places of nodes whose titles have these words in them, in any case."""
        columns = self.columns
        titles, ends = columns["titles"], columns["title_end"]
        text = titles.tobytes().decode("utf-8", "surrogatepass")
        is_start = (titles & 0xC0) != 0x80
        lengths = np.concatenate([np.zeros(1, dtype="i8"), np.cumsum(is_start)])
        found = _titles_with(words, text, lengths[ends])
        return np.unique(columns["title_node"][found[columns["title_place"][found] < self.position]])

    def holders(self, digests: Iterable[Digest]) -> Array:
        """Give the places of nodes that hold one of these texts; a conversation's, only where they come first."""
        texts, nodes = self.columns["text_number"], self.columns["text_node"]
        wanted = np.unique(np.array([number_of(digest) for digest in digests], dtype="i8"))
        first, last = texts.searchsorted(wanted), texts.searchsorted(wanted, side="right")
        found = [nodes[begin:end] for begin, end in zip(first, last, strict=True) if begin < end]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype="i4")

    def children(self, place: int) -> Array:
        """Give the places of a node's children."""
        end = place + int(self.columns["size"][place])
        is_child = self.columns["parent"][place + 1 : end] == place
        is_child &= self.columns["begun"][place + 1 : end] < self.position
        return np.flatnonzero(is_child) + (place + 1)

    def title(self, place: int) -> str:
        """Give what a node is called."""
        columns = self.columns
        first, last = (columns.find("title_node", one) for one in (place, place + 1))
        known = int((columns["title_place"][first:last] < self.position).sum())
        end = int(first) + known
        if not known:
            return ""
        begin = int(columns["title_end"][end - 2]) if end > 1 else 0
        return columns["titles"][begin : int(columns["title_end"][end - 1])].tobytes().decode("utf-8", "surrogatepass")

    def entries_of(self, place: int) -> list[Entry]:
        """Read what is recorded of a node."""
        return self._entries.pick(self._places_of(place))

    @override
    def warm(self, nodes: Iterable[NodeId]) -> None:
        places = (self.place_of(node) for node in nodes)
        self.warm_places(place for place in places if place is not None)

    def warm_places(self, places: Iterable[int]) -> None:
        """Read the entries of the nodes at these places, as far as they are not there yet."""
        cold = [place for place in places if place not in self._warm]
        if not cold:
            return
        if len(self._warm) > _NODES_KEPT:
            self._warm.clear()
        self._warm.update(cold)
        parts = [self._places_of(place) for place in cold]
        entries = self._entries.pick(np.concatenate(parts))
        start = 0
        for place, part in zip(cold, parts, strict=True):
            self.node(place).entries = entries[start : start + len(part)]
            start += len(part)

    def _places_of(self, place: int) -> Array:
        begins = self.columns["entry_begin"]
        first = int(begins[place]) if place >= 0 else 0
        places = self.columns["entry"][first : int(begins[place + 1])]
        return places[places < self.position]

    # What a growing trace does one by one

    @override
    def walk(self, top: NodeId | None = None) -> Iterator[Node]:
        begin, end = self._range(top)
        return map(self.node, (np.flatnonzero(self.columns["begun"][begin:end] < self.position) + begin).tolist())

    def _range(self, top: NodeId | None) -> tuple[int, int]:
        """Give where the part of the tree under a node begins and ends."""
        place = 0 if top is None else self.place_of(top)
        if place is None or self.root is None:
            return 0, 0
        return place, place + int(self.columns["size"][place])

    @override
    def of_kind(self, kind: NodeKind) -> Iterator[Node]:
        columns = self.columns
        is_wanted = (columns["kind"] == KINDS.index(kind)) & (columns["begun"] < self.position)
        return map(self.node, np.flatnonzero(is_wanted).tolist())

    @override
    def lineage(self, node_id: NodeId | None) -> Iterator[Node]:
        place = self.place_of(node_id) if node_id is not None else None
        if place is None and node_id is not None:
            raise KeyError(node_id)
        while place is not None and place >= 0:
            yield self.node(place)
            place = int(self.columns["parent"][place])

    @override
    def live_text(self, call: CallId) -> str:
        return ""

    @override
    def peers(self, node: Node) -> Sequence[NodeId]:
        if node.parent is None:
            return (node.id,)
        parent = self.place_of(node.parent)
        assert parent is not None
        places = self.children(parent)
        alike = places[self.columns["kind"][places] == KINDS.index(node.kind)]
        return list(map(NodeId, self.columns["id"][alike].tolist()))

    def failed(self) -> Array:
        """Give the places where something failed right there, by now."""
        columns = self.columns
        kinds = np.zeros(len(KINDS), dtype="?")
        kinds[[KINDS.index(kind) for kind in FAILING]] = True
        has_failed = (columns["status"] == STATUSES.index("failed")) & (columns["ended"] < self.position)
        return np.flatnonzero(has_failed & kinds[columns["kind"]])

    @override
    def errors(self, top: NodeId | None = None) -> Sequence[NodeId]:
        places = self.failed()
        first, last = np.searchsorted(places, self._range(top))
        return list(map(NodeId, self.columns["id"][places[first:last]].tolist()))

    @override
    def costliest_call(self, top: NodeId | None = None) -> NodeId | None:
        columns, (begin, end) = self.columns, self._range(top)
        is_call = (columns["kind"] == KINDS.index("call")) & (columns["begun"] < self.position)
        is_call[:begin] = is_call[end:] = False
        if not is_call.any():
            return None
        return NodeId(int(columns["id"][np.argmax(np.where(is_call, self.own("cost_nano_usd"), -1))]))

    @override
    def is_before(self, one: NodeId, other: NodeId) -> bool:
        places = self.place_of(one), self.place_of(other)
        assert places[0] is not None
        assert places[1] is not None
        return places[0] < places[1]


class SealedNode(Node):
    """A node whose sums, children, title and entries are got when they are asked for."""

    __slots__ = ("_place", "_trace")

    def __init__(self, trace: SealedTrace, place: int) -> None:
        columns, parent = trace.columns, int(trace.columns["parent"][place])
        self._trace, self._place = trace, place
        self.id = NodeId(int(columns["id"][place]))
        self.parent = NodeId(int(columns["id"][parent])) if parent >= 0 else None
        self.kind: NodeKind = KINDS[columns["kind"][place]]
        has_ended = columns["ended"][place] < trace.position
        self.status: NodeStatus = STATUSES[columns["status"][place]] if has_ended else "running"
        self.depth, self.number = int(columns["depth"][place]), int(columns["number"][place])
        self.started = float(columns["started"][place])
        seconds = float(columns["seconds"][place])
        self.seconds = seconds if has_ended and seconds == seconds else None  # noqa: PLR0124 (not a number is none)

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet."""
        make = _LAZY.get(name)
        if make is None:
            raise AttributeError(name)
        value = make(self._trace, self._place)
        setattr(self, name, value)
        return value


def _titles_with(words: str, text: str, ends: Array) -> Array:
    """Give the numbers of the titles with these words in them; they stand one after another in the text."""
    lowered, wanted = text.lower(), words.lower()
    if len(lowered) != len(text):
        # A letter that becomes two when it is made small would shift all that follows.
        lowered, wanted = text, words
    starts, start = [], lowered.find(wanted)
    while start >= 0:
        starts.append(start)
        start = lowered.find(wanted, start + 1)
    places = np.array(starts, dtype="i8")
    numbers = np.searchsorted(ends, places, side="right")
    return np.unique(numbers[places + len(wanted) <= ends[numbers]])


def _child_ids(trace: SealedTrace, place: int) -> list[NodeId]:
    return list(map(NodeId, trace.columns["id"][trace.children(place)].tolist()))


def _open_children(trace: SealedTrace, place: int) -> int:
    return int((trace.columns["ended"][trace.children(place)] >= trace.position).sum())


_LAZY: dict[str, Callable[[SealedTrace, int], Any]] = {
    "title": SealedTrace.title,
    "totals": SealedTrace.totals,
    "children": _child_ids,
    "entries": SealedTrace.entries_of,
    "open_children": _open_children,
}


class _SealedNodes(Mapping[NodeId, Node]):
    """The nodes that have begun, by their ids."""

    def __init__(self, trace: SealedTrace) -> None:
        self._trace = trace

    def __getitem__(self, node_id: NodeId) -> Node:
        place = self._trace.place_of(node_id)
        if place is None:
            raise KeyError(node_id)
        return self._trace.node(place)

    def __contains__(self, node_id: object) -> bool:
        return isinstance(node_id, int) and self._trace.place_of(NodeId(node_id)) is not None

    def __iter__(self) -> Iterator[NodeId]:
        places = np.flatnonzero(self._trace.columns["begun"] < self._trace.position)
        return iter(map(NodeId, self._trace.columns["id"][places].tolist()))

    def __len__(self) -> int:
        return int((self._trace.columns["begun"] < self._trace.position).sum())
