"""What the detail tells of calls that waited, were tried again or needed no asking, and of the sums above them."""

from dataclasses import replace

from rlm_desktop.trace.events import CallHeld, CallRetried, Event, LimitsChanged
from rlm_desktop.trace.facts import Limits, Usage
from rlm_desktop.trace.ids import CallId, NodeId, RunNodeId
from rlm_desktop.trace.rows import exact, make_row
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.call_rows import call_row
from rlm_desktop.viewmodel.cards import Card, TableBody
from rlm_desktop.viewmodel.detail import Detail
from tests.support.traces import (
    call_finished,
    call_started,
    entries,
    model,
    queued,
    run_finished,
    run_started,
    step_started,
    turn_started,
)

BEGUN = (run_started(), turn_started(2), step_started(3, 2))


def trace_of(*events: Event) -> Trace:
    return Trace(entries([*BEGUN, *events]))


def batch_of(count: int, step: int = 3, first: int = 10) -> list[Event]:
    """So many calls at once, numbered from `first` on."""
    calls = [call_started(first + place, step, batch=first - 1, position=place) for place in range(count)]
    return [queued(first - 1, step, count), *calls]


def story(trace: Trace, node: int) -> dict[str, Card]:
    cards = Detail(trace, NodeId(node), lambda _reference: "").cards("Story")
    return {card.title: card for card in cards}


def cells(card: Card) -> list[list[str]]:
    assert isinstance(card.body, TableBody)
    return [[cell.text for cell in row] for row in card.body.rows]


def row(card: Card, name: str) -> list[str]:
    return next(row for row in cells(card) if row[0] == name)


def call(number: int) -> CallId:
    return CallId(NodeId(number))


def badges_of(trace, node: int) -> list[tuple[str, str]]:
    return [(badge.sign, badge.words) for badge in make_row(trace, trace.nodes[NodeId(node)], None).badges]


def test_the_calls_table_says_who_waits_and_who_is_tried_again():
    held = CallHeld(call=call(10), reason="The provider takes no more now.")
    retried = CallRetried(call=call(11), attempt=1, reason="busy", wait_seconds=2.0)

    calls = story(trace_of(*batch_of(4), held, retried, call_finished(13)), 3)["Calls"]

    assert [cells[2] for cells in cells(calls)] == ["waiting for the provider", "retrying", "running", "answered"]
    assert calls.note == "1 answered · 1 running · 1 waiting for the provider · 1 retrying"


def test_a_call_with_the_prompt_of_another_one_names_it():
    same = call_finished(11, 0, cached=True, saved_nano_usd=20_000_000, same_as=call(10))
    trace = trace_of(*batch_of(2), call_finished(10), same)

    assert cells(story(trace, 3)["Calls"])[1][2] == "⌁ same prompt as 1"
    assert row(story(trace, 11)["Figures"], "Cost") == ["Cost", "$0", "same prompt as call 1; saved $0.0200"]
    assert badges_of(trace, 11) == [("⌁ as 1", "same prompt as call 1, saved $0.0200")]
    assert call_row(trace, trace.nodes[NodeId(11)]).badges == make_row(trace, trace.nodes[NodeId(11)], None).badges


def test_a_root_call_that_failed_is_not_said_to_have_replied_nor_its_turn_to_wait():
    def titles(trace: Trace) -> list[str]:
        return [make_row(trace, trace.nodes[NodeId(node)], None).title for node in (2, 3)]

    asked = (run_started(), turn_started(2), call_started(3, 2, "root"))
    failed = (*asked, call_finished(3, status="failed", error="no key"), run_finished(1, "failed", "no key"))

    assert titles(Trace(entries(asked))) == ["Waiting for the root LM", "root is replying"]
    assert titles(Trace(entries(failed))) == ["No reply of the root LM", "root gave no reply"]


def test_where_a_call_has_its_reply_from_leads_there():
    same = call_finished(11, 0, cached=True, same_as=call(10))
    trace = trace_of(*batch_of(2), call_finished(10), same)

    def leads_to(node: int) -> list[NodeId | None]:
        rows = story(trace, node)["Figures"].body.rows
        return [cell.node for cells in rows for cell in cells if cell.node is not None]

    assert (leads_to(10), leads_to(11)) == ([], [10])


