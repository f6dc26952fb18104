"""What the record of a run tells whoever asks some of its calls again."""

from dataclasses import replace

from rlm_desktop.engine.recalling import Recollection
from rlm_desktop.trace.events import CallRetried, ChoiceAsked, LimitsChanged
from rlm_desktop.trace.facts import Limits, Message
from rlm_desktop.trace.ids import CallId, ChoiceId, NodeId, RunNodeId
from rlm_desktop.trace.texts import reference_to
from tests.support.traces import (
    call_finished,
    call_started,
    calls_reasked,
    entries,
    queued,
    reask_ended,
    run_finished,
    run_started,
    step_started,
    turn_started,
)

BEGINNING = [run_started(), turn_started(2), step_started(3, 2), queued(4, 3, 8)]


def prompt(text="Which year?"):
    return (Message(role="user", text=reference_to(text)),)


def asked(call, position=0, text="Which year?", **more):
    started = call_started(call, 3, batch=more.pop("batch", 4), position=position, **more)
    return replace(started, prompt=prompt(text))


def retried(call, cost):
    return CallRetried(call=CallId(NodeId(call)), attempt=1, reason="429", wait_seconds=0.1, cost_nano_usd=cost)


def recalled(*events, calls=(10,)):
    wanted = [CallId(NodeId(call)) for call in calls]
    return Recollection(wanted, entries([*BEGINNING, *events]))


def test_a_call_that_failed_and_was_answered_since_is_no_failure_any_more():
    once = [asked(10), call_finished(10, status="failed"), run_finished(), calls_reasked(20, 3, 4, [10])]
    again = [asked(21, batch=20, reask_of=10), call_finished(21), reask_ended(20)]

    assert [call.call for call in recalled(*once).failed] == [10]
    assert recalled(*once, *again).failed == []
    assert recalled(*once, *again[:1]).failed != []


def test_the_highest_number_is_that_of_any_part():
    choice = ChoiceAsked(choice=ChoiceId(NodeId(40)), run=RunNodeId(NodeId(1)), about="limit", text="", actions=())

    assert recalled(asked(10)).last_id == 10
    assert recalled(choice, asked(10)).last_id == 40
    assert recalled(calls_reasked(50, 3, 4, [10])).last_id == 50


def test_the_limits_are_those_that_held_last():
    changed = LimitsChanged(run=RunNodeId(NodeId(1)), limits=Limits(cost_nano_usd=7))

    assert recalled(changed).limits.cost_nano_usd == 7


def test_known_costs_add_up_and_unknown_ones_are_told_attempt_by_attempt():
    told = recalled(
        *(asked(10), call_finished(10, cost=5)),
        *(asked(11, 1), retried(11, 3), retried(11, None), call_finished(11, cost=None, status="failed")),
        *(asked(12, 2), retried(12, 4)),
    )

    assert told.sure_nano_usd == 5 + 3 + 4
    assert [(one.started.call, one.attempts) for one in told.unsure] == [(11, 2), (12, 1)]
    assert told.tokens == 20


def test_a_prompt_that_is_sent_once_more_may_have_had_more_room():
    told = recalled(
        *(asked(10), call_finished(10, cost=None)),
        *(asked(11), call_finished(11, cost=None)),
        *(asked(12, 1), call_finished(12, cost=None)),
    )

    assert [one.is_first for one in told.unsure] == [True, False, True]


def test_what_worker_calls_were_like_is_learned_from_those_that_were_answered():
    told = recalled(asked(10), call_finished(10), asked(11), call_finished(11, status="failed"))

    assert (told.experience.calls, told.experience.output_tokens, told.experience.seconds) == (1, 3, 1.0)


def test_events_of_calls_that_never_began_are_left_alone():
    told = recalled(call_finished(99), retried(98, 5))

    assert (told.sure_nano_usd, told.unsure) == (0, [])
