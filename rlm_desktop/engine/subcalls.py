"""Answers what code in the REPL asks of LMs. Whatever goes wrong comes back as an `Error: …` text."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rlm_desktop.engine.choices import FanOut, fan_out_of
from rlm_desktop.engine.schemas import BadSchema, ReplySchema
from rlm_desktop.engine.searching import Searching
from rlm_desktop.engine.shared import Shared, Standing
from rlm_desktop.engine.stops import WorkStopped
from rlm_desktop.engine.worker import Job, Unusable, Worker, context_of, prompt_of
from rlm_desktop.lm.protocol import LM, LmError
from rlm_desktop.repl.exchange import Searched, SearchHits
from rlm_desktop.repl.host import Asked
from rlm_desktop.trace.events import SubcallsQueued
from rlm_desktop.trace.ids import BatchId, StepId
from rlm_desktop.trace.wording import plural

MOST_CHILD_RUNS_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildOrder:
    """A child run that code asked for."""

    question: str
    context: Any
    root: LM
    step: StepId
    batch: BatchId | None
    position: int | None


Spawn = Callable[[ChildOrder], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What else a run has to answer its code with."""

    spawn: Spawn | None = None
    """Starts a child run; None where depth forbids it."""
    searching: Searching | None = None
    """Searches in a corpus that is too long for the memory; None for others, which the code searches itself."""


