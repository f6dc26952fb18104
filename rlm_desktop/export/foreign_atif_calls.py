"""Calls, tools and contents in the steps of a trajectory."""

import json
from collections.abc import Callable
from dataclasses import replace

from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.export.foreign_ours import as_it_was, is_open_step, our_variables, with_ours
from rlm_desktop.export.foreign_told import ToldCall, ToldRun, ToldStep
from rlm_desktop.export.json_writing import OURS
from rlm_desktop.trace.facts import Role, Usage

Referred = Callable[[Fields], ToldCall | ToldRun | None]


def content_of(holder: Fields, name: str) -> str:
    """Give a content, which is a text or a list of parts; what is no text is named by where it lies."""
    if not isinstance(holder.data.get(name), list):
        return holder.text(name)
    return "\n".join(_part(part) for part in holder.parts(name))


def _part(part: Fields) -> str:
    if part.text("type") == "text":
        return part.text("text")
    return f"[{part.text('type') or 'file'}: {part.part('source').text('path')}]"


def root_call(step: Fields, model: str, prompt: tuple[tuple[Role, str], ...]) -> ToldCall:
    """Give the call that an agent's step is."""
    metrics = step.part("metrics")
    more = metrics.part("extra")
    call = ToldCall(
        role="root",
        model=step.text("model_name") or model,
        prompt=prompt,
        label=f"Step {step.count('step_id')}",
        reply=content_of(step, "message"),
        reasoning=step.text("reasoning_content"),
        usage=Usage(
            input_tokens=metrics.count("prompt_tokens"),
            cached_input_tokens=metrics.count("cached_tokens"),
            output_tokens=metrics.count("completion_tokens"),
            reasoning_tokens=more.count("reasoning_tokens"),
            cache_write_tokens=more.count("cache_creation_input_tokens"),
        ),
        cost_nano_usd=metrics.cost_nano_usd("cost_usd"),
        started=step.moment("timestamp"),
    )
    told = with_ours(call, step.part("extra").part(OURS))
    return replace(told, reply=None) if told.status != "done" and not told.reply else told


def worker_call(trajectory: Fields) -> ToldCall:
    """Give the single call that our own export writes as a trajectory."""
    steps = trajectory.parts("steps")
    roles: dict[str, Role] = {"system": "system", "agent": "assistant"}
    prompt = tuple((roles.get(step.text("source"), "user"), content_of(step, "message")) for step in steps[:-1])
    model = trajectory.part("agent").text("model_name")
    return root_call(steps[-1] if steps else Fields({}, trajectory.place), model, prompt)


def told_tools(step: Fields, referred: Referred) -> tuple[tuple[ToldStep, ...], list[str]]:
    """Give an agent's tool calls as blocks of code, and what it observed beside them."""
    results = step.part("observation").parts("results")
    tools = step.parts("tool_calls")
    steps: list[ToldStep] = []
    used: set[int] = set()
    for tool in tools:
        own = [result for result in results if result.text("source_call_id") == tool.text("tool_call_id")]
        if len(tools) == 1:
            own = results
        used.update(id(result.data) for result in own)
        steps.append(_told_tool(tool, own, referred))
    left = [result for result in results if id(result.data) not in used]
    subs = tuple(sub for result in left for sub in _subs(result, referred))
    if subs:
        steps.append(ToldStep(code="", subs=subs))
    return tuple(steps), [text for result in left if (text := content_of(result, "content"))]


def _told_tool(tool: Fields, results: list[Fields], referred: Referred) -> ToldStep:
    ours = tool.part("extra").part(OURS)
    printed = {"stdout": "", "stderr": ""}
    for result in results:
        stream = result.part("extra").text("stream")
        if stream != "error":
            printed[stream if stream in printed else "stdout"] += _line(content_of(result, "content"), stream)
    _, error = as_it_was("", ours)
    return ToldStep(
        code=_code(tool),
        stdout=printed["stdout"],
        stderr=printed["stderr"],
        error=error,
        started=ours.moment("started"),
        seconds=ours.seconds("seconds"),
        variables=our_variables(ours),
        subs=tuple(sub for result in results for sub in _subs(result, referred)),
        gave_answer=ours.flag("gave_answer"),
        is_open=is_open_step(ours),
    )


def _line(text: str, stream: str) -> str:
    """Give what a tool printed; results that know no stream follow each other in lines of their own."""
    return text if stream or not text or text.endswith("\n") else f"{text}\n"


def _code(tool: Fields) -> str:
    """Give code as it is, and the call of any other tool as a line."""
    arguments = tool.part("arguments").data
    code = arguments.get("code")
    if isinstance(code, str) and len(arguments) == 1:
        return code
    words = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
    return f"{tool.text('function_name')}({words})"


def _subs(result: Fields, referred: Referred) -> list[ToldCall | ToldRun]:
    found = (referred(reference) for reference in result.parts("subagent_trajectory_ref"))
    return [sub for sub in found if sub is not None]
