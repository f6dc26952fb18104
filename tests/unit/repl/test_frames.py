"""Each field the child sends is checked."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.repl.errors import FrameRefused
from rlm_desktop.repl.exchange import Asked, BlockError, ContextRange, GivenAnswer, Searched, VariableNote
from rlm_desktop.repl.frames import Ask, AskSearch, Booted, Done, Hello, Output, Skipped, Value, read_frame

ASK = {
    "kind": "ask",
    "id": 3,
    "function": "rlm_query_batched",
    "prompts": ["a", "b"],
    "contexts": [None, {"k": 1}],
    "model": "m",
    "schema": None,
    "line": 7,
}
DONE = {
    "kind": "done",
    "error": {"type": "E", "message": "m", "line": 2, "traceback": "t"},
    "variables": [{"name": "x", "change": "new", "type": "int", "size": "", "preview": "1", "fingerprint": "ab"}],
    "answer": {"text": "42", "source": "final"},
    "refused": None,
    "draft": "",
}


def test_good_frames_are_read():
    assert read_frame({"kind": "hello", "version": 1}) == Hello()
    assert read_frame({"kind": "booted", "kept": ["a"], "lost": []}) == Booted(("a",), ())
    assert read_frame({"kind": "tail", "stream": "stderr", "text": "x"}) == Output("stderr", "x", True)
    assert read_frame({"kind": "skipped", "count": 5}) == Skipped(5)
    assert read_frame({"kind": "value", "text": None}) == Value(None)


def test_a_question_is_read():
    asked = Asked(function="rlm_query_batched", prompts=("a", "b"), contexts=(None, {"k": 1}), model="m", line=7)

    assert read_frame(ASK) == Ask(3, asked)


def test_ranges_of_the_corpus_take_the_places_of_contexts():
    asked = read_frame({**ASK, "ranges": [[0, 5, 9]]}).asked

    assert asked.contexts == (ContextRange(5, 9), {"k": 1})


@pytest.mark.parametrize("ranges", [5, [5], [[0, 1]], [[2, 0, 1]], [[0, 2, 1]], [[0, -1, 1]], [[0, "1", 2]]])
def test_a_range_that_is_none_is_refused(ranges):
    with pytest.raises(FrameRefused):
        read_frame({**ASK, "ranges": ranges})


def test_a_search_is_read():
    assert read_frame({"kind": "search", "id": 4, "query": "ship", "k": 11}) == AskSearch(4, Searched("ship", 11))


@pytest.mark.parametrize(
    "field", [{"query": "x" * 10_001}, {"query": None}, {"k": 1_002}, {"k": -1}, {"k": "10"}, {"k": True}, {"id": None}]
)
def test_a_search_without_bounds_is_refused(field):
    with pytest.raises(FrameRefused):
        read_frame({"kind": "search", "id": 4, "query": "ship", "k": 11, **field})


def test_the_end_of_a_block_is_read():
    assert read_frame(DONE) == Done(
        error=BlockError(type="E", message="m", line=2, traceback="t"),
        variables=(VariableNote(name="x", change="new", type="int", preview="1", fingerprint="ab"),),
        answer=GivenAnswer(text="42", source="final"),
        refused=None,
        draft="",
    )


@pytest.mark.parametrize("field", ["id", "function", "prompts", "contexts"])
def test_a_question_without_a_field_is_refused(field):
    with pytest.raises(FrameRefused):
        read_frame({name: value for name, value in ASK.items() if name != field})


@pytest.mark.parametrize("field", ["variables", "draft"])
def test_an_end_without_a_field_is_refused(field):
    with pytest.raises(FrameRefused):
        read_frame({name: value for name, value in DONE.items() if name != field})


def test_another_version_is_refused():
    with pytest.raises(FrameRefused, match="version"):
        read_frame({"kind": "hello", "version": 2})


junk = st.none() | st.integers() | st.text(max_size=5) | st.lists(st.integers(), max_size=2) | st.just({})


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([ASK, DONE]), st.data())
def test_junk_in_any_field_is_read_or_refused_but_never_fails_otherwise(message, data):
    field = data.draw(st.sampled_from(sorted(message)))

    with suppress(FrameRefused):
        read_frame({**message, field: data.draw(junk)})
