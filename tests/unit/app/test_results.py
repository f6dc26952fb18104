import pytest

from rlm_desktop.app.commands.results import Result
from rlm_desktop.engine.request import Outcome
from rlm_desktop.trace.events import CallFinished, CallRetried, Event
from rlm_desktop.trace.facts import Coverage, Quote, RunStatus, Usage
from rlm_desktop.trace.ids import RunId
from rlm_desktop.trace.tree import Trace
from tests.support import traces


def result(*events: Event, status: RunStatus = "answered", reason: str = "", **more: object) -> Result:
    outcome = Outcome(status=status, answer="Ardvik", reason=reason, strategy="rlm", **more)
    return Result(run=RunId("20260101-1"), outcome=outcome, trace=Trace(traces.entries(events)))


def one_turn() -> list[Event]:
    """One turn: a root call, a step, and three worker calls of which one fails and one is tried twice."""
    usage = Usage(input_tokens=100, cached_input_tokens=40, cache_write_tokens=30, output_tokens=10, reasoning_tokens=4)
    ends = [
        CallFinished(call=3, status="done", seconds=1, usage=usage, cost_nano_usd=1_000_000),
        CallFinished(call=5, status="done", seconds=1, usage=usage, cost_nano_usd=2_000_000),
        CallFinished(call=6, status="failed", seconds=1, error="gone", cost_nano_usd=0),
        CallFinished(call=7, status="done", seconds=1, cached=True, cost_nano_usd=0),
    ]
    calls = [traces.call_started(number, 4) for number in (5, 6, 7)]
    start = [traces.run_started(), traces.turn_started(2), traces.call_started(3, 2, role="root"), ends[0]]
    retried = CallRetried(call=5, attempt=1, reason="slow down", wait_seconds=0.1)
    return [*start, traces.step_started(4, 2), *calls, retried, *ends[1:], traces.step_finished(4)]


def test_calls_tokens_and_cost_are_those_of_the_trace() -> None:
    told = result(*one_turn(), traces.run_finished()).as_object()

    assert told["calls"] == {"root": 1, "worker": 3, "cached": 1, "failed": 1, "retried": 1}
    assert told["tokens"] == {
        "input": 200,
        "cached_input": 80,
        "cache_write_tokens": 60,
        "output": 20,
        "reasoning": 8,
    }
    assert told["cost_usd"] == 0.003
    assert (told["turns"], told["depth"]) == (1, 0)


def test_one_unknown_price_makes_the_cost_unknown() -> None:
    unpriced = CallFinished(call=9, status="done", seconds=1, cost_nano_usd=None)
    told = result(*one_turn(), traces.call_started(9, 2, role="final"), unpriced, traces.run_finished())

    assert told.as_object()["cost_usd"] is None
    assert told.as_object()["calls"]["root"] == 2
    assert "≥ $" in told.closing_line()


def test_evidence_and_coverage_are_told_in_full() -> None:
    quote = Quote(text="in 1981", match="exact", document="a.pdf", page=14, start=5, end=12)
    coverage = Coverage(sent_to_workers=0.5, shown_to_root=0.25, never_read=0.375)

    told = result(traces.run_started(), quotes=(quote,), coverage=coverage).as_object()

    assert told["evidence"] == [
        {"quote": "in 1981", "document": "a.pdf", "page": 14, "start": 5, "end": 12, "match": "exact"}
    ]
    assert told["coverage"] == {"sent_to_workers": 0.5, "shown_to_root": 0.25, "never_read": 0.375}


@pytest.mark.parametrize(("status", "left_with"), [("answered", 0), ("partial", 3), ("failed", 4), ("cancelled", 130)])
def test_the_exit_status_says_how_it_ended(status: RunStatus, left_with: int) -> None:
    assert result(status=status).exit_status == left_with


def test_the_closing_line_gives_the_reason_and_where_to_look() -> None:
    line = result(*one_turn(), traces.run_finished(), status="partial", reason="The turns ran out.").closing_line()

    assert line.startswith("Partial: The turns ran out · $0.0030 · 220 tok · 4 calls · ")
    assert line.endswith("rlm-desktop show 20260101-1")
