"""Who belongs to a node: the call that spoke, the step that ran, the run it is in, the limits that hold."""

from rlm_desktop.trace.events import CallStarted, LimitsChanged, RunStarted
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.nodes import Node, NodeKind
from rlm_desktop.trace.tree import Trace


def root_call_of(trace: Trace, node: Node) -> Node | None:
    """Give the call of the root LM that a turn, or a run without turns, is about."""
    calls = [trace.nodes[child] for child in node.children if trace.nodes[child].kind == "call"]
    return next((call for call in reversed(calls) if _is_from_root(call)), None)


def _is_from_root(call: Node) -> bool:
    started = call.fact(CallStarted)
    return started is not None and started.role != "worker"


def steps_of(trace: Trace, node: Node) -> list[Node]:
    """Give the steps of a turn, or of all turns of a run."""
    found: list[Node] = []
    for child in (trace.nodes[child] for child in node.children):
        if child.kind == "step":
            found.append(child)
        elif child.kind == "turn":
            found += steps_of(trace, child)
    return found


def above(trace: Trace, node: Node, kind: NodeKind) -> Node | None:
    """Give the innermost node of a kind on the way up, the node itself included."""
    return next((candidate for candidate in trace.lineage(node.id) if candidate.kind == kind), None)


def step_of(trace: Trace, node: Node) -> Node | None:
    """Give the step that a node is or that made it, within its own run."""
    for candidate in trace.lineage(node.id):
        if candidate.kind == "step":
            return candidate
        if candidate.kind in ("turn", "run"):
            return None
    return None


def run_of(trace: Trace, node: Node) -> Node:
    """Give the run or child run a node is in."""
    run = above(trace, node, "run")
    assert run is not None
    return run


def limits_of(run: Node, until: int | None = None) -> Limits | None:
    """Give the limits that hold for a run now, or held at an entry: those it began with, or that the user set since."""
    for entry in reversed(run.entries):
        if isinstance(entry.event, LimitsChanged | RunStarted) and (until is None or entry.seq <= until):
            return entry.event.limits
    return None
