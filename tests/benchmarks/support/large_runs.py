"""Writes journals of very large runs: deep recursion, wide fan-outs, long outputs, failures, many scripts."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    Event,
    OutputPrinted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    TextKept,
    TurnStarted,
)
from rlm_desktop.trace.facts import CodeError, Limits, Message, ModelFacts, Usage, VariableChange
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.texts import TextRef, reference_to

FAN_OUT = 10_000
DEEPEST = 6
AT_ONCE = 64
LONG_OUTPUT_CHARACTERS = 100_000_000
SCRIPTS = (
    "What does the harbour master write?",
    "מה כתב מנהל הנמל ביום השלישי?",
    "ماذا كتب مدير الميناء في رسالته؟",
    "港务长在第三天写了什么？",
    "Was schreibt der Hafenmeister über die Gebühren?",
)
_BATCH = 5_000
_MODEL = ModelFacts(
    name="scripted/worker",
    window_tokens=100_000,
    input_price=1_000_000,
    cached_input_price=1_000_000,
    output_price=1_000_000,
    goes_to="this computer",
)


@dataclass
class LargeRun:
    """The events of a run with about so many nodes; the same for the same seed."""

    nodes: int
    seed: int = 7
    long_output: bool = True
    made: int = 0
    _last_id: int = 0
    _kept: set[str] = field(default_factory=set)
    _dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def events(self) -> Iterator[Event]:
        """Give the whole run."""
        run = self._node()
        yield from self._run_started(run, 0)
        number = 0
        while self.made < self.nodes:
            number += 1
            yield from self._turn(run, number, 0)
        answer = yield from self._keep("They write that the dues rose.")
        yield AnswerGiven(run=run, answer=answer, preview="They write that the dues rose.", source="final")
        yield RunFinished(run=run, status="answered", seconds=3_600.0)

    def _node(self) -> Any:
        self._last_id += 1
        self.made += 1
        return self._last_id

    def _keep(self, text: str) -> "Iterator[Event]":
        reference = reference_to(text)
        if reference.digest not in self._kept:
            self._kept.add(reference.digest)
            yield TextKept(digest=reference.digest, text=text)
        return reference

    def _run_started(self, run: Any, depth: int, **place: Any) -> Iterator[Event]:
        question: TextRef = yield from self._keep(SCRIPTS[depth % len(SCRIPTS)])
        yield RunStarted(
            run=run,
            question=question,
            title=SCRIPTS[depth % len(SCRIPTS)],
            strategy="rlm",
            root=_MODEL,
            worker=_MODEL,
            limits=Limits(),
            depth=depth,
            **place,
        )

    def _turn(self, run: Any, number: int, depth: int) -> Iterator[Event]:
        turn = self._node()
        yield TurnStarted(turn=turn, run=run, number=number)
        yield from self._call(turn, "root", f"Look at part {number} of the letters.")
        step = self._node()
        code = yield from self._keep(f"outs = llm_query_batched(prompts[{number}])\nprint(len(outs))")
        yield StepStarted(step=step, turn=turn, number=1, code=code, title=f"outs = batch {number}")
        yield from self._calls(step, number, depth)
        yield from self._output(step, number, depth)
        fails = number % 7 == 0
        error = CodeError(type="KeyError", message="'dues'", line=2, traceback="KeyError: 'dues'") if fails else None
        changed = (VariableChange(name="outs", change="changed", type="list", preview=f"[{number}]"),)
        yield StepFinished(step=step, seconds=0.5, error=error, variables=changed)

    def _calls(self, step: Any, number: int, depth: int) -> Iterator[Event]:
        count = FAN_OUT if number % 5 == 0 and not depth else (100, 12, 3)[number % 3]
        count = min(count, max(3, self.nodes - self.made))
        batch = self._node() if count >= 8 else self._last_id + 1_000_000_000
        yield SubcallsQueued(batch=batch, step=step, function="llm_query_batched", count=count, line=1)
        under_way: list[Any] = []
        for place in range(count):
            under_way.append((yield from self._start(step, "worker", batch, place)))
            if len(under_way) >= AT_ONCE:
                yield from self._finish(under_way.pop(self._dice.randrange(AT_ONCE)), number)
        for call in under_way:
            yield from self._finish(call, number)
        if number % 4 == 0 and depth < DEEPEST:
            run = self._node()
            yield from self._run_started(run, depth + 1, parent=step)
            for below in range(1, 5):
                yield from self._turn(run, below, depth + 1)
            yield RunFinished(run=run, status="answered", seconds=12.0)

    def _call(self, parent: Any, role: Any, reply: str) -> Iterator[Event]:
        call = yield from self._start(parent, role)
        yield from self._finish(call, 0, reply)

    def _start(self, parent: Any, role: Any, batch: Any = None, position: int | None = None) -> Iterator[Event]:
        call = self._node()
        label = SCRIPTS[call % len(SCRIPTS)]
        text = yield from self._keep(f"{label} ({call % 97})")
        yield CallStarted(
            call=call,
            parent=parent,
            role=role,
            model="scripted/root" if role == "root" else "scripted/worker",
            prompt=(Message(role="user", text=text),),
            label=label,
            batch=batch,
            position=position,
        )
        return call

    def _finish(self, call: Any, number: int, reply: str = "") -> Iterator[Event]:
        dice = self._dice.random()
        if dice < 0.03:
            yield CallRetried(call=call, attempt=1, reason="asks to slow down", wait_seconds=0.1)
        has_failed = 0.05 < dice < 0.07
        said = reply or f"The dues of letter {call} rose to {number} crowns."
        text = None if has_failed else (yield from self._keep(said if reply else f"letter {call % 5_003}: {said[:30]}"))
        yield CallFinished(
            call=call,
            status="failed" if has_failed else "done",
            seconds=0.1 + dice,
            reply=text,
            preview="" if has_failed else said,
            error="The prompt is longer than the worker can read." if has_failed else None,
            usage=Usage(input_tokens=400 + call % 300, output_tokens=30 + call % 50),
            cost_nano_usd=430_000 + call % 1_000,
        )

    def _output(self, step: Any, number: int, depth: int) -> Iterator[Event]:
        is_long = self.long_output and number == 2 and not depth
        self.made += 1
        line = SCRIPTS[number % len(SCRIPTS)]
        text = line * (LONG_OUTPUT_CHARACTERS // len(line)) if is_long else f"{number} {line}\n"
        reference = yield from self._keep(text)
        yield OutputPrinted(step=step, stream="stdout", text=reference, preview=line, lines=1)


def write_large_run(data_dir: Path, run: str, made: LargeRun) -> int:
    """Record it, an event each 5 ms, and give the number of its entries."""
    database = Database.open(data_dir / FILE_NAME)
    journal = Journal(database)
    journal.begin(RunId(run))
    events = enumerate(made.events())
    try:
        while batch := list(islice(events, _BATCH)):
            journal.record_all(RunId(run), [(1_760_000_000.0 + number * 0.005, event) for number, event in batch])
        return journal.last_seq(RunId(run))
    finally:
        database.close()