class Subcalls:
    """Answers one step's questions. Without `spawn`, `rlm_query` is a plain worker call."""

    def __init__(self, shared: Shared, standing: Standing, step: StepId, means: Means) -> None:
        self._shared = shared
        self._standing = standing
        self._step = step
        self._spawn = means.spawn
        self._searching = means.searching
        self._worker = Worker(shared, step)
        self._child_slots = asyncio.Semaphore(MOST_CHILD_RUNS_AT_ONCE)

    def budget(self) -> dict[str, Any]:
        """Give what is spent and left."""
        return self._shared.budget.report(turns=self._standing.turns)

    async def search(self, searched: Searched) -> SearchHits | str:
        """Give the passages that fit best, or an `Error: …` text."""
        if self._searching is None:
            return "Error: this corpus has no index."
        return await self._searching.hits(searched, self._step)

    async def answer(self, asked: Asked) -> list[Any]:
        """Give one result for each prompt, in order."""
        try:
            job = await self._prepare(asked)
        except Unusable as problem:
            return [f"Error: {problem}"] * len(asked.prompts)
        granted = await self._granted(len(asked.prompts))
        answers = await self._answers(job, granted)
        refused = [self._refuse_sub_call() for _ in range(len(asked.prompts) - granted)]
        return answers + refused

    async def _prepare(self, asked: Asked) -> Job:
        if self._shared.request.strategy == "rlm-no-subcalls":
            raise Unusable("sub-calls are switched off in this run")
        lm = self._lm_for(asked)
        schema = await _schema_for(asked.schema)
        return Job(asked=asked, lm=lm, schema=schema, batch=self._queue(asked))

    def _lm_for(self, asked: Asked) -> LM:
        models = self._shared.models
        if asked.model is None:
            return models.root if self._is_for_child_runs(asked) else models.worker
        known = {
            **models.others,
            models.root.facts.name: models.root,
            models.worker.facts.name: models.worker,
        }
        if asked.model not in known:
            raise Unusable(f"there is no model {asked.model!r} in this run; there are {', '.join(known)}")
        return known[asked.model]

    def _is_for_child_runs(self, asked: Asked) -> bool:
        return asked.function.startswith("rlm") and self._spawn is not None

    def _queue(self, asked: Asked) -> BatchId | None:
        if not asked.function.endswith("_batched") or not asked.prompts or self._shared.budget.has_no_sub_call_left:
            return None
        batch = BatchId(self._shared.recorder.new_id())
        self._shared.recorder.emit(
            SubcallsQueued(
                batch=batch,
                step=self._step,
                function=asked.function,
                count=len(asked.prompts),
                line=asked.line,
                schema=self._shared.recorder.keep(json.dumps(asked.schema)) if asked.schema is not None else None,
            )
        )
        return batch

    # How many, and when

    async def _granted(self, count: int) -> int:
        """Give how many sub-calls may be made; at their limit the user may allow more."""
        budget = self._shared.budget
        granted = budget.take_sub_calls(count)
        while granted < count and await self._shared.choices.is_raised(self._no_sub_calls(), budget.limits):
            granted += budget.take_sub_calls(count - granted)
        return granted

    async def _answers(self, job: Job, count: int) -> list[Any]:
        """Make the calls, all at once or as many as the user lets run first."""
        answers: list[Any] = []
        while len(answers) < count:
            waiting = range(len(answers), count)
            try:
                now = await self._let_run(job, waiting, was_tried=bool(answers))
            except WorkStopped as stop:
                return answers + [self._refusal(stop)] * len(waiting)
            answers += await self._all_of(job, waiting[:now])
        return answers

    async def _let_run(self, job: Job, waiting: Sequence[int], *, was_tried: bool) -> int:
        consent = self._shared.request.consent
        if consent.fan_out_calls is None and consent.fan_out_nano_usd is None:
            return len(waiting)
        return await self._shared.choices.grant(self._step, self._fan_out(job, waiting), was_tried=was_tried)

    def _fan_out(self, job: Job, waiting: Sequence[int]) -> FanOut:
        needs = [self._worker.need(job, position) for position in waiting]
        expected = fan_out_of(needs, self._shared.experience, self._shared.limits.concurrency)
        return expected.of_child_runs() if self._is_for_child_runs(job.asked) else expected

    async def _all_of(self, job: Job, positions: Sequence[int]) -> list[Any]:
        """Answer these prompts at once; each that stands there several times is sent once."""
        if self._is_for_child_runs(job.asked):
            same = {position: [position] for position in positions}
        else:
            same = _same_prompts(job, positions)
        async with asyncio.TaskGroup() as tasks:
            answers = {first: tasks.create_task(self._one(job, places)) for first, places in same.items()}
        of_place = {place: answers[first].result() for first, places in same.items() for place in places}
        return [of_place[position] for position in positions]

    # One call

    async def _one(self, job: Job, places: Sequence[int]) -> Any:
        """Answer a prompt, and tell of the other places where the very same one stands."""
        first, others = places[0], [self._worker.order(job, place) for place in places[1:]]
        try:
            if self._spawn is not None and self._is_for_child_runs(job.asked):
                return await self._child_run(self._spawn, job, first)
            answer = await self._worker.answer(job, first)
        except WorkStopped as stop:
            return self._refusal(stop)
        except (LmError, Unusable) as error:
            for order in others:
                self._shared.caller.repeat_failure(order, str(error))
            return f"Error: {error}"
        for order in others:
            self._shared.caller.repeat(order, answer.heard)
        return answer.value

    async def _child_run(self, spawn: Spawn, job: Job, position: int) -> str:
        prompt = job.asked.prompts[position]
        context = context_of(job.asked, position)
        order = ChildOrder(
            question=prompt,
            context=prompt if context is None else context,
            root=job.lm,
            step=self._step,
            batch=job.batch,
            position=position if job.batch else None,
        )
        async with self._child_slots:
            return await spawn(order)

    # What is refused

    def _no_sub_calls(self) -> WorkStopped:
        limit = self._shared.limits.sub_calls or 0
        return WorkStopped("sub-calls", f"the limit of {plural(limit, 'sub-call')} was reached")

    def _refuse_sub_call(self) -> str:
        return self._refusal(self._no_sub_calls())

    def _refusal(self, stop: WorkStopped) -> str:
        self._standing.stopped(self._shared, stop)
        return f"Error: {'budget: ' if stop.limit else ''}{stop.text}"


async def _schema_for(schema: dict[str, Any] | None) -> ReplySchema | None:
    if schema is None:
        return None
    try:
        return await asyncio.to_thread(ReplySchema, schema)
    except BadSchema as error:
        raise Unusable(str(error)) from None


def _same_prompts(job: Job, positions: Sequence[int]) -> dict[int, list[int]]:
    """Give the places of each prompt under the first of them."""
    first_of: dict[str, int] = {}
    places: dict[int, list[int]] = {}
    for position in positions:
        first = first_of.setdefault(prompt_of(job.asked, position), position)
        places.setdefault(first, []).append(position)
    return places
