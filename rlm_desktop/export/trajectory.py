"""A recorded run as the formats for agents' trajectories see it: turns, calls, steps, and what was said about them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from rlm_desktop.export.recorded import RecordedRun, whole_text
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    ChoiceAsked,
    ChoiceMade,
    EvidenceChecked,
    GateSpoke,
    LimitReached,
    Noticed,
    OutputPrinted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    UnknownEvent,
)
from rlm_desktop.trace.facts import Usage
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import node_place
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import NANO

NOT_A_RUN = "There is nothing of a run in this record yet. Wait until it has begun."


@dataclass(frozen=True, slots=True)
class Call:
    """A call with its two ends; `finished` is None while it is out."""

    node: Node
    started: CallStarted
    finished: CallFinished | None

    @property
    def usage(self) -> Usage:
        """Its tokens as far as they are known."""
        return self.finished.usage if self.finished else Usage()

    @property
    def cost_nano_usd(self) -> int | None:
        """Its cost; None is unknown."""
        return self.finished.cost_nano_usd if self.finished else None


def call_of(node: Node) -> Call | None:
    """Give a call row's events."""
    started = node.fact(CallStarted)
    return Call(node, started, node.fact(CallFinished)) if started else None


def below(trace: Trace, node: Node, *kinds: str) -> Iterator[Node]:
    """Give the rows of these kinds right below a row, those in a batch among them, in order."""
    for child_id in node.children:
        child = trace.nodes[child_id]
        if child.kind == "batch":
            yield from below(trace, child, *kinds)
        elif child.kind in kinds:
            yield child


def calls_below(trace: Trace, node: Node) -> Iterator[Call]:
    """Give the calls right below a row."""
    return (call for child in below(trace, node, "call") if (call := call_of(child)) is not None)


def own_calls(trace: Trace, run: Node) -> Iterator[Call]:
    """Give all calls of a run without those of its child runs."""
    yield from calls_below(trace, run)
    for turn in below(trace, run, "turn"):
        yield from calls_below(trace, turn)
        for step in below(trace, turn, "step"):
            yield from calls_below(trace, step)


def messages(run: RecordedRun, call: Call) -> Iterator[dict[str, str]]:
    """Give a prompt's messages, each with its text when it is reached."""
    return ({"role": one.role, "content": run.text(one.text.digest)} for one in call.started.prompt)


def code_of(run: RecordedRun, step: Node) -> str:
    """Give a step's code."""
    started = step.fact(StepStarted)
    return whole_text(run, started.code) if started else ""


def printed(run: RecordedRun, trace: Trace, step: Node, stream: str) -> str:
    """Give what a step printed to one stream."""
    outputs = (one for output in below(trace, step, "output") for one in output.facts(OutputPrinted))
    return "".join(run.text(one.text.digest) for one in outputs if one.stream == stream)


def answer_of(trace: Trace, run: Node) -> AnswerGiven | None:
    """Give the last answer of a run."""
    children = (trace.nodes[child] for child in reversed(run.children))
    last = next((child for child in children if child.kind == "answer"), None)
    return last.fact(AnswerGiven) if last is not None else None


def answering_turn(trace: Trace, run: Node) -> NodeId | None:
    """Give the turn whose code gave the answer; None where no code did."""
    answer = answer_of(trace, run)
    step = trace.nodes.get(answer.step) if answer and answer.step is not None else None
    return step.parent if step is not None else None


def sayings(trace: Trace, node: Node) -> list[dict[str, Any]]:
    """Give what limits, gates, choices and notices right below a row said, in order."""
    kinds = ("notice", "gate", "limit", "choice", "unknown")
    return [{"node": one.id, "kind": one.kind, "text": _said(one)} for one in below(trace, node, *kinds)]


def _said(node: Node) -> str:
    match node.entries[0].event if node.entries else None:
        case Noticed(text=text) | GateSpoke(text=text) | LimitReached(text=text):
            return text
        case ChoiceAsked(text=text):
            made = node.fact(ChoiceMade)
            return f"{text} {made.text}" if made else text
        case UnknownEvent(kind=kind, data=data):
            return f"{kind}: {data}"
        case _:
            return node.title


