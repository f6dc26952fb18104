"""Reading chat completions in the dialects that servers speak."""

import pytest

from rlm_desktop.lm.chunks import Reading, usage_of
from rlm_desktop.trace.facts import Usage


def chunk(**delta) -> dict:
    return {"choices": [{"delta": delta}]}


@pytest.mark.parametrize("name", ["reasoning_content", "reasoning", "thinking"])
def test_reasoning_is_told_apart_whatever_its_field_is_called(name):
    reading = Reading()

    reading.add(chunk(**{name: "Let me see. "}))
    reading.add(chunk(content="Six."))

    assert (reading.text, reading.reasoning) == ("Six.", "Let me see. ")


def test_content_in_parts_is_joined():
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
        {"type": "text", "text": "Six"},
        {"type": "text", "text": "."},
        "odd",
    ]
    reading = Reading()

    reading.add(chunk(content=parts))

    assert (reading.text, reading.reasoning) == ("Six.", "Hm.")


def test_a_refusal_is_the_reply():
    reading = Reading()

    reading.add({"choices": [{"message": {"content": None, "refusal": "I can't."}, "finish_reason": "stop"}]})

    assert (reading.text, reading.is_whole) == ("I can't.", True)


@pytest.mark.parametrize("data", [{}, {"choices": None}, {"choices": []}, {"choices": ["x"]}, {"object": "list"}])
def test_what_is_no_chat_completion_is_not_understood(data):
    reading = Reading()

    reading.add(data)

    assert not reading.is_understood


def test_reasoning_tokens_counted_beside_the_output_are_added_to_it():
    beside = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 35,
        "completion_tokens_details": {"reasoning_tokens": 20},
    }

    assert usage_of(beside) == Usage(input_tokens=10, output_tokens=25, reasoning_tokens=20)


@pytest.mark.parametrize(
    ("data", "usage"),
    [
        ({"prompt_tokens": 9, "prompt_cache_hit_tokens": 4}, Usage(input_tokens=9, cached_input_tokens=4)),
        (
            {"prompt_tokens": 3, "prompt_tokens_details": {"cached_tokens": 8}},
            Usage(input_tokens=3, cached_input_tokens=3),
        ),
        ({"prompt_tokens": 4, "prompt_tokens_details": None}, Usage(input_tokens=4)),
        ({"completion_tokens": 2.0}, Usage(output_tokens=2)),
    ],
)
def test_odd_usage_is_read_as_far_as_it_makes_sense(data, usage):
    assert usage_of(data) == usage


@pytest.mark.parametrize("count", [None, "7", -5, 10**30, float("inf"), float("nan")])
def test_usage_that_cannot_be_is_no_usage_and_replaces_none(count):
    reading = Reading()
    reading.add({"usage": {"prompt_tokens": 3, "completion_tokens": 4}})

    reading.add({"usage": {"prompt_tokens": 5, "completion_tokens": count}})

    assert usage_of({"completion_tokens": count}) is None
    assert reading.usage == Usage(input_tokens=3, output_tokens=4)
