"""Gets a worker's answer: asked once more if it is no use, then escalated to the root model."""

import json
from dataclasses import dataclass
from typing import Any

from rlm_desktop.engine.orders import CallOrder, Heard
from rlm_desktop.engine.rooms import WORKER_OUTPUT_TOKENS, more_room, room_for
from rlm_desktop.engine.schemas import BadSchema, ReplySchema, SchemaMismatch
from rlm_desktop.engine.shared import Shared
from rlm_desktop.engine.stops import EngineError
from rlm_desktop.engine.worst_case import Need
from rlm_desktop.lm.protocol import LM, ChatMessage, ask_text
from rlm_desktop.repl.host import Asked
from rlm_desktop.trace.ids import BatchId, StepId

EMPTY = "the reply was empty"


class Unusable(EngineError):
    """A sub-call can have no answer; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call site's wish, ready to be carried out."""

    asked: Asked
    lm: LM
    schema: ReplySchema | None
    batch: BatchId | None


@dataclass(frozen=True, slots=True)
class WorkerAnswer:
    """What code gets, and the reply that it was taken from."""

    value: Any
    heard: Heard


class Worker:
    """Asks workers for one step."""

    def __init__(self, shared: Shared, step: StepId) -> None:
        self._shared = shared
        self._step = step

    async def answer(self, job: Job, position: int) -> WorkerAnswer:
        """Give the answer to one prompt. Raises `Unusable`, `LmError` or `WorkStopped`."""
        first = ask_text(prompt_of(job.asked, position))
        order = self.order(job, position)
        answer, problem = await self._try(job, order)
        if problem:
            messages = _with_complaint(first, answer.heard.text, problem)
            order = self._again(job, position, messages, job.lm)
            self._say(position, f"{problem}; the worker was asked again")
            answer, problem = await self._try(job, order)
        if problem and self._may_escalate(job.lm):
            self._say(position, f"{problem} again; the root model was asked instead")
            order = self._again(job, position, first, self._shared.models.root)
            answer, problem = await self._try(job, order)
        if problem:
            raise Unusable(problem)
        return answer

    def order(self, job: Job, position: int) -> CallOrder:
        """Give the call that a prompt begins with."""
        messages = ask_text(prompt_of(job.asked, position))
        return self._order(job, position, messages, job.lm, room_for(job.lm, WORKER_OUTPUT_TOKENS))

    def need(self, job: Job, position: int) -> Need:
        """Say what that call may use."""
        order = self.order(job, position)
        return Need(
            facts=job.lm.facts, messages=order.messages, output_tokens=order.output_tokens, schema=job.asked.schema
        )

    async def _try(self, job: Job, order: CallOrder) -> tuple[WorkerAnswer, str]:
        """Give the answer and no problem, or the useless reply and what is wrong with it."""
        heard = await self._shared.caller.ask(order)
        plain = WorkerAnswer(heard.text, heard)
        if heard.is_empty:
            return plain, EMPTY
        if job.schema is None:
            return plain, ""
        try:
            return WorkerAnswer(job.schema.value_in(heard.text), heard), ""
        except (SchemaMismatch, BadSchema) as error:
            return plain, f"the reply does not match the schema: {error}"

    def _again(self, job: Job, position: int, messages: tuple[ChatMessage, ...], lm: LM) -> CallOrder:
        return self._order(job, position, messages, lm, more_room(lm, room_for(lm, WORKER_OUTPUT_TOKENS)))

    def _order(
        self, job: Job, position: int, messages: tuple[ChatMessage, ...], lm: LM, output_tokens: int
    ) -> CallOrder:
        return CallOrder(
            lm=lm,
            messages=messages,
            parent=self._step,
            role="worker",
            label=messages[0].text,
            output_tokens=output_tokens,
            batch=job.batch,
            position=position if job.batch else None,
            schema=job.asked.schema,
        )

    def _may_escalate(self, asked: LM) -> bool:
        root = self._shared.models.root
        return self._shared.has_gate("escalation") and root.facts.name != asked.facts.name

    def _say(self, position: int, text: str) -> None:
        self._shared.gate_spoke(self._step, "escalation", f"Sub-call {position + 1}: {text}.")


def context_of(asked: Asked, position: int) -> Any:
    """Give the context that belongs to a prompt, if one does."""
    return asked.contexts[position] if position < len(asked.contexts) else None


def prompt_of(asked: Asked, position: int) -> str:
    """Give the prompt of a plain call; the context of an `rlm_query` that may go no deeper comes after it."""
    prompt, context = asked.prompts[position], context_of(asked, position)
    if context is None:
        return prompt
    text = context if isinstance(context, str) else json.dumps(context, ensure_ascii=False, default=str)
    return f"{prompt}\n\n{text}"


def _with_complaint(first: tuple[ChatMessage, ...], reply: str, problem: str) -> tuple[ChatMessage, ...]:
    if problem == EMPTY:
        return first
    complaint = f"This cannot be used: {problem}. Answer again with JSON that matches the schema, and nothing else."
    return (*first, ChatMessage("assistant", reply), ChatMessage("user", complaint))
