"""The map grid of a fan-out whose failed calls were asked again, and what leads there."""

import pytest
from PySide6.QtCore import Qt

from rlm_desktop.service.reask_messages import ReaskOver, ReaskWeighed
from rlm_desktop.trace.events import CallFinished
from rlm_desktop.trace.ids import CallId, NodeId, RunId
from rlm_desktop.trace.rows import make_row, share_of
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import money
from rlm_desktop.viewmodel.batch_words import (
    again_words,
    counts_words,
    forlorn_words,
    sums_words,
    why_not_again,
)
from rlm_desktop.viewmodel.call_export import failed_places, forlorn_calls
from rlm_desktop.viewmodel.call_grid import CallGrid
from rlm_desktop.viewmodel.call_order import GridColumn
from rlm_desktop.viewmodel.detail import Detail
from rlm_desktop.viewmodel.reasking import Reasking
from rlm_desktop.viewmodel.walking import failed_fan_out
from tests.support.reasked_runs import AGAIN, asked_again, failed_calls, fan_out
from tests.support.sample_runs import harbour_run
from tests.support.traces import calls_reasked, entries, run_started

ENTRIES, TEXTS = harbour_run()
RUN = RunId("sample")
FIRST, SECOND = (CallId(call.id) for call in failed_calls(Trace(ENTRIES)))


def again(**more) -> Trace:
    return Trace([*ENTRIES, *asked_again(**more)[0]])


def grid_over(trace: Trace, qtbot, batch: NodeId | None = None) -> CallGrid:
    grid = CallGrid()
    grid.show_batch(trace, batch or fan_out(trace).id)
    qtbot.waitUntil(lambda: not grid.is_busy)
    return grid


def line_of(grid: CallGrid, call: NodeId) -> list[str]:
    row = grid.row_of(call)
    return [grid.index(row, each).data() for each in GridColumn]


# The grid


def test_the_line_of_a_call_tells_what_came_when_it_was_asked_again(qtbot, qapp):
    grid = grid_over(again(), qtbot)

    line = line_of(grid, FIRST)

    assert grid.rowCount() == 40
    assert line[1:5] == ["✓ answered", "Torsnes", "raised in 1984", "↺ again"]
    assert line[GridColumn.COST] == "$0.0016"
    row = grid.row_of(FIRST)
    assert (grid.node_at(row), grid.target_at(row)) == (FIRST, AGAIN + 1)
    spoken = grid.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "asked again after the run, in which it had no answer: context too long" in spoken


def test_what_failed_again_still_counts_as_failed_and_can_be_asked_once_more(qtbot, qapp):
    before, after = grid_over(Trace(ENTRIES), qtbot), grid_over(again(), qtbot)

    assert (forlorn_calls(before), forlorn_calls(after)) == ([FIRST, SECOND], [SECOND])
    assert len(failed_places(after)) == 1
    assert counts_words(after) == "39 answered · 1 failed · 2 asked again · 2 stand out"
    assert line_of(after, SECOND)[1:4] == ["✕ failed", "Nasby", "still too long"]


def test_lines_add_up_to_the_cost_in_the_head(qtbot, qapp):
    grid = grid_over(again(), qtbot)

    assert sum(grid.row(place).cost for place in range(grid.count)) == grid.totals().cost_nano_usd
    assert grid.totals().cost_nano_usd == fan_out(Trace(ENTRIES)).totals.cost_nano_usd + 1_650_000
    assert sums_words(grid).endswith(money(grid.totals().cost_nano_usd))


def test_the_grid_grows_with_what_is_asked_again(qtbot, qapp):
    more, _ = asked_again()
    trace = Trace(ENTRIES)
    grid = grid_over(trace, qtbot)
    for entry in more[:3]:
        trace.commit(trace.next_change(entry))
    grid.show_batch(trace, fan_out(trace).id)
    qtbot.waitUntil(lambda: not grid.is_busy)
    running = line_of(grid, FIRST)[1]
    for entry in more[3:]:
        trace.commit(trace.next_change(entry))

    grid.show_batch(trace, fan_out(trace).id)
    qtbot.waitUntil(lambda: not grid.is_busy)

    assert running == "● running"
    assert [line_of(grid, call)[1] for call in (FIRST, SECOND)] == ["✓ answered", "✕ failed"]


