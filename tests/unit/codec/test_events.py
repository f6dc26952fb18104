"""Events survive the way to bytes and back."""

import json
from typing import get_args

import pytest
from hypothesis import given, settings

from rlm_desktop.codec.events import BadEvent, decode, encode
from rlm_desktop.trace.events import KnownEvent, Noticed, UnknownEvent
from tests.support.event_strategies import events, strategy_for
from tests.support.traces import call_finished


@given(events())
@settings(max_examples=50)
def test_any_event_comes_back_as_it_was(event):
    assert decode(event.kind, encode(event)) == event


@pytest.mark.parametrize("kind", get_args(KnownEvent), ids=lambda kind: kind.__name__)
def test_every_kind_has_a_code(kind):
    @given(strategy_for(kind))
    @settings(max_examples=10)
    def comes_back(event):
        assert type(decode(event.kind, encode(event))) is kind

    comes_back()


def test_a_code_is_ascii_or_utf_8_so_that_a_database_can_keep_it():
    text = encode(Noticed(parent=1, about="text", text="lone \ud800 and \x00"))

    assert "\x00" not in text
    assert text.encode("utf-8")


def test_the_kind_is_not_written_twice():
    assert "kind" not in json.loads(encode(call_finished(1)))


def test_an_event_of_an_unknown_kind_is_kept_whole():
    text = json.dumps({"pot": 3, "sorts": ["green", "\ud800"]})

    event = decode("tea_made", text)

    assert event == UnknownEvent(kind="tea_made", data={"pot": 3, "sorts": ["green", "\ud800"]})
    assert json.loads(encode(event)) == json.loads(text)


def test_a_field_that_a_newer_version_added_is_tolerated():
    body = {**json.loads(encode(call_finished(7))), "colour": "green"}

    assert decode("call_finished", json.dumps(body)) == call_finished(7)


def test_a_known_event_with_a_value_of_a_newer_version_is_kept_whole_too():
    body = {**json.loads(encode(call_finished(7))), "status": "postponed"}

    event = decode("call_finished", json.dumps(body))

    assert event == UnknownEvent(kind="call_finished", data=body)


@pytest.mark.parametrize("text", ["", "{", "[1]", '"text"'])
@pytest.mark.parametrize("kind", ["noticed", "tea_made"])
def test_bytes_that_are_no_event_are_called_damaged(kind, text):
    with pytest.raises(BadEvent, match=kind):
        decode(kind, text)
