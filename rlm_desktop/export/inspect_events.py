"""A run's parts as the events of an Inspect transcript: spans, model calls, tool calls, scores and remarks."""

from collections.abc import Iterator, Mapping
from typing import Any

from rlm_desktop.export.inspect_words import Pool, Words, usage_of
from rlm_desktop.export.spans import WholeRun, end_of, exact_dollars, iso, outcome_of, sums_of
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    ChoiceMade,
    EvidenceChecked,
    OutputPrinted,
    RunStarted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    UnknownEvent,
)
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.nodes import Node, NodeKind
from rlm_desktop.trace.notes import NodeNote

Fields = dict[str, Any]
SPANS: frozenset[NodeKind] = frozenset(("run", "turn", "step", "batch"))
_TYPES: Mapping[NodeKind, str] = {"run": "agent", "turn": "turn", "step": "tool", "batch": "batch"}
READER = "reader"
"""The scorer that stands for the person who read the run."""


class Transcript:
    """Makes the events in the order of the tree: what lies in a span stands between its beginning and its end."""

    def __init__(self, whole: WholeRun, words: Words, pool: Pool) -> None:
        self._whole = whole
        self._words = words
        self._pool = pool

    def events(self) -> Iterator[Fields]:
        """Give them all; texts are loaded one event at a time."""
        open_spans: list[Node] = []
        for node in self._whole.trace.walk():
            above = None if node.parent is None else self._span_above(node)
            while open_spans and open_spans[-1].id != above:
                yield self._span_end(open_spans.pop())
            if node.kind in SPANS:
                open_spans.append(node)
                yield self._span_begin(node)
            yield from self._own_events(node)
            yield from self._notes(node)
        while open_spans:
            yield self._span_end(open_spans.pop())

    def _own_events(self, node: Node) -> Iterator[Fields]:
        match node.kind:
            case "run":
                yield from self._evidence(node)
            case "step":
                yield self._tool(node)
            case "call":
                yield self._model(node)
            case "turn" | "batch" | "output":
                pass  # A span says it all; what was printed is the result of its step.
            case _:
                yield self._remark(node)

    def _base(self, kind: str, node: Node, at: float, suffix: str = "") -> Fields:
        span = node.id if node.kind in SPANS else self._span_above(node)
        return {
            "event": kind,
            "uuid": f"{self._whole.recorded.run}:{node.id}{suffix}",
            "span_id": self._span_id(span),
            "timestamp": iso(at),
            "working_start": max(0.0, at - self._whole.root.started),
        }

    def _span_id(self, node: NodeId) -> str:
        return f"{self._whole.recorded.run}:{node}"

    def _span_above(self, node: Node) -> NodeId:
        return next(above.id for above in self._whole.trace.lineage(node.parent) if above.kind in SPANS)

    def _span_begin(self, node: Node) -> Fields:
        fields = self._base("span_begin", node, node.started, ":begin") | {
            "id": self._span_id(node.id),
            # As an agent, the whole run would stand folded away behind a line of its own.
            "type": "solvers" if node is self._whole.root else _TYPES[node.kind],
            "name": _span_name(node),
            "metadata": {"node": node.id, "status": node.status, **sums_of(node), **self._span_facts(node)},
        }
        if node.parent is not None:
            fields["parent_id"] = self._span_id(self._span_above(node))
        return fields

    def _span_facts(self, node: Node) -> Fields:
        started = node.fact(RunStarted)
        if started is None:
            return {}
        outcome = outcome_of(self._whole.trace, node)
        return {"outcome": outcome.status, "reason": outcome.reason, "strategy": started.strategy, "depth": node.depth}

    def _span_end(self, node: Node) -> Fields:
        end = end_of(self._whole.trace, node)
        return self._base("span_end", node, end, ":end") | {"id": self._span_id(node.id)}

    def _model(self, node: Node) -> Fields:
        started, finished = node.fact(CallStarted), node.fact(CallFinished)
        assert started is not None
        fields = self._base("model", node, node.started) | {
            "model": started.model,
            "role": started.role,
            "input": [],
            "input_refs": self._pool.refs(started.prompt),
            "tools": [],
            "tool_choice": "none",
            "config": {},
            "output": self._output(started, finished),
            "metadata": _call_facts(node, started, finished),
        }
        if node.totals.retries:
            fields["retries"] = node.totals.retries
        return fields | self._ending(node, finished)

    def _ending(self, node: Node, finished: CallFinished | None) -> Fields:
        if node.is_open:
            return {"pending": True}
        ending: Fields = {"completed": iso(end_of(self._whole.trace, node)), "working_time": node.seconds or 0.0}
        if finished is None or finished.status == "cancelled":
            ending["error"] = (finished.error if finished is not None else None) or "cancelled"
        elif finished.error is not None or finished.status == "failed":
            ending["error"] = finished.error or "failed"
        if finished is not None and finished.cached:
            ending["cache"] = "read"
        return ending

    def _output(self, started: CallStarted, finished: CallFinished | None) -> Fields:
        output: Fields = {"model": started.model, "choices": []}
        if finished is None:
            return output
        output["usage"] = usage_of(finished.usage, finished.cost_nano_usd)
        output["time"] = finished.seconds
        if finished.reply is not None:
            reply = self._words.reply(finished.reply, finished.reasoning, started.model)
            output["choices"] = [{"message": reply, "stop_reason": "max_tokens" if finished.cut else "stop"}]
        return output

    def _tool(self, node: Node) -> Fields:
        started, finished = node.fact(StepStarted), node.fact(StepFinished)
        code = self._words.text(started.code) if started is not None else ""
        fields = self._base("tool", node, node.started) | {
            "id": self._span_id(node.id),
            "function": "python",
            "arguments": {"code": code},
            "view": {"format": "markdown", "content": _fenced(code)},
            "result": self._printed(node),
            "metadata": _step_facts(node, started, finished),
        }
        if node.is_open:
            return fields | {"pending": True}
        return fields | {"completed": iso(end_of(self._whole.trace, node)), **_tool_error(node, finished)}

    def _printed(self, step: Node) -> str:
        nodes = (self._whole.trace.nodes[child] for child in step.children)
        pieces = [event.text for node in nodes if node.kind == "output" for event in node.facts(OutputPrinted)]
        return self._words.joined(pieces)

    def _remark(self, node: Node) -> Fields:
        """What is neither a call nor code: an answer, a notice, a gate, a limit, a choice, something newer."""
        fields = self._base("info", node, node.started)
        data: Fields = {"says": node.title, "status": node.status}
        answer, unknown, made = node.fact(AnswerGiven), node.fact(UnknownEvent), node.fact(ChoiceMade)
        if answer is not None:
            data = {"answer": self._words.text(answer.answer), "source": answer.source}
            if answer.partial is not None:
                data["partial"] = answer.partial
        if unknown is not None:
            data["data"] = unknown.data
        if made is not None:
            data["chosen"] = made.action
            data["then"] = made.text
        return fields | {"source": node.kind, "data": data}

    def _evidence(self, node: Node) -> Iterator[Fields]:
        for entry in node.entries:
            checked = entry.event
            if isinstance(checked, EvidenceChecked):
                quotes = [
                    {"text": quote.text, "match": quote.match, "document": quote.document, "part": quote.part}
                    for quote in checked.quotes
                ]
                read = checked.coverage
                data: Fields = {"quotes": quotes}
                if read is not None:
                    data["sent_to_workers"] = read.sent_to_workers
                    data["shown_to_root"] = read.shown_to_root
                    data["never_read"] = read.never_read
                yield self._base("info", node, entry.at, f":{entry.seq}") | {"source": "evidence", "data": data}

    def _notes(self, node: Node) -> Iterator[Fields]:
        note = self._whole.recorded.notes.get(node.id)
        if note is None or note.is_empty:
            return
        at = note.changed_at or end_of(self._whole.trace, node)
        if note.score is None:
            yield self._base("info", node, at, ":note") | {"source": READER, "data": note_fields(note)}
        else:
            scored = {"score": score_of(note), "intermediate": True, "scorer": READER}
            yield self._base("score", node, at, ":note") | scored


