import dataclasses
import random

import pytest

from rlm_desktop.trace.events import CallHeld, CallReleased, CallRetried, Noticed, ReplyGrew, UnknownEvent
from rlm_desktop.trace.facts import CodeError
from rlm_desktop.trace.ids import BatchId, CallId, NodeId, StepId
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from tests.support.traces import (
    answer_given,
    call_finished,
    call_started,
    entries,
    output_printed,
    queued,
    run_finished,
    run_started,
    step_finished,
    step_started,
    turn_started,
)


def outline(trace):
    return [(node.kind, node.status, trace.nodes[node.parent].kind if node.parent else None) for node in trace.walk()]


def small_run():
    return [
        run_started(),
        turn_started(2),
        call_started(3, parent=2, role="root"),
        call_finished(3, cost=100, preview="Look at the corpus."),
        step_started(4, turn=2),
        call_started(5, parent=4),
        call_finished(5, cost=7),
        output_printed(4),
        output_printed(4, "again"),
        step_finished(4),
        answer_given(),
        run_finished(),
    ]


def test_a_run_becomes_turns_calls_steps_outputs_and_an_answer():
    trace = Trace(entries(small_run()))

    assert outline(trace) == [
        ("run", "done", None),
        ("turn", "done", "run"),
        ("call", "done", "turn"),
        ("step", "done", "turn"),
        ("call", "done", "step"),
        ("output", "done", "step"),
        ("answer", "done", "run"),
    ]


def test_costs_tokens_and_calls_roll_up_exactly():
    trace = Trace(entries(small_run()))

    assert trace.root.totals == Totals(cost_nano_usd=107, input_tokens=14, output_tokens=6, calls=2)
    assert trace.nodes[NodeId(4)].totals.cost == 7


def test_an_unknown_cost_makes_every_sum_above_it_unknown():
    trace = Trace(entries([run_started(), turn_started(2), call_started(3, parent=2), call_finished(3, cost=None)]))

    assert trace.root.totals.cost is None
    assert trace.root.totals.cost_nano_usd == 0


def test_a_turn_is_called_after_the_first_sentence_of_its_reply():
    trace = Trace(entries(small_run()))

    assert trace.nodes[NodeId(2)].title == "Look at the corpus."


def test_a_turn_without_words_is_called_after_its_first_step():
    trace = Trace(entries([run_started(), turn_started(2), step_started(4, turn=2, title="count the pages")]))

    assert trace.nodes[NodeId(2)].title == "count the pages"


def test_computing_a_change_alters_nothing():
    trace = Trace()
    for entry in entries(small_run()):
        before = [dataclasses.replace(node) for node in trace.walk()]

        change = trace.next_change(entry)

        assert [dataclasses.asdict(node) for node in trace.walk()] == [dataclasses.asdict(node) for node in before]
        trace.commit(change)


def test_a_change_names_every_row_that_looks_different_afterwards():
    trace = Trace()
    for entry in entries(small_run()):
        change = trace.next_change(entry)
        before = {node.id: (node.status, node.title, dataclasses.replace(node.totals)) for node in trace.walk()}
        trace.commit(change)
        altered = {
            node.id
            for node in trace.walk()
            if node.id in before and before[node.id] != (node.status, node.title, node.totals)
        }

        assert altered <= set(change.touched)


def test_eight_sibling_calls_are_one_batch_that_ends_with_its_last_call():
    events = [run_started(), turn_started(2), step_started(4, turn=2), queued(5, step=4, count=8)]
    events += [call_started(10 + n, parent=4, batch=5, position=n) for n in range(8)]
    events += [call_finished(10 + n) for n in range(7)]
    trace = Trace(entries(events))

    assert trace.nodes[NodeId(5)].status == "running"
    assert trace.nodes[NodeId(5)].totals.in_flight == 1

    last = entries([*events, call_finished(17)])[-1]
    trace.commit(trace.next_change(last))

    assert trace.nodes[NodeId(5)].status == "done"
    assert len(trace.nodes[NodeId(5)].children) == 8
    assert trace.root.totals.in_flight == 0


