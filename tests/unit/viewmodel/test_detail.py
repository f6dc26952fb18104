"""What the detail tells of each kind of node."""

import json

import pytest

from rlm_desktop.storage.errors import MissingText
from rlm_desktop.trace.events import Entry, ReplyGrew
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.cards import TableBody, TextBody
from rlm_desktop.viewmodel.detail import TABS, Detail
from tests.support.run_writer import RunWriter, Sub, Turn
from tests.support.sample_runs import ANSWER, CODE, QUESTION, harbour_run, wide_run

ENTRIES, TEXTS = harbour_run()
TRACE = Trace(ENTRIES)


def load(reference):
    return TEXTS[reference.digest]


def detail_of(title: str, kind: str) -> Detail:
    node = next(node for node in TRACE.nodes.values() if node.kind == kind and node.title.startswith(title))
    return Detail(TRACE, node.id, load)


def card(cards, title: str):
    return next(card for card in cards if card.title == title)


def cells(card) -> list[list[str]]:
    return [[cell.text for cell in row] for row in card.body.rows]


def test_the_way_names_every_place_from_the_run_on():
    crumbs = detail_of("Ardvik", "call").crumbs()

    assert [crumb.text for crumb in crumbs] == ["Run", "turn 7", "step 1", "call 1 of 40"]
    assert TRACE.nodes[crumbs[1].node].number == 7


def test_every_node_has_a_story_and_its_events():
    for node in TRACE.nodes.values():
        detail = Detail(TRACE, node.id, load)

        assert detail.cards("Story"), node.kind
        assert detail.cards("Raw")[0].body.text.count('"seq"') == len(node.entries)
        for tab in TABS:
            assert detail.cards(tab) or detail.why_empty(tab).endswith(".")


def test_a_step_tells_code_output_calls_and_variables():
    cards = detail_of("one call per harbour", "step").cards("Story")

    assert [card.title for card in cards] == ["Code", "Output", "Calls", "Variables"]
    code, output, calls, variables = cards
    assert code.body.text == CODE
    assert [(mark.line, mark.text) for mark in code.body.marks] == [(4, "⇉ 40")]
    assert output.meta == "2 lines · 123 characters"
    assert calls.note == "38 answered · 2 failed"
    assert calls.left_out == "28 more calls in the trace"
    assert ["pages", "list of 1,904", "[Page(…), …]", "new"] in cells(variables)


def test_a_failed_step_tells_why_and_at_which_line():
    cards = detail_of("records by harbour", "step").cards("Story")

    error = card(cards, "✕ JSONDecodeError")
    assert error.meta == "line 2"
    assert "Traceback" in error.body.text
    assert [(mark.line, mark.text) for mark in cards[0].body.marks] == [(2, "✕ JSONDecodeError")]


def test_a_call_tells_prompt_reply_figures_and_the_code_that_made_it():
    cards = detail_of("Lindholm", "call").cards("Story")

    assert [card.title for card in cards] == ["Prompt", "Reply", "Figures", "Code", "Calls"]
    assert "Harbour: Lindholm" in cards[0].body.text
    assert cards[1].body.text == '{"harbour": "Lindholm", "raised": [1982, 1983, 1987]}'
    assert ["Cost", "$0.0019", ""] in cells(cards[2])
    assert cells(cards[4])[cards[4].body.current][1] == "Lindholm"


def test_a_failed_call_says_so_where_its_reply_would_be():
    cards = detail_of("Torsnes", "call").cards("Reply")

    assert [(card.title, card.body.text) for card in cards] == [("✕ failed", "context too long")]


def test_the_run_tells_question_answer_and_figures():
    cards = Detail(TRACE, TRACE.root.id, load).cards("Story")

    assert card(cards, "Question").body.text == QUESTION
    assert card(cards, "Answer").body.text == ANSWER.strip()
    assert ["State", "answered", ""] in cells(card(cards, "Figures"))
    assert cells(card(cards, "Remarks")) == [["gate", "8 quotes stand in the corpus, 1 was not found."]]


def test_a_turn_s_prompt_and_reply_are_those_of_its_root_call():
    detail = detail_of("Find where", "turn")

    assert [card.title for card in detail.cards("Prompt")] == ["System", "User"]
    assert detail.cards("Reply")[0].body.text.startswith("Find where dues are mentioned.")


