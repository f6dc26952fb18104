"""The plain way: one call with all documents in its prompt."""

import json
from dataclasses import replace
from typing import Any

from rlm_desktop.engine.answers import Judge
from rlm_desktop.engine.endings import Ending
from rlm_desktop.engine.orders import CallOrder, Heard
from rlm_desktop.engine.prompts import direct_message, direct_system
from rlm_desktop.engine.rooms import ROOT_OUTPUT_TOKENS, more_room, room_for
from rlm_desktop.engine.shared import Shared, Standing
from rlm_desktop.engine.stops import WorkStopped
from rlm_desktop.engine.task import Task
from rlm_desktop.engine.worst_case import input_tokens
from rlm_desktop.lm.protocol import ChatMessage, LmError
from rlm_desktop.trace.wording import short_number


async def answer_directly(shared: Shared, standing: Standing, task: Task) -> Ending:
    """Ask once; again with more room if the reply is empty, again with what is wrong if it misses the schema."""
    if task.material.is_large:
        return _too_long(task, task.material.facts.tokens)
    messages = _messages(task)
    if (size := input_tokens(messages)) > task.root.facts.window_tokens:
        return _too_long(task, size)
    order = CallOrder(
        lm=task.root,
        messages=messages,
        parent=standing.run,
        role="direct",
        label=task.question,
        output_tokens=room_for(task.root, ROOT_OUTPUT_TOKENS),
    )
    try:
        return await ask_for_answer(shared, standing, task, order)
    except WorkStopped as stop:
        standing.stopped(shared, stop)
        return Ending(reason=stop.text)
    except LmError as error:
        return Ending(reason=str(error))


def _too_long(task: Task, tokens: int) -> Ending:
    root = task.root.facts
    return Ending(
        reason=f"the documents need about {short_number(tokens)} tokens, but {root.name} reads {root.window_tokens:,} "
        "at most; choose the strategy rlm"
    )


async def ask_for_answer(shared: Shared, standing: Standing, task: Task, order: CallOrder) -> Ending:
    """Send the call that is to give the answer, again where its reply is empty or misses the schema.

    Without a reply the ending has no answer. Raises `LmError` or `WorkStopped`.
    """
    judge = Judge(task.schema, lambda: False)
    heard = await ask_again_if_empty(shared, standing, order)
    if heard.is_empty:
        name = order.lm.facts.name
        return Ending(reason=f"{name} returned an empty reply, also with more room for it; choose another model")
    value, flaw = judge.value_or_flaw(heard.text)
    if flaw:
        shared.notice(standing.run, "schema", f"It was asked again: {flaw}.")
        heard = await _corrected(shared, standing, order, heard, flaw)
        value, flaw = judge.value_or_flaw(heard.text)
    reason = flaw or ("the reply was cut off at its length limit" if heard.cut else "")
    return Ending(answer=heard.text, source="direct", reason=reason, value=value)


async def ask_again_if_empty(shared: Shared, standing: Standing, order: CallOrder) -> Heard:
    """Send a call, and once more with more room where its reply is empty."""
    heard = await shared.caller.ask(order)
    if not heard.is_empty:
        return heard
    shared.notice(standing.run, "empty-reply", "The reply was empty; it was asked again with more room.")
    return await shared.caller.ask(replace(order, output_tokens=more_room(order.lm, order.output_tokens)))


async def _corrected(shared: Shared, standing: Standing, order: CallOrder, first: Heard, flaw: str) -> Heard:
    """Ask for the answer in the right form; where that is not to be had, the first one stays."""
    correction = f"This cannot be used: {flaw}. Answer again with JSON of that form, and nothing else."
    again = (*order.messages, ChatMessage("assistant", first.text), ChatMessage("user", correction))
    try:
        second = await shared.caller.ask(replace(order, messages=again))
    except WorkStopped as stop:
        standing.stopped(shared, stop)
        return first
    except LmError:
        return first
    return first if second.is_empty else second


def answer_system(task: Task) -> str:
    """Write the system message of the call that is to give the answer."""
    schema: dict[str, Any] | None = task.schema_text
    return direct_system("" if schema is None else json.dumps(schema, ensure_ascii=False))


def _messages(task: Task) -> tuple[ChatMessage, ...]:
    text = direct_message(task.question, str(task.material.corpus.text))
    return (ChatMessage("system", answer_system(task)), ChatMessage("user", text))