def test_a_call_with_the_prompt_of_one_elsewhere_says_where_that_is():
    same = call_finished(31, 0, cached=True, same_as=call(10))
    elsewhere = [*batch_of(2), call_finished(10), step_started(4, 2, number=2), *batch_of(2, step=4, first=30)]

    figures = story(trace_of(*elsewhere, same), 31)["Figures"]

    assert row(figures, "Cost")[2] == "same prompt as call 1 of turn 1, step 1; saved an unknown sum"
    assert badges_of(trace_of(*elsewhere, same), 31) == [("⌁ same", "same prompt as call 1 of turn 1, step 1")]


def test_each_past_attempt_tells_its_reason_tokens_and_cost():
    usage = Usage(input_tokens=1_200, output_tokens=30)
    first = CallRetried(call=call(4), attempt=1, reason="busy", wait_seconds=2.0, usage=usage, cost_nano_usd=5_000_000)
    second = CallRetried(call=call(4), attempt=2, reason="cut off", wait_seconds=4.0, cost_nano_usd=None)

    attempts = story(trace_of(call_started(4, 3), first, second), 4)["Past attempts"]

    assert isinstance(attempts.body, TableBody)
    assert attempts.body.headings == ("attempt", "what went wrong", "tokens", "cost", "wait")
    assert cells(attempts) == [
        ["1", "busy", "1,200 in, 30 out", "$0.0050", "2.0 s"],
        ["2", "cut off", "–", "may be billed", "4.0 s"],
    ]
    assert attempts.meta == "2 attempts"


def test_a_run_tells_the_further_models_and_how_known_replies_are_used():
    started = replace(
        run_started(), others=(replace(model("lab/strong"), goes_to="Lab"), model("quick")), cache="reuse"
    )

    figures = story(Trace(entries([started])), 1)["Figures"]

    assert ["Also allowed", "strong", "goes to Lab"] in cells(figures)
    assert ["Also allowed", "quick", "goes to this computer"] in cells(figures)
    assert row(figures, "Known replies") == ["Known replies", "reuse", "no prompt is sent twice"]
    plain = story(Trace(entries([run_started()])), 1)["Figures"]
    assert row(plain, "Known replies")[1] == "off"
    assert "Also allowed" not in [name for name, *_ in cells(plain)]


def test_the_share_of_the_provider_s_prompt_cache_is_a_figure_of_calls_and_runs():
    usage = Usage(input_tokens=2_000, cached_input_tokens=500, output_tokens=10)
    trace = trace_of(call_started(4, 3), call_finished(4, usage=usage))

    for node in (1, 4):
        told = row(story(trace, node)["Figures"], "Prompt cache")
        assert told == ["Prompt cache", "25 %", "500 of 2,000 tokens in"]


def test_what_known_replies_saved_is_told_up_to_the_run():
    saved = {"cached": True, "saved_nano_usd": 20_000_000}
    trace = trace_of(*batch_of(8), call_finished(10, 0, **saved), call_finished(11, 0, **saved))

    for node in (1, 2, 9):
        assert row(story(trace, node)["Figures"], "Saved") == ["Saved", "$0.0400", "2 known replies"]
    assert "saved $0.0400" in story(trace, 3)["Code"].meta
    assert "2 known replies saved $0.0400" in exact(trace, trace.nodes[NodeId(3)])


def test_nothing_is_said_of_savings_where_no_reply_was_known():
    trace = trace_of(*batch_of(8), call_finished(10))

    assert "Saved" not in [name for name, *_ in cells(story(trace, 2)["Figures"])]
    assert "saved" not in exact(trace, trace.nodes[NodeId(3)])


def test_a_run_s_money_limit_is_the_one_that_holds_now():
    changed = LimitsChanged(run=RunNodeId(NodeId(1)), limits=Limits(cost_nano_usd=2_000_000_000))

    figures = story(Trace(entries([run_started(), changed])), 1)["Figures"]

    assert row(figures, "Cost") == ["Cost", "$0", "of $2.00"]
