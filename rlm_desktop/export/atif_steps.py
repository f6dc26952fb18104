"""The steps of a run in the Agent Trajectory Interchange Format."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rlm_desktop.export.json_writing import OURS, Items, Members
from rlm_desktop.export.recorded import RecordedRun, whole_text
from rlm_desktop.export.trajectory import (
    Call,
    answer_of,
    below,
    call_facts,
    calls_below,
    code_of,
    dollars,
    iso_time,
    printed,
    sayings,
    step_facts,
)
from rlm_desktop.trace.events import RunStarted, StepFinished
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace

Step = Iterator[tuple[str, Any]]


@dataclass(slots=True)
class Metrics:
    """The sums over the steps of one trajectory, without those of its sub-agents."""

    steps: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0

    def of(self, call: Call) -> dict[str, Any]:
        """Add a call up and give its own metrics; an unknown cost is left out."""
        usage = call.usage
        self.prompt_tokens += usage.input_tokens
        self.completion_tokens += usage.output_tokens
        self.cached_tokens += usage.cached_input_tokens
        more = {"reasoning_tokens": usage.reasoning_tokens, "cache_creation_input_tokens": usage.cache_write_tokens}
        metrics: dict[str, Any] = {
            "prompt_tokens": usage.input_tokens,
            "completion_tokens": usage.output_tokens,
            "cached_tokens": usage.cached_input_tokens,
        }
        cost = dollars(call.cost_nano_usd)
        return metrics | ({} if cost is None else {"cost_usd": cost}) | {"extra": more}

    def final(self, totals: Totals) -> dict[str, Any]:
        """Give the sums; the cost is that of the sub-agents too, and is left out when one of them is unknown."""
        sums: dict[str, Any] = {
            "total_prompt_tokens": self.prompt_tokens,
            "total_completion_tokens": self.completion_tokens,
            "total_cached_tokens": self.cached_tokens,
            "total_steps": self.steps,
        }
        cost = dollars(totals.cost)
        return sums if cost is None else sums | {"total_cost_usd": cost}


def trajectory_name(run: RecordedRun, node: Node) -> str:
    """Give the name by which a trajectory is referred to."""
    return f"{run.run}/{node.id}"


class Steps:
    """Gives the steps of one run."""

    def __init__(self, run: RecordedRun, trace: Trace, node: Node, metrics: Metrics) -> None:
        self._run = run
        self._trace = trace
        self._node = node
        self._metrics = metrics
        self._said: set[Digest] = set()
        """Messages that stand as steps already: each prompt repeats those before it."""

    def all(self) -> Iterator[Members]:
        """Give all steps in order."""
        for turn in below(self._trace, self._node, "turn"):
            calls = list(calls_below(self._trace, turn))
            for call in calls:
                yield from self._heard(call)
                whole = turn if call is calls[-1] else None
                yield Members(agent_step(self._run, self._trace, call, self._metrics, turn, whole))
            if not calls:
                yield Members(self._without_call(turn))
        for call in calls_below(self._trace, self._node):
            yield from self._heard(call)
            yield Members(agent_step(self._run, self._trace, call, self._metrics))
        if not self._metrics.steps:
            yield self._question()
        yield from self._answered()

    def _heard(self, call: Call) -> Iterator[Members]:
        """Give the messages of a prompt that no earlier step holds."""
        for message in call.started.prompt:
            if message.text.digest not in self._said:
                self._said.add(message.text.digest)
                yield self._message(message.role, self._run.text(message.text.digest), call.node.started)
        if call.finished is not None and call.finished.reply is not None:
            self._said.add(call.finished.reply.digest)

    def _message(self, role: str, text: str, at: float) -> Members:
        source = {"system": "system", "assistant": "agent"}.get(role, "user")
        copied = {"llm_call_count": 0, "is_copied_context": True} if source == "agent" else {}
        self._metrics.steps += 1
        head = {"step_id": self._metrics.steps, "timestamp": iso_time(at), "source": source, "message": text}
        return Members((head | copied).items())

    def _question(self) -> Members:
        started = self._node.fact(RunStarted)
        assert started is not None
        return self._message("user", self._run.text(started.question.digest), self._node.started)

    def _without_call(self, turn: Node) -> Step:
        """Give a turn of which only the code is known."""
        self._metrics.steps += 1
        yield "step_id", self._metrics.steps
        yield "timestamp", iso_time(turn.started)
        yield "source", "agent"
        yield "message", ""
        yield from _tools(self._run, self._trace, turn)
        yield "llm_call_count", 0
        yield "extra", {OURS: {"kind": "turn", **_turn_facts(self._trace, turn, turn)}}

    def _answered(self) -> Iterator[Members]:
        answer = answer_of(self._trace, self._node)
        if answer is None:
            return
        self._metrics.steps += 1
        ours = {"kind": "answer", "source": answer.source, "partial": answer.partial}
        step = {
            "step_id": self._metrics.steps,
            "source": "agent",
            "message": self._run.text(answer.answer.digest),
            "llm_call_count": 0,
            "extra": {OURS: ours},
        }
        yield Members(step.items())


def agent_step(
    run: RecordedRun, trace: Trace, call: Call, metrics: Metrics, turn: Node | None = None, whole: Node | None = None
) -> Step:
    """Give a call as a step; `whole` is its turn where it is the last call of it and holds its code."""
    metrics.steps += 1
    finished = call.finished
    yield "step_id", metrics.steps
    yield "timestamp", iso_time(call.node.started)
    yield "source", "agent"
    yield "model_name", call.started.model
    yield "message", whole_text(run, finished.reply) if finished else ""
    if finished is not None and finished.reasoning is not None:
        yield "reasoning_content", run.text(finished.reasoning.digest)
    if whole is not None:
        yield from _tools(run, trace, whole)
    yield "metrics", metrics.of(call)
    yield "llm_call_count", 1
    facts = {name: fact for name, fact in call_facts(trace, call).items() if name != "started"}
    yield "extra", {OURS: facts | _turn_facts(trace, turn, whole)}


def _turn_facts(trace: Trace, turn: Node | None, whole: Node | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"turn": turn.number, "turn_node": turn.id} if turn else {}
    return facts | ({"turn_seconds": whole.seconds, "said": sayings(trace, whole)} if whole else {})


def _tools(run: RecordedRun, trace: Trace, turn: Node) -> Step:
    steps = list(below(trace, turn, "step"))
    if steps:
        yield "tool_calls", Items(Members(_tool(run, trace, step)) for step in steps)
        results = (result for step in steps for result in _results(run, trace, step))
        yield "observation", Members([("results", Items(results))])


def _tool(run: RecordedRun, trace: Trace, step: Node) -> Step:
    answer = answer_of(trace, next(above for above in trace.lineage(step.id) if above.kind == "run"))
    yield "tool_call_id", _tool_name(step)
    yield "function_name", "python"
    yield "arguments", {"code": code_of(run, step)}
    gave_answer = answer is not None and answer.step == step.id
    facts = {"node": step.id, "started": iso_time(step.started), "seconds": step.seconds, "gave_answer": gave_answer}
    yield "extra", {OURS: facts | step_facts(step) | {"said": sayings(trace, step)}}


def _tool_name(step: Node) -> str:
    return f"step-{step.id}"


def _results(run: RecordedRun, trace: Trace, step: Node) -> Iterator[Any]:
    for stream in ("stdout", "stderr"):
        text = printed(run, trace, step, stream)
        if text:
            yield _result(step, stream, text)
    finished = step.fact(StepFinished)
    if finished is not None and finished.error is not None:
        error = finished.error
        yield _result(step, "error", error.traceback or f"{error.type}: {error.message}")
    refs = [{"trajectory_id": trajectory_name(run, sub)} for sub in below(trace, step, "call", "run")]
    if refs:
        yield {"source_call_id": _tool_name(step), "subagent_trajectory_ref": refs}


def _result(step: Node, stream: str, text: str) -> Members:
    result = {"source_call_id": _tool_name(step), "content": text, "extra": {"stream": stream}}
    return Members(result.items())
