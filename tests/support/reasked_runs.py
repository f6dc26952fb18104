"""The sample run, of whose forty calls two failed and are asked again."""

from rlm_desktop.trace.events import CallFinished, CallStarted, Entry, Event
from rlm_desktop.trace.facts import Usage
from rlm_desktop.trace.ids import BatchId, CallId, NodeId, StepId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.reask_events import CallsReasked, ReaskEnded
from rlm_desktop.trace.tree import Trace
from tests.support.sample_runs import harbour_run

AGAIN = NodeId(9_000)
LATER = 86_400.0
"""A day after the run."""


def fan_out(trace: Trace) -> Node:
    """Give the batch of forty calls."""
    return next(node for node in trace.nodes.values() if node.kind == "batch" and len(node.children) == 40)


def failed_calls(trace: Trace) -> list[Node]:
    """Give those of them that failed."""
    return [trace.nodes[call] for call in fan_out(trace).children if trace.nodes[call].status == "failed"]


def asked_again(*, answered: int = 1, is_over: bool = True, reason: str = "") -> tuple[list[Entry], dict]:
    """Give the entries that follow the sample run: so many of the failed calls are answered, the others fail again."""
    entries, texts = harbour_run()
    trace, events = Trace(entries), []
    batch, calls = fan_out(trace), failed_calls(trace)
    step = StepId(batch.parent)
    asked = tuple(CallId(call.id) for call in calls)
    events.append(CallsReasked(batch=BatchId(AGAIN), step=step, of=BatchId(batch.id), calls=asked))
    for number, call in enumerate(calls):
        events.append(_begin(call, number))
    for number in range(len(calls)):
        events.append(_end(CallId(NodeId(AGAIN + number + 1)), is_answered=number < answered))
    status = "cancelled" if reason else "done"
    events.append(ReaskEnded(batch=BatchId(AGAIN), status=status, seconds=2.0, reason=reason))
    kept = events if is_over else events[: 1 + len(calls)]
    return [Entry(entries[-1].seq + n, entries[-1].at + LATER + n, event) for n, event in enumerate(kept, 1)], texts


def _begin(call: Node, number: int) -> Event:
    asked = call.fact(CallStarted)
    return CallStarted(
        call=CallId(NodeId(AGAIN + number + 1)),
        parent=asked.parent,
        role="worker",
        model=asked.model,
        prompt=asked.prompt,
        label=asked.label,
        batch=BatchId(AGAIN),
        position=asked.position,
        reask_of=asked.call,
    )


def _end(call: CallId, *, is_answered: bool) -> Event:
    cost, usage = 1_650_000, Usage(input_tokens=4_600, output_tokens=180)
    if not is_answered:
        return CallFinished(call=call, status="failed", seconds=0.2, cost_nano_usd=0, error="still too long")
    trace = Trace(harbour_run()[0])
    reply = trace.nodes[fan_out(trace).children[0]].fact(CallFinished).reply
    return CallFinished(
        call=call, status="done", seconds=1.0, reply=reply, preview="raised in 1984", usage=usage, cost_nano_usd=cost
    )
