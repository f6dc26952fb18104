"""Asking an OpenAI-compatible server, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.lm.prices import UserPrices
from rlm_desktop.lm.protocol import (
    LM,
    BadKey,
    BadReply,
    BadRequest,
    ChatMessage,
    ContentRefused,
    ContextTooLong,
    Dropped,
    LmError,
    NoQuota,
    Overloaded,
    RateLimited,
    Request,
    StreamCut,
    UnknownModel,
    Unreachable,
    ask_text,
)
from rlm_desktop.trace.facts import Usage
from tests.support.lm_server import Answer, LmServer, Said, Trouble

REQUEST = Request(messages=(ChatMessage("system", "Be short."), ChatMessage("user", "How many?")))


@asynccontextmanager
async def lm_for(server: LmServer, **options) -> AsyncIterator[LM]:
    lm = make_lm("openai/test-model", Means(base_url=server.base_url, **options))
    try:
        yield lm
    finally:
        await lm.close()


async def ask(answer: Answer, *, streamed: bool = False, request: Request = REQUEST, **options):
    with LmServer(answer) as server:
        async with lm_for(server, **options) as lm:
            return await lm.ask(request, (lambda text, reasoning: None) if streamed else None)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_reply_comes_with_text_reasoning_and_usage(streamed):
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 40,
        "total_tokens": 140,
        "prompt_tokens_details": {"cached_tokens": 60},
        "completion_tokens_details": {"reasoning_tokens": 30},
    }

    reply = await ask(lambda _: Said(text="Forty-two.", reasoning="Counting.", usage=usage), streamed=streamed)

    assert (reply.text, reply.reasoning, reply.cut) == ("Forty-two.", "Counting.", False)
    assert reply.usage == Usage(input_tokens=100, cached_input_tokens=60, output_tokens=40, reasoning_tokens=30)


async def test_the_server_gets_the_messages_the_model_and_the_output_limit():
    with LmServer(lambda _: "ok") as server:
        async with lm_for(server) as lm:
            await lm.ask(Request(messages=REQUEST.messages, output_limit_tokens=77))

    assert server.requests[0]["model"] == "test-model"
    assert server.requests[0]["max_tokens"] == 77
    assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]
    assert not server.requests[0].get("stream")


async def test_streamed_pieces_arrive_one_by_one_and_keep_odd_line_ends():
    pieces = ("One\u2028", "two\x85", "\n", "three 漢字")
    texts: list[str] = []

    with LmServer(lambda _: Said(pieces=pieces)) as server:
        async with lm_for(server) as lm:
            reply = await lm.ask(REQUEST, lambda text, _reasoning: texts.append(text))

    assert texts == list(pieces)
    assert reply.text == "".join(pieces)


async def test_a_reply_that_ends_at_the_output_limit_is_marked_cut():
    reply = await ask(lambda _: Said(text="And then", finish_reason="length"), streamed=True)

    assert reply.cut


async def test_a_server_on_this_computer_costs_nothing_and_user_prices_win():
    usage = {"prompt_tokens": 1_000, "completion_tokens": 10, "total_tokens": 1_010}

    free = await ask(lambda _: Said(text="a", usage=usage))
    priced = await ask(lambda _: Said(text="a", usage=usage), prices=UserPrices(input_usd=2.0, output_usd=8.5))

    assert free.cost_nano_usd == 0
    assert priced.cost_nano_usd == 2_000_000 + 85_000


@pytest.mark.parametrize("streamed", [False, True])
async def test_usage_that_the_server_does_not_tell_is_not_invented(streamed):
    with LmServer(lambda _: "Hello", sends_usage=False) as server:
        async with lm_for(server, prices=UserPrices(input_usd=1, output_usd=1)) as lm:
            reply = await lm.ask(REQUEST, (lambda *_: None) if streamed else None)

    assert (reply.text, reply.usage, reply.cost_nano_usd) == ("Hello", Usage(), None)


async def test_stream_options_are_left_out_once_a_server_has_refused_them():
    with LmServer(lambda _: "Hello", knows_stream_options=False) as server:
        async with lm_for(server) as lm:
            replies = [await lm.ask(REQUEST, lambda *_: None) for _ in range(2)]

    assert [reply.text for reply in replies] == ["Hello", "Hello"]
    assert ["stream_options" in body for body in server.requests] == [True, False, False]


async def test_a_lower_output_limit_and_another_name_for_it_are_learned():
    def answer(body):
        if "max_tokens" in body:
            return Trouble(status=400, message="Unsupported parameter: use 'max_completion_tokens' instead.")
        if body["max_completion_tokens"] > 4_096:
            return Trouble(status=400, message="max_completion_tokens is too large: supports at most 4096.")
        return "ok"

    with LmServer(answer) as server:
        async with lm_for(server) as lm:
            replies = [await lm.ask(REQUEST) for _ in range(2)]

    assert [reply.text for reply in replies] == ["ok", "ok"]
    assert len(server.requests) == 4
    assert server.requests[-1]["max_completion_tokens"] == 4_096


async def test_a_schema_is_passed_on_and_left_out_where_it_is_refused():
    schema = {"type": "object"}
    asked = Request(messages=REQUEST.messages, schema=schema)

    def answer(body):
        is_asked = "response_format" in body
        return Trouble(status=400, message="response_format is not supported.") if is_asked else "{}"

    with LmServer(answer) as server:
        async with lm_for(server) as lm:
            reply = await lm.ask(asked)

    assert reply.text == "{}"
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == schema


@pytest.mark.parametrize(
    ("trouble", "error", "says"),
    [
        (Trouble.bad_key(), BadKey, "key"),
        (Trouble(status=402, message="Payment required"), NoQuota, "top it up"),
        (Trouble(status=429, code="insufficient_quota", message="You exceeded it."), NoQuota, "top it up"),
        (Trouble.no_model(), UnknownModel, "test-model"),
        (Trouble(status=400, code="context_length_exceeded", message="Too long."), ContextTooLong, "smaller pieces"),
        (Trouble(status=400, message="maximum context length is 8192 tokens"), ContextTooLong, "smaller pieces"),
        (Trouble(status=413, message="Too large"), ContextTooLong, "smaller pieces"),
        (Trouble(status=400, code="content_filter", message="No."), ContentRefused, "filter of the model server"),
        (Trouble(status=400, message="temperature is wrong"), BadRequest, "temperature is wrong"),
        (Trouble(status=500), Overloaded, "500"),
        (Trouble(status=503, body="<h1>busy</h1>"), Overloaded, "503"),
        (Trouble(status=529, message="Overloaded"), Overloaded, "529"),
        (Trouble.rate_limited(), RateLimited, "slow down"),
        (Trouble.garbage(), BadReply, "/v1"),
        (Trouble(status=200, body=""), BadReply, "nothing"),
        (Trouble(status=200, body='{"choices": []}'), BadReply, "no chat reply"),
        (Trouble(status=200, body='{"choices": [{"index'), BadReply, "no chat reply"),
        (Trouble(status=200, body="[1, 2]"), BadReply, "no chat reply"),
        (Trouble(status=200, body='{"error": {"code": 502, "message": "upstream"}}'), Overloaded, "upstream"),
        (Trouble(drop=True), Dropped, "closed the connection"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
async def test_every_trouble_becomes_one_sentence_of_its_own_kind(trouble, error, says, streamed):
    with pytest.raises(LmError) as raised:
        await ask(lambda _: trouble, streamed=streamed, api_key="sk-secret-key-1234")

    assert type(raised.value) is error
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


async def test_the_key_of_openai_goes_to_no_other_server(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "right-key")

    with LmServer(lambda _: "ok", api_key="right-key") as server:
        lm = make_lm("some-model", Means(base_url=server.base_url))
        with pytest.raises(BadKey, match="name the variable that holds it"):
            await lm.ask(REQUEST)
        await lm.close()


async def test_a_missing_key_and_a_wrong_key_are_told_apart(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with LmServer(lambda _: "ok", api_key="right-key") as server:
        for key, says in ((None, "there is none"), ("wrong", "refused the key")):
            async with lm_for(server, api_key=key) as lm:
                with pytest.raises(BadKey, match=says):
                    await lm.ask(REQUEST)
        async with lm_for(server, api_key="right-key") as lm:
            reply = await lm.ask(REQUEST)

    assert reply.text == "ok"


@pytest.mark.parametrize(("header", "seconds"), [("2", 2.0), ("0.25", 0.25), (None, None), ("soon", None)])
async def test_a_rate_limit_tells_how_long_to_wait(header, seconds):
    with pytest.raises(RateLimited) as raised:
        await ask(lambda _: Trouble.rate_limited(header))

    assert raised.value.retry_after_seconds == seconds


async def test_a_stream_that_breaks_off_keeps_what_had_arrived():
    with pytest.raises(StreamCut, match="try again") as raised:
        await ask(lambda _: Trouble(cut="The answer is"), streamed=True)

    assert raised.value.partial == "The answer is"
    assert raised.value.can_retry


async def test_an_error_in_the_middle_of_a_stream_is_understood():
    chunks = ('{"choices": [{"delta": {"content": "Hm"}}]}', '{"error": {"code": "rate_limit", "message": "x"}}')
    body = "".join(f"data: {chunk}\n\n" for chunk in chunks)

    with pytest.raises(RateLimited):
        await ask(lambda _: Trouble(status=200, body=body), streamed=True)


async def test_a_server_that_does_not_stream_when_asked_to_is_understood():
    whole = '{"choices": [{"message": {"content": "Whole."}, "finish_reason": "stop"}]}'

    reply = await ask(lambda _: Trouble(status=200, body=whole), streamed=True)

    assert reply.text == "Whole."


async def test_the_content_filter_that_stops_a_reply_is_named():
    with pytest.raises(ContentRefused, match="stopped the reply"):
        await ask(lambda _: Said(text="", finish_reason="content_filter"))


async def test_a_filtered_reply_that_came_without_its_usage_may_have_cost():
    body = '{"choices": [{"message": {"content": "Half"}, "finish_reason": "content_filter"}]}'

    with pytest.raises(ContentRefused) as caught:
        await ask(lambda _: Trouble(status=200, body=body))

    assert caught.value.may_have_cost


async def test_a_filtered_reply_tells_what_its_provider_says_it_cost():
    usage = '"usage": {"prompt_tokens": 10, "completion_tokens": 3, "cost": 0.5}'
    body = f'{{"choices": [{{"message": {{"content": "Half"}}, "finish_reason": "content_filter"}}], {usage}}}'

    with pytest.raises(ContentRefused) as caught:
        await ask(lambda _: Trouble(status=200, body=body))

    assert caught.value.cost_nano_usd == 500_000_000
    assert not caught.value.may_have_cost


@pytest.mark.parametrize("error", ['{"error": {"code": "rate_limit", "message": "x"}}', ""])
async def test_figures_that_came_before_a_stream_broke_off_are_not_taken_for_the_last(error):
    early = '{"choices": [{"delta": {"content": "Hm"}}], "usage": {"prompt_tokens": 10, "completion_tokens": 1}}'
    body = "".join(f"data: {chunk}\n\n" for chunk in (early, error) if chunk)

    with pytest.raises((RateLimited, StreamCut)) as caught:
        await ask(lambda _: Trouble(status=200, body=body), streamed=True)

    assert caught.value.spent == Usage(input_tokens=10, output_tokens=1)
    assert caught.value.may_have_cost


async def test_an_empty_reply_is_a_reply():
    reply = await ask(lambda _: "", streamed=True)

    assert reply.text == ""


async def test_nothing_listening_is_said_with_the_address():
    lm = make_lm("openai/test-model", Means(base_url="http://127.0.0.1:9/v1"))

    with pytest.raises(Unreachable, match=r"Nothing answers at http://127\.0\.0\.1:9/v1: is it running"):
        await lm.ask(REQUEST)
    await lm.close()


async def test_a_server_without_tls_behind_https_is_said():
    with LmServer(lambda _: "ok") as server:
        lm = make_lm("openai/test-model", Means(base_url=server.base_url.replace("http:", "https:")))
        with pytest.raises(BadRequest, match="secure connection"):
            await lm.ask(REQUEST)
        await lm.close()


@pytest.mark.parametrize("streamed", [False, True])
async def test_cancelling_aborts_the_request(streamed):
    with LmServer(lambda _: Trouble(hang=True)) as server:
        async with lm_for(server) as lm:
            task = asyncio.create_task(lm.ask(REQUEST, (lambda *_: None) if streamed else None))
            await asyncio.to_thread(server.wait_until, lambda it: it.in_flight == 1)

            task.cancel()

            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.to_thread(server.wait_until, lambda it: it.aborted and not it.in_flight)


async def test_connections_are_kept_alive_between_requests():
    with LmServer(lambda _: "Hello") as server:
        async with lm_for(server) as lm:
            for _ in range(3):
                await lm.ask(REQUEST)
                await lm.ask(REQUEST, lambda *_: None)

    assert server.connections == 1


async def test_a_proxy_in_the_environment_does_not_keep_us_from_this_computer(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    reply = await ask(lambda _: "ok")

    assert reply.text == "ok"


async def test_many_requests_run_at_once():
    with LmServer(lambda body: body["messages"][0]["content"], latency_seconds=0.2) as server:
        async with lm_for(server) as lm:
            asks = [lm.ask(Request(messages=ask_text(str(number)))) for number in range(50)]
            replies = await asyncio.gather(*asks)
            await asyncio.gather(*(lm.ask(REQUEST) for _ in range(50)))

    assert server.connections == 50
    assert [reply.text for reply in replies] == [str(number) for number in range(50)]
    assert server.in_flight_peak == 50
