"""The table of a step's sub-calls and child runs: how each stands, what it used and cost."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from rlm_desktop.trace.events import CallFinished
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import call_place
from rlm_desktop.trace.rows import RETRYING, WAITING, Tint, batch_words, elapsed
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money, one_line, plural, seconds, tokens
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody

MOST_CALLS = 12
"""The story shows so many calls of a step; the trace shows all."""
MOST_COUNTED = 500
"""More are counted in their map grid only: to look at each of 10,000 while the reader waits would take seconds."""


def calls_card(trace: Trace, calls: Sequence[NodeId], current: NodeId | None = None, most: int = MOST_CALLS) -> Card:
    """Show sub-calls as a table; around the current one if there are many."""
    is_counted = len(calls) <= MOST_COUNTED
    counted = [trace.nodes[call] for call in calls] if is_counted else []
    times = [elapsed(trace, call) for call in counted if not call.is_open]
    first = _first_shown(calls, current, most)
    trace.warm(calls[first : first + most])
    shown = [trace.nodes[call] for call in calls[first : first + most]]
    left_out = len(calls) - len(shown)
    rows = tuple(_call_cells(trace, call) for call in shown)
    place = next((row for row, call in enumerate(shown) if call.id == current), None)
    return Card(
        title="Calls",
        tint="worker",
        note=_counts(counted) if is_counted else plural(len(calls), "call"),
        meta=_spread(times),
        body=TableBody(rows=rows, stretch=1, current=place),
        left_out=f"{plural(left_out, 'more call')} in {'the trace' if is_counted else 'their grid'}"
        if left_out
        else "",
    )


def _counts(calls: Sequence[Node]) -> str:
    asked = [call for call in calls if call.kind == "call"]
    return batch_words(
        Counter(call.status for call in calls),
        held=sum(call.totals.held for call in asked),
        retrying=sum(call.totals.retrying for call in asked),
    )


def _first_shown(calls: Sequence[NodeId], current: NodeId | None, most: int) -> int:
    place = next((row for row, call in enumerate(calls) if call == current), 0)
    return max(0, min(place - most // 3, len(calls) - most))


def _spread(times: list[float]) -> str:
    if len(times) < 2:
        return ""
    return f"min {seconds(min(times))} · median {seconds(median(times))} · max {seconds(max(times))}"


def _call_cells(trace: Trace, call: Node) -> tuple[Cell, ...]:
    state, tint = _state(trace, call)
    used = call.totals.tokens
    return (
        Cell(text=str(call.number or ""), is_figure=True, tint="muted", node=call.id),
        Cell(text=call.title, node=call.id),
        Cell(text=state, tint=tint, node=call.id),
        Cell(text=tokens(used) if used else "–", is_figure=True, node=call.id),
        Cell(text=money(call.totals.cost), is_figure=True, node=call.id),
        Cell(text=seconds(elapsed(trace, call)), is_figure=True, node=call.id),
    )


def _state(trace: Trace, call: Node) -> tuple[str, Tint]:
    if call.is_open:
        return _open_state(call)
    if call.kind == "run":
        return f"child run, {call.status}", "error" if call.status == "failed" else "root"
    finished = call.fact(CallFinished)
    if call.status != "done":
        reason = one_line(finished.error or "", 60) if finished else ""
        return f"✕ {reason or call.status}", "error"
    if finished is None or not finished.cached:
        return "answered", "answer"
    if finished.same_as is None:
        return "⌁ cached", "muted"
    return f"⌁ same prompt as {call_place(trace, finished.same_as, call).removeprefix('call ')}", "muted"


def _open_state(call: Node) -> tuple[str, Tint]:
    if call.kind == "call" and call.totals.held:
        return WAITING, "warn"
    if call.kind == "call" and call.totals.retrying:
        return RETRYING, "warn"
    return "running", "muted"


def calls_of(trace: Trace, step: Node) -> list[NodeId]:
    """Give the sub-calls and child runs of a step, in order; a batch holds nothing else, so none is looked at."""
    found: list[NodeId] = []
    for child in (trace.nodes[child] for child in step.children):
        if child.kind == "batch":
            found += child.children
        elif child.kind in ("call", "run"):
            found.append(child.id)
    return found
