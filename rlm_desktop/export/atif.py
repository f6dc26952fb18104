"""Writes the Agent Trajectory Interchange Format 1.7.

A run is a trajectory; each sub-call and each child run is the trajectory of a sub-agent, embedded in that of the run
that made it. Code is a call of the tool `python`.
"""

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any, BinaryIO

from rlm_desktop.export.atif_steps import Metrics, Steps, agent_step, trajectory_name
from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.json_writing import OURS, Items, Members, write_json
from rlm_desktop.export.recorded import RecordedRun, trace_of
from rlm_desktop.export.trajectory import (
    NOT_A_RUN,
    Call,
    below,
    call_of,
    messages,
    reader_facts,
    run_facts,
)
from rlm_desktop.trace.events import RunStarted
from rlm_desktop.trace.nodes import Node

SCHEMA = "ATIF-v1.7"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write a run; raises `NotFit` where nothing of one is recorded."""
    trajectories = _Trajectories(run)
    root = trajectories.trace.root
    if root is None:
        raise NotFit(NOT_A_RUN)
    write_json(Members(trajectories.of_run(root)), file, _speakable)
    file.write(b"\n")


def _speakable(words: str) -> str:
    """Give a text that readers in any language take: lone surrogates have no form in UTF-8."""
    return words if words.isascii() else _LONE_SURROGATE.sub("\ufffd", words)


class _Trajectories:
    def __init__(self, run: RecordedRun) -> None:
        self.run = run
        self.trace = trace_of(run)
        self._version = _version()

    def of_run(self, node: Node) -> Iterator[tuple[str, Any]]:
        """Give a run or child run."""
        started = node.fact(RunStarted)
        assert started is not None
        metrics = Metrics()
        yield from self._head(node, started.root.name, "RLM Desktop")
        yield "steps", Items(Steps(self.run, self.trace, node, metrics).all())
        yield from self._notes(node)
        yield "final_metrics", metrics.final(node.totals)
        yield "extra", Members([(OURS, Members(self._facts(node, started)))])
        if next(self._below(node), None) is not None:
            yield "subagent_trajectories", Items(Members(self._sub(sub)) for sub in self._below(node))

    def _head(self, node: Node, model: str, agent: str) -> Iterator[tuple[str, Any]]:
        yield "schema_version", SCHEMA
        yield "session_id", str(self.run.run)
        yield "trajectory_id", trajectory_name(self.run, node)
        yield "agent", {"name": agent, "version": self._version, "model_name": model}

    def _facts(self, node: Node, started: RunStarted) -> Iterator[tuple[str, Any]]:
        yield "question", self.run.text(started.question.digest)
        yield from run_facts(self.trace, node).items()
        yield "limits", {"turns": started.limits.turns, "depth": started.limits.depth}
        if node is self.trace.root:
            yield from reader_facts(self.run, self.trace).items()

    def _notes(self, node: Node) -> Iterator[tuple[str, Any]]:
        facts = run_facts(self.trace, node)
        partial = [f"The answer is a partial one: {facts['partial']}"] if facts["partial"] else []
        reason = [] if partial or not facts["reason"] else [facts["reason"]]
        left_out = self.run.left_out if node is self.trace.root else ()
        notes = " ".join([*partial, *reason, *left_out])
        if notes:
            yield "notes", notes

    def _below(self, node: Node) -> Iterator[Node]:
        """Give the sub-calls and child runs of a run."""
        turns = below(self.trace, node, "turn")
        steps = (step for turn in turns for step in below(self.trace, turn, "step"))
        return (sub for step in steps for sub in below(self.trace, step, "call", "run"))

    def _sub(self, node: Node) -> Iterator[tuple[str, Any]]:
        call = call_of(node)
        return self.of_run(node) if call is None else self._of_call(call)

    def _of_call(self, call: Call) -> Iterator[tuple[str, Any]]:
        metrics = Metrics()
        yield from self._head(call.node, call.started.model, "RLM Desktop worker")
        yield "steps", Items(self._steps_of(call, metrics))
        yield "final_metrics", metrics.final(call.node.totals)
        yield "extra", {OURS: {"kind": "call", "node": call.node.id}}

    def _steps_of(self, call: Call, metrics: Metrics) -> Iterator[Members]:
        sources = {"system": "system", "assistant": "agent"}
        for message in messages(self.run, call):
            metrics.steps += 1
            source = sources.get(message["role"], "user")
            copied = {"llm_call_count": 0, "is_copied_context": True} if source == "agent" else {}
            yield Members({"step_id": metrics.steps, "source": source, "message": message["content"], **copied}.items())
        yield Members(agent_step(self.run, self.trace, call, metrics))


def _version() -> str:
    try:
        return version("rlm-desktop")
    except PackageNotFoundError:
        return "unknown"