def call_facts(trace: Trace, call: Call) -> dict[str, Any]:
    """Give what foreign formats have no place for of a call."""
    finished = call.finished
    return {
        "node": call.node.id,
        "role": call.started.role,
        "model": call.started.model,
        "label": call.started.label,
        "status": call.node.status,
        "started": iso_time(call.node.started),
        "seconds": call.node.seconds,
        "finished": finished is not None,
        "error": finished.error if finished else None,
        "price_source": finished.price_source if finished else "unknown",
        "cached": bool(finished and finished.cached),
        "cut": bool(finished and finished.cut),
        "retries": _retries_of(call.node),
        "said": sayings(trace, call.node),
    }


def _retries_of(node: Node) -> list[dict[str, Any]]:
    return [
        {"attempt": one.attempt, "reason": one.reason, "wait_seconds": one.wait_seconds}
        for one in node.facts(CallRetried)
    ]


def step_facts(step: Node) -> dict[str, Any]:
    """Give how a step ended and which variables it changed."""
    finished = step.fact(StepFinished)
    if finished is None:
        return {"status": step.status, "finished": False}
    return {
        "finished": True,
        "status": step.status,
        "error": asdict(finished.error) if finished.error else None,
        "killed": finished.killed,
        "variables": [asdict(change) for change in finished.variables],
        "lost": list(finished.lost),
        "output_dropped": finished.output_dropped,
    }


def run_facts(trace: Trace, run: Node) -> dict[str, Any]:
    """Give what is known of a run or child run as a whole."""
    started, finished, answer = run.fact(RunStarted), run.fact(RunFinished), answer_of(trace, run)
    evidence = run.fact(EvidenceChecked)
    return {
        "node": run.id,
        "status": run.status,
        "started": iso_time(run.started),
        "reason": finished.reason if finished else "",
        "seconds": run.seconds,
        "strategy": started.strategy if started else None,
        "worker": started.worker.name if started else None,
        "characters": started.characters if started else 0,
        "isolation": started.isolation if started else "",
        "answer_source": answer.source if answer else None,
        "partial": answer.partial if answer else None,
        "documents": [asdict(document) for document in started.documents] if started else [],
        "evidence": asdict(evidence) if evidence else None,
        "said": sayings(trace, run),
        "totals": {
            "cost_usd": dollars(run.totals.cost),
            "known_cost_usd": dollars(run.totals.cost_nano_usd),
            "unpriced_calls": run.totals.unpriced,
            "calls": run.totals.calls,
            "input_tokens": run.totals.input_tokens,
            "cached_input_tokens": run.totals.cached_input_tokens,
            "cache_write_tokens": run.totals.cache_write_tokens,
            "output_tokens": run.totals.output_tokens,
            "reasoning_tokens": run.totals.reasoning_tokens,
        },
    }


def reader_facts(run: RecordedRun, trace: Trace) -> dict[str, Any]:
    """Give what the run's reader wrote on it, and what was left out of it."""
    return {
        "run": run.run,
        "name": run.name,
        "tags": list(run.tags),
        "left_out": list(run.left_out),
        "notes": [
            {
                "node": note.node,
                "where": node_place(trace, trace.nodes[note.node]) if note.node in trace.nodes else "",
                "text": note.text,
                "pinned": note.is_pinned,
                "score": note.score,
                "labels": list(note.labels),
            }
            for note in run.notes.values()
        ],
    }


def partial_mark(reason: str) -> str:
    """Give what stands before a partial answer, wherever nothing else would say so."""
    return f"[Partial answer: {reason}]\n\n"


def dollars(nano_usd: int | None) -> float | None:
    """Give an amount in dollars; None is unknown."""
    return None if nano_usd is None else nano_usd / NANO


def iso_time(at: float) -> str:
    """Write a time (Unix, seconds) as ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat()
