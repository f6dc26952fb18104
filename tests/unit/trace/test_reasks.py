"""Calls of a fan-out that are asked again after the end of their run."""

import pytest

from rlm_desktop.trace.events import CallStarted, TextSent
from rlm_desktop.trace.facts import SentText
from rlm_desktop.trace.ids import NodeId, RunNodeId
from rlm_desktop.trace.reasks import queued_in, reasks_of, sent_in
from rlm_desktop.trace.timeline import Timeline
from rlm_desktop.trace.tree import Trace
from tests.support.traces import (
    call_finished,
    call_started,
    calls_reasked,
    entries,
    output_printed,
    queued,
    reask_ended,
    run_finished,
    run_started,
    step_finished,
    step_started,
    turn_started,
)

CALLS = range(10, 18)
FAILED = (11, 14)


def ended_run():
    return [
        run_started(),
        turn_started(2),
        step_started(3, turn=2),
        queued(4, step=3, count=8),
        *(call_started(call, 3, batch=4, position=call - 10) for call in CALLS),
        *(call_finished(call, cost=5, status="failed" if call in FAILED else "done") for call in CALLS),
        output_printed(3),
        step_finished(3),
        run_finished(),
    ]


def asked_again():
    return [
        calls_reasked(20, step=3, of=4, calls=FAILED),
        call_started(21, 3, batch=20, position=1, reask_of=11),
        call_started(22, 3, batch=20, position=4, reask_of=14),
        call_finished(21, cost=7),
    ]


def test_they_are_a_batch_of_their_own_under_the_step_and_the_failure_stays():
    trace = Trace(entries([*ended_run(), *asked_again()]))

    (again,) = reasks_of(trace, trace.nodes[NodeId(4)])
    assert (again.id, again.parent, again.status, queued_in(again)) == (20, 3, "running", 2)
    assert again.title == "llm_query_batched, asked again"
    assert [trace.nodes[call].status for call in (11, 14, 21, 22)] == ["failed", "failed", "done", "running"]
    assert trace.nodes[NodeId(22)].fact(CallStarted).reask_of == 14
    assert [trace.nodes[NodeId(node)].status for node in (1, 3, 4)] == ["done", "done", "done"]
    assert len(trace.nodes[NodeId(4)].children) == 8


def test_what_they_cost_adds_to_all_above_them():
    trace = Trace(entries([*ended_run(), *asked_again()]))

    assert trace.nodes[NodeId(20)].totals.cost_nano_usd == 7
    assert trace.nodes[NodeId(4)].totals.cost_nano_usd == 40
    assert trace.root.totals.cost_nano_usd == 47
    assert (trace.root.totals.calls, trace.root.totals.errors, trace.root.totals.in_flight) == (10, 2, 1)


@pytest.mark.parametrize(
    ("status", "left"),
    [("done", "cancelled"), ("failed", "cancelled"), ("cancelled", "cancelled"), ("interrupted", "interrupted")],
)
def test_the_end_closes_the_batch_and_what_was_still_out(status, left):
    trace = Trace(entries([*ended_run(), *asked_again(), reask_ended(20, status)]))

    assert trace.nodes[NodeId(20)].status == status
    assert trace.nodes[NodeId(22)].status == left
    assert trace.nodes[NodeId(21)].status == "done"
    assert not trace.open
    assert trace.root.totals.in_flight == 0


def test_a_batch_of_which_no_more_is_known_closes_nothing():
    known = entries([*ended_run(), reask_ended(77)])

    assert not Trace(known).open


def test_only_the_reasks_of_a_batch_are_its_own_and_they_come_in_order():
    more = [calls_reasked(30, 3, 5, [11]), reask_ended(30), calls_reasked(31, 3, 4, [14]), reask_ended(31)]
    trace = Trace(entries([*ended_run(), *asked_again(), reask_ended(20), *more]))

    assert [node.id for node in reasks_of(trace, trace.nodes[NodeId(4)])] == [20, 31]
    assert reasks_of(trace, trace.root) == []


def test_the_picture_of_the_run_over_time_ends_with_the_run():
    before, after = Timeline(), Timeline()
    before.feed(entries(ended_run()))

    after.feed(entries([*ended_run(), *asked_again(), reask_ended(20)]))

    assert (after.end, after.call_count, after.costs) == (before.end, before.call_count, before.costs)


def test_what_was_sent_is_added_up_over_the_run_and_what_came_after():
    run = RunNodeId(NodeId(1))
    one = SentText(document="a.txt", model="m", goes_to="OpenAI", characters=10)
    other = SentText(document="b.txt", model="m", goes_to="OpenAI", characters=3)
    told = [TextSent(run=run, sent=(one, other)), TextSent(run=run, sent=(one,))]
    trace = Trace(entries([*ended_run(), *told]))

    assert {row.document: row.characters for row in sent_in(trace.root)} == {"a.txt": 20, "b.txt": 3}
    assert sent_in(None) == ()
