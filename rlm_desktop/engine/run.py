"""One question over one corpus: the public door of the engine.

It emits what happens and comes back with the outcome. Cancelling the task stops the run for good: children are killed,
requests aborted, every event closed, and then `CancelledError` goes on.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlm_desktop.corpus.documents import Corpus
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.engine.budget import Budget, unpriced
from rlm_desktop.engine.calls import Caller
from rlm_desktop.engine.choices import Choices
from rlm_desktop.engine.direct import answer_directly
from rlm_desktop.engine.endings import Ending
from rlm_desktop.engine.experience import Experience
from rlm_desktop.engine.lifecycle import Birth, Life, status_of
from rlm_desktop.engine.material import Context, Material, material_of, part_of
from rlm_desktop.engine.reading import Reading, tell_ledger
from rlm_desktop.engine.recorder import Emit, Recorder
from rlm_desktop.engine.replies import Replies, ReplyShelf
from rlm_desktop.engine.request import Control, Models, Outcome, RunRequest
from rlm_desktop.engine.rlm import RlmLoop
from rlm_desktop.engine.schemas import BadSchema, ReplySchema
from rlm_desktop.engine.sending import Post
from rlm_desktop.engine.shared import Shared, Standing
from rlm_desktop.engine.strategies import choose
from rlm_desktop.engine.subcalls import ChildOrder, Spawn
from rlm_desktop.engine.summary import SummaryRun
from rlm_desktop.engine.task import Task
from rlm_desktop.lm.limiting import Limiters
from rlm_desktop.lm.slots import Slots
from rlm_desktop.repl.host import Child, ContextRange, StartChild
from rlm_desktop.trace.events import EvidenceChecked
from rlm_desktop.trace.facts import Coverage, Quote, Strategy
from rlm_desktop.trace.ids import RunNodeId
from rlm_desktop.trace.wording import plural

_LONGEST_CHILD_QUESTION = 2_000
_CHILD: Strategy = "rlm"
_TREE_LIMITS = frozenset(("money", "tokens", "seconds", "sub-calls", None))
"""A child run that met one of these met it for the whole tree; None is the user's wish to finish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """What outlives a run and is shared with others; each is made anew where none is given."""

    indexer: Indexer | None = None
    limiters: Limiters | None = None
    replies: ReplyShelf | None = None


async def run(
    request: RunRequest,
    *,
    corpus: Corpus | Context,
    models: Models,
    scratch: Path,
    emit: Emit,
    control: Control | None = None,
    start_child: StartChild = Child.start,
    lasting: Lasting | None = None,
) -> Outcome:
    """Answer the request's question over the corpus."""
    material = await asyncio.to_thread(material_of, corpus)
    lasting = lasting or Lasting()
    making = lasting.indexer or Indexer()
    reading = Reading(material.corpus, making)
    post = _post(request, Recorder(emit), control or Control(), reading, lasting)
    shared = Shared(
        request=request,
        models=models,
        recorder=post.recorder,
        budget=post.budget,
        caller=Caller(post),
        choices=post.choices,
        experience=post.experience,
        control=post.control,
        reading=reading,
        scratch=scratch,
        start_child=start_child,
        indexer=making,
    )
    try:
        if material.stored is not None and material.is_large:
            await asyncio.to_thread(making.begin, material.stored.folder)
        return await _Top(shared, material).run()
    finally:
        reading.close()
        if lasting.indexer is None:
            await asyncio.to_thread(making.close)


def _post(request: RunRequest, recorder: Recorder, control: Control, reading: Reading, lasting: Lasting) -> Post:
    budget = Budget(request.limits)
    return Post(
        recorder=recorder,
        budget=budget,
        control=control,
        choices=Choices(recorder, budget, control, request.consent),
        replies=Replies(request.cache, lasting.replies),
        limiters=lasting.limiters or Limiters(),
        slots=Slots(request.limits.concurrency),
        experience=Experience(),
        on_sent=reading.sent,
        on_answered=reading.answered,
    )


