"""What a child sends is bounded before anything is made of it, and what it may not send it does not pack."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.repl.bounds import MAX_DEPTH, MAX_VALUES, pack_strictly, unpack_strictly
from rlm_desktop.repl.wire import HEADER_BYTES, MAX_FRAME_BYTES, BadFrame, Unsendable

texts = st.text('aé\n\x00\\\\"€,[{\U0001f600', max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=10,
)

REFUSED = {
    "nothing": b"",
    "a list": b"[]",
    "a number": b"5",
    "null": b"null",
    "half an object": b"{",
    "more behind it": b'{"a":1}x',
    "bad UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "only brackets": b"[" * 200_000,
    "deep lists": b'{"a":' + b"[" * 900 + b"]" * 900 + b"}",
    "deep objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "a million digits": b'{"a": ' + b"1" * 1_000_000 + b"}",
    "a million digits below zero": b'{"a": -' + b"1" * 1_000_000 + b"}",
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": [-Infinity]}',
    "a number beyond all bounds": b'{"a": 1e999}',
    "the same key twice": b'{"kind": "hello", "kind": "done"}',
    "the same key twice further in": b'{"a": [{"b": 1, "b": 1}]}',
    "half a character": b'{"a": "x\\udfffy"}',
    "half a character behind a backslash": b'{"a": "\\\\\\ud800"}',
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_bodies_that_are_not_as_agreed_are_refused(body):
    with pytest.raises(BadFrame):
        unpack_strictly(body)


@pytest.mark.parametrize("piece", [b"[],", b"{},", b"1,", b'"",', b'"ab",', b'"\\"[",'])
def test_more_values_than_allowed_are_refused_before_they_are_made(piece):
    body = b'{"a":[' + piece * (MAX_FRAME_BYTES // len(piece) - 4) + b"0]}"

    started = time.process_time()
    with pytest.raises(BadFrame, match="values"):
        unpack_strictly(body)

    assert time.process_time() - started < 2


def test_marks_inside_of_texts_are_no_values():
    text = ',[{"\\' * MAX_VALUES

    assert unpack_strictly(json.dumps({"a": text}).encode()) == {"a": text}


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(texts, json_values))
def test_what_is_packed_comes_out_again(message):
    assert unpack_strictly(pack_strictly(message)[HEADER_BYTES:]) == message


def test_half_characters_become_question_marks():
    assert unpack_strictly(pack_strictly({"a": "x\ud800y"})[HEADER_BYTES:]) == {"a": "x?y"}


def test_texts_about_half_characters_are_read():
    message = {"a": r"\ud800 and \\udfff and \U0001f600"}

    assert unpack_strictly(pack_strictly(message)[HEADER_BYTES:]) == message


def nested(levels):
    value = 1
    for _ in range(levels):
        value = [value]
    return value


def test_the_deepest_message_that_may_be_sent_is_read():
    message = {"a": nested(MAX_DEPTH - 1)}

    assert unpack_strictly(pack_strictly(message)[HEADER_BYTES:]) == message


@pytest.mark.parametrize(
    "message",
    [{"a": nested(MAX_DEPTH)}, {"a": [0] * (MAX_VALUES + 1)}, {"a": {1: "x", "1": "y"}}],
    ids=["too deep", "too many", "twin keys"],
)
def test_what_the_host_would_refuse_is_not_packed(message):
    with pytest.raises(Unsendable):
        pack_strictly(message)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know_are_not_packed(number):
    with pytest.raises(ValueError, match="JSON"):
        pack_strictly({"a": [number]})
