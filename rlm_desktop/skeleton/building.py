"""Makes a skeleton: the same fold as everywhere, with its results written down as columns instead of kept as nodes.

Nodes stand in preorder, so that a part of the tree is a range. Moments are places of entries in the journal, from 0.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import accumulate
from typing import Any

import numpy as np
from typing_extensions import override

from rlm_desktop.skeleton.columns import Array, Columns
from rlm_desktop.skeleton.density import COLUMNS, ROWS, looks_of, spread
from rlm_desktop.skeleton.digests import number_of
from rlm_desktop.trace.changes import Change, Closing
from rlm_desktop.trace.events import CallStarted, Entry, ReplyGrew, SubcallsQueued
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import KINDS, STATUSES, Node
from rlm_desktop.trace.reask_events import CallsReasked
from rlm_desktop.trace.reasks import queued_in
from rlm_desktop.trace.references import References
from rlm_desktop.trace.timeline import Timeline
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace

MEASURES = tuple(field.name for field in fields(Totals))
NEVER = 2**31 - 1
"""The place of an end that never came."""
_DONE = Totals()
"""Of every node that has ended, so that a million of them have none of their own."""


class SkeletonBuilder(Trace):
    """Folds entries without keeping them. Raises `OverflowError` for numbers that no engine makes."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._place = -1
        self._at, self._seqs, self._holders = array("d"), array("q"), array("q")
        # Arrays and not dicts by node: those of a large run took an eighth more memory.
        self._begun, self._ended, self._model_of = _Notes(), _Notes(), _Notes()
        self._models: dict[str, int] = {"": 0}
        self._titled, self._titles = _Notes(), list[str]()
        self._added = {name: (array("q"), array("i"), array("q")) for name in MEASURES}
        self._timeline = Timeline()
        self._references = References()
        self._held = array("q"), array("q")
        super().__init__()
        self.feed(entries)

    def feed(self, entries: Iterable[Entry]) -> None:
        """Take in what happened next; pieces of streaming replies are no part of the record."""
        for entry in entries:
            if not isinstance(entry.event, ReplyGrew):
                self._place += 1
                self._timeline.feed((entry,))
                self.commit(self.next_change(entry))

    @override
    def _note_entry(self, change: Change) -> None:
        entry = change.entry
        self.last_at, self.last_seq = max(self.last_at, entry.at), max(self.last_seq, entry.seq)
        holder = change.inserted or (self.nodes.get(change.subject) if change.subject is not None else None)
        self._at.append(entry.at)
        self._seqs.append(entry.seq)
        self._holders.append(0 if holder is None else holder.id)
        if holder is None:
            self.orphans.append(entry)
        elif isinstance(entry.event, SubcallsQueued | CallsReasked) and holder is change.inserted:
            # How many calls a batch has is told by this entry.
            holder.entries.append(entry)
        if holder is not None:
            for digest in self._references.of(entry.event):
                self._held[0].append(number_of(digest))
                self._held[1].append(holder.id)
        if change.titled is not None and change.title is not None:
            self._note_title(change.titled, change.title)
        if isinstance(entry.event, CallStarted) and change.inserted is not None:
            self._model_of.add(change.inserted.id, self._models.setdefault(entry.event.model, len(self._models)))

    def _note_title(self, node: NodeId, title: str) -> None:
        self._titled.add(node, self._place)
        self._titles.append(title)

    @override
    def _insert(self, node: Node) -> None:
        super()._insert(node)
        self._begun.add(node.id, self._place)
        self._note_title(node.id, node.title)
        if not node.is_open:
            self._ended.add(node.id, self._place)

    @override
    def _close(self, closing: Closing) -> None:
        self._ended.add(closing.node, self._place)
        super()._close(closing)
        self.nodes[closing.node].totals = _DONE

    @override
    def _add(self, node_id: NodeId | None, added: Totals) -> None:
        """Note what is added and where; sums are taken when somebody looks."""
        if node_id is None:
            return
        node = self.nodes[node_id]
        if node.is_open:
            # The fold asks what stands at a call only while it is out.
            node.totals.add(added)
        for name in MEASURES:
            value = getattr(added, name)
            if value:
                nodes, places, values = self._added[name]
                nodes.append(node_id)
                places.append(self._place)
                values.append(value)

    def columns(self) -> Columns:
        """Give what is known so far as columns."""
        nodes = list(self.walk())
        index = {node.id: place for place, node in enumerate(nodes)}
        arrays = {
            **_tree_columns(nodes, index),
            **self._moments(nodes, index),
            **self._title_columns(index),
            **self._entry_columns(index),
            **_timeline_columns(self._timeline, index),
            **_held_columns(*self._held, index),
        }
        for name, (holders, places, values) in self._added.items():
            arrays |= _sparse(name, _indices(holders, index), places, values)
        line = self._timeline
        facts = {
            "last_seq": self.last_seq,
            "models": list(self._models),
            "timeline": {"begin": line.begin, "end": line.end, "lanes": line.lanes, "turns": line.turns},
        }
        return Columns(facts, arrays)

    def _moments(self, nodes: Sequence[Node], index: dict[NodeId, int]) -> dict[str, Array]:
        return {
            "begun": self._begun.column("i4", index, NEVER),
            "ended": self._ended.column("i4", index, NEVER),
            "queued": _of("i4", map(queued_in, nodes)),
            "model": self._model_of.column("u2", index, 0),
        }

    def _title_columns(self, index: dict[NodeId, int]) -> dict[str, Array]:
        """Titles in the order of nodes, and of time where one has several."""
        nodes = _indices(self._titled.nodes, index)
        order = np.argsort(nodes, kind="stable")
        texts = [self._titles[number].encode("utf-8", "surrogatepass") for number in order.tolist()]
        return {
            "title_node": nodes[order],
            "title_place": np.array(self._titled.values, dtype="i4")[order],
            "title_end": _of("i8", accumulate(map(len, texts))),
            "titles": np.frombuffer(b"".join(texts), dtype="u1"),
        }

    def _entry_columns(self, index: dict[NodeId, int]) -> dict[str, Array]:
        holders = _indices(self._holders, index)
        order = np.argsort(holders, kind="stable").astype("i4")
        return {
            "at": np.array(self._at, dtype="f8"),
            "seq": np.array(self._seqs, dtype="i8"),
            "entry": order,
            "entry_begin": np.searchsorted(holders[order], np.arange(len(index) + 1)).astype("i8"),
        }


