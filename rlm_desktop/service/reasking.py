"""Asks failed calls of a recorded run again: what they were is read from its record, and what comes back goes there."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.engine.budget import unpriced
from rlm_desktop.engine.choices import FanOut
from rlm_desktop.engine.orders import CallOrder
from rlm_desktop.engine.reading import Reading
from rlm_desktop.engine.reask import ReaskRequest, expected, reask
from rlm_desktop.engine.recalling import Recollection, Unsure
from rlm_desktop.engine.rooms import ROOT_OUTPUT_TOKENS, WORKER_OUTPUT_TOKENS, most_room, room_for
from rlm_desktop.engine.run import Lasting
from rlm_desktop.engine.stops import sentence
from rlm_desktop.engine.worst_case import Need, worst_cost
from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.lm.prices import UserPrices, dearest
from rlm_desktop.lm.protocol import LM, ChatMessage
from rlm_desktop.service.errors import Refused
from rlm_desktop.service.finding import learn_windows
from rlm_desktop.service.policy import refuse_leaving
from rlm_desktop.service.reask_messages import ReaskSpec, ReaskWeighed
from rlm_desktop.service.recording import OnEntry, Recording
from rlm_desktop.service.running import Kept
from rlm_desktop.service.shelf import Shelf
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.replies import ReplyStore
from rlm_desktop.trace.events import CallStarted, RunStarted, SubcallsQueued
from rlm_desktop.trace.facts import Message, ModelFacts
from rlm_desktop.trace.wording import NANO, money

_NOTHING = "None of these calls is without an answer any more, so there is nothing to ask again."
_GOING_ON = "The run still goes on. Wait until it has ended."
_NO_FAN_OUT = "Only calls of one fan-out can be asked again together. Choose them in its map grid."
_REPLAYED = "This run used only replies that were known already, so nothing may be sent for it. Ask in a new run."
_NO_DOCUMENTS = "The record of this run lacks its documents, so its calls cannot be asked again. Ask in a new run."
_BAD_SCHEMA = "The schema that the replies must satisfy is damaged in the record of this run. Ask in a new run."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """All that is needed to ask again."""

    request: ReaskRequest
    recollection: Recollection
    lms: tuple[LM, ...]
    corpus: StoredCorpus

    @property
    def fan_out(self) -> FanOut:
        return expected(self.request, self.recollection.experience)


async def weigh(kept: Kept, spec: ReaskSpec) -> ReaskWeighed:
    """Say what asking again would cost; raises as `reask_recorded` does."""
    async with AsyncExitStack() as stack:
        ready = await _prepare(kept, spec, stack)
        limit = ready.request.limits.cost_nano_usd
        facts = [lm.facts for lm in ready.lms]
        fan_out = await asyncio.to_thread(lambda: ready.fan_out)
        return ReaskWeighed(
            run=spec.run,
            calls=fan_out.calls,
            models=tuple(dict.fromkeys(one.name for one in facts)),
            goes_to=tuple(dict.fromkeys(one.goes_to for one in facts)),
            cost_nano_usd=fan_out.cost_nano_usd,
            most_nano_usd=fan_out.most_nano_usd,
            left_nano_usd=None if limit is None else max(0, limit - ready.request.spent_nano_usd),
        )


async def reask_recorded(kept: Kept, spec: ReaskSpec, on_entry: OnEntry) -> None:
    """Ask the calls again, with every event in the journal before `on_entry` hears of it. Cancelling stops it.

    Raises `Refused`, an `LmError`, a `CorpusError` or a `StorageError` when they cannot be asked.
    """
    async with AsyncExitStack() as stack:
        # First, so that what is read of the run's spending stays true.
        stack.enter_context(RunLock(kept.data_dir, spec.run))
        ready = await _prepare(kept, spec, stack)
        reading = Reading(ready.corpus, kept.indexer)
        stack.callback(reading.close)
        recording = Recording(Journal(kept.database), spec.run, on_entry, is_over=True)
        lasting = Lasting(indexer=kept.indexer, limiters=kept.limiters, replies=Shelf(ReplyStore(kept.database)))
        await recording.during(reask(ready.request, reading=reading, emit=recording.record, lasting=lasting))


async def _prepare(kept: Kept, spec: ReaskSpec, stack: AsyncExitStack) -> _Ready:
    recollection = await asyncio.to_thread(_recollect, kept, spec)
    started, queued = _checked(recollection)
    lms = await _models(kept, spec, recollection)
    for lm in lms.values():
        stack.push_async_callback(lm.close)
    corpus = await asyncio.to_thread(kept.store.open_version, started.corpus)
    stack.callback(corpus.close)
    await asyncio.to_thread(refuse_leaving, corpus, [lm.facts for lm in lms.values()], spec.local_only)
    texts = _Texts(kept)
    request = await asyncio.to_thread(_request, recollection, started, queued, lms, texts)
    return _Ready(request=request, recollection=recollection, lms=tuple(lms.values()), corpus=corpus)


def _recollect(kept: Kept, spec: ReaskSpec) -> Recollection:
    return Recollection(spec.calls, Journal(kept.database).entries(spec.run))


def _checked(recollection: Recollection) -> tuple[RunStarted, SubcallsQueued]:
    """Give the run's beginning and that of the fan-out; raises `Refused` where these calls cannot be asked again."""
    started, failed = recollection.started, recollection.failed
    if started is None or not recollection.is_over:
        raise Refused(_GOING_ON)
    if not failed:
        raise Refused(_NOTHING)
    batches = {call.batch for call in failed if call.role == "worker" and call.reask_of is None}
    queued = recollection.batches.get(failed[0].batch) if failed[0].batch is not None else None
    if len(batches) != 1 or queued is None or any(call.batch != queued.batch for call in failed):
        raise Refused(_NO_FAN_OUT)
    if started.cache == "replay-only":
        raise Refused(_REPLAYED)
    if not started.corpus:
        raise Refused(_NO_DOCUMENTS)
    return started, queued


