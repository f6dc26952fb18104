"""Frames are bounded and checked before anything is made of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.repl import wire
from rlm_desktop.repl.wire import HEADER_BYTES, BadFrame, Unsendable, length_in, pack, unpack

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


@pytest.mark.parametrize("length", [0, wire.MAX_FRAME_BYTES + 1])
def test_lengths_out_of_bounds_are_refused(length):
    with pytest.raises(BadFrame, match="is not allowed"):
        length_in(length.to_bytes(HEADER_BYTES, "big"))


def test_a_message_that_does_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr(wire, "MAX_FRAME_BYTES", 100)

    with pytest.raises(Unsendable, match="longer than the 100 allowed"):
        pack({"text": "x" * 100})
