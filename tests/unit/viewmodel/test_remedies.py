import pytest

from rlm_desktop.lm import protocol
from rlm_desktop.service import errors
from rlm_desktop.trace.events import CallFinished, Entry, LimitReached, RunFinished
from rlm_desktop.trace.ids import CallId, NodeId, RunNodeId
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel import remedies
from rlm_desktop.viewmodel.remedies import remedy_for_run, remedy_of
from tests.support.traces import call_started, run_started, turn_started

ROOT = RunNodeId(NodeId(1))


def folded(*events) -> Trace:
    trace = Trace()
    for seq, event in enumerate(events, 1):
        trace.commit(trace.next_change(Entry(seq=seq, at=float(seq), event=event)))
    return trace


def failed_by(error_kind: str, reason: str = "It went wrong.", call_role: str = "root") -> Trace:
    failed = CallFinished(call=CallId(NodeId(3)), status="failed", seconds=1.0, error="It went wrong.")
    return folded(
        run_started(),
        turn_started(2),
        call_started(3, 2, role=call_role),
        CallFinished(**{**fields_of(failed), "error_kind": error_kind}),
        RunFinished(run=ROOT, status="failed", seconds=2.0, reason=reason),
    )


def fields_of(event: CallFinished) -> dict:
    return {"call": event.call, "status": event.status, "seconds": event.seconds, "error": event.error}


@pytest.mark.parametrize(
    ("error_kind", "remedy"),
    [("BadKey", "models"), ("Unreachable", "models"), ("Overloaded", "none"), ("RateLimited", "none"), ("", "none")],
)
def test_the_button_is_chosen_by_the_kind_of_the_error(error_kind, remedy):
    assert remedy_for_run(failed_by(error_kind)) == remedy


def test_an_error_that_is_not_the_reason_of_the_failure_does_not_choose_the_button():
    assert remedy_for_run(failed_by("BadKey", reason="The code of 5 turns in a row failed.")) == "none"


def test_a_model_that_said_nothing_is_to_be_changed():
    trace = folded(
        run_started(),
        turn_started(2),
        call_started(3, 2, role="root"),
        CallFinished(call=CallId(NodeId(3)), status="done", seconds=1.0, preview=""),
        RunFinished(run=ROOT, status="failed", seconds=2.0, reason="The root model returned empty replies."),
    )

    assert remedy_for_run(trace) == "models"


@pytest.mark.parametrize(
    ("limit", "remedy"),
    [("turns", "turn-limit"), ("seconds", "time-limit"), ("money", "money-limit"), ("failing-turns", "none")],
)
def test_after_a_limit_the_button_leads_to_it(limit, remedy):
    trace = folded(
        run_started(),
        LimitReached(run=ROOT, limit=limit, text="The limit was reached."),
        RunFinished(run=ROOT, status="partial", seconds=2.0, reason="the limit was reached"),
    )

    assert remedy_for_run(trace) == remedy


def test_an_answered_run_needs_nothing():
    trace = folded(run_started(), RunFinished(run=ROOT, status="answered", seconds=2.0))

    assert remedy_for_run(trace) == "none"


def test_every_kind_that_has_a_button_is_an_error_there_is():
    known = {*vars(protocol), *vars(errors), "CorpusError", "Unreadable"}

    assert set(remedies._OF_KINDS) <= known
    assert remedy_of("NothingToRead") == "open-files"
