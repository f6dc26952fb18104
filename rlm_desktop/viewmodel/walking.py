"""Ways through a trace: to the next turn, peer, error, or the costliest call."""

from bisect import bisect_left
from collections.abc import Sequence

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.reask_events import CallsReasked
from rlm_desktop.trace.tree import Trace


def next_turn(trace: Trace, here: NodeId | None, step: int) -> NodeId | None:
    """Give the turn after (or before) the one that `here` is in."""
    turn = next((node for node in trace.lineage(_known(trace, here)) if node.kind == "turn"), None)
    if turn is None or turn.parent is None:
        return _first_turn(trace)
    turns = trace.peers(turn)
    place = turns.index(turn.id)
    if step < 0 and here != turn.id:
        return turn.id
    return turns[max(0, min(place + step, len(turns) - 1))]


def next_peer(trace: Trace, here: NodeId | None, step: int) -> NodeId | None:
    """Give the next node of the same kind under the same parent."""
    node = trace.nodes.get(here) if here is not None else None
    if node is None or node.parent is None:
        return None
    peers = trace.peers(node)
    place = peers.index(node.id) + step
    return peers[place] if 0 <= place < len(peers) else None


def next_error(trace: Trace, here: NodeId | None, step: int, top: NodeId | None = None) -> NodeId | None:
    """Give the next place where something failed, going round at the ends; only below `top` if it is given."""
    return next_of(trace, trace.errors(top), here, step)


def next_of(trace: Trace, places: Sequence[NodeId], here: NodeId | None, step: int) -> NodeId | None:
    """Give the next of some nodes, which stand in the order of the tree, going round at the ends."""
    if not places:
        return None
    if here is None or here not in trace.nodes:
        return places[0 if step > 0 else -1]
    place = bisect_left(places, True, key=lambda node: not trace.is_before(node, here))
    is_here = place < len(places) and places[place] == here
    following = place + step if step < 0 or is_here else place
    return places[following % len(places)]


def costliest_call(trace: Trace, top: NodeId | None = None) -> NodeId | None:
    """Give the call that cost most; only below `top` if it is given."""
    return trace.costliest_call(top)


def parent_of(trace: Trace, here: NodeId | None) -> NodeId | None:
    """Give the node above."""
    node = trace.nodes.get(here) if here is not None else None
    return node.parent if node is not None else None


def is_below(trace: Trace, node: NodeId | None, top: NodeId) -> bool:
    """Tell whether a node is `top` or lies below it."""
    return any(above.id == top for above in trace.lineage(_known(trace, node)))


def _first_turn(trace: Trace) -> NodeId | None:
    children = trace.root.children if trace.root else []
    return next((child for child in children if trace.nodes[child].kind == "turn"), None)


def _known(trace: Trace, here: NodeId | None) -> NodeId | None:
    return here if here in trace.nodes else None


def failed_fan_out(trace: Trace, here: NodeId | None) -> NodeId | None:
    """Give the fan-out that a node is or belongs to, else the first one below it in which a call failed."""
    if here is None or here not in trace.nodes:
        return None
    around = next((node for node in trace.lineage(here) if node.kind == "batch"), None)
    if around is not None:
        return _first_asked(trace, around)
    parents = (trace.nodes[error].parent for error in trace.errors(here))
    batches = (trace.nodes[parent] for parent in parents if parent is not None)
    return next((_first_asked(trace, batch) for batch in batches if batch.kind == "batch"), None)


def _first_asked(trace: Trace, batch: Node) -> NodeId:
    """What was asked again belongs to the fan-out that asked it first."""
    again = batch.fact(CallsReasked)
    return again.of if again is not None and again.of in trace.nodes else batch.id
