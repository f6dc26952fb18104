"""Turns what a foreign log tells into the events that our own engine would have emitted."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from rlm_desktop.export.foreign_sheet import Sheet
from rlm_desktop.export.foreign_told import ToldCall, ToldEnding, ToldNotice, ToldRun, ToldStep, ToldTurn
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallRetried,
    CallStarted,
    Event,
    Noticed,
    OutputPrinted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    TurnStarted,
)
from rlm_desktop.trace.facts import Limits, Message, ModelFacts
from rlm_desktop.trace.folding import BATCH_FROM
from rlm_desktop.trace.ids import BatchId, CallId, NodeId, RunNodeId, StepId, TurnId
from rlm_desktop.trace.wording import one_line

NOT_RECORDED = "not recorded"
UNNAMED = "unnamed model"
_FUNCTIONS = ("rlm_query_batched", "llm_query_batched", "rlm_query", "llm_query")
_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s")
_LEAD = re.compile(r"^[#>*\-\s]+")
_LOOKED_AT = 20_000
"""Characters of a text in which the line is looked for that stands for it."""


def events_of(run: ToldRun, started: float) -> Iterator[tuple[float, Event]]:
    """Give a run's events with their times; `started` is when it began if the log does not say so."""
    sheet = Sheet()
    for _ in _tell_run(sheet, run, _Place(), started if run.started is None else run.started):
        yield from sheet.take()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a call or a child run hangs."""

    step: StepId | None = None
    batch: BatchId | None = None
    position: int | None = None
    depth: int = 0


def _tell_run(sheet: Sheet, run: ToldRun, place: _Place, at: float) -> Generator[None, None, float]:
    """Put a run down, stop after each turn so that the sheet can be emptied, and return its end."""
    node = RunNodeId(sheet.node())
    sheet.add(at, _run_started(sheet, run, node, place))
    _tell_notices(sheet, run.notices, node, at)
    yield
    clock, number = at, 0
    answering: StepId | None = None
    for part in run.parts:
        if isinstance(part, ToldTurn):
            number += 1
            clock, found = _tell_turn(sheet, part, node, number, clock, place.depth)
            answering = found or answering
        else:
            clock = _tell_ending(sheet, part, node, answering, at, clock)
        yield
    return clock


def _run_started(sheet: Sheet, run: ToldRun, node: RunNodeId, place: _Place) -> RunStarted:
    known = {"turns": run.turns, "depth": run.depth}
    return RunStarted(
        run=node,
        parent=place.step,
        batch=place.batch,
        position=place.position,
        depth=place.depth,
        question=sheet.keep(run.question),
        title=_preview(run.title),
        strategy=run.strategy,
        strategy_reason=run.origin,
        root=_model(run.root),
        worker=_model(run.worker),
        limits=Limits(**{name: limit for name, limit in known.items() if limit is not None}),
        characters=run.characters,
        isolation=run.isolation,
    )


def _model(name: str) -> ModelFacts:
    return ModelFacts(
        name=name or UNNAMED,
        window_tokens=0,
        input_price=None,
        cached_input_price=None,
        output_price=None,
        goes_to=NOT_RECORDED,
    )


def _tell_notices(sheet: Sheet, notices: tuple[ToldNotice, ...], parent: NodeId, at: float) -> None:
    for notice in notices:
        sheet.add(at, Noticed(parent=parent, about=notice.about, text=notice.text, level=notice.level))


def _tell_turn(
    sheet: Sheet, turn: ToldTurn, run: RunNodeId, number: int, at: float, depth: int
) -> tuple[float, StepId | None]:
    """Put a turn down; give its end and the step that gave the answer."""
    start = sheet.inside(at if turn.started is None else max(at, turn.started))
    node = TurnId(sheet.node())
    sheet.add(start, TurnStarted(turn=node, run=run, number=number))
    clock, answering = start, None
    for call in turn.calls:
        clock = max(clock, _tell_call(sheet, call, node, clock, _Place()))
    for step_number, step in enumerate(turn.steps, 1):
        step_node = StepId(sheet.node())
        clock = _tell_step(sheet, step, (node, step_node, step_number), clock, depth)
        answering = step_node if step.gave_answer else answering
    _tell_notices(sheet, turn.notices, node, clock)
    return sheet.inside(max(clock, start + (turn.seconds or 0.0))), answering


def _tell_call(sheet: Sheet, call: ToldCall, parent: NodeId, at: float, place: _Place) -> float:
    start = sheet.inside(at if call.started is None else call.started)
    node = CallId(sheet.node())
    sheet.add(
        start,
        CallStarted(
            call=node,
            parent=parent,
            role=call.role,
            model=call.model or UNNAMED,
            prompt=tuple(Message(role=role, text=sheet.keep(text)) for role, text in call.prompt),
            label=_preview(call.label),
            batch=place.batch,
            position=place.position,
        ),
    )
    for retry in call.retries:
        told = CallRetried(call=node, attempt=retry.attempt, reason=retry.reason, wait_seconds=retry.wait_seconds)
        sheet.add(start, told)
    seconds = call.seconds or 0.0
    if not call.is_open:
        sheet.add(start + seconds, _call_finished(sheet, call, node, seconds))
    return sheet.inside(start + seconds)


def _call_finished(sheet: Sheet, call: ToldCall, node: CallId, seconds: float) -> CallFinished:
    reply = call.reply
    preview = first_sentence(reply or "") if call.role == "root" else _preview(reply or "")
    preview = preview or call.preview
    return CallFinished(
        call=node,
        status=call.status,
        seconds=seconds,
        reply=None if reply is None else sheet.keep(reply),
        reasoning=sheet.keep(call.reasoning) if call.reasoning else None,
        preview=preview,
        usage=call.usage,
        cost_nano_usd=call.cost_nano_usd,
        price_source="unknown" if call.cost_nano_usd is None else "reported",
        cached=call.cached,
        error=call.error,
    )


def _preview(text: str) -> str:
    return one_line(text[:_LOOKED_AT])


def first_sentence(reply: str) -> str:
    """Give the first sentence of a reply that is not code."""
    line = _LEAD.sub("", one_line(_CODE.sub("", reply[:_LOOKED_AT]), 2_000))
    return one_line(_SENTENCE_END.split(line, maxsplit=1)[0])


def _title_of_code(code: str) -> str:
    """Give a block's first comment, else its first line."""
    lines = (line.strip() for line in code[:_LOOKED_AT].splitlines())
    comments = (line.lstrip("#! ") for line in lines if line.startswith("#"))
    return one_line(next(filter(None, comments), code[:_LOOKED_AT]))


