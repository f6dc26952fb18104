"""Small builders of events, for tests that need a plausible run."""

from collections.abc import Iterable

from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    Entry,
    Event,
    OutputPrinted,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
    SubcallsQueued,
    TurnStarted,
)
from rlm_desktop.trace.facts import Limits, ModelFacts, Usage
from rlm_desktop.trace.ids import BatchId, CallId, NodeId, RunNodeId, StepId, TurnId
from rlm_desktop.trace.reask_events import CallsReasked, ReaskEnded
from rlm_desktop.trace.texts import reference_to


def model(name: str = "scripted") -> ModelFacts:
    """A model with a price of one nano-dollar a token."""
    return ModelFacts(
        name=name,
        window_tokens=100_000,
        input_price=1_000_000,
        cached_input_price=1_000_000,
        output_price=1_000_000,
        goes_to="this computer",
    )


def run_started(run: int = 1, **more) -> RunStarted:
    """A run begins."""
    question = more.pop("question", "Who raised the dues?")
    more = {"document_count": len(more.get("documents", ())), "skipped_count": len(more.get("skipped", ())), **more}
    return RunStarted(
        run=RunNodeId(NodeId(run)),
        question=reference_to(question),
        title=question,
        strategy="rlm",
        root=model("root"),
        worker=model("worker"),
        limits=Limits(),
        **more,
    )


def turn_started(turn: int, run: int = 1, number: int = 1) -> TurnStarted:
    """A turn begins."""
    return TurnStarted(turn=TurnId(NodeId(turn)), run=RunNodeId(NodeId(run)), number=number)


def call_started(call: int, parent: int, role: str = "worker", **more) -> CallStarted:
    """A prompt goes out."""
    batch = more.pop("batch", None)
    return CallStarted(
        call=CallId(NodeId(call)),
        parent=NodeId(parent),
        role=role,
        model=role,
        prompt=(),
        label=f"call {call}",
        batch=None if batch is None else BatchId(NodeId(batch)),
        **more,
    )


def call_finished(call: int, cost: int | None = 10, status: str = "done", **more) -> CallFinished:
    """A reply is whole, or not to be had."""
    return CallFinished(
        call=CallId(NodeId(call)),
        status=status,
        seconds=1.0,
        usage=more.pop("usage", Usage(input_tokens=7, output_tokens=3)),
        cost_nano_usd=cost,
        **more,
    )


def step_started(step: int, turn: int, number: int = 1, title: str = "look") -> StepStarted:
    """A block begins to run."""
    return StepStarted(
        step=StepId(NodeId(step)), turn=TurnId(NodeId(turn)), number=number, code=reference_to(title), title=title
    )


def step_finished(step: int, **more) -> StepFinished:
    """A block has run."""
    return StepFinished(step=StepId(NodeId(step)), seconds=0.5, **more)


def output_printed(step: int, text: str = "hello") -> OutputPrinted:
    """Code prints."""
    return OutputPrinted(
        step=StepId(NodeId(step)), stream="stdout", text=reference_to(text), preview=text, lines=text.count("\n") + 1
    )


def queued(batch: int, step: int, count: int) -> SubcallsQueued:
    """A fan-out begins."""
    return SubcallsQueued(
        batch=BatchId(NodeId(batch)), step=StepId(NodeId(step)), function="llm_query_batched", count=count
    )


def calls_reasked(batch: int, step: int, of: int, calls: Iterable[int]) -> CallsReasked:
    """Calls of an ended run are asked again."""
    asked = tuple(CallId(NodeId(call)) for call in calls)
    return CallsReasked(batch=BatchId(NodeId(batch)), step=StepId(NodeId(step)), of=BatchId(NodeId(of)), calls=asked)


def reask_ended(batch: int, status: str = "done", seconds: float = 1.0, reason: str = "") -> ReaskEnded:
    """No more of them is."""
    return ReaskEnded(batch=BatchId(NodeId(batch)), status=status, seconds=seconds, reason=reason)


def answer_given(run: int = 1, text: str = "Ardvik", partial: str | None = None) -> AnswerGiven:
    """There is an answer."""
    return AnswerGiven(
        run=RunNodeId(NodeId(run)), answer=reference_to(text), preview=text, source="variable", partial=partial
    )


def run_finished(run: int = 1, status: str = "answered", reason: str = "") -> RunFinished:
    """The run is over."""
    return RunFinished(run=RunNodeId(NodeId(run)), status=status, seconds=9.0, reason=reason)


def entries(events: Iterable[Event], start: float = 1000.0) -> list[Entry]:
    """Number and date events, one second apart."""
    return [Entry(number, start + number, event) for number, event in enumerate(events, 1)]
