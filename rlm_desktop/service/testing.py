"""Tests whether a model can drive a run: it gets a small corpus and a question that needs all of a root's skills."""

import asyncio
import re
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from rlm_desktop.engine.request import Models, RunRequest
from rlm_desktop.engine.run import run
from rlm_desktop.lm.catalogue import make_lm
from rlm_desktop.lm.protocol import LM, Request, ask_text
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.repl.isolation import Isolation, isolation
from rlm_desktop.service.errors import Refused
from rlm_desktop.service.finding import address_of_lm, learn_windows
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
)
from rlm_desktop.trace.facts import Limits

_MOST_NANO_USD = 250_000_000
_MOST_SECONDS = 180.0
_MOST_TURNS = 8
_LONGEST_REPLY_SECONDS = 60.0
_WORD = "heron"
_SECTIONS = 24
_IN_EACH_SECTION = " of the log."
_ANSWER = "17"
_FAULTS = ("BadKey", "NoQuota", "UnknownModel", "Unreachable", "Dropped", "RateLimited", "Overloaded")
"""What says something about a server or an account, not about a model."""
_QUESTION = (
    "The text has 24 sections, each after a line `SECTION n`. Ask a worker about every section with one call of "
    "llm_query_batched: does it mention a bird? A worker replies yes or no. First run this line and read its error, "
    "then go on: `print(sections)`. The answer is the number of sections for which the worker replied "
    "yes, and nothing else."
)


async def test_model(access: Access, chosen: Chosen, name: str) -> ModelTested:
    """Test a model, for a few cents and minutes at most, and remember the badge; raises an `LmError` or `NoKey`."""
    held = isolation()
    if not held.can_run:
        raise Refused(f"No model can be tested here, since its code could not be held: {held.meaning}.")
    await learn_windows(access, chosen, [name])
    lm = await asyncio.to_thread(lambda: make_lm(name, access.means(chosen)))
    started = time.monotonic()
    try:
        seen = await _put_to_the_test(lm, held)
    finally:
        await lm.close()
    tested = ModelTested(
        model=name, checks=seen.checks, seconds=time.monotonic() - started, cost_nano_usd=seen.cost_nano_usd
    )
    if seen.fault:
        return replace(tested, problem=f"The test was broken off, and says nothing yet. {seen.fault}")
    badge = _badge(seen.checks)
    access.notes.note(name, address_of_lm(lm), badge=badge, tested_at=time.time())
    return replace(tested, badge=badge)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tested:
    """What a test saw, and what it cost."""

    checks: tuple[ModelCheck, ...]
    cost_nano_usd: int | None
    fault: str = ""
    """Why the server, not the model, ended it."""


async def _put_to_the_test(lm: LM, held: Isolation) -> _Tested:
    try:
        async with asyncio.timeout(_LONGEST_REPLY_SECONDS):
            answered, cost = await _round_trip(lm)
    except TimeoutError:
        text = f"It did not reply within {_LONGEST_REPLY_SECONDS:.0f} seconds."
        return _Tested(checks=(ModelCheck(name="reply", passed=False, text=text),), cost_nano_usd=None)
    if not answered.passed:
        return _Tested(checks=(answered,), cost_nano_usd=cost)
    driven = await _drive(lm, held, cost or 0)
    costs = (cost, *driven.costs())
    known = [one for one in costs if one is not None]
    total = sum(known) if len(known) == len(costs) else None
    return _Tested(checks=(answered, *driven.checks()), cost_nano_usd=total, fault=driven.fault())


async def _round_trip(lm: LM) -> tuple[ModelCheck, int | None]:
    """See whether the model does as it is told in one reply; raises an `LmError` when it can't be reached."""
    asked = ask_text(f"Reply with the word {_WORD} and nothing else.")
    reply = await lm.ask(Request(messages=asked, output_limit_tokens=_output_limit(lm)))
    passed = _WORD in reply.text.casefold()
    text = "It replied as it was asked to." if passed else "It did not reply with the one word that it was asked for."
    return ModelCheck(name="reply", passed=passed, text=text), reply.cost_nano_usd


