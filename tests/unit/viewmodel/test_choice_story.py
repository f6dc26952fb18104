"""What the detail tells of a question that the run asked."""

from dataclasses import replace

from rlm_desktop.trace.events import ChoiceAsked, ChoiceMade, Event, LimitsChanged
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.ids import ChoiceId, NodeId, RunNodeId, StepId
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.cards import Card, TableBody, TextBody
from rlm_desktop.viewmodel.detail import Detail
from tests.support.traces import entries, run_finished, run_started, step_started, turn_started

CHOICE = ChoiceId(NodeId(4))
RUN = RunNodeId(NodeId(1))
FAN_OUT = ChoiceAsked(
    choice=CHOICE,
    run=RUN,
    step=StepId(NodeId(3)),
    about="fan-out",
    text="40 calls are about to be made.",
    actions=("run", "try-3", "raise", "stop"),
    calls=40,
    input_tokens=80_000,
    output_tokens=4_000,
    cost_nano_usd=70_000_000,
    most_nano_usd=None,
    seconds=61.0,
)
AT_LIMIT = ChoiceAsked(
    choice=CHOICE,
    run=RUN,
    about="limit",
    text="The money limit was reached.",
    actions=("raise", "finish", "stop"),
    limit="money",
)


def story(*events: Event) -> list[Card]:
    trace = Trace(entries([run_started(), turn_started(2), step_started(3, 2), *events]))
    return Detail(trace, CHOICE, lambda _reference: "").cards("Story")


def rows(card: Card) -> list[list[str]]:
    assert isinstance(card.body, TableBody)
    return [[cell.text for cell in row] for row in card.body.rows]


def test_a_fan_out_that_was_let_run_tells_options_choice_and_figures():
    asked, options, figures = story(FAN_OUT, ChoiceMade(choice=CHOICE, action="try-3", text="You let three run."))

    assert isinstance(asked.body, TextBody)
    assert (asked.title, asked.note, asked.body.text) == (
        "The run asked",
        "before a large fan-out",
        "40 calls are about to be made.",
    )
    assert rows(options) == [
        ["Run", ""],
        ["Try 3 first", "You let three run."],
        ["Change the limit", ""],
        ["Stop", ""],
    ]
    assert options.body.current == 1
    assert asked.meta.endswith(" · 3.0 s into the run")
    assert options.meta.endswith(" · 4.0 s into the run")
    assert rows(figures) == [
        ["Calls", "40", ""],
        ["Tokens", "84,000", "80,000 in, 4,000 out"],
        ["Cost", "$0.0700", ""],
        ["Time", "1 m 01 s", ""],
    ]


def test_a_raised_limit_tells_what_holds_since():
    made = ChoiceMade(choice=CHOICE, action="raise", text="You changed the limits.")
    changed = LimitsChanged(run=RUN, limits=replace(Limits(), cost_nano_usd=2_000_000_000, turns=60))

    asked, options, limits = story(AT_LIMIT, made, changed)

    assert asked.note == "at the limit of money"
    assert rows(options)[0] == ["Change the limit", "You changed the limits."]
    assert limits.title == "Limits since"
    assert rows(limits) == [["turns", "60", "30 before"], ["cost", "$2.00", "none before"]]


def test_a_question_that_waits_says_so():
    _asked, options = story(AT_LIMIT)

    assert options.meta == "waits for you"
    assert [name for name, _ in rows(options)] == ["Change the limit", "Finish with what we have", "Stop"]


def test_a_second_change_is_compared_with_the_first():
    first = LimitsChanged(run=RUN, limits=Limits(turns=60))
    made = ChoiceMade(choice=CHOICE, action="raise", text="You changed the limits.")

    limits = story(first, AT_LIMIT, made, LimitsChanged(run=RUN, limits=Limits(turns=120)))[-1]

    assert rows(limits) == [["turns", "120", "60 before"]]


def test_a_run_that_ended_before_the_choice_says_that_nobody_chose():
    cut_off = run_finished(status="interrupted")
    ended = ChoiceMade(choice=CHOICE, action="stop", text="The run ended before you chose.")

    assert story(AT_LIMIT, cut_off)[1].meta == "nobody chose"
    assert rows(story(AT_LIMIT, ended)[1])[-1] == ["Stop", "The run ended before you chose."]


def test_the_notes_of_a_run_tell_what_was_asked_and_chosen():
    made = ChoiceMade(choice=CHOICE, action="finish", text="You let the run finish.")
    trace = Trace(entries([run_started(), AT_LIMIT, made]))

    notes = Detail(trace, NodeId(1), lambda _reference: "").cards("Story")[-1]

    assert rows(notes) == [["choice", "The money limit was reached. You let the run finish."]]
