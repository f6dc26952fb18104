"""Where a node is in its run, in words."""

from rlm_desktop.trace.ids import CallId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace


def step_place(trace: Trace, step: Node) -> str:
    """Say where a step is: `turn 7, step 1`."""
    turn = trace.nodes.get(step.parent) if step.parent is not None else None
    if turn is None or turn.kind != "turn":
        return f"step {step.number}"
    return f"turn {turn.number}, step {step.number}"


def call_place(trace: Trace, call_id: CallId, seen_from: Node) -> str:
    """Name a call for somebody who looks at another one: `call 3`, or `call 3 of turn 7, step 1` if it is elsewhere."""
    call = trace.nodes.get(call_id)
    if call is None:
        return "another call"
    name = f"call {call.number}" if call.number else "another call"
    if call.parent == seen_from.parent:
        return name
    step = next((above for above in trace.lineage(call.id) if above.kind == "step"), None)
    return f"{name} of {step_place(trace, step)}" if step is not None else name


def node_place(trace: Trace, node: Node) -> str:
    """Say where any node is: `turn 7 › step 1 › call 12`, `turn 2 › step 1 › output`, `run`."""
    way = [one for one in trace.lineage(node.id) if one.number and one.kind in ("turn", "step", "call")]
    named = [f"{one.kind} {one.number}" for one in reversed(way)]
    own = [] if way and way[0] is node else [node.kind]
    return " › ".join([*named[-3:], *own])
