"""The REPL's variables over time: a row a name, a column a step, a cell where the value changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from rlm_desktop.trace.events import StepFinished
from rlm_desktop.trace.facts import VariableChange
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import step_place
from rlm_desktop.trace.tree import Trace


@dataclass(frozen=True, slots=True)
class StepColumn:
    """One step that has ended."""

    step: NodeId
    place: str
    """Where it is in the run, in words."""


@dataclass(slots=True)
class VariableHistory:
    """What is known of a run's variables: every ended step, every name in the order in which they came up."""

    columns: list[StepColumn] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    """Each name with its row."""
    changes: dict[tuple[int, int], VariableChange] = field(default_factory=dict)
    """By row and column."""

    def add(self, column: StepColumn, changes: tuple[VariableChange, ...]) -> None:
        """Take in a step that has ended since."""
        place = len(self.columns)
        self.columns.append(column)
        for change in changes:
            self.changes[self.names.setdefault(change.name, len(self.names)), place] = change


NewStep = tuple[StepColumn, tuple[VariableChange, ...]]


def reading(trace: Trace, run: Node, known: int, found: list[NewStep]) -> Iterator[None]:
    """Find what the ended steps after the first `known` ones changed, a step at a time."""
    for step in ended_steps(trace, run)[known:]:
        finished = step.fact(StepFinished)
        found.append((StepColumn(step.id, step_place(trace, step)), finished.variables if finished else ()))
        yield


def ended_steps(trace: Trace, run: Node) -> list[Node]:
    """Give the steps of a run, but not of its child runs, that have ended."""
    turns = [trace.nodes[child] for child in run.children if trace.nodes[child].kind == "turn"]
    children = (trace.nodes[child] for turn in turns for child in turn.children)
    return [child for child in children if child.kind == "step" and not child.is_open]
