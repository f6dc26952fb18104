"""The scripted LM."""

import asyncio

import pytest

from rlm_desktop.lm.protocol import BadKey, BadRequest, Reply, Request, ask_text
from rlm_desktop.lm.scripted import ScriptedLM

REQUEST = Request(messages=ask_text("What is it? " * 10))


async def test_the_script_is_said_in_order_and_requests_are_kept():
    lm = ScriptedLM(["one", lambda request: request.messages[0].text[:4], Reply(text="three")])

    said = [(await lm.ask(REQUEST)).text for _ in range(3)]

    assert said == ["one", "What", "three"]
    assert lm.requests == [REQUEST] * 3


async def test_an_error_in_the_script_is_raised():
    lm = ScriptedLM([BadKey("The key is wrong.")])

    with pytest.raises(BadKey, match="The key is wrong"):
        await lm.ask(REQUEST)


async def test_a_script_that_ran_out_says_so():
    lm = ScriptedLM([])

    with pytest.raises(BadRequest, match="only 0 replies"):
        await lm.ask(REQUEST)


async def test_a_streamed_reply_adds_up_to_the_whole():
    lm = ScriptedLM(lambda _request: Reply(text="A long enough reply.", reasoning="thought about it"))
    texts: list[tuple[str, str]] = []

    reply = await lm.ask(REQUEST, lambda text, reasoning: texts.append((text, reasoning)))

    assert "".join(text for text, _ in texts) == reply.text
    assert "".join(reasoning for _, reasoning in texts) == reply.reasoning
    assert len(texts) > 2


async def test_tokens_are_estimated_and_cost_nothing():
    reply = await ScriptedLM(["four"]).ask(REQUEST)

    assert (reply.usage.input_tokens, reply.usage.output_tokens, reply.cost_nano_usd) == (24, 1, 0)


async def test_cancelling_an_ask_is_counted_and_leaves_nothing_in_flight():
    lm = ScriptedLM(["never"], latency_seconds=60)
    task = asyncio.create_task(lm.ask(REQUEST))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert (lm.cancelled, lm.in_flight, lm.in_flight_peak) == (1, 0, 1)