def test_seven_sibling_calls_stay_rows_of_their_own():
    events = [run_started(), turn_started(2), step_started(4, turn=2), queued(5, step=4, count=7)]
    events += [call_started(10 + n, parent=4, batch=5, position=n) for n in range(7)]

    trace = Trace(entries(events))

    assert [trace.nodes[child].kind for child in trace.nodes[NodeId(4)].children] == ["call"] * 7


def test_a_child_run_sits_in_the_step_that_made_it():
    events = [run_started(), turn_started(2), step_started(4, turn=2)]
    events += [run_started(6, parent=StepId(NodeId(4)), depth=1), turn_started(7, run=6)]
    events += [call_started(8, parent=7, role="root"), call_finished(8, cost=5), run_finished(6)]

    trace = Trace(entries(events))

    assert trace.nodes[NodeId(6)].parent == 4
    assert trace.nodes[NodeId(8)].depth == 1
    assert trace.nodes[NodeId(6)].status == "done"
    assert trace.nodes[NodeId(4)].totals.cost == 5


def test_child_runs_fill_their_batch():
    events = [run_started(), turn_started(2), step_started(4, turn=2), queued(5, step=4, count=8)]
    events += [
        run_started(10 + n, parent=StepId(NodeId(4)), batch=BatchId(NodeId(5)), position=n, depth=1) for n in range(8)
    ]
    events += [run_finished(10 + n) for n in range(8)]

    trace = Trace(entries(events))

    assert trace.nodes[NodeId(5)].status == "done"
    assert [trace.nodes[child].number for child in trace.nodes[NodeId(5)].children] == list(range(1, 9))


@pytest.mark.parametrize("status", ["cancelled", "interrupted"])
def test_ending_a_run_early_ends_all_that_went_on_in_it(status):
    events = [run_started(), turn_started(2), step_started(4, turn=2), call_started(5, parent=4)]

    trace = Trace(entries([*events, run_finished(status=status)]))

    assert {node.status for node in trace.walk()} == {status}
    assert trace.root.totals.in_flight == 0
    assert not trace.open


def test_what_was_cut_off_lasted_until_the_run_was_and_not_until_that_was_noticed():
    *events, end = entries([run_started(), turn_started(2), run_finished(status="interrupted")])
    sealed = dataclasses.replace(end, at=end.at + 86_400)

    trace = Trace([*events, sealed])

    assert trace.nodes[NodeId(2)].seconds == 8.0


def test_a_call_that_ends_after_its_step_is_still_paid_for():
    events = [run_started(), turn_started(2), step_started(4, turn=2), call_started(5, parent=4)]
    events += [step_finished(4, killed=True), call_finished(5, cost=9)]

    trace = Trace(entries(events))

    assert trace.root.totals.cost == 9
    assert trace.nodes[NodeId(5)].status == "cancelled"


def test_a_block_that_raises_is_an_error_all_the_way_up():
    error = CodeError(type="KeyError", message="'x'", line=2, traceback="")
    events = [run_started(), turn_started(2), step_started(4, turn=2), step_finished(4, error=error)]

    trace = Trace(entries(events))

    assert trace.nodes[NodeId(4)].status == "failed"
    assert trace.root.totals.errors == 1


def test_streamed_text_is_there_until_the_reply_is_whole():
    trace = Trace(entries([run_started(), turn_started(2), call_started(3, parent=2)]))
    for piece in ("Look", "ing"):
        trace.commit(trace.next_change(entries([ReplyGrew(call=CallId(NodeId(3)), text=piece)])[0]))

    assert trace.live_text(CallId(NodeId(3))) == "Looking"
    assert trace.last_seq == 3

    trace.commit(trace.next_change(entries([call_finished(3)])[0]))

    assert trace.live_text(CallId(NodeId(3))) == ""


