"""A run's parts as OpenTelemetry spans: runs, turns, steps and calls; all else is an event on the span it lies in."""

from collections.abc import Iterator

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from rlm_desktop.export.otlp_events import events_of
from rlm_desktop.export.otlp_values import (
    Attributes,
    Texts,
    Value,
    as_json,
    conversation,
    glance,
    key_values,
    parts,
    span_id,
    trace_id,
)
from rlm_desktop.export.spans import (
    WholeRun,
    answer_of,
    enclosing,
    end_of,
    exact_dollars,
    nanoseconds,
    outcome_of,
    shortened,
    well_formed,
)
from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    OutputPrinted,
    RunStarted,
    StepFinished,
    StepStarted,
)
from rlm_desktop.trace.nodes import Node, NodeKind
from rlm_desktop.trace.wording import NANO

SPANS: frozenset[NodeKind] = frozenset(("run", "turn", "step", "call"))
_BROKEN_OFF = ("cancelled", "interrupted")
_AGENT = "rlm"


class Spans:
    """Makes the spans in the order of the tree."""

    def __init__(self, whole: WholeRun) -> None:
        self._whole = whole
        self._texts = Texts(whole.recorded)
        self._trace_id = trace_id(whole.recorded.run)
        starts = (node.fact(RunStarted) for node in whole.trace.nodes.values() if node.kind == "run")
        self._places = {model.name: model.goes_to for one in starts if one for model in (one.root, one.worker)}

    def __iter__(self) -> Iterator[Span]:
        return (self._span(node) for node in self._whole.trace.walk() if node.kind in SPANS)

    def _span(self, node: Node) -> Span:
        above = enclosing(self._whole.trace, node, SPANS)
        span = Span(
            trace_id=self._trace_id,
            span_id=self._id(node),
            parent_span_id=b"" if above is None else self._id(above),
            kind=Span.SPAN_KIND_CLIENT if node.kind == "call" else Span.SPAN_KIND_INTERNAL,
            start_time_unix_nano=nanoseconds(node.started),
            end_time_unix_nano=nanoseconds(end_of(self._whole.trace, node)),
            events=events_of(self._whole, node, SPANS),
        )
        span.name, attributes = self._named(node)
        span.attributes.extend(key_values({**self._common(node), **attributes, **self._note(node)}))
        span.status.CopyFrom(self._status(node))
        self._link(span, node)
        return span

    def _id(self, node: Node) -> bytes:
        return span_id(self._whole.recorded.run, node.id)

    def _link(self, span: Span, node: Node) -> None:
        """Link a reply that was not asked for again to the call that was."""
        finished = node.fact(CallFinished)
        if finished is not None and finished.same_as is not None:
            link = span.links.add(trace_id=self._trace_id, span_id=span_id(self._whole.recorded.run, finished.same_as))
            link.attributes.extend(key_values({"rlm.link": "same prompt"}))

    def _named(self, node: Node) -> tuple[str, Attributes]:
        match node.kind:
            case "run":
                return f"invoke_agent {_AGENT}", self._run(node)
            case "step":
                return "execute_tool python", self._step(node)
            case "call":
                started = node.fact(CallStarted)
                return f"chat {well_formed(started.model)}" if started is not None else "chat", self._call(node)
            case _:
                return f"turn {node.number}", {"openinference.span.kind": "CHAIN", **_sums(node)}

    def _common(self, node: Node) -> Attributes:
        return {
            "session.id": self._whole.recorded.run,
            "gen_ai.conversation.id": self._whole.recorded.run,
            "rlm.node": node.id,
            "rlm.kind": node.kind,
            "rlm.title": node.title,
            "rlm.depth": node.depth,
            "rlm.status": node.status,
        }

    def _run(self, node: Node) -> Attributes:
        started, answer = node.fact(RunStarted), answer_of(self._whole.trace, node)
        outcome = outcome_of(self._whole.trace, node)
        attributes: dict[str, Value] = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": _AGENT,
            "openinference.span.kind": "AGENT",
            "agent.name": _AGENT,
            "rlm.outcome": outcome.status,
            "rlm.reason": outcome.reason,
            **_sums(node),
        }
        if started is not None:
            attributes["input.value"] = self._texts.text(started.question)
            attributes["gen_ai.request.model"] = started.root.name
            attributes["gen_ai.provider.name"] = self._provider(started.root.name)
            attributes["rlm.strategy"] = started.strategy
        if answer is not None:
            attributes["output.value"] = self._texts.text(answer.answer)
            attributes["rlm.partial"] = answer.partial
        if node is self._whole.root:
            attributes["tag.tags"] = list(self._whole.recorded.tags) or None
            attributes["rlm.left_out"] = list(self._whole.recorded.left_out) or None
        return attributes

    def _step(self, node: Node) -> Attributes:
        started, finished = node.fact(StepStarted), node.fact(StepFinished)
        nodes = (self._whole.trace.nodes[child] for child in node.children)
        printed = [event.text for one in nodes if one.kind == "output" for event in one.facts(OutputPrinted)]
        code = self._texts.text(started.code) if started is not None else ""
        return {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "python",
            "gen_ai.tool.type": "function",
            "openinference.span.kind": "TOOL",
            "tool.name": "python",
            "input.value": code,
            "output.value": self._texts.joined(printed),
            "error.type": finished.error.type if finished is not None and finished.error is not None else None,
            "rlm.killed": finished.killed or None if finished is not None else None,
            **_sums(node),
        }

    def _call(self, node: Node) -> Attributes:
        started, finished = node.fact(CallStarted), node.fact(CallFinished)
        if started is None:
            return {}
        prompt = self._texts.prompt(started.prompt)
        return {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": self._provider(started.model),
            "gen_ai.request.model": started.model,
            "openinference.span.kind": "LLM",
            "llm.provider": self._provider(started.model),
            "llm.model_name": started.model,
            "gen_ai.input.messages": as_json([parts(role, text) for role, text in prompt]),
            **conversation("llm.input_messages", prompt),
            "input.value": glance(prompt[-1][1]) if prompt else "",
            "rlm.role": started.role,
            "rlm.label": started.label,
            "rlm.batch": started.batch,
            "rlm.position": started.position,
            "rlm.retries": node.totals.retries or None,
            **(self._reply(finished) if finished is not None else {}),
        }

    def _reply(self, finished: CallFinished) -> Attributes:
        attributes: dict[str, Value] = {**_usage(finished)}
        if finished.reply is not None:
            reason = "length" if finished.cut else "stop"
            reply, reasoning = self._texts.text(finished.reply), self._texts.text(finished.reasoning)
            message = parts("assistant", reply, reasoning) | {"finish_reason": reason}
            attributes["gen_ai.response.finish_reasons"] = [reason]
            attributes["gen_ai.output.messages"] = as_json([message])
            attributes |= conversation("llm.output_messages", [("assistant", reply)])
            attributes["output.value"] = glance(reply)
        if finished.status == "failed":
            attributes["error.type"] = finished.error_kind or "_OTHER"
        return attributes

    def _provider(self, model: str) -> str:
        """Name the provider as the conventions spell it: what a model's name begins with, or where its text goes."""
        name, slash, _ = model.partition("/")
        return (name if slash else self._places.get(model, "_OTHER")).lower()

    def _status(self, node: Node) -> Status:
        if node.status in _BROKEN_OFF:
            return Status(code=Status.STATUS_CODE_ERROR, message=node.status)
        if node.status == "failed":
            return Status(code=Status.STATUS_CODE_ERROR, message=well_formed(shortened(self._why(node), 2_000)))
        return Status(code=Status.STATUS_CODE_OK if node.status == "done" else Status.STATUS_CODE_UNSET)

    def _why(self, node: Node) -> str:
        call, step = node.fact(CallFinished), node.fact(StepFinished)
        if call is not None:
            return call.error or ""
        if step is not None:
            return f"{step.error.type}: {step.error.message}" if step.error is not None else "The block was stopped."
        return outcome_of(self._whole.trace, node).reason if node.kind == "run" else ""

    def _note(self, node: Node) -> Attributes:
        note = self._whole.recorded.notes.get(node.id)
        if note is None:
            return {}
        return {
            "rlm.reader.note": note.text,
            "rlm.reader.pinned": note.is_pinned or None,
            "rlm.reader.score": note.score,
            "rlm.reader.labels": list(note.labels) or None,
        }


