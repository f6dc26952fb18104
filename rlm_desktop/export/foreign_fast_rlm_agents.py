"""The agents of a log of fast-rlm, as runs of turns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rlm_desktop.export.foreign_fields import Fields, as_words
from rlm_desktop.export.foreign_told import ToldCall, ToldEnding, ToldNotice, ToldRun, ToldStep, ToldTurn
from rlm_desktop.trace.facts import CodeError, Usage
from rlm_desktop.trace.wording import one_line

_CONTEXT = (
    re.compile(r"^Context: +(?P<shown>.*)\Z", re.MULTILINE | re.DOTALL),
    re.compile(r"^First 500 characters of str\(context\): +(?P<shown>.*?)\n---$", re.MULTILINE | re.DOTALL),
)
"""How the look at the context, which comes before the first turn, shows it; it holds the question."""
_THREW = "\nError: "
_NO_RESULT = "The agent ended without a result."
_CUT = "The log ends before the agent did."
_NO_CODE = "No code was found in the reply."
_BELOW_ONLY = "The log does not hold the step that called these."


@dataclass
class Agent:
    """The lines of one agent, in order."""

    name: str
    parent: str = ""
    first: int = 0
    """The number of its first line."""
    lines: list[tuple[int, Fields]] = field(default_factory=list)
    children: list["Agent"] = field(default_factory=list)

    def take(self, number: int, line: Fields) -> None:
        """Take its next line."""
        if not self.lines:
            self.first = number
        self.parent = self.parent or line.text("parent_run_id")
        self.lines.append((number, line))

    @property
    def steps(self) -> list[tuple[int, Fields]]:
        """Its steps with the numbers of their lines."""
        steps = [one for one in self.lines if one[1].text("event_type") in ("execution_result", "code_generated")]
        return sorted(steps, key=lambda one: one[1].count("step"))

    def last(self, kind: str) -> Fields | None:
        """Give its last line of a kind."""
        return next((line for _, line in reversed(self.lines) if line.text("event_type") == kind), None)

    @property
    def began(self) -> float | None:
        """When it began, as far as its lines say."""
        return self.lines[0][1].moment("time")

    @property
    def ended(self) -> float | None:
        """When its last line was written."""
        return self.lines[-1][1].moment("time")


def told_agent(agent: Agent, notices: tuple[ToldNotice, ...] = ()) -> ToldRun:
    """Give an agent as a run; those that it called are child runs in its steps."""
    probe = next((line.text("output") for _, line in agent.steps if not line.count("step")), "")
    question = next((found["shown"].strip() for pattern in _CONTEXT if (found := pattern.search(probe))), "")
    both = agent.began is not None and agent.ended is not None
    return ToldRun(
        question=question,
        title=question or "A run of fast-rlm",
        root="",
        worker="",
        parts=list(_parts(agent, probe)),
        isolation="Pyodide (fast-rlm)",
        started=agent.began,
        seconds=max(0.0, (agent.ended or 0.0) - (agent.began or 0.0)) if both else None,
        notices=notices,
    )


def _parts(agent: Agent, probe: str) -> Iterator[ToldTurn | ToldEnding]:
    left = list(agent.children)
    before = agent.began
    has_result = agent.last("final_result") is not None
    steps = agent.steps
    for place, (number, line) in enumerate(steps):
        step = line.count("step")
        if not step:
            before = line.moment("time") or before
            continue
        own = [child for child in left if _is_called_in(child, number, line)]
        left = [child for child in left if child not in own]
        prompt = probe if place == 0 or not steps[place - 1][1].count("step") else ""
        yield _turn(line, before, prompt, own, gave_answer=has_result and place == len(steps) - 1)
        before = line.moment("time") or before
    if left:
        subs = tuple(told_agent(child) for child in left)
        yield ToldTurn(steps=(ToldStep(code="", subs=subs),), notices=(ToldNotice(text=_BELOW_ONLY, level="warning"),))
    yield _ending(agent)


def _is_called_in(child: Agent, number: int, step: Fields) -> bool:
    """Tell whether a child was called by the code of a step: while it ran, or else before the step's line."""
    times = step.part("timestamps")
    began, ended = times.moment("execution_start"), times.moment("execution_end")
    if began is None or ended is None or child.began is None:
        return child.first < number
    return began <= child.began <= ended


def _turn(line: Fields, before: float | None, prompt: str, children: list[Agent], *, gave_answer: bool) -> ToldTurn:
    ended = line.moment("time")
    began = line.part("timestamps").moment("llm_call_start") or before
    code = line.text("code")
    steps = (_step(line, code, children, gave_answer=gave_answer),) if code or children else ()
    return ToldTurn(
        started=began,
        seconds=max(0.0, ended - began) if ended is not None and began is not None else None,
        calls=(_call(line, prompt),),
        steps=steps,
    )


def _call(line: Fields, prompt: str) -> ToldCall:
    used = line.part("usage")
    return ToldCall(
        role="root",
        model="",
        prompt=(("user", prompt),) if prompt else (),
        label=f"Turn {line.count('step')}",
        preview="" if line.text("code") else _NO_CODE,
        reasoning=line.text("reasoning"),
        usage=Usage(
            input_tokens=used.count("prompt_tokens"),
            cached_input_tokens=used.count("cached_tokens"),
            output_tokens=used.count("completion_tokens"),
            reasoning_tokens=used.count("reasoning_tokens"),
        ),
        cost_nano_usd=used.cost_nano_usd("cost"),
        seconds=_between(line, "llm_call_start", "llm_call_end"),
    )


def _step(line: Fields, code: str, children: list[Agent], *, gave_answer: bool) -> ToldStep:
    printed, error = line.text("output"), None
    if line.flag("hasError"):
        printed, error = _without_error(printed)
    return ToldStep(
        code=code,
        stdout=printed,
        error=error,
        started=line.part("timestamps").moment("execution_start"),
        seconds=_between(line, "execution_start", "execution_end"),
        subs=tuple(told_agent(child) for child in children),
        gave_answer=gave_answer,
    )


def _without_error(output: str) -> tuple[str, CodeError]:
    printed, _, raised = output.rpartition(_THREW) if _THREW in output else (output, "", "")
    lines = (raised or output).strip().splitlines()
    kind, _, message = (lines[-1] if lines else "Error").partition(": ")
    is_kind = kind.replace(".", "").replace("_", "").isalnum()
    return printed, CodeError(
        type=one_line(kind) if is_kind else "Error",
        message=message if is_kind else one_line(" ".join(lines[-1:])),
        line=None,
        traceback=raised.strip("\n"),
    )


def _between(line: Fields, first: str, last: str) -> float | None:
    times = line.part("timestamps")
    began, ended = times.moment(first), times.moment(last)
    return None if began is None or ended is None else max(0.0, ended - began)


def _ending(agent: Agent) -> ToldEnding:
    result = agent.last("final_result")
    if result is not None:
        return ToldEnding(status="answered", answer=as_words(result.data.get("result")), source="final")
    if agent.last("agent_end") is not None:
        return ToldEnding(status="failed", reason=_NO_RESULT)
    return ToldEnding(status="interrupted", reason=_CUT)
