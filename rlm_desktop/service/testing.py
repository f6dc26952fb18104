"""Tests whether a model can drive a run: it gets a small corpus and a question that needs all of a root's skills."""

import tempfile
import time
from pathlib import Path

from rlm_desktop.engine.request import Models, RunRequest
from rlm_desktop.engine.run import run
from rlm_desktop.lm.catalogue import make_lm
from rlm_desktop.lm.protocol import LM, Reply, Request, ask_text
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.repl.isolation import isolation
from rlm_desktop.service.finding import address_of_lm
from rlm_desktop.service.making import Access, Chosen
from rlm_desktop.service.model_messages import ModelCheck, ModelTested
from rlm_desktop.settings.model_notes import Badge
from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    Event,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    TextKept,
)
from rlm_desktop.trace.facts import Limits

_MOST_NANO_USD = 250_000_000
_MOST_SECONDS = 180.0
_MOST_TURNS = 8
_WORD = "heron"
_SECTIONS = 24
_ANSWER = "17"
_QUESTION = (
    "The text has 24 sections, each after a line `SECTION n`. Ask a worker about every section with one call of "
    "llm_query_batched: does it mention a bird? A worker replies yes or no. First run this line and read its error, "
    "then go on: `print(sections)`. The answer is the number of sections for which the worker replied "
    "yes, and nothing else."
)


async def test_model(access: Access, chosen: Chosen, name: str) -> ModelTested:
    """Test a model, for a few cents and minutes at most, and remember the badge; raises an `LmError` or `NoKey`."""
    lm = make_lm(name, access.means(chosen))
    started = time.monotonic()
    try:
        answered, cost = await _round_trip(lm)
        checks = (answered, *(await _drive(lm) if answered.passed else ()))
    finally:
        await lm.close()
    badge = _badge(checks)
    access.notes.note(name, address_of_lm(lm), badge=badge, tested_at=time.time())
    return ModelTested(model=name, badge=badge, checks=checks, seconds=time.monotonic() - started, cost_nano_usd=cost)


async def _round_trip(lm: LM) -> tuple[ModelCheck, int | None]:
    """See whether the model does as it is told in one reply; raises an `LmError` when it can't be reached."""
    reply = await lm.ask(
        Request(messages=ask_text(f"Reply with the word {_WORD} and nothing else."), output_limit_tokens=2_048)
    )
    passed = _WORD in reply.text.casefold()
    text = "It replied as it was asked to." if passed else "It did not reply with the one word that it was asked for."
    return ModelCheck(name="reply", passed=passed, text=text), reply.cost_nano_usd


async def _drive(lm: LM) -> tuple[ModelCheck, ...]:
    """Let it drive a run with a worker of ours, and see what it did."""
    events: list[Event] = []
    held = isolation()
    worker = ScriptedLM(_worker_says, "worker")
    request = RunRequest(
        question=_QUESTION,
        strategy="rlm",
        limits=Limits(turns=_MOST_TURNS, seconds=_MOST_SECONDS, cost_nano_usd=_limit_of(lm)),
        isolation=held.name,
        restricted=held.is_restricted,
    )
    with tempfile.TemporaryDirectory() as scratch:
        outcome = await run(
            request, corpus=_text(), models=Models(root=lm, worker=worker), scratch=Path(scratch), emit=events.append
        )
    return _Seen(events, outcome.answer, outcome.reason).checks()


def _limit_of(lm: LM) -> int | None:
    """A model with no known price is tested without a limit of money: the others hold."""
    return None if lm.facts.output_price is None else _MOST_NANO_USD


def _text() -> str:
    birds = ("A heron stood in the reeds.", "Two gulls followed the boat.", "The owl was heard at night.")
    others = ("The reeds were cut in March.", "The boat was painted red.", "It rained all night.")
    lines = []
    for number in range(_SECTIONS):
        has_bird = number < int(_ANSWER)
        said = (birds if has_bird else others)[number % 3]
        lines.append(f"SECTION {number + 1}\n{said} Entry {number * 37 % 101} of the log.\n")
    return "\n".join(lines)


def _worker_says(request: Request) -> Reply | str:
    text = request.messages[-1].text.casefold()
    return "yes" if any(bird in text for bird in ("heron stood", "gulls followed", "the owl was")) else "no"


class _Seen:
    """What a model did in the run."""

    def __init__(self, events: list[Event], answer: str | None, reason: str) -> None:
        self._texts = {event.digest: event.text for event in events if isinstance(event, TextKept)}
        self._events = events
        self._answer = answer or ""
        self._reason = reason

    def checks(self) -> tuple[ModelCheck, ...]:
        codes = [self._texts[event.code.digest] for event in self._events if isinstance(event, StepStarted)]
        finished = [event for event in self._events if isinstance(event, StepFinished)]
        roots = [event for event in self._events if isinstance(event, CallStarted) and event.role == "root"]
        failed = [number for number, event in enumerate(finished) if event.error]
        batches = [event.count for event in self._events if isinstance(event, SubcallsQueued)]
        broken = next((one.error for one in self._events if isinstance(one, CallFinished) and one.error), None)
        recovered = bool(failed) and any(not event.error for event in finished[failed[0] + 1 :])
        return (
            _check(
                "fences",
                bool(codes),
                "It wrote code in fences.",
                broken or f"None of its {len(roots)} replies held code.",
            ),
            _check(
                "slicing",
                any("context" in code for code in codes),
                "It cut the text by code.",
                "Its code never used the text.",
            ),
            _check(
                "batching",
                max(batches, default=0) >= _SECTIONS // 2,
                "It asked for many calls at once.",
                "It did not ask for many calls at once.",
            ),
            _check("recovery", recovered, "It went on after an error.", "It met no error that it went on from."),
            _check(
                "ending",
                _ANSWER in self._answer,
                "It gave the right answer.",
                self._reason or "It gave another answer than the right one.",
            ),
        )


def _check(name: str, passed: bool, good: str, bad: str) -> ModelCheck:
    return ModelCheck(name=name, passed=passed, text=good if passed else bad)


def _badge(checks: tuple[ModelCheck, ...]) -> Badge:
    passed = {check.name for check in checks if check.passed}
    if {"reply", "fences", "slicing", "batching", "ending"} <= passed:
        return "root-capable"
    return "worker-only" if "reply" in passed else "unsuitable"
