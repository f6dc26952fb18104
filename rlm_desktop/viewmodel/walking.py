"""Ways through a trace: to the next turn, peer, error, or the costliest call."""

from collections.abc import Iterator

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace


def next_turn(trace: Trace, here: NodeId | None, step: int) -> NodeId | None:
    """Give the turn after (or before) the one that `here` is in."""
    turn = next((node for node in trace.lineage(_known(trace, here)) if node.kind == "turn"), None)
    if turn is None or turn.parent is None:
        return _first_turn(trace)
    turns = [peer for peer in trace.nodes[turn.parent].children if trace.nodes[peer].kind == "turn"]
    place = turns.index(turn.id)
    if step < 0 and here != turn.id:
        return turn.id
    return turns[max(0, min(place + step, len(turns) - 1))]


def next_peer(trace: Trace, here: NodeId | None, step: int) -> NodeId | None:
    """Give the next node of the same kind under the same parent."""
    node = trace.nodes.get(here) if here is not None else None
    if node is None or node.parent is None:
        return None
    peers = [peer for peer in trace.nodes[node.parent].children if trace.nodes[peer].kind == node.kind]
    place = peers.index(node.id) + step
    return peers[place] if 0 <= place < len(peers) else None


def next_error(trace: Trace, here: NodeId | None, step: int, top: NodeId | None = None) -> NodeId | None:
    """Give the next place where something failed, going round at the ends; only below `top` if it is given."""
    order = [node for node in walk_below(trace, top) if node.id == here or is_error(node)]
    if not any(is_error(node) for node in order):
        return None
    place = next((row for row, node in enumerate(order) if node.id == here), -1 if step > 0 else 0)
    for _ in order:
        place = (place + step) % len(order)
        if is_error(order[place]):
            return order[place].id
    return None


def is_error(node: Node) -> bool:
    """Tell whether something failed right here, not merely below."""
    return node.status == "failed" and node.kind in ("call", "step", "notice", "run")


def costliest_call(trace: Trace, top: NodeId | None = None) -> NodeId | None:
    """Give the call that cost most; only below `top` if it is given."""
    calls = [node for node in walk_below(trace, top) if node.kind == "call"]
    return max(calls, key=lambda node: node.totals.cost_nano_usd).id if calls else None


def parent_of(trace: Trace, here: NodeId | None) -> NodeId | None:
    """Give the node above."""
    node = trace.nodes.get(here) if here is not None else None
    return node.parent if node is not None else None


def walk_below(trace: Trace, top: NodeId | None) -> Iterator[Node]:
    """Give a node and all below it, parents before children; the whole run for None."""
    start = trace.root.id if top is None and trace.root is not None else top
    stack = [start] if start is not None and start in trace.nodes else []
    while stack:
        node = trace.nodes[stack.pop()]
        yield node
        stack.extend(reversed(node.children))


def is_below(trace: Trace, node: NodeId | None, top: NodeId) -> bool:
    """Tell whether a node is `top` or lies below it."""
    return any(above.id == top for above in trace.lineage(_known(trace, node)))


def _first_turn(trace: Trace) -> NodeId | None:
    children = trace.root.children if trace.root else []
    return next((child for child in children if trace.nodes[child].kind == "turn"), None)


def _known(trace: Trace, here: NodeId | None) -> NodeId | None:
    return here if here in trace.nodes else None
