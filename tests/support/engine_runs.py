"""Runs the engine with scripted models and a real child, and checks the laws that every journal keeps."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.engine.request import Control, Models, Outcome, RunRequest
from rlm_desktop.engine.run import Lasting, run
from rlm_desktop.lm.protocol import Request
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    Entry,
    Event,
    ReplyGrew,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    TextKept,
)
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace

Kind = TypeVar("Kind")
LOREM = "The keeper of the lighthouse was called Ada. She counted 412 ships in the year 1907.\n" * 40


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.005)


def block(*lines: str) -> str:
    """Write a reply that holds one `repl` block."""
    return "I go on.\n```repl\n" + "\n".join(lines) + "\n```"


def answering(text: str) -> str:
    """Write a reply whose code looks at the context and answers."""
    return block("print(peek(50))", f"answer['content'] = {text!r}", "answer['ready'] = True")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run left behind."""

    outcome: Outcome
    events: list[Event]

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Give the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def one(self, kind: type[Kind]) -> Kind:
        """Give the only event of one kind."""
        (event,) = self.of(kind)
        return event

    def text(self, reference: TextRef | None) -> str:
        """Give a kept text."""
        assert reference is not None
        return texts_in(self.events)[reference.digest]

    def trace(self) -> Trace:
        """Fold the journal."""
        return fold(self.events)


class Stage:
    """The means of a test run: models, limits, a scratch folder, and the events as they come."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.events: list[Event] = []
        self.control = Control()

    async def play(
        self,
        root: ScriptedLM | Sequence[Any],
        worker: ScriptedLM | Callable[[Request], Any] | Sequence[Any] = (),
        *,
        corpus: Corpus | str | list[Any] | dict[str, Any] = LOREM,
        question: str = "Who kept the lighthouse?",
        limits: Limits | None = None,
        models: dict[str, Any] | None = None,
        lasting: Lasting | None = None,
        **request: Any,
    ) -> Ran:
        """Run to the end and check the journal."""
        asked = RunRequest(question=question, limits=limits or Limits(), **{"strategy": "rlm", **request})
        outcome = await run(
            asked,
            corpus=corpus,
            models=Models(root=_lm(root, "root"), worker=_lm(worker, "worker"), **(models or {})),
            scratch=self.scratch,
            emit=self.events.append,
            control=self.control,
            lasting=lasting,
        )
        check_journal(self.events)
        return Ran(outcome=outcome, events=self.events)


def _lm(given: Any, name: str) -> ScriptedLM:
    return given if hasattr(given, "ask") else ScriptedLM(given, name)


def fold(events: Sequence[Event]) -> Trace:
    """Fold events as a journal would number them."""
    kept = [event for event in events if not isinstance(event, TextKept | ReplyGrew)]
    return Trace(Entry(seq, float(seq), event) for seq, event in enumerate(kept, 1))


def texts_in(events: Sequence[Event]) -> dict[Digest, str]:
    """Give every kept text by its address."""
    return {event.digest: event.text for event in events if isinstance(event, TextKept)}


def check_journal(events: Sequence[Event]) -> None:
    """Check what must hold for every finished journal."""
    _check_texts_come_first(events)
    for start, end, name in (
        (RunStarted, RunFinished, "run"),
        (CallStarted, CallFinished, "call"),
        (StepStarted, StepFinished, "step"),
    ):
        started = [getattr(event, name) for event in events if isinstance(event, start)]
        ended = [getattr(event, name) for event in events if isinstance(event, end)]
        assert sorted(started) == sorted(set(ended)), f"every {name} starts and ends once"
        assert len(ended) == len(set(ended))
    assert isinstance(events[-1], RunFinished)
    trace = fold(events)
    assert not trace.orphans
    assert not trace.open


def _check_texts_come_first(events: Sequence[Event]) -> None:
    known: set[Digest] = set()
    for event in events:
        if isinstance(event, TextKept):
            assert event.digest not in known, "a text is kept once"
            known.add(event.digest)
        for reference in _references(event):
            assert reference.digest in known, f"{event.kind} refers to a text that was not kept"


def _references(value: Any) -> list[TextRef]:
    if isinstance(value, TextRef):
        return [value]
    if isinstance(value, tuple):
        return [reference for item in value for reference in _references(item)]
    if is_dataclass(value):
        return [reference for field in fields(value) for reference in _references(getattr(value, field.name))]
    return []
