"""Sends runs out in the formats of others and takes them in again, and tells what must not get lost on the way."""

import io
import json
from pathlib import Path
from typing import Any

from rlm_desktop.export.formats import format_called
from rlm_desktop.export.importing import read_runs
from rlm_desktop.export.recorded import RecordedRun, trace_of, whole_text
from rlm_desktop.export.trajectory import below, code_of, printed
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    Entry,
    RunFinished,
    RunStarted,
    TextKept,
    TurnStarted,
)
from rlm_desktop.trace.facts import Message, Usage
from rlm_desktop.trace.ids import CallId, Digest
from rlm_desktop.trace.nodes import Node
from tests.support.kinds_of_runs import GivenRun
from tests.support.run_writer import RunWriter, Turn


class OnlyWrites(io.RawIOBase):
    """A file that can neither be read nor sought in."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self.written += data
        return len(data)


def exported(name: str, run: RecordedRun) -> bytes:
    """Write a run in a format."""
    file = OnlyWrites()
    format_called(name).writer()(run, file)
    return bytes(file.written)


def imported(path: Path) -> list[GivenRun]:
    """Read the runs of a file as the journal would number them; every text must come before it is referred to."""
    return [_given(run) for run in read_runs(path)]


def imported_bytes(folder: Path, written: bytes, name: str = "run.jsonl") -> list[GivenRun]:
    """Write a file and read the runs in it."""
    path = folder / name
    path.write_bytes(written)
    return imported(path)


def json_lines(*lines: Any) -> bytes:
    """Write values as JSON, one a line."""
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _given(run) -> GivenRun:
    entries: list[Entry] = []
    texts: dict[Digest, str] = {}
    for at, event in run.events:
        if isinstance(event, TextKept):
            texts[event.digest] = event.text
        else:
            assert not entries or at >= entries[-1].at
            entries.append(Entry(len(entries) + 1, at, event))
    return GivenRun(given=entries, texts=texts, name=run.name, tags=run.tags, notes=run.notes)


def substance(run: RecordedRun) -> list[Any]:
    """Give what every format for trajectories holds of a run, in the order of the tree."""
    trace = trace_of(run)
    assert trace.root is not None
    return _run(run, trace, trace.root)


def _run(run, trace, node: Node) -> list[Any]:
    answer = next(iter(below(trace, node, "answer")), None)
    given = answer.fact(AnswerGiven) if answer else None
    return [
        ("question", whole_text(run, node.fact(RunStarted).question)),
        *(part for turn in below(trace, node, "turn") for part in _turn(run, trace, turn)),
        *(_call(run, call) for call in below(trace, node, "call")),
        ("answer", run.text(given.answer.digest), given.source, given.partial) if given else ("no answer",),
    ]


def _turn(run, trace, turn: Node) -> list[Any]:
    steps = [_step(run, trace, step) for step in below(trace, turn, "step")]
    return [("turn", turn.number), *(_call(run, call) for call in below(trace, turn, "call")), *steps]


def _step(run, trace, step: Node) -> tuple[Any, ...]:
    return (
        "step",
        step.number,
        step.status == "failed",
        code_of(run, step),
        printed(run, trace, step, "stdout"),
        printed(run, trace, step, "stderr"),
        [_call(run, sub) if sub.kind == "call" else _run(run, trace, sub) for sub in below(trace, step, "call", "run")],
    )


def _call(run, node: Node) -> tuple[Any, ...]:
    started, finished = node.fact(CallStarted), node.fact(CallFinished)
    heard = ()
    if finished is not None:
        heard = (
            whole_text(run, finished.reply),
            finished.usage,
            finished.cost_nano_usd,
            finished.status,
            finished.error,
        )
    prompt = [(message.role, run.text(message.text.digest)) for message in started.prompt]
    return ("call", started.role, started.model, prompt, node.totals.retries, *heard)


def run_of_several_calls_a_turn() -> GivenRun:
    """A run whose second turn summarised the conversation first, and that asked for a last answer in the end."""
    writer = RunWriter()
    run, end = writer.run(0.0, "Which?", [Turn(intent="Look", code="print(1)", output="1\n"), Turn(intent="Think")])
    turn = next(event.turn for event in reversed([e.event for e in writer.entries()]) if isinstance(event, TurnStarted))
    for number, (parent, role) in enumerate(((turn, "compaction"), (turn, "root"), (run, "final"))):
        call = CallId(writer.node())
        prompt = (
            Message(role="user", text=writer.keep(f"ask {number}")),
            Message(role="assistant", text=writer.keep("I")),
        )
        at, usage = end + number, Usage(input_tokens=10 + number, output_tokens=number)
        writer.add(at, CallStarted(call=call, parent=parent, role=role, model="m", prompt=prompt, label=role))
        said = writer.keep(f"said {number}")
        done = CallFinished(call=call, status="done", seconds=0.5, reply=said, usage=usage, cost_nano_usd=number)
        writer.add(at + 0.5, done)
    answer = writer.keep("said 2")
    why = "The turns were used up."
    writer.add(end + 3, AnswerGiven(run=run, answer=answer, preview="said 2", source="forced", partial=why))
    writer.add(end + 3, RunFinished(run=run, status="partial", seconds=end + 3, reason=why))
    return GivenRun(given=writer.entries(), texts=writer.texts)
