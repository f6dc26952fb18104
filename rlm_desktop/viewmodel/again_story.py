"""What the Story tab tells of calls that were asked again after the run: each leads to the other."""

from collections.abc import Iterator

from rlm_desktop.trace.events import CallFinished, CallStarted
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.reask_events import ReaskEnded
from rlm_desktop.trace.reasks import reasks_of
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import one_line, plural
from rlm_desktop.viewmodel.call_again import AskedAgain
from rlm_desktop.viewmodel.cards import Card, Cell, TableBody


def again_cards(trace: Trace, call: Node) -> list[Card]:
    """Show when a call was asked again, or which one it asks again."""
    started = call.fact(CallStarted)
    if started is not None and started.reask_of is not None and started.reask_of in trace.nodes:
        row = _row(trace.nodes[started.reask_of], "at first")
        return [Card(title="Asked again after the run", tint="muted", body=TableBody(rows=(row,), stretch=1))]
    later = list(_later(trace, call)) if call.status in ("failed", "cancelled", "interrupted") else []
    if not later:
        return []
    rows = tuple(_row(node, f"time {number}") for number, node in enumerate(later, 1))
    meta = plural(len(later), "time")
    return [Card(title="Asked again after the run", tint="muted", meta=meta, body=TableBody(rows=rows, stretch=1))]


def _later(trace: Trace, call: Node) -> Iterator[Node]:
    batch = trace.nodes.get(call.parent) if call.parent is not None else None
    if batch is None or batch.kind != "batch" or not reasks_of(trace, batch):
        return
    again = AskedAgain()
    again.take(trace, batch)
    yield from (trace.nodes[node] for node in again.of(call.id))


def _row(call: Node, when: str) -> tuple[Cell, ...]:
    finished = call.fact(CallFinished)
    said = "" if finished is None else one_line(finished.preview if call.status == "done" else finished.error or "")
    return (
        Cell(text=when, tint="muted", node=call.id),
        Cell(text=said or call.status, tint="text" if call.status in ("done", "running") else "error", node=call.id),
    )


def end_of_reask_cards(batch: Node) -> list[Card]:
    """Say why a batch of calls that were asked again ended before all of them were."""
    ended = batch.fact(ReaskEnded)
    if ended is None or not ended.reason:
        return []
    row = (Cell(text=ended.reason, tint="warn"),)
    return [Card(title="Not all of it", tint="warn", body=TableBody(rows=(row,), stretch=0))]