def test_words_say_what_has_no_answer_and_that_the_run_was_answered_without(qtbot, qapp):
    before, after = grid_over(Trace(ENTRIES), qtbot), grid_over(again(answered=2), qtbot)

    assert again_words(before) == "2 calls have no answer."
    assert forlorn_words(before) == "2 failed"
    assert again_words(after) == (
        "2 calls were asked again after the run. Its answer was given without these; "
        "copy their replies or ask a follow-up."
    )
    assert (why_not_again(before), why_not_again(after)) == ("", "No call of this fan-out failed.")


def test_what_was_asked_again_is_run_again_from_its_fan_out(qtbot, qapp):
    grid = grid_over(again(), qtbot, AGAIN)

    assert grid.rowCount() == 2
    assert "from the fan-out that they belong to" in why_not_again(grid)


# The rows and the story


def test_the_row_says_that_calls_were_asked_again_and_took_none_of_the_run_s_time():
    trace = again()
    trace.root.totals.unpriced = 1

    batch = trace.nodes[AGAIN]

    assert make_row(trace, batch, is_open=False).title == "2 calls asked again"
    assert share_of(trace, batch) is None
    assert share_of(trace, fan_out(trace)) is not None


def test_a_call_and_the_one_that_asked_it_again_lead_to_each_other():
    trace = again()

    first, later = (cards_of(trace, node) for node in (FIRST, AGAIN + 1))

    assert [(cell.text, cell.node) for cell in first.body.rows[0]] == [
        ("time 1", AGAIN + 1),
        ("raised in 1984", AGAIN + 1),
    ]
    assert [(cell.text, cell.node) for cell in later.body.rows[0]] == [("at first", FIRST), ("context too long", FIRST)]


def cards_of(trace, node):
    cards = Detail(trace, NodeId(node), lambda reference: TEXTS[reference.digest], {}).cards("Story")
    return next(card for card in cards if card.title == "Asked again after the run")


def test_why_not_all_were_asked_is_told():
    trace = again(reason="Stopped by the user.")

    cards = Detail(trace, AGAIN, lambda reference: TEXTS[reference.digest], {}).cards("Story")

    assert cards[0].body.rows[0][0].text == "Stopped by the user."


def test_the_fan_out_is_found_from_whatever_belongs_to_it_or_holds_it():
    trace = again()
    batch = fan_out(trace)

    places = (batch.id, FIRST, batch.parent, trace.root.id, AGAIN, AGAIN + 2)
    assert {failed_fan_out(trace, NodeId(place)) for place in places} == {batch.id}
    assert failed_fan_out(trace, None) is None
    assert failed_fan_out(Trace(entries([run_started()])), NodeId(1)) is None
    alone = Trace(entries([run_started(), calls_reasked(5, 1, 77, [9])]))
    assert failed_fan_out(alone, NodeId(5)) == 5


# The wish


@pytest.fixture
def reasking(qapp):
    made = Reasking(lambda: True)
    made.set_engine(is_there=True)
    made.show(RUN, is_live=False)
    return made


def weighed(**more) -> ReaskWeighed:
    told = {"calls": 2, "models": ("openai/gpt-5-mini",), "goes_to": ("OpenAI",)}
    return ReaskWeighed(run=RUN, **{**told, "cost_nano_usd": 3_000_000, "most_nano_usd": 40_000_000, **more})


def wished(reasking):
    reasking.wish(NodeId(7), [FIRST, SECOND])
    return reasking


def test_nothing_is_sent_before_its_price_was_told_and_confirmed(reasking, qtbot):
    with qtbot.assertNotEmitted(reasking.confirmed):
        with qtbot.waitSignal(reasking.weigh_wanted) as weighing:
            wished(reasking)
        reasking.confirm()
        reasking.take_weighed(weighed())

    with qtbot.waitSignal(reasking.confirmed) as confirmed:
        reasking.confirm()

    assert weighing.args == confirmed.args == [(FIRST, SECOND)]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "$0.0030 expected, $0.0400 at most. The run has no money limit."),
        ({"left_nano_usd": 10**9}, "$0.0030 expected, $0.0400 at most. The run's limit leaves $1.00."),
        (
            {"left_nano_usd": 10**7},
            "$0.0030 expected, $0.0400 at most. The run's limit leaves $0.0100: calls that do not fit are not sent.",
        ),
        ({"cost_nano_usd": None, "most_nano_usd": None}, "unknown price. The run has no money limit."),
        ({"cost_nano_usd": 0, "most_nano_usd": 0}, "free."),
    ],
)
def test_the_question_says_how_many_where_to_and_what_it_costs(reasking, told, words):
    wished(reasking).take_weighed(weighed(**told))

    assert reasking.price_words() == f"Ask 2 calls again? openai/gpt-5-mini at OpenAI, {words}"