class _Notes:
    """A number each for some nodes; of several for one node the last one holds."""

    def __init__(self) -> None:
        self.nodes, self.values = array("q"), array("q")

    def add(self, node: NodeId, value: int) -> None:
        """Note it."""
        self.nodes.append(node)
        self.values.append(value)

    def column(self, dtype: str, index: dict[NodeId, int], otherwise: int) -> Array:
        """Give the numbers in the order of nodes."""
        column = np.full(len(index), otherwise, dtype=dtype)
        column[_indices(self.nodes, index)] = self.values
        return column


def _tree_columns(nodes: Sequence[Node], index: dict[NodeId, int]) -> dict[str, Array]:
    kinds, statuses = ({name: place for place, name in enumerate(names)} for names in (KINDS, STATUSES))
    ids = _of("i8", (node.id for node in nodes))
    order = np.argsort(ids)
    parents = [-1 if node.parent is None else index[node.parent] for node in nodes]
    sizes, levels = [1] * len(nodes), [0] * len(nodes)
    for place, parent in enumerate(parents):
        levels[place] = levels[parent] + 1 if parent >= 0 else 0
    for place in reversed(range(1, len(nodes))):
        sizes[parents[place]] += sizes[place]
    return {
        "id": ids,
        "known_id": ids[order],
        "known_place": order.astype("i4"),
        "parent": _of("i4", parents),
        "size": _of("i4", sizes),
        "level": _of("u2", levels),
        "kind": _of("u1", (kinds[node.kind] for node in nodes)),
        "status": _of("u1", (statuses[node.status] for node in nodes)),
        "depth": _of("i4", (node.depth for node in nodes)),
        "number": _of("i8", (node.number for node in nodes)),
        "started": _of("f8", (node.started for node in nodes)),
        "seconds": _of("f8", (np.nan if node.seconds is None else node.seconds for node in nodes)),
    }


def _timeline_columns(line: Timeline, index: dict[NodeId, int]) -> dict[str, Array]:
    """Calls by lane and time; the root LM's own line is lane -1."""
    bars = sorted(line.roots + line.calls, key=lambda bar: (-1 if bar.lane is None else bar.lane, bar.start))
    lanes, starts = (
        _of("i4", (-1 if bar.lane is None else bar.lane for bar in bars)),
        _of("f8", (b.start for b in bars)),
    )
    ends = _of("f8", (line.end if bar.end is None else bar.end for bar in bars))
    has_failed, is_root = _of("?", (bar.state == "failed" for bar in bars)), _of("?", (bar.is_root for bar in bars))
    packed = lanes >= 0
    cells = spread(
        starts[packed],
        ends[packed],
        lanes[packed] * ROWS // max(ROWS, line.lanes),
        looks_of(is_root, has_failed)[packed],
        (line.begin, line.end, COLUMNS),
    )
    return {
        "density": cells.reshape(-1),
        "bar_node": _of("i4", (index.get(bar.node, -1) for bar in bars)),
        "bar_lane": lanes,
        "bar_start": starts,
        "bar_end": _of("f8", (np.nan if bar.end is None else bar.end for bar in bars)),
        "bar_failed": has_failed,
        "bar_root": is_root,
        "error_at": _of("f8", (tick.at for tick in line.failures)),
        "error_node": _of("i4", (index.get(tick.node, -1) for tick in line.failures)),
        "cost_at": _of("f8", (at for at, _ in line.costs)),
        "cost": _of("i8", (cost for _, cost in line.costs)),
    }


def _held_columns(texts: Iterable[int], holders: Iterable[int], index: dict[NodeId, int]) -> dict[str, Array]:
    numbers = np.array(texts, dtype="i8")
    order = np.argsort(numbers, kind="stable")
    return {"text_number": numbers[order], "text_node": _indices(holders, index)[order]}


def _sparse(name: str, holders: Array, places: Iterable[int], values: Iterable[int]) -> dict[str, Array]:
    """What was added in the order of nodes, as growing sums: those of a range are a difference."""
    order = np.argsort(holders, kind="stable")
    sums = np.cumsum(np.array(values, dtype="i8")[order])
    return {
        f"{name}_node": holders[order].astype("i4"),
        f"{name}_place": np.array(places, dtype="i4")[order],
        f"{name}_sum": np.concatenate([np.zeros(1, dtype="i8"), sums]),
    }


def _indices(ids: Iterable[int], index: dict[NodeId, int]) -> Array:
    """Give places of nodes; entries that belong to none lie before all of them."""
    return _of("i4", (index.get(NodeId(node), -1) for node in ids))


def _of(dtype: str, values: Iterable[Any]) -> Array:
    return np.array(list(values), dtype=dtype)
