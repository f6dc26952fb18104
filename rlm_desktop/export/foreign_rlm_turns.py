"""The iterations of one run in a log of the official RLM implementation, as turns."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, get_args

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.foreign_fields import Fields, as_words
from rlm_desktop.export.foreign_ours import with_ours
from rlm_desktop.export.foreign_rlm_calls import told_prompt, told_step, told_usage
from rlm_desktop.export.foreign_told import (
    MOST_DEEP,
    STATUSES,
    ToldCall,
    ToldEnding,
    ToldNotice,
    ToldRun,
    ToldStep,
    ToldTurn,
    joined,
)
from rlm_desktop.export.json_writing import OURS
from rlm_desktop.export.trajectory import partial_mark
from rlm_desktop.trace.facts import AnswerSource, RunStatus, Usage

_FINAL_VAR = re.compile(r"^\s*FINAL_VAR\(", re.MULTILINE)
_FINAL = re.compile(r"^\s*FINAL\(", re.MULTILINE)
NO_ANSWER = "The log ends without an answer."
OUT_OF_TURNS = "The turns were used up, so the root LM was asked for an answer."
_OF_THE_WHOLE = (
    "The log counts the tokens of this child run's own turns together only; they stand at its last turn here."
)


class Iterations:
    """Reads the iterations of one run; `ours` is what our own export says of that run."""

    def __init__(self, root: str, ours: Fields, depth: int = 0) -> None:
        self._root = root
        self._ours = ours
        self._depth = depth
        self._variables: dict[str, str] = {}
        self._plain: list[ToldCall] = []
        self._number = 0
        self._last: Fields | None = None
        self._answer: str | None = None

    def parts(self, iterations: Iterable[Fields]) -> Iterator[ToldTurn | ToldEnding]:
        """Give the turns, then the ending."""
        waiting: tuple[int, ToldTurn] | None = None
        for iteration in iterations:
            self._last = iteration
            self._number += 1
            if iteration.has("final_answer"):
                self._answer = _final(iteration)
            told = self._read(iteration)
            node = iteration.part(OURS).count("turn_node")
            if isinstance(told, ToldCall):
                self._plain.append(told)
            elif told is not None and waiting is not None and node and waiting[0] == node:
                waiting = node, joined(waiting[1], told)
            elif told is not None:
                if waiting is not None:
                    yield waiting[1]
                waiting = node, told
        if waiting is not None:
            yield waiting[1]
        yield self._ending()

    def _read(self, iteration: Fields) -> ToldTurn | ToldCall | None:
        """Give an iteration as a turn, or as a call for a last answer or instead of all turns.

        None is one that our own export made for an answer that came without either.
        """
        ours = iteration.part(OURS)
        steps = tuple(told_step(block, self._variables, self._child) for block in iteration.parts("code_blocks"))
        ended, seconds = iteration.moment("timestamp"), iteration.seconds("iteration_time")
        began = None if ended is None else max(0.0, ended - (seconds or 0.0))
        call = self._call(iteration, seconds, steps)
        if call.role in ("direct", "final"):
            return call
        if ours.data and not ours.has("turn"):
            return None
        notices = tuple(ToldNotice(text=said.text("text"), about=said.text("kind")) for said in ours.parts("said"))
        calls = (call,) if ours.has("role") or not ours.data else ()
        return ToldTurn(started=began, seconds=seconds, calls=calls, steps=steps, notices=notices)

    def _call(self, iteration: Fields, seconds: float | None, steps: tuple[ToldStep, ...]) -> ToldCall:
        usage, cost = told_usage(iteration)
        forced = is_forced(iteration)
        running = sum(step.seconds or 0.0 for step in steps)
        call = ToldCall(
            role="final" if forced else "root",
            model=self._root,
            prompt=told_prompt(iteration.data.get("prompt")),
            label="A last answer" if forced else f"Turn {self._number}",
            reply=iteration.text("response"),
            usage=usage,
            cost_nano_usd=cost,
            seconds=None if seconds is None else max(0.0, seconds - running),
        )
        told = with_ours(call, iteration.part(OURS))
        return replace(told, reply=None) if told.status != "done" and not told.reply else told

    def _child(self, call: Fields) -> ToldRun:
        if self._depth >= MOST_DEEP:
            raise BadImport(
                f"{call.place} cannot be imported: it holds runs inside runs more than {MOST_DEEP} deep. "
                "Leave that line out."
            )
        settings, ours = call.part("metadata").part("run_metadata"), call.part(OURS)
        question = "\n\n".join(text for _, text in told_prompt(call.data.get("prompt")))
        root = settings.text("root_model") or call.text("root_model")
        reader = Iterations(root, ours, self._depth + 1)
        parts = list(reader.parts(_as_sent(call.part("metadata").parts("iterations"))))
        turns = [part for part in parts if isinstance(part, ToldTurn)]
        ending = _answered(parts[-1], call)
        shared = _shared_out(turns, call)
        return ToldRun(
            question=question,
            title=question,
            root=root,
            worker=ours.text("worker") or root,
            parts=[*turns, ending],
            turns=settings.count("max_iterations") or None,
            depth=settings.count("max_depth") if settings.has("max_depth") else None,
            isolation=settings.text("environment_type"),
            started=ours.moment("started") or (turns[0].started if turns else None),
            seconds=call.seconds("execution_time"),
            notices=(ToldNotice(text=_OF_THE_WHOLE),) if shared else (),
        )

    def _ending(self) -> ToldEnding:
        ours, last = self._ours, self._last
        answer = self._answer
        partial = ours.text("partial") or (OUT_OF_TURNS if last and is_forced(last) else None)
        status = ours.text("status")
        known: RunStatus = "interrupted" if answer is None else "partial" if partial else "answered"
        return ToldEnding(
            status=STATUSES.get(status, known),
            reason=ours.text("reason") or (NO_ANSWER if answer is None and not status else partial or ""),
            answer=answer.removeprefix(partial_mark(partial)) if answer and partial else answer,
            source=self._source(),
            partial=partial if answer else None,
            seconds=ours.seconds("seconds"),
            calls=tuple(self._plain),
            notices=tuple(ToldNotice(text=said.text("text"), about=said.text("kind")) for said in ours.parts("said")),
        )

    def _source(self) -> AnswerSource:
        given = self._ours.text("answer_source")
        if given in get_args(AnswerSource):
            return next(source for source in get_args(AnswerSource) if source == given)
        if self._last is None or is_forced(self._last):
            return "forced"
        if any(block.part("result").has("final_answer") for block in self._last.parts("code_blocks")):
            return "variable"
        reply = self._last.text("response")
        return "final-var" if _FINAL_VAR.search(reply) else "final" if _FINAL.search(reply) else "variable"


def _final(iteration: Fields) -> str:
    """Give the final answer; early versions wrote how it was given before it."""
    answer = iteration.data["final_answer"]
    is_pair = isinstance(answer, list) and len(answer) == 2
    return as_words(answer[1]) if is_pair else iteration.text("final_answer")


def is_forced(iteration: Fields) -> bool:
    """Tell whether this is the call for a last answer once the turns were used up: it runs no code and has no time."""
    is_timed = iteration.has("iteration_time") or iteration.has(OURS)
    if is_timed or iteration.data.get("code_blocks") or not iteration.has("final_answer"):
        return False
    return bool(iteration.data["final_answer"] == iteration.data.get("response"))


def _as_sent(iterations: list[Fields]) -> Iterator[Fields]:
    """Give the iterations of a child run, each with the prompt that was sent.

    Versions from 0.1.2 on keep one growing list of messages for all of them: each shows what came only after it.
    """
    after, earlier = 0, None
    for iteration in iterations:
        prompt = iteration.data.get("prompt")
        after = after if prompt == earlier else 0
        earlier = prompt
        sent, after = _until_reply(prompt, after, iteration.data.get("response"))
        yield Fields({**iteration.data, "prompt": sent}, iteration.place)


def _until_reply(prompt: Any, after: int, reply: Any) -> tuple[Any, int]:
    """Give the messages before a reply, of those from a place on, and the place behind it."""
    if isinstance(prompt, list):
        for place in range(after, len(prompt)):
            message = prompt[place]
            is_reply = isinstance(message, dict) and message.get("role") == "assistant"
            if is_reply and message.get("content") == reply:
                return prompt[:place], place + 1
    return prompt, after


def _answered(ending: ToldTurn | ToldEnding, call: Fields) -> ToldEnding:
    """Let the reply to the call be the child run's answer where no iteration gave one."""
    assert isinstance(ending, ToldEnding)
    reply, error = call.text("response"), call.text("error")
    seconds = call.seconds("execution_time")
    if ending.answer is not None or call.part(OURS).has("status"):
        return replace(ending, seconds=seconds if ending.seconds is None else ending.seconds)
    if error or reply.startswith("Error:"):
        return replace(ending, status="failed", reason=error or reply, seconds=seconds)
    return replace(ending, status="answered", reason="", answer=reply, source="prose", seconds=seconds)


def _shared_out(turns: list[ToldTurn], call: Fields) -> bool:
    """Put what a child run used beyond its sub-calls at its last root call; tell whether there was anything."""
    if any(sum(_counts(one.usage)) for turn in turns for one in turn.calls) or not (turns and turns[-1].calls):
        return False
    usage, cost = told_usage(call)
    subs = [sub for turn in turns for step in turn.steps for sub in step.subs if isinstance(sub, ToldCall)]
    left = [
        max(0, whole - sum(parts))
        for whole, *parts in zip(_counts(usage), *(_counts(sub.usage) for sub in subs), strict=True)
    ]
    costs = [sub.cost_nano_usd for sub in subs]
    rest = None if cost is None or None in costs else max(0, cost - sum(one or 0 for one in costs))
    last = turns[-1].calls[-1]
    told = replace(last, usage=Usage(**dict(zip(_COUNTED, left, strict=True))), cost_nano_usd=rest)
    turns[-1] = replace(turns[-1], calls=(*turns[-1].calls[:-1], told))
    return bool(sum(left))


_COUNTED = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "cache_write_tokens")


def _counts(usage: Usage) -> tuple[int, ...]:
    return tuple(getattr(usage, name) for name in _COUNTED)