# Models


async def _models(kept: Kept, spec: ReaskSpec, recollection: Recollection) -> dict[str, LM]:
    """Make the models that the calls were asked of; raises where one is to be had no more, or is elsewhere now."""
    names = list(dict.fromkeys(call.model for call in recollection.failed))
    # In threads: a keyring may be slow, or ask the user.
    await asyncio.to_thread(_make, kept, spec, recollection, names)
    await learn_windows(kept.access, spec, names)
    return await asyncio.to_thread(_make, kept, spec, recollection, names)


def _make(kept: Kept, spec: ReaskSpec, recollection: Recollection, names: Iterable[str]) -> dict[str, LM]:
    means = kept.access.means(spec, kept.access.prices(spec))
    return {name: _made(name, recollection.models.get(name), means) for name in names}


def _made(name: str, then: ModelFacts | None, means: Means) -> LM:
    """Make a model where the run asked it, at the prices that were entered for the run if they are dearer."""
    lm = make_lm(name, means)
    if then is None:
        return lm
    _check_place(then, lm.facts)
    entered = _entered(then)
    if entered is None or not _is_dearer(then, lm.facts):
        return lm
    return make_lm(name, replace(means, model_prices={**means.model_prices, name: entered}))


def _entered(facts: ModelFacts) -> UserPrices | None:
    if facts.price_source != "entered" or facts.input_price is None or facts.output_price is None:
        return None
    return UserPrices(
        input_usd=facts.input_price / NANO,
        output_usd=facts.output_price / NANO,
        cached_input_usd=None if facts.cached_input_price is None else facts.cached_input_price / NANO,
    )


def _is_dearer(then: ModelFacts, now: ModelFacts) -> bool:
    before, today = dearest(then), dearest(now)
    return before is not None and (today is None or before[0] > today[0] or before[1] > today[1])