def test_a_reply_that_is_asked_for_again_starts_over():
    retried = CallRetried(call=CallId(NodeId(3)), attempt=1, reason="cut", wait_seconds=0.1)
    trace = Trace(entries([run_started(), turn_started(2), call_started(3, parent=2)]))
    for event in (ReplyGrew(call=CallId(NodeId(3)), text="Look"), retried):
        trace.commit(trace.next_change(entries([event])[0]))

    assert trace.live_text(CallId(NodeId(3))) == ""


def test_a_retry_counts_and_keeps_the_call_going():
    retried = CallRetried(call=CallId(NodeId(3)), attempt=1, reason="rate limited", wait_seconds=1.0)

    trace = Trace(entries([run_started(), turn_started(2), call_started(3, parent=2), retried]))

    assert trace.root.totals.retries == 1
    assert trace.nodes[NodeId(3)].is_open


def waiting(*events) -> list[tuple[int, int]]:
    """How many calls are held, and how many tried again, after each of the events."""
    trace, standing = Trace(), []
    for entry in entries([run_started(), turn_started(2), call_started(3, parent=2), *events]):
        trace.commit(trace.next_change(entry))
        standing.append((trace.root.totals.held, trace.root.totals.retrying))
    return standing[3:]


def test_a_call_is_either_held_or_tried_again_until_it_ends():
    call = CallId(NodeId(3))
    held, released = CallHeld(call=call, reason="full"), CallReleased(call=call)
    retried = CallRetried(call=call, attempt=1, reason="rate limited", wait_seconds=1.0)

    assert waiting(retried, retried, held, released, call_finished(3)) == [(0, 1), (0, 1), (1, 0), (0, 1), (0, 0)]
    assert waiting(held, held, released, released) == [(1, 0), (1, 0), (0, 0), (0, 0)]
    assert waiting(held, run_finished(status="interrupted"), released, retried) == [(1, 0), (0, 0), (0, 0), (0, 0)]


def test_what_known_replies_saved_adds_up_and_an_unknown_part_is_told():
    known = call_finished(3, 0, cached=True, saved_nano_usd=20_000_000)
    unknown = call_finished(4, 0, cached=True)

    trace = Trace(entries([run_started(), turn_started(2), call_started(3, 2), known]))
    more = Trace(entries([run_started(), turn_started(2), call_started(3, 2), known, call_started(4, 2), unknown]))

    assert trace.nodes[NodeId(2)].totals.saved_in_words == "$0.0200"
    assert more.root.totals.saved_in_words == "≥ $0.0200"
    assert Trace(entries([run_started()])).root.totals.saved_in_words == ""


def test_an_event_from_a_newer_version_is_shown():
    trace = Trace(entries([run_started(), UnknownEvent(kind="dream_dreamt", data={"of": "sheep"})]))

    assert [node.title for node in trace.walk()][1] == "dream dreamt"


def test_entries_before_any_run_are_kept_aside():
    trace = Trace(entries([call_finished(3), step_started(4, turn=2), run_started()]))

    assert len(trace.orphans) == 2
    assert trace.root.kind == "run"


def test_an_entry_whose_parent_is_missing_lands_under_the_run():
    notice = Noticed(parent=NodeId(77), about="repair", text="A fence was closed.")

    trace = Trace(entries([run_started(), notice, step_started(4, turn=99)]))

    assert [trace.nodes[child].kind for child in trace.root.children] == ["notice", "step"]


def test_events_in_any_order_never_break_the_tree():
    events = [*small_run(), queued(30, step=4, count=9), run_started(40, parent=StepId(NodeId(4))), run_finished(40)]
    for seed in range(300):
        shuffled = random.Random(seed).sample(events, len(events))

        trace = Trace(entries(shuffled))

        reached = list(trace.walk())
        assert len(reached) == len(trace.nodes)
        assert sum(len(node.entries) for node in reached) + len(trace.orphans) == len(events)