def _usage(finished: CallFinished) -> Attributes:
    """Give a call's tokens and cost under both conventions' names; only calls have them, so that sums stay right."""
    usage, cost = finished.usage, finished.cost_nano_usd
    return {
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_input_tokens,
        "gen_ai.usage.cache_creation.input_tokens": usage.cache_write_tokens,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
        "llm.token_count.prompt": usage.input_tokens,
        "llm.token_count.completion": usage.output_tokens,
        "llm.token_count.total": usage.input_tokens + usage.output_tokens,
        "llm.token_count.prompt_details.cache_read": usage.cached_input_tokens,
        "llm.token_count.prompt_details.cache_write": usage.cache_write_tokens,
        "llm.token_count.completion_details.reasoning": usage.reasoning_tokens,
        "llm.cost.total": None if cost is None else cost / NANO,
        "rlm.cost_usd": exact_dollars(cost),
        "rlm.price_source": finished.price_source,
        "rlm.cached": finished.cached or None,
    }


def _sums(node: Node) -> Attributes:
    """Give the sums of a part and all below it under names of our own: a backend adds up the others itself."""
    totals = node.totals
    return {
        "rlm.sum.calls": totals.calls,
        "rlm.sum.input_tokens": totals.input_tokens,
        "rlm.sum.cached_input_tokens": totals.cached_input_tokens,
        "rlm.sum.cache_write_tokens": totals.cache_write_tokens,
        "rlm.sum.output_tokens": totals.output_tokens,
        "rlm.sum.reasoning_tokens": totals.reasoning_tokens,
        "rlm.sum.known_cost_usd": exact_dollars(totals.cost_nano_usd),
        "rlm.sum.calls_of_unknown_price": totals.unpriced,
        "rlm.sum.errors": totals.errors,
        "rlm.sum.retries": totals.retries,
    }
