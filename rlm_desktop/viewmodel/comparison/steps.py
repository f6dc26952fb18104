"""The steps of a run as they are compared: in order, with their code, what they printed, cost and time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rlm_desktop.trace.events import OutputPrinted, StepFinished, StepStarted
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.rows import elapsed
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import plural, seconds
from rlm_desktop.viewmodel.relatives import step_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSide:
    """One step of a run; or a turn without code, or a call outside of turns."""

    node: NodeId
    place: str
    """Such as `turn 3, step 2`."""
    intent: str
    title: str
    """The code's first comment or line; empty without code."""
    code: TextRef | None
    output: tuple[TextRef, ...]
    error: str
    """Why it stopped, in one line; empty if it ran to its end."""
    dropped: int
    """Characters that were printed but not kept."""
    totals: Totals
    seconds: float
    child_runs: int
    is_open: bool

    @property
    def figures(self) -> str:
        """Its cost, calls and time in words."""
        parts = [self.totals.cost_in_words if self.totals.calls else ""]
        parts += [plural(self.totals.calls, "call") if self.totals.calls > 1 else ""]
        parts += [plural(self.child_runs, "child run") if self.child_runs else ""]
        parts += ["running" if self.is_open else seconds(self.seconds)]
        return " · ".join(filter(None, parts))


def steps_to_compare(trace: Trace) -> list[StepSide]:
    """Give all steps of the root run, in order; child runs are counted with the step that made them."""
    if trace.root is None:
        return []
    child_runs: Counter[NodeId] = Counter()
    for node in trace.nodes.values():
        step = step_of(trace, trace.nodes[node.parent]) if node.kind == "run" and node.parent is not None else None
        if step is not None:
            child_runs[step.id] += 1
    return list(_sides(trace, trace.root, child_runs))


def _sides(trace: Trace, run: Node, child_runs: Counter[NodeId]) -> Iterator[StepSide]:
    for child in (trace.nodes[child] for child in run.children):
        if child.kind == "turn":
            yield from _sides_of_turn(trace, child, child_runs)
        elif child.kind in ("call", "batch", "run"):
            yield _side(trace, child, child.title, place=child.kind, parts=[child])


def _sides_of_turn(trace: Trace, turn: Node, child_runs: Counter[NodeId]) -> Iterator[StepSide]:
    inside = [trace.nodes[child] for child in turn.children]
    steps = [node for node in inside if node.kind == "step"]
    calls = [node for node in inside if node.kind == "call"]
    if not steps:
        yield _side(trace, turn, turn.title, place=f"turn {turn.number}", parts=[turn])
    for number, step in enumerate(steps):
        place = f"turn {turn.number}" if len(steps) == 1 else f"turn {turn.number}, step {step.number}"
        # The root LM's call of a turn is paid once: with its first step.
        parts = [step] if number else [*calls, step]
        yield _side(trace, step, turn.title, place=place, parts=parts, child_runs=child_runs[step.id])


def _side(trace: Trace, node: Node, intent: str, *, place: str, parts: list[Node], child_runs: int = 0) -> StepSide:
    started, finished = node.fact(StepStarted), node.fact(StepFinished)
    totals = Totals()
    for part in parts:
        totals.add(part.totals)
    printed = [event for child in node.children for event in trace.nodes[child].facts(OutputPrinted)]
    error = finished.error if finished is not None else None
    killed = "stopped" if finished is not None and finished.killed else ""
    return StepSide(
        node=node.id,
        place=place,
        intent=intent,
        title=started.title if started is not None else "",
        code=started.code if started is not None else None,
        output=tuple(event.text for event in printed),
        error=f"{error.type}: {error.message}" if error is not None else killed,
        dropped=finished.output_dropped if finished is not None else 0,
        totals=totals,
        seconds=sum(elapsed(trace, part) for part in parts),
        child_runs=child_runs,
        is_open=node.is_open,
    )