def test_the_code_tab_shows_all_of_a_long_output_and_the_story_an_excerpt():
    detail = detail_of("hits = grep", "step")

    excerpt = card(detail.cards("Story"), "Output")
    whole = card(detail.cards("Code + output"), "Output")

    assert excerpt.left_out == "70 lines left out"
    assert "… 70 lines left out …" in excerpt.body.text
    assert excerpt.more == "Code + output"
    assert whole.body.text.count("\n") == 119


def test_variables_begin_with_what_the_step_changed():
    (changes,) = detail_of("a raise is", "step").cards("Variables")

    assert cells(changes) == [["ASK", "1,204 characters", "'From…'", "new"]]


def test_a_reply_that_streams_is_shown_as_far_as_it_came():
    writer = RunWriter()
    writer.run(0.0, "Q", [Turn(intent="Think", stage="asking")])
    trace = Trace(writer.entries())
    call = next(node.id for node in trace.nodes.values() if node.kind == "call")
    trace.commit(trace.next_change(Entry(0, trace.last_at, ReplyGrew(call=call, text="Let me "))))
    trace.commit(trace.next_change(Entry(0, trace.last_at, ReplyGrew(call=call, text="look"))))

    cards = Detail(trace, call, lambda reference: writer.texts[reference.digest]).cards("Reply")

    assert [(card.title, card.body.text) for card in cards] == [("Reply so far", "Let me look")]


def test_a_text_that_is_missing_says_so_in_its_place():
    def lose(reference):
        raise MissingText("It is not in the database.")

    node = next(node for node in TRACE.nodes.values() if node.kind == "step")

    code = Detail(TRACE, node.id, lose).cards("Story")[0]

    assert "cannot be shown: It is not in the database." in code.body.text


def test_an_error_of_ours_is_not_hidden_as_a_missing_text():
    def fail(reference):
        raise ZeroDivisionError

    node = next(node for node in TRACE.nodes.values() if node.kind == "step")

    with pytest.raises(ZeroDivisionError):
        Detail(TRACE, node.id, fail).cards("Story")


def test_retries_are_listed_with_their_reasons():
    writer = RunWriter()
    writer.run(0.0, "Q", [Turn(intent="Ask", code="go()", subs=[Sub(label="busy", retries=2)])])
    trace = Trace(writer.entries())
    call = next(node.id for node in trace.nodes.values() if node.title == "busy")

    attempts = card(Detail(trace, call, lambda ref: writer.texts[ref.digest]).cards("Story"), "Past attempts")

    assert [cells[1] for cells in cells(attempts)] == ["429 rate limited", "429 rate limited"]


def test_raw_events_are_json():
    node = next(node for node in TRACE.nodes.values() if node.kind == "turn")

    (raw,) = Detail(TRACE, node.id, load).cards("Raw")

    assert isinstance(raw.body, TextBody)
    assert json.loads(raw.body.text)["kind"] == "turn_started"


def test_tables_have_rows_of_one_width():
    for node in TRACE.nodes.values():
        for tab in TABS:
            for each in Detail(TRACE, node.id, load).cards(tab):
                if isinstance(each.body, TableBody):
                    assert len({len(row) for row in each.body.rows}) == 1


def test_a_run_of_many_steps_shows_the_newest_and_counts_the_others():
    writer = RunWriter()
    writer.run(0.0, "Q", [Turn(intent=f"Turn {number}", code=f"print({number})") for number in range(30)])
    trace = Trace(writer.entries())

    cards = Detail(trace, trace.root.id, lambda reference: writer.texts[reference.digest]).cards("Code + output")

    assert cards[0].body.text.startswith("10 earlier steps left out here.")
    assert [card.body.text for card in cards[1:]] == [f"print({number})" for number in range(10, 30)]


def test_of_thousands_of_calls_only_those_shown_are_looked_at():
    entries, texts = wide_run(2_000)
    trace = Trace(entries)
    looked_at = set()
    for node in trace.nodes.values():
        if node.kind == "call" and node.number:
            node.totals = Watched(node.id, looked_at)
    call = next(node.id for node in trace.nodes.values() if node.title == "item 1000")

    cards = Detail(trace, call, lambda reference: texts[reference.digest]).cards("Story")

    assert card(cards, "Calls").note == "2,000 calls"
    assert len(looked_at) == 12


class Watched(Totals):
    """Sums that note when they are read."""

    def __init__(self, node, looked_at) -> None:
        super().__init__()
        self._node, self._looked_at = node, looked_at

    def __getattribute__(self, name):
        if name == "cost":
            self._looked_at.add(self._node)
        return super().__getattribute__(name)
