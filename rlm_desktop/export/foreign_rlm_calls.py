"""The calls and blocks of code in a log of the official RLM implementation."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from rlm_desktop.export.foreign_fields import Fields, as_words
from rlm_desktop.export.foreign_ours import as_it_was, is_open_step, our_variables, with_ours
from rlm_desktop.export.foreign_told import ToldCall, ToldRun, ToldStep
from rlm_desktop.export.json_writing import OURS
from rlm_desktop.trace.facts import CodeError, Role, Usage, VariableChange
from rlm_desktop.trace.texts import digest_of
from rlm_desktop.trace.wording import one_line

Child = Callable[[Fields], ToldRun]
_RAISED = re.compile(
    r"(?:\A|\n)(?P<type>[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Iteration|Fault|Failure)): ?(?P<message>.*)\Z",
    re.DOTALL,
)
_ROLES: Mapping[str, Role] = {"system": "system", "assistant": "assistant"}
_SCAFFOLD = re.compile(r"answer|(context|history)(_\d+)?")
"""Variables that the implementation itself puts there."""
_CONTEXT_FILE = re.compile(r"<_io\.TextIOWrapper name='[^']{1,4000}/context_\d+\.(?:txt|json)'[^>]{1,99}>")
_SHOWN = 20_000


def told_prompt(prompt: Any) -> tuple[tuple[Role, str], ...]:
    """Give the messages of a prompt, which is a text or a list of messages."""
    if isinstance(prompt, list) and all(isinstance(one, dict) and "content" in one for one in prompt):
        return tuple((_ROLES.get(as_words(one.get("role")), "user"), as_words(one["content"])) for one in prompt)
    return () if prompt is None else (("user", as_words(prompt)),)


def told_usage(holder: Fields) -> tuple[Usage, int | None]:
    """Give the tokens and the cost of what holds a summary of usage; the cost is None where it does not say."""
    summary = holder.part("usage_summary")
    models = [one for _, one in summary.part("model_usage_summaries").named_parts()]
    usage = Usage(
        input_tokens=sum(one.count("total_input_tokens") for one in models),
        cached_input_tokens=sum(one.count("total_cached_input_tokens") for one in models),
        output_tokens=sum(one.count("total_output_tokens") for one in models),
        reasoning_tokens=sum(one.count("total_reasoning_tokens") for one in models),
        cache_write_tokens=sum(one.count("total_cache_write_tokens") for one in models),
    )
    costs = [one.cost_nano_usd("total_cost") for one in models]
    is_known = bool(costs) and None not in costs
    return usage, sum(cost or 0 for cost in costs) if is_known else summary.cost_nano_usd("total_cost")


def told_call(call: Fields, child: Child) -> ToldCall | ToldRun:
    """Give a call out of code: one prompt, or a child run."""
    if call.part("metadata").has("iterations"):
        return child(call)
    ours = call.part(OURS)
    usage, cost = told_usage(call)
    reply, error = call.text("response"), call.text("error")
    if not error and reply.startswith("Error:") and not call.part("usage_summary").part("model_usage_summaries").data:
        error = reply
    prompt = told_prompt(call.data.get("prompt"))
    said = ToldCall(
        role="worker",
        model=call.text("root_model"),
        prompt=prompt,
        label=ours.text("label") or (prompt[-1][1] if prompt else ""),
        reply=None if error else reply,
        usage=usage,
        cost_nano_usd=cost,
        started=ours.moment("started"),
        seconds=call.seconds("execution_time"),
        status="failed" if error else "done",
        error=error or None,
    )
    return with_ours(said, ours)


def told_step(block: Fields, known: dict[str, str], child: Child) -> ToldStep:
    """Give a block of code; `known` holds the variables as they were, by their fingerprints, and is brought up."""
    result = block.part("result")
    ours = result.part(OURS)
    printed, error = _without_error(result.text("stderr"))
    if ours.data:
        printed, error = as_it_was(result.text("stderr"), ours)
    return ToldStep(
        code=block.text("code"),
        stdout=result.text("stdout"),
        stderr=printed,
        error=error,
        seconds=result.seconds("execution_time"),
        variables=our_variables(ours) if ours.has("variables") else _changed(result.part("locals").data, known),
        subs=tuple(told_call(call, child) for call in result.parts("rlm_calls")),
        gave_answer=result.has("final_answer"),
        is_open=is_open_step(ours),
    )


def _without_error(stderr: str) -> tuple[str, CodeError | None]:
    """Take the exception off the end of what went to stderr."""
    raised = _RAISED.search(stderr)
    if raised is None:
        return stderr, None
    shown = raised[0].removeprefix("\n")
    return stderr[: raised.start()], CodeError(
        type=raised["type"], message=raised["message"], line=None, traceback=shown
    )


def _changed(now: Mapping[str, Any], known: dict[str, str]) -> tuple[VariableChange, ...]:
    changes = []
    for name, value in now.items():
        if _SCAFFOLD.fullmatch(name) or (isinstance(value, str) and _CONTEXT_FILE.fullmatch(value)):
            continue
        fingerprint = digest_of(as_words(value) if not isinstance(value, str) else repr(value))
        if known.get(name) != fingerprint:
            changes.append(_variable(name, value, fingerprint, is_new=name not in known))
            known[name] = fingerprint
    gone = [name for name in known if name not in now]
    for name in gone:
        del known[name]
        changes.append(VariableChange(name=name, change="deleted"))
    return tuple(changes)


def _variable(name: str, value: Any, fingerprint: str, *, is_new: bool) -> VariableChange:
    size = ""
    if isinstance(value, str):
        size = f"{len(value):,} characters"
    elif isinstance(value, list | dict):
        size = f"{type(value).__name__} of {len(value):,}"
    shown = repr(value[:_SHOWN]) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)[:_SHOWN]
    return VariableChange(
        name=name,
        change="new" if is_new else "changed",
        type=type(value).__name__,
        size=size,
        preview=one_line(shown),
        fingerprint=fingerprint,
    )
