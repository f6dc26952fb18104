"""A trace as objects for programs: parents before children, every text whole."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rlm_desktop.app.commands.figures import dollars, token_counts
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.summaries import RunSummary
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    ChoiceAsked,
    ChoiceMade,
    Entry,
    LimitsChanged,
    OutputPrinted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    UnknownEvent,
)
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.reask_events import CallsReasked, ReaskEnded
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace


def run_object(
    summary: RunSummary,
    trace: Trace,
    payloads: Payloads,
    depth: int | None = None,
    notes: Mapping[NodeId, NodeNote] | None = None,
) -> dict[str, Any]:
    """Give a run and its nodes, down to `depth` levels below it, each with what a reader wrote on it."""
    written = notes or {}
    levels: dict[NodeId, int] = {}
    nodes = []
    for node in trace.walk():
        levels[node.id] = 0 if node.parent is None else levels[node.parent] + 1
        if depth is None or levels[node.id] <= depth:
            nodes.append(_node_object(node, payloads) | {"notes": _note_object(written.get(node.id))})
    return {"run": _run(summary), "nodes": nodes}


def _run(summary: RunSummary) -> dict[str, Any]:
    return {
        "run_id": summary.run,
        "status": summary.status,
        "started": summary.started_at,
        "seconds": summary.seconds,
        "cost_usd": dollars(summary.cost_nano_usd),
        "models": {"root": summary.root, "worker": summary.worker},
    }


def _node_object(node: Node, payloads: Payloads) -> dict[str, Any]:
    call = node.fact(CallStarted)
    return {
        "id": node.id,
        "parent": node.parent,
        "kind": node.kind,
        "label": node.title,
        "number": node.number,
        "depth": node.depth,
        "status": node.status,
        "started": node.started,
        "seconds": node.seconds,
        "tokens": token_counts(node.totals),
        "calls": node.totals.calls,
        "cost_usd": dollars(node.totals.cost),
        "model": call.model if call else None,
        "text": _text(node, payloads),
        **dict(_details(node, payloads)),
    }


def _note_object(note: NodeNote | None) -> dict[str, Any] | None:
    if note is None:
        return None
    return {
        "text": note.text,
        "pinned": note.is_pinned,
        "score": note.score,
        "labels": list(note.labels),
        "changed": note.changed_at,
    }


def _text(node: Node, payloads: Payloads) -> str | None:
    """Give what the node is about: question, code, reply, output, answer, or the sentence it says."""
    references = list(_references(node))
    if references:
        return "".join(payloads.text(reference.digest) for reference in references)
    return node.title if node.kind in ("notice", "gate", "limit", "choice") else None


def _references(node: Node) -> Iterator[TextRef]:
    for entry in node.entries:
        match entry.event:
            case RunStarted(question=text) | StepStarted(code=text) | AnswerGiven(answer=text):
                yield text
            case CallFinished(reply=TextRef() as text) | OutputPrinted(text=text):
                yield text
            case _:
                pass


def _details(node: Node, payloads: Payloads) -> Iterator[tuple[str, Any]]:
    for entry in node.entries:
        match entry.event:
            case CallStarted() | CallFinished() as call:
                yield from _call_details(call, payloads)
            case StepStarted() | StepFinished() as step:
                yield _step_detail(step)
            case RunStarted() as run:
                yield from _run_details(node, run)
            case RunFinished() | ReaskEnded() | CallsReasked() as told:
                yield _end_detail(told)
            case ChoiceAsked() | ChoiceMade():
                yield _choice_detail(entry)
            case UnknownEvent() as unknown:
                yield "event", {"kind": unknown.kind, **unknown.data}


def _run_details(node: Node, run: RunStarted) -> Iterator[tuple[str, Any]]:
    yield "models", {"root": run.root.name, "worker": run.worker.name}
    yield "others", [asdict(model) for model in run.others]
    yield "strategy", run.strategy
    yield "limits", asdict(run.limits)
    yield "limits_changed", [asdict(changed.limits) for changed in node.facts(LimitsChanged)]
    yield "cache", run.cache


def _end_detail(told: RunFinished | ReaskEnded | CallsReasked) -> tuple[str, Any]:
    if isinstance(told, CallsReasked):
        return "asked_again", {"batch": told.of, "calls": list(told.calls)}
    return "reason", told.reason


def _step_detail(step: StepStarted | StepFinished) -> tuple[str, Any]:
    if isinstance(step, StepStarted):
        return "findings", [asdict(finding) for finding in step.findings]
    return "error", f"{step.error.type}: {step.error.message}" if step.error else None


def _choice_detail(entry: Entry) -> tuple[str, Any]:
    """Give what was asked, or what was chosen and when; both have a text, so each is an object of its own."""
    fields = {
        name: value for name, value in asdict(entry.event).items() if name not in ("kind", "choice", "run", "step")
    }
    return entry.event.kind, fields | ({"at": entry.at} if isinstance(entry.event, ChoiceMade) else {})


def _call_details(call: CallStarted | CallFinished, payloads: Payloads) -> Iterator[tuple[str, Any]]:
    if isinstance(call, CallStarted):
        messages = [(message.role, payloads.text(message.text.digest)) for message in call.prompt]
        yield "role", call.role
        yield "reask_of", call.reask_of
        yield "prompt", [{"role": role, "text": text} for role, text in messages]
    else:
        yield "error", call.error
        yield "cached", call.cached
        yield "same_as", call.same_as
        yield "saved_nano_usd", call.saved_nano_usd
        yield "price_source", call.price_source
        yield "reasoning", payloads.text(call.reasoning.digest) if call.reasoning else None
