"""What stands in the root LM's window at a turn, and how it changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from rlm_desktop.storage.errors import MissingText
from rlm_desktop.trace.events import CallStarted, Event
from rlm_desktop.trace.facts import Message, Usage
from rlm_desktop.trace.ids import CallId, NodeId
from rlm_desktop.trace.texts import reference_to
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.context_items import ContextColumn, ContextItems, place_words, size_words, whole_words
from rlm_desktop.viewmodel.context_window import compared, context_of
from rlm_desktop.viewmodel.detail_cards import Texts
from tests.support.traces import call_finished, entries, run_started, turn_started

TEXTS: dict[str, str] = {}


def message(text: str, role="user") -> Message:
    reference = reference_to(text)
    TEXTS[reference.digest] = text
    return Message(role=role, text=reference)


def load(reference):
    return TEXTS[reference.digest]


SYSTEM, QUESTION = message("Answer from the context. " * 40, "system"), message("Who raised the dues?")
FIRST, RESULT = message("I look.", "assistant"), message("1,204 lines\n" * 90)
SECOND, FURTHER = message("I look further.", "assistant"), message("nothing")
SHORT = message("My work so far, in short.", "assistant")


def asked(call: int, parent: int, *prompt: Message, role="root") -> CallStarted:
    return CallStarted(
        call=CallId(NodeId(call)), parent=NodeId(parent), role=role, model="root", prompt=prompt, label=""
    )


def used(call: int, tokens: int, cached: int = 0) -> Event:
    return call_finished(call, usage=Usage(input_tokens=tokens, cached_input_tokens=cached, output_tokens=5))


TURNS = [
    run_started(),
    turn_started(2),
    asked(10, 2, SYSTEM, QUESTION),
    used(10, 250),
    turn_started(3, number=2),
    asked(11, 3, SYSTEM, QUESTION, FIRST, RESULT),
    used(11, 1_000, cached=240),
    turn_started(4, number=3),
    asked(12, 4, SYSTEM, QUESTION, FIRST, role="compaction"),
    call_finished(12),
    asked(13, 4, SYSTEM, QUESTION, SHORT, FURTHER),
]
TRACE = Trace(entries(TURNS))


def window(node: int, trace: Trace = TRACE):
    return context_of(trace, trace.nodes[NodeId(node)])


def fates(node: int) -> list[tuple[str, str]]:
    return [(TEXTS[one.message.text.digest].split(".")[0][:12], one.fate) for one in window(node).messages]


@pytest.fixture
def items(qtbot, qapp):
    return ContextItems()


def shown(items, qtbot, node: int) -> ContextItems:
    items.show_window(window(node), Texts(load))
    qtbot.waitUntil(lambda: not items.is_busy)
    return items


def test_the_run_shows_the_newest_turn_and_a_node_its_own():
    assert (window(1).turn, window(2).turn, window(11).turn, window(4).turn) == (3, 1, 2, 3)
    assert window(1).newest == 3


def test_a_turn_that_has_not_asked_yet_shows_the_last_one_that_has():
    trace = Trace(entries([*TURNS, turn_started(5, number=4)]))

    assert (window(5, trace).turn, window(1, trace).newest) == (3, 4)


def test_messages_are_new_unchanged_or_compacted_away():
    assert [fate for _, fate in fates(2)] == ["new", "new"]
    assert [fate for _, fate in fates(3)] == ["unchanged", "unchanged", "new", "new"]
    assert fates(4)[2:] == [
        ("I look", "compacted"),
        ("1,204 lines\n", "compacted"),
        ("My work so f", "new"),
        ("nothing", "new"),
    ]


def test_a_direct_call_has_a_window_too():
    trace = Trace(entries([run_started(), asked(5, 1, QUESTION, role="direct"), used(5, 60)]))

    assert (window(1, trace).turn, window(1, trace).input_tokens) == (0, 60)


def test_before_anything_was_asked_there_is_no_window():
    assert window(1, Trace(entries([run_started()]))) is None
    assert window(1, Trace(entries([run_started(), turn_started(2)]))) is None


def test_the_provider_s_count_is_told_beside_the_estimates(items, qtbot):
    shown(items, qtbot, 3)

    assert place_words(items.window) == "turn 2 of 3 · root"
    assert size_words(items) == "1.0k of 100k tokens · 1 %"
    assert whole_words(items) == (
        "4 messages, 1,000 tokens as the provider counted. Since turn 1, 2 came. The first 240 tokens (24 %) came from "
        "the provider's prompt cache. How long each message is, is estimated."
    )
    assert items.headerData(ContextColumn.FATE, Qt.Orientation.Horizontal) == "Since turn 1"


def test_that_nothing_came_from_the_cache_is_said_in_words(items, qtbot):
    shown(items, qtbot, 2)

    assert whole_words(items) == (
        "2 messages, 250 tokens as the provider counted. The provider reported nothing from its prompt cache. "
        "How long each message is, is estimated."
    )


def test_without_a_count_the_estimate_says_that_it_is_one(items, qtbot):
    shown(items, qtbot, 4)

    assert items.window.input_tokens is None
    assert size_words(items).startswith("≈ ")
    assert "the provider has not counted them" in whole_words(items)
    assert "2 came, 2 were left out" in whole_words(items)


def test_what_was_cached_is_the_beginning_of_the_prompt(items, qtbot):
    shown(items, qtbot, 3)

    shares = [row.share for row in items.rows]
    assert sum(shares) == pytest.approx(1.0)
    assert sum(row.share * row.cached for row in items.rows) == pytest.approx(0.24)
    cached = [row.cached for row in items.rows]
    assert cached == sorted(cached, reverse=True)
    assert sum(1 for part in cached if 0 < part < 1) <= 1


def test_each_message_says_itself_in_words(items, qtbot):
    shown(items, qtbot, 3)

    words = items.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("message 1, system, unchanged, 1,000 characters, about ")
    assert "from the provider's prompt cache" in words


def test_each_text_is_loaded_once_whatever_turns_are_looked_at(items, qtbot):
    loads = []
    texts = Texts(lambda reference: loads.append(reference.digest) or load(reference))
    for node in (2, 3, 4, 2, 3):
        items.show_window(window(node), texts)
        qtbot.waitUntil(lambda: not items.is_busy)

    assert len(loads) == len(set(loads))


def test_a_message_whose_text_is_missing_is_still_listed(items, qtbot):
    def lose(reference):
        raise MissingText("It is not in the database.")

    items.show_window(window(2), Texts(lose))
    qtbot.waitUntil(lambda: not items.is_busy)

    assert items.rowCount() == 2
    assert "cannot be shown" in items.index(0, ContextColumn.MESSAGE).data()


prompts = st.lists(st.sampled_from([SYSTEM, QUESTION, FIRST, RESULT, SECOND, FURTHER, SHORT]), max_size=8)


@given(prompts, prompts, st.booleans())
def test_the_comparison_holds_all_of_both_prompts_in_their_order(was, now, is_compacted):
    standings = compared(was, now, is_compacted)

    assert [one.message for one in standings if one.is_there] == now
    assert [one.message for one in standings if one.fate != "new"] == was