def test_what_cannot_be_asked_is_said_and_can_be_wished_again(reasking):
    wished(reasking).take_weighed(weighed(problem="There is no key."))

    assert (reasking.phase, reasking.problem) == ("idle", "There is no key.")
    assert wished(reasking).phase == "weighing"
    assert reasking.problem == ""


def test_progress_counts_what_came_back(reasking):
    more, _ = asked_again()
    wished(reasking).take_weighed(weighed())
    reasking.confirm()

    reasking.take_entries(RUN, more[:3])
    begun = reasking.progress_words()
    reasking.take_entries(RUN, more[3:])

    assert begun == "Asking again: 0 of 2 answered"
    assert reasking.progress_words() == "Asking again: 1 of 2 answered · 1 failed · $0.0016"
    reasking.take_over(ReaskOver(run=RUN))
    assert (reasking.phase, reasking.problem) == ("idle", "")


def test_what_others_tell_changes_nothing(reasking):
    other = RunId("other")
    wished(reasking).take_weighed(ReaskWeighed(run=other))
    assert reasking.phase == "weighing"
    reasking.take_weighed(weighed())
    reasking.confirm()
    call = CallFinished(call=CallId(NodeId(1)), status="done", seconds=1.0)
    reasking.take_entries(other, entries([call]))
    reasking.take_entries(RUN, entries([call]))
    reasking.take_over(ReaskOver(run=other))

    assert (reasking.phase, reasking.answered) == ("running", 0)


def test_giving_up_before_and_after_it_was_sent(reasking, qtbot):
    wished(reasking).give_up()
    assert reasking.phase == "idle"
    wished(reasking).take_weighed(weighed())
    reasking.confirm()

    with qtbot.waitSignal(reasking.stop_wanted):
        reasking.give_up()

    assert reasking.phase == "running"


def test_each_reason_why_not_is_a_sentence(qapp):
    places = [True]
    reasking = Reasking(lambda: places[0])
    reasking.show(RUN, is_live=True)
    assert "Wait until it has ended" in reasking.why_not(NodeId(7))
    reasking.show(RUN, is_live=False)
    assert "no engine" in reasking.why_not(NodeId(7))
    reasking.set_engine(is_there=True)
    assert reasking.why_not(NodeId(7)) == ""
    places[0] = False
    assert "Go to its end first" in reasking.why_not(NodeId(7))
    reasking.wish(NodeId(7), [FIRST])
    assert reasking.phase == "idle"
    places[0] = True
    wished(reasking).take_weighed(weighed())
    reasking.confirm()
    assert reasking.why_not(NodeId(7)) == ""
    assert "another fan-out" in reasking.why_not(NodeId(8))


def test_another_run_is_looked_at_while_calls_are_asked_again(reasking):
    wished(reasking).take_weighed(weighed())
    reasking.confirm()

    reasking.show(RunId("other"), is_live=False)

    assert not reasking.is_about(NodeId(7))
    assert "another fan-out" in reasking.why_not(NodeId(7))
    reasking.show(RUN, is_live=False)
    assert reasking.is_about(NodeId(7))


def test_a_wish_is_forgotten_with_its_run_and_a_lost_engine_ends_everything(reasking):
    wished(reasking).show(RunId("other"), is_live=False)
    assert reasking.phase == "idle"
    reasking.show(RUN, is_live=False)
    wished(reasking).take_weighed(weighed())
    reasking.confirm()

    reasking.set_engine(is_there=False)

    assert reasking.phase == "idle"
    assert "no engine" in reasking.why_not(NodeId(7))
