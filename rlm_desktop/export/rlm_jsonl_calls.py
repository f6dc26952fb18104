"""The blocks of code and the calls in them, as the log of the official RLM implementation holds them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rlm_desktop.export.json_writing import OURS, Items, Members
from rlm_desktop.export.recorded import RecordedRun, whole_text
from rlm_desktop.export.trajectory import (
    Call,
    answer_of,
    below,
    call_facts,
    call_of,
    code_of,
    dollars,
    messages,
    printed,
    sayings,
    step_facts,
)
from rlm_desktop.trace.events import StepFinished
from rlm_desktop.trace.facts import Usage
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.tree import Trace


class Blocks:
    """Gives steps as code blocks; `child` gives a child run as a call."""

    def __init__(self, run: RecordedRun, trace: Trace, child: Callable[[Node], Iterator[tuple[str, Any]]]) -> None:
        self._run = run
        self._trace = trace
        self._child = child
        self._locals: dict[Any, dict[str, str]] = {}

    def block(self, step: Node) -> Iterator[tuple[str, Any]]:
        """Give a step."""
        yield "code", code_of(self._run, step)
        yield "result", Members(self._result(step))

    def call_facts(self, call: Call) -> dict[str, Any]:
        """Give what the official log has no place for."""
        reasoning = call.finished.reasoning if call.finished else None
        return call_facts(self._trace, call) | {"reasoning": whole_text(self._run, reasoning)}

    def _result(self, step: Node) -> Iterator[tuple[str, Any]]:
        finished = step.fact(StepFinished)
        yield "stdout", printed(self._run, self._trace, step, "stdout")
        yield "stderr", printed(self._run, self._trace, step, "stderr") + _raised(finished)
        yield "locals", self._variables(step, finished)
        yield "execution_time", finished.seconds if finished else 0.0
        yield (
            "rlm_calls",
            Items(Members(one) for node in below(self._trace, step, "call", "run") if (one := self._sub(node))),
        )
        yield "final_answer", self._answer(step)
        yield OURS, {"node": step.id, **step_facts(step), "said": sayings(self._trace, step)}

    def _answer(self, step: Node) -> str | None:
        run = next((above for above in self._trace.lineage(step.parent) if above.kind == "run"), None)
        answer = answer_of(self._trace, run) if run is not None else None
        return self._run.text(answer.answer.digest) if answer is not None and answer.step == step.id else None

    def _variables(self, step: Node, finished: StepFinished | None) -> dict[str, str]:
        """Give the variables of the run as they are after a step, each by its short form."""
        turn = self._trace.nodes[step.parent] if step.parent is not None else None
        known = self._locals.setdefault(turn.parent if turn else None, {})
        for change in finished.variables if finished else ():
            if change.change == "deleted":
                known.pop(change.name, None)
            else:
                known[change.name] = change.preview or change.size or change.type
        return known

    def _sub(self, node: Node) -> Iterator[tuple[str, Any]] | None:
        if node.kind == "run":
            return self._child(node)
        call = call_of(node)
        return self._call(call) if call else None

    def _call(self, call: Call) -> Iterator[tuple[str, Any]]:
        finished, prompt = call.finished, call.started.prompt
        is_plain = len(prompt) == 1 and prompt[0].role == "user"
        yield "root_model", call.started.model
        yield "prompt", self._run.text(prompt[0].text.digest) if is_plain else Items(messages(self._run, call))
        yield "response", whole_text(self._run, finished.reply) if finished else ""
        yield from usage_members(joined_usage([call]))
        yield "execution_time", call.node.seconds or 0.0
        if finished is not None and finished.error is not None:
            yield "error", finished.error
        yield OURS, self.call_facts(call)


def _raised(finished: StepFinished | None) -> str:
    if finished is None or finished.error is None:
        return ""
    return "\n" + (finished.error.traceback.strip("\n") or f"{finished.error.type}: {finished.error.message}")


def joined_usage(calls: Iterable[Call]) -> dict[str, dict[str, Any]]:
    """Add up calls by model: an unknown cost of one makes the sum of its model unknown, which the log leaves out."""
    sums: dict[str, dict[str, Any]] = {}
    for call in calls:
        known = sums.setdefault(call.started.model, _sums(Usage(), 0) | {"total_calls": 0, "cost": 0})
        added = _sums(call.usage, call.cost_nano_usd)
        for name, amount in added.items():
            known[name] = None if known[name] is None or amount is None else known[name] + amount
    return sums


def _sums(usage: Usage, cost_nano_usd: int | None) -> dict[str, Any]:
    return {
        "total_calls": 1,
        "total_input_tokens": usage.input_tokens,
        "total_output_tokens": usage.output_tokens,
        "total_cached_input_tokens": usage.cached_input_tokens,
        "total_cache_write_tokens": usage.cache_write_tokens,
        "total_reasoning_tokens": usage.reasoning_tokens,
        "cost": cost_nano_usd,
    }


def usage_members(sums: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Give the usage as the log holds it, and the two numbers that its visualizer shows."""
    costs = [one["cost"] for one in sums.values()]
    summary: dict[str, Any] = {"model_usage_summaries": {model: _priced(one) for model, one in sums.items()}}
    if costs and None not in costs:
        summary["total_cost"] = dollars(sum(costs))
    yield "usage_summary", summary
    yield "prompt_tokens", sum(one["total_input_tokens"] for one in sums.values())
    yield "completion_tokens", sum(one["total_output_tokens"] for one in sums.values())


def _priced(sums: dict[str, Any]) -> dict[str, Any]:
    cost = dollars(sums["cost"])
    counts = {name: amount for name, amount in sums.items() if name != "cost"}
    return counts if cost is None else counts | {"total_cost": cost}
