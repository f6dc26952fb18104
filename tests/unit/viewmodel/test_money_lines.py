"""What the window says of money before and after: estimates, what was sent, marks on rows."""

from collections import Counter
from dataclasses import replace

from rlm_desktop.service.messages import RunEstimated
from rlm_desktop.trace.events import CallFinished, CallHeld, CallReleased, CallRetried, TextSent
from rlm_desktop.trace.facts import CodeFinding, SentText
from rlm_desktop.trace.ids import BatchId, CallId, NodeId, RunNodeId, StepId
from rlm_desktop.trace.reasks import sent_in
from rlm_desktop.trace.rows import Tally, in_words, make_row
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.estimates import in_one_line, why
from rlm_desktop.viewmodel.sent_table import sent_csv, sent_table, sent_words
from tests.support.traces import (
    call_finished,
    call_started,
    entries,
    queued,
    run_finished,
    run_started,
    step_started,
    turn_started,
)

ESTIMATED = RunEstimated(
    request=1,
    strategy="rlm",
    strategy_reason="your choice",
    low_nano_usd=20_000_000,
    high_nano_usd=300_000_000,
    low_calls=4,
    high_calls=40,
    low_seconds=6.0,
    high_seconds=90.0,
    basis="3 earlier runs",
    goes_to=("OpenAI", "this computer"),
)
SENT = (
    SentText(document="=cmd.txt", model="gpt", goes_to="OpenAI", characters=900),
    SentText(document="b.txt", model="qwen", goes_to="this computer", characters=90),
)


def test_an_estimate_is_one_line_of_consent():
    assert in_one_line(ESTIMATED) == (
        "rlm: about $0.0200 to $0.3000 · 4 to 40 calls · 6.0 s to 1 m 30 s · text goes to OpenAI and this computer"
    )
    assert why(ESTIMATED) == "Strategy rlm: your choice. The estimate rests on 3 earlier runs."


def test_an_unknown_price_and_a_run_that_would_be_refused_are_said():
    assert "unknown price" in in_one_line(RunEstimated(request=1, high_calls=1, goes_to=("OpenAI",)))
    assert in_one_line(RunEstimated(request=1, problem="There is no key.")) == "There is no key."
    here = RunEstimated(request=1, low_nano_usd=0, high_nano_usd=0, goes_to=("this computer",))
    assert in_one_line(here).endswith("text stays on this computer")


def test_the_ledger_is_a_sentence_a_table_and_a_file():
    trace = Trace(entries([run_started(), TextSent(run=RunNodeId(NodeId(1)), sent=SENT), run_finished()]))

    assert sent_in(trace.root) == SENT
    assert sent_words(SENT, is_over=True) == "900 characters of 1 document went to OpenAI, each time counted."
    assert "left this computer" in sent_words(SENT[1:], is_over=True)
    assert "when the run ends" in sent_words((), is_over=False)
    assert [row[1].text for row in sent_table(SENT).rows] == ["OpenAI", "stayed on this computer"]
    assert sent_csv(SENT).splitlines()[1] == "'=cmd.txt,OpenAI,gpt,900"


def test_calls_that_wait_for_their_provider_are_counted_apart():
    held = CallHeld(call=CallId(NodeId(10)), reason="the provider asked to wait", seconds=2.0)
    released = CallReleased(call=CallId(NodeId(10)))
    tally: Tally = Counter({"running": 3})

    def note(*events) -> str:
        begun = [run_started(), turn_started(2), step_started(3, 2), queued(4, 3, 9)]
        calls = [call_started(10 + n, 3, batch=4, position=n) for n in range(3)]
        trace = Trace(entries([*begun, *calls, *events]))
        return make_row(trace, trace.nodes[NodeId(4)], False, tally).note

    assert note() == "3 running · 6 queued"
    assert note(held) == "2 running · 1 waiting for the provider · 6 queued"
    assert note(held, released) == "3 running · 6 queued"
    retried = CallRetried(call=CallId(NodeId(11)), attempt=1, reason="The server is busy.", wait_seconds=2.0)
    assert note(held, retried) == "1 running · 1 waiting for the provider · 1 retrying · 6 queued"


def test_a_fan_out_of_child_runs_counts_the_runs_not_their_calls():
    begun = [run_started(), turn_started(2), step_started(3, 2), queued(4, 3, 8)]
    child = run_started(10, parent=StepId(NodeId(3)), batch=BatchId(NodeId(4)), position=0, depth=1)
    calls = [event for call in (12, 13) for event in (call_started(call, 11), CallHeld(call=call, reason="full"))]
    trace = Trace(entries([*begun, child, turn_started(11, run=10), *calls]))

    note = make_row(trace, trace.nodes[NodeId(4)], False, Counter({"running": 1})).note

    assert note == "1 running · 7 queued"


def test_a_call_that_is_tried_again_says_why():
    held = CallHeld(call=CallId(NodeId(4)), reason="The provider takes no more now.")
    released = CallReleased(call=CallId(NodeId(4)))
    retried = CallRetried(call=CallId(NodeId(4)), attempt=1, reason="The server is busy.\nReally.", wait_seconds=2.0)

    def note(*events) -> str:
        trace = Trace(entries([run_started(), turn_started(2), step_started(3, 2), call_started(4, 3), *events]))
        return make_row(trace, trace.nodes[NodeId(4)], None).note

    assert note(retried) == "tried again: The server is busy."
    assert note(retried, held) == "The provider takes no more now."
    assert note(retried, held, released) == "tried again: The server is busy."
    assert note(held, released) == ""
    assert note(retried, call_finished(4, preview="Ardvik")) == "Ardvik"


def test_a_known_reply_says_what_it_saved_and_code_what_was_found():
    finding = CodeFinding(kind="dropped-tail", line=2, text="Only the first 3 go.")
    step = replace(step_started(3, 2), findings=(finding,))
    known = replace(call_finished(5, 0), cached=True, saved_nano_usd=20_000_000)
    same = replace(call_finished(6, 0), cached=True, saved_nano_usd=None, same_as=CallId(NodeId(5)))
    trace = Trace(entries([run_started(), turn_started(2), step, call_started(5, 3), known, call_started(6, 3), same]))

    def said(node: int) -> str:
        return in_words(trace, make_row(trace, trace.nodes[NodeId(node)], None))

    assert "Only the first 3 go." in said(3)
    assert "cached, saved $0.0200" in said(5)
    assert "same prompt as another call" in said(6)
    assert isinstance(known, CallFinished)