def _output_limit(lm: LM) -> int:
    """Give a thinking model room, and a dear one no more than half of the money pays."""
    price = lm.facts.output_price
    return min(2_048, _MOST_NANO_USD // 2 * 1_000_000 // price) if price else 2_048


async def _drive(lm: LM, held: Isolation, spent_nano_usd: int) -> "_Seen":
    """Let it drive a run with a worker of ours, and see what it did."""
    events: list[Event] = []
    asked: list[str] = []

    def says(request: Request) -> str:
        asked.append(request.messages[-1].text)
        return _worker_says(asked[-1])

    request = RunRequest(
        question=_QUESTION,
        strategy="rlm",
        limits=Limits(turns=_MOST_TURNS, seconds=_MOST_SECONDS, cost_nano_usd=_limit_of(lm, spent_nano_usd)),
        isolation=held.name,
        restricted=held.is_restricted,
    )
    with tempfile.TemporaryDirectory() as scratch:
        outcome = await run(
            request,
            corpus=_text(),
            models=Models(root=lm, worker=ScriptedLM(says, "worker")),
            scratch=Path(scratch),
            emit=events.append,
        )
    return _Seen(events, asked, outcome.answer, outcome.reason)


def _limit_of(lm: LM, spent_nano_usd: int) -> int | None:
    """A model with no known price is tested without a limit of money: the others hold."""
    return None if lm.facts.output_price is None else _MOST_NANO_USD - spent_nano_usd


def _text() -> str:
    birds = ("A heron stood in the reeds.", "Two gulls followed the boat.", "The owl was heard at night.")
    others = ("The reeds were cut in March.", "The boat was painted red.", "It rained all night.")
    lines = []
    for number in range(_SECTIONS):
        has_bird = number < int(_ANSWER)
        said = (birds if has_bird else others)[number % 3]
        lines.append(f"SECTION {number + 1}\n{said} Entry {number * 37 % 101}{_IN_EACH_SECTION}\n")
    return "\n".join(lines)


def _worker_says(prompt: str) -> str:
    text = prompt.casefold()
    return "yes" if any(bird in text for bird in ("heron stood", "gulls followed", "the owl was")) else "no"


class _Seen:
    """What a model did in the run."""

    def __init__(self, events: list[Event], asked: list[str], answer: str | None, reason: str) -> None:
        self._events = events
        self._asked = asked
        self._answer = answer or ""
        self._reason = reason

    def costs(self) -> list[int | None]:
        return [event.cost_nano_usd for event in self._events if isinstance(event, CallFinished)]

    def fault(self) -> str:
        """Say why its last call failed, when that was not its own doing."""
        ended = [event for event in self._events if isinstance(event, CallFinished)]
        return ended[-1].error or "" if ended and ended[-1].error_kind in _FAULTS else ""

    def checks(self) -> tuple[ModelCheck, ...]:
        finished = [event for event in self._events if isinstance(event, StepFinished)]
        roots = [event for event in self._events if isinstance(event, CallStarted) and event.role == "root"]
        failed = [number for number, event in enumerate(finished) if event.error]
        batches = [event.count for event in self._events if isinstance(event, SubcallsQueued)]
        broken = next((one.error for one in self._events if isinstance(one, CallFinished) and one.error), None)
        recovered = bool(failed) and any(not event.error for event in finished[failed[0] + 1 :])
        return (
            _check(
                "fences",
                any(isinstance(event, StepStarted) for event in self._events),
                "It wrote code in fences.",
                broken or f"None of its {len(roots)} replies held code.",
            ),
            _check(
                "slicing",
                any(0 < text.count(_IN_EACH_SECTION) < _SECTIONS for text in self._asked),
                "It cut the text by code.",
                "Its code gave no worker a piece of the text.",
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
                _is_right(self._answer),
                "It gave the right answer.",
                self._reason or "It gave another answer than the right one.",
            ),
        )


def _is_right(answer: str) -> bool:
    """It may say of how many, but nothing else."""
    return {_ANSWER} <= set(re.findall(r"\d+", answer)) <= {_ANSWER, str(_SECTIONS)}


def _check(name: str, passed: bool, good: str, bad: str) -> ModelCheck:
    return ModelCheck(name=name, passed=passed, text=good if passed else bad)


def _badge(checks: tuple[ModelCheck, ...]) -> Badge:
    passed = {check.name for check in checks if check.passed}
    if {"reply", "fences", "slicing", "batching", "ending"} <= passed:
        return "root-capable"
    return "worker-only" if "reply" in passed else "unsuitable"
