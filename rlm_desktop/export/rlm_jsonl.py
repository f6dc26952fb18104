"""Writes the log of the official RLM implementation: a line with the settings, then a line each iteration.

Child runs lie inside the call that made them. What that log has no place for stands under `rlm_desktop`, which its
readers pass over.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.json_writing import OURS, Items, Members, write_json
from rlm_desktop.export.recorded import RecordedRun, trace_of, whole_text
from rlm_desktop.export.rlm_jsonl_calls import Blocks, joined_usage, usage_members
from rlm_desktop.export.trajectory import (
    NOT_A_RUN,
    Call,
    answer_of,
    answering_turn,
    below,
    calls_below,
    iso_time,
    messages,
    own_calls,
    partial_mark,
    reader_facts,
    run_facts,
    sayings,
)
from rlm_desktop.trace.events import RunStarted
from rlm_desktop.trace.nodes import Node


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write a run; raises `NotFit` where nothing of one is recorded."""
    log = _Log(run)
    if log.trace.root is None:
        raise NotFit(NOT_A_RUN)
    for line in log.lines(log.trace.root):
        write_json(line, file)
        file.write(b"\n")


class _Log:
    def __init__(self, run: RecordedRun) -> None:
        self.run = run
        self.trace = trace_of(run)
        self._blocks = Blocks(run, self.trace, self._child)

    def lines(self, root: Node) -> Iterator[Members]:
        started = root.fact(RunStarted)
        assert started is not None
        ours = {
            "question": self.run.text(started.question.digest),
            **reader_facts(self.run, self.trace),
            **run_facts(self.trace, root),
        }
        first = {"type": "metadata", "timestamp": iso_time(root.started), **_settings(started), OURS: ours}
        yield Members(first.items())
        yield from self._iterations(root)

    def _child(self, child: Node) -> Iterator[tuple[str, Any]]:
        """Give a child run as the call that made it."""
        started, answer = child.fact(RunStarted), answer_of(self.trace, child)
        assert started is not None
        facts = run_facts(self.trace, child)
        yield "root_model", started.root.name
        yield "prompt", self.run.text(started.question.digest)
        yield "response", _answer(self.run.text(answer.answer.digest) if answer else None, facts)
        yield from usage_members(joined_usage(own_calls(self.trace, child)))
        yield "execution_time", child.seconds or 0.0
        iterations = Items(self._iterations(child))
        yield "metadata", Members([("run_metadata", _settings(started)), ("iterations", iterations)])
        if answer is None:
            yield "error", facts["reason"] or "It ended without an answer."
        yield OURS, facts

    def _iterations(self, run: Node) -> Iterator[Members]:
        """Give the turns, and the calls of the run itself, which were made for a last answer or instead of turns."""
        turns, plain = list(below(self.trace, run, "turn")), list(calls_below(self.trace, run))
        answering = answering_turn(self.trace, run) or (turns[-1].id if turns and not plain else None)
        number = 0
        for turn in turns:
            calls: list[Call | None] = [*calls_below(self.trace, turn)] or [None]
            for call in calls:
                number += 1
                is_last = call is calls[-1]
                answers = run if is_last and turn.id == answering else None
                yield Members(self._iteration(number, turn if is_last else None, call, answers, turn))
        for call in plain:
            number += 1
            answers = run if call is plain[-1] and answering is None else None
            yield Members(self._iteration(number, None, call, answers, None))
        if not number and answer_of(self.trace, run) is not None:
            yield Members(self._iteration(1, None, None, run, None))

    def _iteration(
        self, number: int, whole: Node | None, call: Call | None, answers: Node | None, turn: Node | None
    ) -> Iterator[tuple[str, Any]]:
        """Give one iteration: `whole` is the turn whose code it holds, `answers` the run that it ends."""
        timed = whole or (call.node if call else turn) or answers
        assert timed is not None
        yield "type", "iteration"
        yield "iteration", number
        yield "timestamp", iso_time(timed.started + (timed.seconds or 0.0))
        yield "prompt", Items(messages(self.run, call)) if call else []
        yield "response", whole_text(self.run, call.finished.reply) if call and call.finished else ""
        steps = below(self.trace, whole, "step") if whole else ()
        yield "code_blocks", Items(Members(self._blocks.block(step)) for step in steps)
        facts = run_facts(self.trace, answers) if answers else {}
        answer = answer_of(self.trace, answers) if answers else None
        yield "final_answer", _answer(self.run.text(answer.answer.digest), facts) if answer else None
        yield "iteration_time", timed.seconds if timed is not answers else None
        if call is not None:
            yield from usage_members(joined_usage([call]))
        yield OURS, self._ours(whole, call, turn)

    def _ours(self, whole: Node | None, call: Call | None, turn: Node | None) -> dict[str, Any]:
        ours: dict[str, Any] = {"turn": turn.number if turn else None, "turn_node": turn.id if turn else None}
        if whole is not None:
            ours["said"] = sayings(self.trace, whole)
        return {**ours, **(self._blocks.call_facts(call) if call else {})}


def _settings(started: RunStarted) -> dict[str, Any]:
    backend, _, name = started.root.name.partition("/")
    return {
        "root_model": started.root.name,
        "max_depth": started.limits.depth,
        "max_iterations": started.limits.turns,
        "backend": backend if name else "openai",
        "backend_kwargs": {"model_name": started.root.name},
        "environment_type": started.isolation or "local",
        "environment_kwargs": {},
        "other_backends": None if started.worker == started.root else [started.worker.name],
    }


def _answer(text: str | None, facts: dict[str, Any]) -> str:
    """Give an answer; a partial one says so first."""
    if text is None:
        return ""
    return f"{partial_mark(facts['partial'])}{text}" if facts["partial"] else text
