"""The REPL's variables over time: a row a name, a column a step, a cell where the value changed."""

from rlm_desktop.trace.events import StepFinished
from rlm_desktop.trace.facts import VariableChange
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody
from rlm_desktop.viewmodel.rows import Tint


def history_card(trace: Trace, run: Node, until: Node | None = None) -> Card | None:
    """Show how the variables of a run came about, up to a step; None while there are none."""
    steps = _steps_with_changes(trace, run, until)
    names = dict.fromkeys(change.name for _, changes in steps for change in changes)
    if not names:
        return None
    by_step = [(step, {change.name: change for change in changes}) for step, changes in steps]
    rows = tuple(_row(name, by_step) for name in names)
    headings = ("name", *(_heading(trace, step) for step, _ in by_step))
    return Card(
        title="Variables",
        tint="muted",
        note="step by step",
        meta=f"{plural(len(names), 'name')} · {plural(len(steps), 'step')}",
        body=TableBody(rows=rows, headings=headings, stretch=len(headings) - 1),
    )


def _steps_with_changes(trace: Trace, run: Node, until: Node | None) -> list[tuple[Node, tuple[VariableChange, ...]]]:
    found = []
    for step in _steps(trace, run):
        finished = step.fact(StepFinished)
        if finished is not None and finished.variables:
            found.append((step, finished.variables))
        if until is not None and step.id == until.id:
            break
    return found


def _steps(trace: Trace, run: Node) -> list[Node]:
    turns = [trace.nodes[child] for child in run.children if trace.nodes[child].kind == "turn"]
    children: list[NodeId] = [child for turn in turns for child in turn.children]
    return [trace.nodes[child] for child in children if trace.nodes[child].kind == "step"]


def _heading(trace: Trace, step: Node) -> str:
    assert step.parent is not None
    return f"turn {trace.nodes[step.parent].number}, step {step.number}"


def _row(name: str, by_step: list[tuple[Node, dict[str, VariableChange]]]) -> tuple[Cell, ...]:
    cells = [_cell(step, changes.get(name)) for step, changes in by_step]
    return (Cell(text=name, is_code=True), *cells)


def _cell(step: Node, change: VariableChange | None) -> Cell:
    if change is None:
        return Cell(text="", node=step.id)
    tints: dict[str, Tint] = {"new": "answer", "changed": "accent", "deleted": "error"}
    words = "deleted" if change.change == "deleted" else change.size or change.type
    return Cell(text=words, tint=tints[change.change], node=step.id)
