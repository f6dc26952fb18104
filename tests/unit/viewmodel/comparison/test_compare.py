from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.storage.errors import MissingText
from rlm_desktop.trace.events import ReplyGrew, TextKept
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.comparison import compare as compare_module
from rlm_desktop.viewmodel.comparison import matching
from rlm_desktop.viewmodel.comparison import steps as steps_module
from rlm_desktop.viewmodel.comparison.compare import Comparison, compare
from rlm_desktop.viewmodel.comparison.steps import steps_to_compare
from tests.benchmarks.support.large_runs import LargeRun
from tests.support.compared_runs import INSERTED, Recorded, loader, other_run, run_of
from tests.support.event_strategies import plausible_runs
from tests.support.run_writer import Turn
from tests.support.sample_runs import harbour_run, harbour_turns
from tests.support.sealed import sealed
from tests.support.traces import entries

FIRST, SECOND = harbour_run(), other_run()


def compared(left: Recorded, right: Recorded) -> Comparison:
    return compare(Trace(left[0]), Trace(right[0]), loader(left[1], right[1]))


def changes(comparison: Comparison) -> list[str]:
    return [pair.change for pair in comparison.steps]


def test_a_run_and_itself_do_not_differ():
    comparison = compared(FIRST, FIRST)

    assert comparison.is_same
    assert set(changes(comparison)) == {"same"}
    assert not comparison.problems
    assert comparison.sentence == (
        "The second run cost the same and took as long. "
        "All steps are the same; the answers are the same; the settings are the same."
    )


@pytest.mark.parametrize("place", range(9))
def test_one_inserted_step_is_exactly_one_gap(place):
    turns = harbour_turns()
    turns.insert(place, INSERTED)

    found = changes(compared(run_of(harbour_turns()), run_of(turns)))

    assert found == ["same"] * place + ["right"] + ["same"] * (8 - place)


def test_what_differs_is_found_and_said():
    comparison = compared(FIRST, SECOND)

    assert changes(comparison) == ["same", "code", "same", "left", "output", "output", "same", "right", "same"]
    assert comparison.sentence == (
        "The second run cost $0.0029 less (−1.8 %) and took 6.6 s less. Of 9 steps, 4 are the same, "
        "2 are the same but for their output, 1 is changed, 1 is only in the first run and 1 is only in the second "
        "run; the answers share 80 % of their words; 7 settings differ: worker, worker prices, money limit and 4 more."
    )
    assert [setting.name for setting in comparison.settings if setting.differs] == [
        "Worker",
        "Worker prices",
        "Money limit",
        "Turn limit",
        "Cache",
        "Documents",
        "Text",
    ]
    assert [line.left for line in comparison.documents.lines if line.right is None] == [
        "reports/annual-1959.pdf · 184,000 characters"
    ]


def test_a_changed_step_shows_its_code_as_a_difference_and_its_cost_and_time_on_both_sides():
    pair = compared(FIRST, SECOND).steps[1]

    assert [line.kind for line in pair.code.lines][:3] == ["changed", "right", "same"]
    assert pair.left.figures == pair.right.figures == "$0.0031 · 8.2 s"
    assert pair.left.place == "turn 2"


def test_costs_of_all_steps_add_up_to_that_of_the_run():
    trace = Trace(FIRST[0])

    sides, _ = steps_to_compare(trace)

    assert sum(side.totals.cost_nano_usd for side in sides) == trace.root.totals.cost_nano_usd
    assert sum(side.totals.calls for side in sides) == trace.root.totals.calls
    assert [side.child_runs for side in sides] == [0, 0, 0, 0, 0, 0, 1, 0]


codes = st.sampled_from(["a = look(1)", "a = look(2)\nshow(a)", "count(words)", "print(x)\nprint(y)"])
turn_lists = st.lists(st.builds(Turn, intent=st.sampled_from(["Look", "Count"]), code=codes), max_size=6)


@given(left=turn_lists, right=turn_lists)
@settings(max_examples=60)
def test_every_step_of_both_appears_exactly_once(left, right):
    ours, theirs = run_of(left), run_of(right)

    pairs = compared(ours, theirs).steps

    sides = [[pair.left for pair in pairs if pair.left], [pair.right for pair in pairs if pair.right]]
    assert sides == [steps_to_compare(Trace(ours[0]))[0], steps_to_compare(Trace(theirs[0]))[0]]


def test_of_two_equal_codes_the_one_with_the_same_intent_is_taken():
    code = "print(1)"
    left = run_of([Turn(intent="Count the harbours", code=code)])
    right = run_of([Turn(intent="Begin anew", code=code), Turn(intent="Count the harbours", code=code)])

    assert changes(compared(left, right)) == ["right", "same"]


def test_a_turn_that_only_talked_is_a_step_too():
    talk = Turn(intent="I have to think about this")

    assert changes(compared(run_of([talk]), run_of([talk, INSERTED]))) == ["same", "right"]


