"""Answers what code in the REPL asks of LMs. Whatever goes wrong comes back as an `Error: …` text."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.engine.rooms import WORKER_OUTPUT_TOKENS, more_room, room_for
from rlm_desktop.engine.schemas import BadSchema, ReplySchema, SchemaMismatch
from rlm_desktop.engine.searching import Searching
from rlm_desktop.engine.shared import Shared, Standing
from rlm_desktop.engine.stops import WorkStopped
from rlm_desktop.lm.protocol import LM, ChatMessage, LmError, ask_text
from rlm_desktop.repl.exchange import Searched, SearchHits
from rlm_desktop.repl.host import Asked
from rlm_desktop.trace.events import SubcallsQueued
from rlm_desktop.trace.ids import BatchId, StepId
from rlm_desktop.trace.wording import plural

MOST_CHILD_RUNS_AT_ONCE = 4
EMPTY = "the reply was empty"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One call site's wish, ready to be carried out."""

    asked: Asked
    lm: LM
    schema: ReplySchema | None
    batch: BatchId | None


class Subcalls:
    """Answers one step's questions. Without `spawn`, `rlm_query` is a plain worker call."""

    def __init__(self, shared: Shared, standing: Standing, step: StepId, means: Means) -> None:
        self._shared = shared
        self._standing = standing
        self._step = step
        self._spawn = means.spawn
        self._searching = means.searching
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
        except _Unusable as problem:
            return [f"Error: {problem}"] * len(asked.prompts)
        granted = self._shared.budget.take_sub_calls(len(asked.prompts))
        async with asyncio.TaskGroup() as tasks:
            answers = [tasks.create_task(self._one(job, position)) for position in range(granted)]
        refused = [self._refuse_sub_call() for _ in range(len(asked.prompts) - granted)]
        return [answer.result() for answer in answers] + refused

    async def _prepare(self, asked: Asked) -> _Job:
        if self._shared.request.strategy == "rlm-no-subcalls":
            raise _Unusable("sub-calls are switched off in this run")
        lm = self._lm_for(asked)
        schema = await self._schema_for(asked.schema)
        return _Job(asked=asked, lm=lm, schema=schema, batch=self._queue(asked))

    def _lm_for(self, asked: Asked) -> LM:
        models = self._shared.models
        runs = asked.function.startswith("rlm") and self._spawn is not None
        if asked.model is None:
            return models.root if runs else models.worker
        known = {
            **models.others,
            models.root.facts.name: models.root,
            models.worker.facts.name: models.worker,
        }
        if asked.model not in known:
            raise _Unusable(f"there is no model {asked.model!r} in this run; there are {', '.join(known)}")
        return known[asked.model]

    async def _schema_for(self, schema: dict[str, Any] | None) -> ReplySchema | None:
        if schema is None:
            return None
        try:
            return await asyncio.to_thread(ReplySchema, schema)
        except BadSchema as error:
            raise _Unusable(str(error)) from None

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
            )
        )
        return batch

    def _refuse_sub_call(self) -> str:
        limit = self._shared.limits.sub_calls or 0
        stop = WorkStopped("sub-calls", f"the limit of {plural(limit, 'sub-call')} was reached")
        return self._refusal(stop)

    def _refusal(self, stop: WorkStopped) -> str:
        self._standing.stopped(self._shared, stop)
        return f"Error: {'budget: ' if stop.limit else ''}{stop.text}"

    async def _one(self, job: _Job, position: int) -> Any:
        try:
            if job.asked.function.startswith("rlm") and self._spawn is not None:
                return await self._child_run(self._spawn, job, position)
            return await self._worker_answer(job, position)
        except WorkStopped as stop:
            return self._refusal(stop)
        except (LmError, _Unusable) as error:
            return f"Error: {error}"

    async def _child_run(self, spawn: Spawn, job: _Job, position: int) -> str:
        prompt = job.asked.prompts[position]
        context = _context_of(job.asked, position)
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

    async def _worker_answer(self, job: _Job, position: int) -> Any:
        """Ask the worker, once more if its answer is no use, then the root model."""
        first = ask_text(_prompt_of(job.asked, position))
        order = self._order(job, position, first)
        text, problem = await self._try(job, order)
        if problem:
            order = self._order(job, position, _with_complaint(first, text, problem), is_second=True)
            self._say(position, f"{problem}; the worker was asked again")
            text, problem = await self._try(job, order)
        if problem and self._may_escalate(job.lm):
            self._say(position, f"{problem} again; the root model was asked instead")
            root = self._shared.models.root
            order = self._order(job, position, first, lm=root, is_second=True)
            text, problem = await self._try(job, order)
        if problem:
            raise _Unusable(problem)
        return text

    async def _try(self, job: _Job, order: CallOrder) -> tuple[Any, str]:
        """Give the answer and no problem, or the useless reply and what is wrong with it."""
        heard = await self._shared.caller.ask(order)
        if heard.is_empty:
            return heard.text, EMPTY
        if job.schema is None:
            return heard.text, ""
        try:
            return job.schema.value_in(heard.text), ""
        except (SchemaMismatch, BadSchema) as error:
            return heard.text, f"the reply does not match the schema: {error}"

    def _order(
        self,
        job: _Job,
        position: int,
        messages: tuple[ChatMessage, ...],
        *,
        lm: LM | None = None,
        is_second: bool = False,
    ) -> CallOrder:
        chosen = lm or job.lm
        room = room_for(chosen, WORKER_OUTPUT_TOKENS)
        return CallOrder(
            lm=chosen,
            messages=messages,
            parent=self._step,
            role="worker",
            label=messages[0].text,
            output_tokens=more_room(chosen, room) if is_second else room,
            batch=job.batch,
            position=position if job.batch else None,
            schema=job.asked.schema,
        )

    def _may_escalate(self, asked: LM) -> bool:
        root = self._shared.models.root
        return self._shared.has_gate("escalation") and root.facts.name != asked.facts.name

    def _say(self, position: int, text: str) -> None:
        self._shared.gate_spoke(self._step, "escalation", f"Sub-call {position + 1}: {text}.")


class _Unusable(Exception):
    """A sub-call can have no answer; the text says why."""


def _context_of(asked: Asked, position: int) -> Any:
    return asked.contexts[position] if position < len(asked.contexts) else None


def _prompt_of(asked: Asked, position: int) -> str:
    """Give the prompt of a plain call; the context of an `rlm_query` that may go no deeper comes after it."""
    prompt, context = asked.prompts[position], _context_of(asked, position)
    if context is None:
        return prompt
    text = context if isinstance(context, str) else json.dumps(context, ensure_ascii=False, default=str)
    return f"{prompt}\n\n{text}"


def _with_complaint(first: tuple[ChatMessage, ...], reply: str, problem: str) -> tuple[ChatMessage, ...]:
    if problem == EMPTY:
        return first
    complaint = f"This cannot be used: {problem}. Answer again with JSON that matches the schema, and nothing else."
    return (*first, ChatMessage("assistant", reply), ChatMessage("user", complaint))