def _check_place(then: ModelFacts, now: ModelFacts) -> None:
    if then.goes_to != now.goes_to:
        raise Refused(
            f"The run asked {now.name} at {then.goes_to}, but as models are set up now its prompts would go to "
            f"{now.goes_to}. Set the server up as it was in the model settings, then run them again."
        )


# The request


@dataclass(frozen=True, slots=True)
class _Texts:
    """The kept texts."""

    kept: Kept

    def messages(self, prompt: Sequence[Message]) -> tuple[ChatMessage, ...]:
        payloads = Payloads(self.kept.database)
        return tuple(ChatMessage(message.role, payloads.text(message.text.digest)) for message in prompt)

    def schema(self, queued: SubcallsQueued) -> dict[str, Any] | None:
        if queued.schema is None:
            return None
        try:
            schema = json.loads(Payloads(self.kept.database).text(queued.schema.digest))
        except ValueError as error:
            raise Refused(_BAD_SCHEMA) from error
        if not isinstance(schema, dict):
            raise Refused(_BAD_SCHEMA)
        return schema


def _request(
    recollection: Recollection, started: RunStarted, queued: SubcallsQueued, lms: dict[str, LM], texts: _Texts
) -> ReaskRequest:
    limits, schema = recollection.limits, texts.schema(queued)
    if limits.cost_nano_usd is not None:
        for lm in lms.values():
            if lm.facts.input_price is None or lm.facts.output_price is None:
                raise Refused(sentence(unpriced(lm.facts)))
    request = ReaskRequest(
        step=queued.step,
        of=queued.batch,
        orders=tuple(_order(call, lms[call.model], texts, schema) for call in recollection.failed),
        limits=limits,
        spent_nano_usd=0 if limits.cost_nano_usd is None else _spent(recollection, texts),
        tokens=recollection.tokens,
        cache=started.cache,
        last_id=recollection.last_id,
    )
    _check_money(request)
    return request


def _order(call: CallStarted, lm: LM, texts: _Texts, schema: dict[str, Any] | None) -> CallOrder:
    return CallOrder(
        lm=lm,
        messages=texts.messages(call.prompt),
        parent=call.parent,
        role="worker",
        label=call.label,
        output_tokens=room_for(lm, WORKER_OUTPUT_TOKENS),
        position=call.position,
        schema=schema,
        reask_of=call.call,
    )


def _check_money(request: ReaskRequest) -> None:
    limit = request.limits.cost_nano_usd
    if limit is not None and request.spent_nano_usd >= limit and any(map(_costs, request.orders)):
        raise Refused(
            f"The run may have spent its whole money limit of {money(limit)}, so no call of it can be asked again. "
            "Copy their prompts and ask them in a new run."
        )


def _costs(order: CallOrder) -> bool:
    facts = order.lm.facts
    return bool(facts.input_price or facts.output_price)


def _spent(recollection: Recollection, texts: _Texts) -> int:
    """Give what the run has spent, each attempt of unknown cost at its worst; raises `Refused` where none is known."""
    return recollection.sure_nano_usd + sum(
        one.attempts * _worst_of(one, recollection.models.get(one.started.model), texts) for one in recollection.unsure
    )


def _worst_of(unsure: Unsure, facts: ModelFacts | None, texts: _Texts) -> int:
    started = unsure.started
    wanted = WORKER_OUTPUT_TOKENS if started.role == "worker" else ROOT_OUTPUT_TOKENS
    worst = None
    if facts is not None:
        room = wanted if unsure.is_first else most_room(wanted)
        worst = worst_cost(Need(facts=facts, messages=texts.messages(started.prompt), output_tokens=room))
    if worst is None:
        raise Refused(
            f"What the run has spent on {started.model} is not known, so its money limit cannot be kept. "
            "Copy their prompts and ask them in a new run."
        )
    return worst