def _tell_step(sheet: Sheet, step: ToldStep, names: tuple[TurnId, StepId, int], at: float, depth: int) -> float:
    turn, node, number = names
    start = sheet.inside(at if step.started is None else max(at, step.started))
    below = sum(sub.seconds or 0.0 for sub in step.subs)
    seconds = _length(step, start) if step.seconds is None else step.seconds
    title = _title_of_code(step.code)
    sheet.add(start, StepStarted(step=node, turn=turn, number=number, code=sheet.keep(step.code), title=title))
    with sheet.between(start, start + seconds):
        _tell_subs(sheet, step, node, start, depth, one_by_one=below <= seconds)
    end = sheet.inside(start + seconds)
    if step.stdout:
        sheet.add(end, _printed(sheet, node, step.stdout, is_error=False))
    if step.stderr:
        sheet.add(end, _printed(sheet, node, step.stderr, is_error=True))
    if not step.is_open:
        sheet.add(end, StepFinished(step=node, seconds=seconds, error=step.error, variables=step.variables))
    return end


def _length(step: ToldStep, start: float) -> float:
    """Give how long a step must have taken for all that was called in it."""
    clock = start
    for sub in step.subs:
        clock = max(clock, (clock if sub.started is None else sub.started) + (sub.seconds or 0.0))
    return clock - start


def _printed(sheet: Sheet, step: StepId, text: str, *, is_error: bool) -> OutputPrinted:
    return OutputPrinted(
        step=step,
        stream="stderr" if is_error else "stdout",
        text=sheet.keep(text),
        preview=_preview(text),
        lines=text.count("\n") + (not text.endswith("\n")),
    )


def _tell_subs(sheet: Sheet, step: ToldStep, node: StepId, at: float, depth: int, *, one_by_one: bool) -> None:
    """Put the calls of a step down: one after another if the step took as long as all of them, else side by side."""
    batch = _queued(sheet, step, node, at)
    clock = at
    for position, sub in enumerate(step.subs):
        place = _Place(step=node, batch=batch, position=position, depth=depth + 1)
        end = _tell_sub(sheet, sub, node, clock, place)
        clock = max(clock, end) if one_by_one else clock


def _queued(sheet: Sheet, step: ToldStep, node: StepId, at: float) -> BatchId | None:
    """Make one row of many calls; logs don't tell call sites, so the code is asked which function it was."""
    count = len(step.subs)
    if count < BATCH_FROM:
        return None
    batch = BatchId(sheet.node())
    function = next((name for name in _FUNCTIONS if name in step.code), "llm_query")
    sheet.add(at, SubcallsQueued(batch=batch, step=node, function=function, count=count))
    return batch


def _tell_sub(sheet: Sheet, sub: ToldCall | ToldRun, step: StepId, at: float, place: _Place) -> float:
    if isinstance(sub, ToldCall):
        return _tell_call(sheet, sub, step, at, place)
    start = sheet.inside(at if sub.started is None else sub.started)
    with sheet.between(start, start + sub.seconds if sub.seconds is not None else float("inf")):
        return _exhausted(_tell_run(sheet, sub, place, start))


def _exhausted(telling: Generator[None, None, float]) -> float:
    while True:
        try:
            next(telling)
        except StopIteration as stop:
            return float(stop.value)


def _tell_ending(
    sheet: Sheet, ending: ToldEnding, run: RunNodeId, answering: StepId | None, began: float, at: float
) -> float:
    clock = at
    for call in ending.calls:
        clock = max(clock, _tell_call(sheet, call, run, clock, _Place()))
    if ending.seconds is not None:
        clock = sheet.inside(max(clock, began + ending.seconds))
    _tell_notices(sheet, ending.notices, run, clock)
    if ending.answer is not None:
        sheet.add(
            clock,
            AnswerGiven(
                run=run,
                answer=sheet.keep(ending.answer),
                preview=_preview(ending.answer),
                source=ending.source,
                step=answering,
                partial=ending.partial,
            ),
        )
    seconds = max(0.0, clock - sheet.inside(began)) if ending.seconds is None else ending.seconds
    sheet.add(clock, RunFinished(run=run, status=ending.status, seconds=seconds, reason=ending.reason))
    return clock
