"""The small pure parts: gates, previews, strategies, rooms, the conversation, the material."""

import itertools
from dataclasses import replace

import pytest

from rlm_desktop.corpus.documents import Document, assemble
from rlm_desktop.engine.conversation import Conversation
from rlm_desktop.engine.gates import is_same_code, looks_at_context
from rlm_desktop.engine.material import material_of
from rlm_desktop.engine.previews import first_sentence, title_of_code
from rlm_desktop.engine.recorder import Recorder
from rlm_desktop.engine.request import Control
from rlm_desktop.engine.rooms import more_room, room_for
from rlm_desktop.engine.shared import sentence
from rlm_desktop.engine.strategies import choose
from rlm_desktop.lm.protocol import ChatMessage
from rlm_desktop.lm.scripted import ScriptedLM, free_facts
from rlm_desktop.trace.events import TextKept


@pytest.mark.parametrize(
    "code",
    [
        "print(context[:9])",
        "x = len(documents)",
        "peek()",
        "hits = grep('a')",
        "def f():\n  return search('q')",
        "print(context_0)",
        "this is not python but names context",
    ],
)
def test_code_that_looks_at_the_context(code):
    assert looks_at_context(code)


@pytest.mark.parametrize("code", ["answer['content'] = 'context'", "x = 1", "my_context = 3", "# context", ""])
def test_code_that_does_not_look_at_the_context(code):
    assert not looks_at_context(code)


def test_the_same_code_is_the_same_but_for_white_space_at_ends():
    assert is_same_code("x = 1 \ny = 2\n", "\nx = 1\ny = 2")
    assert not is_same_code("x = 1", "x = 2")
    assert not is_same_code("if a:\n  b", "if a:\nb")
    assert not is_same_code("x", None)


@pytest.mark.parametrize(
    ("reply", "preview"),
    [
        ("I look at the text first. Then I count.", "I look at the text first."),
        ("## Plan\nCount it.", "Plan"),
        ("```repl\n# Count the lines\nx = 1\n```", "Count the lines"),
        ("```repl\nx = 1\n```\nThat counts them.", "That counts them."),
        ("", ""),
    ],
)
def test_a_reply_is_previewed_by_its_first_sentence(reply, preview):
    assert first_sentence(reply) == preview


@pytest.mark.parametrize(
    ("code", "title"),
    [("# Look\nx", "Look"), ("x = 1\n  # then count\ny", "then count"), ("\n\nprint(1)\n", "print(1)"), ("#\nx", "#")],
)
def test_a_step_is_titled_by_its_first_comment_or_line(code, title):
    assert title_of_code(code) == title


def test_a_small_text_is_answered_directly():
    strategy, reason = choose("auto", free_facts("gpt"), 2_000)

    assert strategy == "direct"
    assert "2.0k tokens" in reason


@pytest.mark.parametrize(
    ("asked", "facts", "tokens", "strategy"),
    [
        ("auto", free_facts("gpt"), 2**14, "rlm"),
        ("auto", free_facts("gpt"), 2**14 - 1, "direct"),
        ("auto", free_facts("tiny", window_tokens=4_000), 3_000, "rlm"),
        ("auto", free_facts("builtin/extractive"), 10, "rlm"),
        ("direct", free_facts("builtin/extractive"), 10, "rlm"),
        ("direct", free_facts("gpt"), 10**6, "direct"),
        ("rlm", free_facts("gpt"), 10, "rlm"),
        ("rlm-no-subcalls", free_facts("builtin/extractive"), 10, "rlm-no-subcalls"),
    ],
)
def test_the_strategy_that_runs(asked, facts, tokens, strategy):
    chosen, reason = choose(asked, facts, tokens)

    assert chosen == strategy
    assert reason


def test_replies_get_no_more_room_than_the_model_has():
    lm = ScriptedLM([], output_limit_tokens=20_000)

    assert room_for(lm, 16_384) == 16_384
    assert room_for(ScriptedLM([], output_limit_tokens=500), 16_384) == 500
    assert room_for(ScriptedLM([], facts=free_facts("t", window_tokens=8_000)), 16_384) == 2_000
    assert more_room(lm, 8_192) == 20_000
    assert more_room(lm, 2_000) == 8_000
    assert more_room(ScriptedLM([], output_limit_tokens=500), 500) == 500


def test_roles_always_take_turns():
    talk = Conversation("system", "question")
    talk.add("one", "result one")
    talk.add("", "result two")
    talk.add("three", "result three")
    whole = talk.messages
    talk.shrink("what I know")

    for messages in (whole, talk.messages, talk.ending_with("now"), talk.without_last_turn("sum up")):
        roles = [message.role for message in messages]
        assert roles[:2] == ["system", "user"]
        assert all(a != b for a, b in itertools.pairwise(roles))
        assert roles[-1] == "user"
        assert all(message.text for message in messages)


def test_a_shrunk_conversation_keeps_question_and_last_result():
    talk = Conversation("system", "question")
    for number in range(5):
        talk.add(f"reply {number}", f"result {number}")

    talk.shrink("what I know")

    assert talk.messages[1] == ChatMessage("user", "question")
    assert "what I know" in talk.messages[2].text
    assert talk.messages[-1].text == "result 4"
    assert len(talk.messages) == 4
    assert len(talk.history()) == 11


def test_a_conversation_is_full_at_85_percent_of_the_window():
    talk = Conversation("s" * 2_000, "q" * 2_000)

    assert talk.is_full(int(talk.tokens / 0.86))
    assert not talk.is_full(int(talk.tokens / 0.84))


def test_a_corpus_keeps_its_documents_places():
    corpus = assemble(
        [
            Document(name=name, path="", kind="text", text=text, size_bytes=3)
            for name, text in [("a", "one"), ("b", "two")]
        ]
    )

    material = material_of(corpus)

    assert [material.context[d.start : d.end] for d in material.boot_documents] == ["one", "two"]
    assert [d.name for d in material.facts.documents] == ["a", "b"]


def test_a_text_is_one_document():
    material = material_of("some text")

    assert material.context == "some text"
    assert [d.name for d in material.boot_documents] == ["context"]
    assert not material.is_empty
    assert material_of(" \n").is_empty


@pytest.mark.parametrize("values", [["alpha", {"b": "beta"}], {"x": "alpha", "y": ["beta"]}])
def test_lists_and_dictionaries_stay_what_they_are(values):
    material = material_of(values)

    assert material.context is values
    assert material.boot_documents == ()
    assert "alpha" in material.corpus.text
    assert "beta" in material.corpus.text
    assert f"{type(values).__name__} of 2" in material.facts.type_name


def test_every_text_is_kept_once():
    events = []
    recorder = Recorder(events.append)

    first, second = recorder.keep("same"), recorder.keep("same")

    assert first == second
    assert [event.text for event in events if isinstance(event, TextKept)] == ["same"]
    assert [recorder.new_id(), recorder.new_id()] == [1, 2]


async def test_control_can_be_awaited():
    control = Control()
    assert not control.is_finishing

    control.finish_now()
    await control

    assert control.is_finishing


def test_a_sentence_has_a_capital_and_an_end():
    assert sentence("the limit was reached") == "The limit was reached."
    assert sentence("Really?") == "Really?"
    assert sentence("") == "."


def test_prices_do_not_matter_for_the_strategy():
    assert choose("auto", replace(free_facts("x"), input_price=None), 5)[0] == "direct"
