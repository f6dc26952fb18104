"""What the tree of `show` remarks on a line."""

from rlm_desktop.app.commands import outline
from rlm_desktop.trace.events import CallHeld, CallReleased, CallRetried, Event
from rlm_desktop.trace.ids import CallId, NodeId
from rlm_desktop.trace.tree import Trace
from tests.support.traces import (
    call_finished,
    call_started,
    entries,
    queued,
    run_started,
    step_started,
    turn_started,
)

CALL = CallId(NodeId(10))
HELD = CallHeld(call=CALL, reason="The provider takes no more now.")
RELEASED = CallReleased(call=CALL)


def line_of(call: int, *events: Event) -> str:
    """The line of the call at this place, from 1."""
    begun = [run_started(), turn_started(2), step_started(3, 2), queued(9, 3, 2)]
    calls = [call_started(10 + place, 3, batch=9, position=place) for place in range(2)]
    lines = outline.lines(Trace(entries([*begun, *calls, *events])), width=160)
    return next(line for line in lines if f"Worker call {call}:" in line)


def test_a_wait_is_told_only_while_it_lasts() -> None:
    assert "still going on; The provider takes no more now." in line_of(1, HELD)
    assert "The provider takes" not in line_of(1, HELD, RELEASED)
    assert "The provider takes" not in line_of(1, HELD, RELEASED, HELD, RELEASED, call_finished(10))
    assert line_of(1, HELD, RELEASED, HELD).count("The provider takes") == 1


def test_retries_are_counted_and_the_last_reason_is_told_while_it_goes_on() -> None:
    retried = [CallRetried(call=CALL, attempt=attempt, reason="busy", wait_seconds=1.0) for attempt in (1, 2)]

    assert "still going on; 2 retries, the last after: busy" in line_of(1, *retried)
    assert "2 retries]" in line_of(1, *retried, call_finished(10))


def test_the_call_with_the_same_prompt_is_named_by_its_place() -> None:
    same = call_finished(11, 0, cached=True, saved_nano_usd=20_000_000, same_as=CALL)

    assert "same prompt as call 1, saved $0.0200" in line_of(2, call_finished(10), same)