def note_fields(note: NodeNote) -> Fields:
    """Give what a reader wrote, without the score."""
    fields: Fields = {"node": note.node}
    if note.text:
        fields["note"] = note.text
    if note.labels:
        fields["labels"] = list(note.labels)
    if note.is_pinned:
        fields["pinned"] = True
    return fields


def score_of(note: NodeNote) -> Fields:
    """Give a reader's score, from 0 to 5, with what the reader wrote."""
    return {"value": note.score, "explanation": note.text, "metadata": note_fields(note)}


def _span_name(node: Node) -> str:
    queued = node.fact(SubcallsQueued)
    if queued is not None and node.kind == "batch":
        return f"{queued.function} × {queued.count}"
    name = f"{node.kind} {node.number}" if node.number else node.kind
    return f"{name} · {node.title}" if node.title else name


def _call_facts(node: Node, started: CallStarted, finished: CallFinished | None) -> Fields:
    facts: Fields = {"node": node.id, "parent": started.parent, "label": started.label, "status": node.status}
    if started.batch is not None:
        facts |= {"batch": started.batch, "position": started.position}
    attempts = [
        {"attempt": event.attempt, "reason": event.reason, "wait_seconds": event.wait_seconds}
        for event in node.facts(CallRetried)
    ]
    if attempts:
        facts["failed_attempts"] = attempts
    if finished is not None:
        facts["cost_usd"] = exact_dollars(finished.cost_nano_usd) or "unknown price"
        facts["price_source"] = finished.price_source
        facts |= {"same_as": finished.same_as} if finished.same_as is not None else {}
        facts |= {"error_kind": finished.error_kind} if finished.error_kind else {}
    return facts


def _step_facts(node: Node, started: StepStarted | None, finished: StepFinished | None) -> Fields:
    facts: Fields = {"node": node.id, "status": node.status}
    if started is not None and started.findings:
        facts["findings"] = [{"line": one.line, "text": one.text} for one in started.findings]
    if finished is not None and finished.variables:
        facts["variables"] = [
            {"name": one.name, "change": one.change, "type": one.type, "size": one.size, "preview": one.preview}
            for one in finished.variables
        ]
    if finished is not None and finished.output_dropped:
        facts["output_characters_not_kept"] = finished.output_dropped
    return facts


def _tool_error(node: Node, finished: StepFinished | None) -> Fields:
    if node.status in ("cancelled", "interrupted"):
        return {"error": {"type": "cancelled", "message": "The run ended before this block did."}}
    if finished is None or (finished.error is None and not finished.killed):
        return {}
    if finished.error is None:
        return {"error": {"type": "timeout", "message": "The block was stopped."}, "failed": True}
    message = finished.error.traceback or f"{finished.error.type}: {finished.error.message}"
    return {"error": {"type": "unknown", "message": message}}


def _fenced(code: str) -> str:
    """Fence code with more backticks than it has anywhere in a row."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}python\n{code}\n{fence}\n"
