"""Frames are bounded and checked before anything is made of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.repl import wire
from rlm_desktop.repl.wire import HEADER_BYTES, BadFrame, FrameTooLong, length_in, pack, unpack

texts = st.text('aé\n\x00\\"€\U0001f600', max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=10,
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(texts, json_values))
def test_what_is_packed_comes_out_again(message):
    frame = pack(message)

    assert length_in(frame[:HEADER_BYTES]) == len(frame) - HEADER_BYTES
    assert unpack(frame[HEADER_BYTES:]) == message


def test_lone_surrogates_become_question_marks_on_both_ways():
    assert unpack(pack({"a": "x\ud800y"})[HEADER_BYTES:]) == {"a": "x?y"}
    assert unpack(b'{"a": "x\\udfffy"}') == {"a": "x?y"}
    assert unpack(b'{"a": "\\ud83d\\ude00"}') == {"a": "\U0001f600"}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"5", b"null", b"{", b'{"a": "\xff"}', b"[" * 200_000, b'{"a": ' + b"1" * 5_000 + b"}", b'{"a":1}x'],
)
def test_bodies_that_are_no_object_are_refused(body):
    with pytest.raises(BadFrame):
        unpack(body)


@pytest.mark.parametrize("length", [0, wire.MAX_FRAME_BYTES + 1])
def test_lengths_out_of_bounds_are_refused(length):
    with pytest.raises(BadFrame, match="is not allowed"):
        length_in(length.to_bytes(HEADER_BYTES, "big"))


def test_a_message_that_does_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr(wire, "MAX_FRAME_BYTES", 100)

    with pytest.raises(FrameTooLong, match="longer than the 100 allowed"):
        pack({"text": "x" * 100})
