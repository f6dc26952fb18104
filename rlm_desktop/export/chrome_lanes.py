"""Lanes for a timeline: what runs one after the other lies nested in one lane, what runs at the same time beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from rlm_desktop.export.spans import end_of
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node, NodeKind
from rlm_desktop.trace.tree import Trace

LASTING: frozenset[NodeKind] = frozenset(("run", "turn", "step", "batch", "call", "choice"))
"""What takes time; all else is a moment."""
_ASIDE: frozenset[NodeKind] = frozenset(("call", "run"))
_MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """When a part began and ended, in whole microseconds from the beginning of the run."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Lanes:
    """Where each lasting part lies. Inside a lane, any two parts lie one in the other or one after the other."""

    stretches: Mapping[NodeId, Stretch]
    lane_of: Mapping[NodeId, int]
    """Lane 0 is that of the run itself."""
    count: int


def lanes_of(trace: Trace) -> Lanes:
    """Lay a run out; a part is as long as all that lies in it."""
    nodes = [node for node in trace.walk() if node.kind in LASTING]
    stretches = _stretches(trace, nodes)
    tops = _tops(trace, nodes, stretches)
    lane_of, count = _packed(tops, stretches)
    for node in nodes:
        if node.id not in lane_of:
            lane_of[node.id] = lane_of[_lasting_parent(trace, node)]
    return Lanes(stretches, lane_of, count)


def _stretches(trace: Trace, nodes: Sequence[Node]) -> dict[NodeId, Stretch]:
    zero = nodes[0].started
    stretches: dict[NodeId, Stretch] = {}
    latest: dict[NodeId, int] = {}
    for node in reversed(nodes):
        begin = round((node.started - zero) * _MICRO)
        # speedscope loses its place where a part of no length begins together with another one.
        end = max(round((end_of(trace, node) - zero) * _MICRO), latest.pop(node.id, begin), begin + 1)
        stretches[node.id] = Stretch(begin, end)
        if node.parent is not None:
            above = _lasting_parent(trace, node)
            latest[above] = max(end, latest.get(above, end))
    return stretches


def _lasting_parent(trace: Trace, node: Node) -> NodeId:
    return next(above.id for above in trace.lineage(node.parent) if above.kind in LASTING)


def _tops(trace: Trace, nodes: Sequence[Node], stretches: Mapping[NodeId, Stretch]) -> list[NodeId]:
    """Give what needs a lane of its own: the run, and what would overlap its neighbours in its parent's lane."""
    tops = [nodes[0].id]
    for node in nodes:
        below = [trace.nodes[child] for child in node.children if trace.nodes[child].kind in LASTING]
        if len(below) > 1:
            below.sort(key=lambda child: stretches[child.id].begin)
            tops += _crowded(below, stretches)
    return tops


def _crowded(below: Sequence[Node], stretches: Mapping[NodeId, Stretch]) -> list[NodeId]:
    """Where any two overlap, all calls and child runs step aside: half of them in the lane would tell nothing."""
    if not _overlapping(below, stretches):
        return []
    aside = [node for node in below if node.kind in _ASIDE]
    rest = [node for node in below if node.kind not in _ASIDE]
    return [node.id for node in aside] + _overlapping(rest, stretches)


def _overlapping(below: Sequence[Node], stretches: Mapping[NodeId, Stretch]) -> list[NodeId]:
    """Give those that begin before an earlier one has ended."""
    found = []
    free_from = 0
    for node in below:
        stretch = stretches[node.id]
        if stretch.begin < free_from:
            found.append(node.id)
        else:
            free_from = stretch.end
    return found


def _packed(tops: list[NodeId], stretches: Mapping[NodeId, Stretch]) -> tuple[dict[NodeId, int], int]:
    """Give each the lowest lane that is free all the while."""
    run = tops[0]
    lane_of = {run: 0}
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    count = 1
    for node in sorted(tops[1:], key=lambda node: stretches[node].begin):
        while busy and busy[0][0] <= stretches[node].begin:
            heappush(free, heappop(busy)[1])
        if not free:
            heappush(free, count)
            count += 1
        lane_of[node] = heappop(free)
        heappush(busy, (stretches[node].end, lane_of[node]))
    return lane_of, count
