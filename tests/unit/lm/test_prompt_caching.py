"""Marks for the prompt caches of providers, and the figures that they report."""

import pytest

from rlm_desktop.lm.chunks import Reading, usage_of
from rlm_desktop.lm.endpoints import Endpoint
from rlm_desktop.lm.finishing import reply_from
from rlm_desktop.lm.prices import LOCAL, Prices, Tariff
from rlm_desktop.lm.prompt_caching import chat_messages
from rlm_desktop.lm.protocol import ChatMessage, Request

TALK = (
    ChatMessage("system", "rules"),
    ChatMessage("user", "question"),
    ChatMessage("assistant", "code"),
    ChatMessage("user", "output"),
)


def endpoint(name: str) -> Endpoint:
    return Endpoint(name=name, model=name, provider=None, base_url=None, api_key=None, goes_to="afar")


@pytest.mark.parametrize("name", ["anthropic/claude-sonnet-5", "openrouter/anthropic/claude-sonnet-5"])
def test_a_talk_that_goes_on_is_marked_for_anthropic(name):
    sent = chat_messages(Request(messages=TALK, goes_on=True), endpoint(name))

    marked = [number for number, message in enumerate(sent) if isinstance(message["content"], list)]
    assert marked == [0, 1, 3]
    assert sent[3]["content"] == [{"type": "text", "text": "output", "cache_control": {"type": "ephemeral"}}]
    assert sent[2] == {"role": "assistant", "content": "code"}


@pytest.mark.parametrize(("name", "goes_on"), [("openai/gpt-5", True), ("anthropic/claude-sonnet-5", False)])
def test_others_get_plain_messages(name, goes_on):
    sent = chat_messages(Request(messages=TALK, goes_on=goes_on), endpoint(name))

    assert [message["content"] for message in sent] == [message.text for message in TALK]


def test_what_was_read_from_and_written_to_a_cache_is_told_apart():
    usage = usage_of(
        {
            "prompt_tokens": 100,
            "completion_tokens": 5,
            "prompt_tokens_details": {"cached_tokens": 60},
            "cache_creation_input_tokens": 30,
        }
    )

    assert usage is not None
    assert (usage.input_tokens, usage.cached_input_tokens, usage.cache_write_tokens) == (100, 60, 30)


def reading(usage: dict) -> Reading:
    made = Reading()
    made.add({"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}], "usage": usage})
    return made


def test_a_cost_that_the_provider_reports_wins_over_the_list():
    facts = Tariff(base=Prices(input_price=10**9, output_price=10**9), source="listed").facts("m", "afar")
    usage = {"prompt_tokens": 100, "completion_tokens": 100}

    told = reply_from(reading({**usage, "cost": 0.00123}), endpoint("m"), facts)
    silent = reply_from(reading({**usage, "cost": 0}), endpoint("m"), facts)

    assert (told.cost_nano_usd, told.price_source) == (1_230_000, "reported")
    assert (silent.cost_nano_usd, silent.price_source) == (200_000, "listed")


@pytest.mark.parametrize("cost", [-1, "free", True, 1e9, None])
def test_a_reported_cost_that_cannot_be_is_not_believed(cost):
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "cost": cost}

    assert reply_from(reading(usage), endpoint("m"), LOCAL.facts("m", "here")).price_source == "local"
