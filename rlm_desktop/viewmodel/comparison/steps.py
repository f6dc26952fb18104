"""The steps of a run as they are compared: in order, with their code, what they printed, cost and time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rlm_desktop.trace.events import OutputPrinted, StepFinished, StepStarted
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.rows import elapsed
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import plural, seconds
from rlm_desktop.viewmodel.relatives import step_of

MOST_STEPS = 2_000
"""So many steps of a run are compared; the window lists them without a pause."""
_READ_AT_ONCE = 500


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


def steps_to_compare(trace: Trace) -> tuple[list[StepSide], bool]:
    """Give the first steps of the root run, in order, and whether there are more than are compared.

    Child runs are counted with the step that made them.
    """
    if trace.root is None:
        return [], False
    child_runs: Counter[NodeId] = Counter()
    for run in trace.of_kind("run"):
        step = step_of(trace, trace.nodes[run.parent]) if run.parent is not None else None
        if step is not None:
            child_runs[step.id] += 1
    sides = list(islice(_sides(trace, trace.root, child_runs), MOST_STEPS + 1))
    return sides[:MOST_STEPS], len(sides) > MOST_STEPS


def _sides(trace: Trace, run: Node, child_runs: Counter[NodeId]) -> Iterator[StepSide]:
    for start in range(0, len(run.children), _READ_AT_ONCE):
        yield from _sides_of(trace, _read(trace, run.children[start : start + _READ_AT_ONCE]), child_runs)


def _read(trace: Trace, parts: Sequence[NodeId]) -> list[Node]:
    """Get ready to tell of turns, their steps and what these printed: a question to the store for each kind."""
    nodes = [trace.nodes[part] for part in parts]
    inside = [trace.nodes[child] for node in nodes if node.kind == "turn" for child in node.children]
    steps = [node for node in inside if node.kind == "step"]
    printed = [node for step in steps for node in _printed(trace, step)]
    trace.warm(node.id for node in (*nodes, *steps, *printed))
    return nodes


def _sides_of(trace: Trace, nodes: Iterable[Node], child_runs: Counter[NodeId]) -> Iterator[StepSide]:
    for child in nodes:
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
    printed = [event for child in _printed(trace, node) for event in child.facts(OutputPrinted)]
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


def _printed(trace: Trace, step: Node) -> list[Node]:
    return [node for node in map(trace.nodes.__getitem__, step.children) if node.kind == "output"]