class _Top:
    """The run at the top of its tree."""

    def __init__(self, shared: Shared, material: Material) -> None:
        self._shared = shared
        self._strategy, self._reason = choose(shared.request.strategy, shared.models.root.facts, material.facts.tokens)
        self._standing = Standing(run=RunNodeId(shared.recorder.new_id()), depth=0)
        self._material = material
        self._quotes: tuple[Quote, ...] = ()
        self._coverage: Coverage | None = None

    async def run(self) -> Outcome:
        request = self._shared.request
        self._shared.choices.begin(self._standing.run)
        schema, flaw = await _schema_of(request.answer_schema)
        standing = self._standing
        task = Task(
            question=request.question,
            material=self._material,
            root=self._shared.models.root,
            schema=schema,
            schema_text=request.answer_schema,
            with_subcalls=self._strategy not in ("rlm-no-subcalls", "codeact-bm25"),
            search_only=self._strategy == "codeact-bm25",
            spawn=_spawn_for(self._shared, standing, self._material),
        )
        birth = Birth(strategy=self._strategy, strategy_reason=self._reason)
        life = Life(shared=self._shared, standing=standing, task=task, birth=birth)
        problem = flaw or self._problem()
        ending = await life.live(lambda: self._work(task, problem), self._check, self._tell_ledger)
        return self._outcome(ending)

    async def _work(self, task: Task, problem: str) -> Ending:
        if problem:
            return Ending(reason=problem)
        if self._strategy == "direct":
            return await answer_directly(self._shared, self._standing, task)
        if self._strategy == "summary":
            return await SummaryRun(self._shared, self._standing, task).work()
        return await RlmLoop(self._shared, self._standing, task).work()

    def _problem(self) -> str:
        """Say why the run cannot begin."""
        if not self._shared.request.question.strip():
            return "there is no question; type one"
        if self._material.is_empty:
            return "there is no text to read; add at least one document that has text"
        if self._shared.limits.cost_nano_usd is not None:
            models = self._shared.models
            for lm in (models.root, models.worker):
                if lm.facts.input_price is None or lm.facts.output_price is None:
                    return unpriced(lm.facts)
        return ""

    async def _check(self, ending: Ending) -> None:
        if ending.answer is not None and self._shared.has_gate("quotes"):
            self._quotes = await self._shared.reading.quotes_in(ending.answer)
        self._coverage = await self._shared.reading.coverage()
        self._tell_unfound()
        self._shared.recorder.emit(
            EvidenceChecked(run=self._standing.run, quotes=self._quotes, coverage=self._coverage)
        )

    async def _tell_ledger(self) -> None:
        """Tell what was sent where, however the run ends."""
        await tell_ledger(self._shared.reading, self._shared.recorder, self._standing.run)

    def _tell_unfound(self) -> None:
        unfound = sum(quote.match == "none" for quote in self._quotes)
        if unfound:
            quotes = plural(len(self._quotes), "quoted passage")
            text = f"{unfound:,} of {quotes} in the answer could not be found in the documents."
            self._shared.gate_spoke(self._standing.run, "quotes", text)

    def _outcome(self, ending: Ending) -> Outcome:
        return Outcome(
            status=status_of(ending),
            answer=ending.answer,
            reason=ending.reason,
            strategy=self._strategy,
            quotes=self._quotes,
            coverage=self._coverage,
            parsed=ending.value,
        )


async def _schema_of(schema: dict[str, Any] | None) -> tuple[ReplySchema | None, str]:
    """Give the answer's schema ready for use, or what is wrong with it."""
    if schema is None:
        return None, ""
    try:
        return await asyncio.to_thread(ReplySchema, schema), ""
    except BadSchema as error:
        return None, str(error)


def _spawn_for(shared: Shared, parent: Standing, material: Material) -> Spawn | None:
    """Give what starts child runs of a run; None where depth forbids it."""
    if parent.depth + 1 >= shared.limits.depth:
        return None

    async def spawn(order: ChildOrder) -> str:
        return await _child_run(shared, parent, material, order)

    return spawn


async def _child_run(shared: Shared, parent: Standing, given: Material, order: ChildOrder) -> str:
    material = await asyncio.to_thread(_material_of_child, given, order.context)
    standing = Standing(run=RunNodeId(shared.recorder.new_id()), depth=parent.depth + 1)
    task = Task(
        question=_question_of(order), material=material, root=order.root, spawn=_spawn_for(shared, standing, material)
    )
    birth = Birth(strategy=_CHILD, parent=order.step, batch=order.batch, position=order.position)
    life = Life(shared=shared, standing=standing, task=task, birth=birth)
    ending = await life.live(RlmLoop(shared, standing, task).work)
    for stop in standing.stops:
        if stop.limit in _TREE_LIMITS:
            parent.stopped(shared, stop)
    if ending.answer is None:
        return f"Error: the child run gave no answer: {ending.reason}"
    return ending.answer


def _material_of_child(given: Material, context: Any) -> Material:
    """Give what a child run reads: what its parent's code gave, or a part of its parent's corpus where that lies."""
    if isinstance(context, ContextRange) and given.stored is not None:
        return part_of(given, given.stored, context)
    return material_of(context if isinstance(context, (str, list, dict)) else str(context))


def _question_of(order: ChildOrder) -> str:
    """Give a child run's question; a long prompt without a context of its own is its context, too."""
    question = order.question
    if order.context is not question or len(question) <= _LONGEST_CHILD_QUESTION:
        return question
    return f"{question[:_LONGEST_CHILD_QUESTION]}…\n(The whole task is the text of `context`.)"