def test_very_many_steps_are_matched_coarsely_and_that_is_said(monkeypatch):
    monkeypatch.setattr(matching, "MOST_WEIGHED", 3)
    turns = harbour_turns()

    comparison = compared(run_of(turns[:4]), run_of([turns[1], INSERTED, turns[3]]))

    assert "too many to be weighed" in comparison.steps_note
    lefts = [pair.left for pair in comparison.steps if pair.left]
    rights = [pair.right for pair in comparison.steps if pair.right]
    assert (len(lefts), len(rights)) == (4, 3)


@pytest.mark.parametrize(
    ("places", "who"),
    [((8, 8), "both runs have"), ((8, 5), "the first run has"), ((5, 8), "the second run has")],
)
def test_of_runs_with_very_many_steps_the_first_are_compared_and_that_is_said(monkeypatch, places, who):
    monkeypatch.setattr(steps_module, "MOST_STEPS", 6)
    monkeypatch.setattr(compare_module, "MOST_STEPS", 6)

    comparison = compared(*(run_of(harbour_turns()[:count]) for count in places))

    assert comparison.steps_note == f"Only the first 6 steps are compared; {who} more."
    assert len(comparison.steps) == 6
    assert not comparison.is_same
    assert " steps that are compared" in comparison.sentence


def test_missing_texts_are_one_sentence_and_the_rest_is_compared():
    load = loader(FIRST[1], SECOND[1])
    lost = Trace(SECOND[0])
    code = steps_to_compare(lost)[0][1].code

    def without_one(reference):
        if reference == code:
            raise MissingText("gone")
        return load(reference)

    comparison = compare(Trace(FIRST[0]), lost, without_one)

    assert comparison.problems == ("1 text of the second run is missing or damaged; the rest is compared.",)
    assert "The code of turn 2 is missing" in comparison.steps[1].code.note
    assert changes(comparison)[4] == "output"


def test_without_any_text_steps_are_still_matched():
    def none(_reference):
        raise MissingText("gone")

    comparison = compare(Trace(FIRST[0]), Trace(SECOND[0]), none)

    assert len(comparison.problems) == 2
    assert changes(comparison).count("same") == 4
    assert sum(pair.left is not None for pair in comparison.steps) == 8


def test_nothing_recorded_of_one_run_leaves_the_other_to_look_at():
    comparison = compare(Trace(FIRST[0]), Trace(), loader(FIRST[1]))

    assert set(changes(comparison)) == {"left"}
    assert comparison.right.title == "Nothing is recorded"
    assert comparison.answer.words == "only the first run has an answer"


def test_answers_with_little_in_common_stand_side_by_side():
    texts = dict(SECOND[1])
    given = Trace(SECOND[0])
    answer = next(node for node in given.nodes.values() if node.kind == "answer" and node.depth == 0)
    texts[answer.entries[-1].event.answer.digest] = "Nobody knows.\n"

    found = compare(Trace(FIRST[0]), given, loader(FIRST[1], texts)).answer

    assert found.words == "the answers have little in common"
    assert found.text.lines[0].right == "Nobody knows."
    assert not any(line.left_spans for line in found.text.lines)


def test_outputs_too_long_to_load_are_said_to_be(monkeypatch):
    monkeypatch.setattr("rlm_desktop.viewmodel.comparison.texts.LARGEST", 10)
    long = replace(INSERTED, code="x")
    left, right = (run_of([replace(long, output=text * 20)]) for text in "ab")

    pair = compared(left, right).steps[0]

    assert pair.change == "output"
    assert "20 characters on the left and 20 characters on the right they are too long" in pair.output.note


@given(left=plausible_runs(), right=plausible_runs())
@settings(max_examples=40, deadline=None)
def test_whatever_is_recorded_can_be_compared(left, right):
    comparison = compare(Trace(entries(left)), Trace(entries(right)), short)

    assert comparison.sentence


@given(left=plausible_runs(), right=plausible_runs())
@settings(max_examples=40, deadline=None)
def test_a_sealed_run_compares_as_the_run_that_was_folded(left, right):
    ours, theirs = (
        entries([event for event in happened if not isinstance(event, TextKept | ReplyGrew)])
        for happened in (left, right)
    )

    assert compare(sealed(ours).whole(), sealed(theirs).whole(), short) == compare(Trace(ours), Trace(theirs), short)


def test_of_a_large_sealed_run_only_its_turns_and_steps_are_read():
    made = [event for event in LargeRun(20_000, long_output=False).events() if not isinstance(event, TextKept)]
    looks: list[int] = []
    run = sealed(entries(made), lambda seqs: looks.append(len(seqs)))

    comparison = compare(run.whole(), run.whole(), short)

    assert comparison.is_same
    assert sum(pair.left.totals.calls for pair in comparison.steps) == run.whole().root.totals.calls > 10_000
    assert len(looks) < 20
    assert sum(looks) < len(made) / 50


def short(reference: TextRef) -> str:
    return "x" * min(reference.characters, 50)
