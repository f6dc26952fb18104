"""The engine over real HTTP."""

import re

from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.lm.prices import UserPrices
from rlm_desktop.trace.events import CallFinished, ReplyGrew
from tests.support.engine_runs import Stage, answering, block
from tests.support.lm_server import LmServer, Said, Trouble

ITEMS = "\n".join(f"item {number}: {'red' if number % 7 == 0 else 'blue'}" for number in range(2_000))


async def test_counting_two_thousand_items_in_twenty_sub_calls_is_exact(stage: Stage):
    count = [
        "lines = context.splitlines()",
        "parts = ['\\n'.join(lines[n : n + 100]) for n in range(0, len(lines), 100)]",
        "out = llm_query_batched(['Count the red items. Only a number.\\n' + part for part in parts])",
        "FINAL(sum(map(int, out)))",
    ]

    def answer(body):
        prompt = body["messages"][-1]["content"]
        return (
            str(len(re.findall(": red", prompt)))
            if prompt.startswith("Count")
            else Said(text=block(*count), piece_seconds=0.02)
        )

    with LmServer(answer) as server:
        prices = UserPrices(input_usd=1.0, output_usd=2.0)
        lm = make_lm("openai/test", Means(base_url=server.base_url, api_key="none", prices=prices))
        ran = await stage.play(lm, lm, corpus=ITEMS)
        await lm.close()

    assert ran.outcome.answer == "286"
    finished = ran.of(CallFinished)
    assert len(finished) == 21
    assert all(call.cost_nano_usd and call.usage.input_tokens for call in finished)
    assert len(ran.of(ReplyGrew)) > 1
    assert block(*count).startswith("".join(grew.text for grew in ran.of(ReplyGrew)))


async def test_half_a_character_from_a_model_does_no_harm(stage: Stage):
    odd = "odd \ud83d sign\n" + block("print('\ud800')", "peek()")
    usage = {"prompt_tokens": 5, "completion_tokens": 5, "total_tokens": 10}
    replies = iter([Said(text=odd, usage=usage), Said(text=answering("Ada"), usage=usage)])

    with LmServer(lambda _body: next(replies)) as server:
        lm = make_lm("openai/test", Means(base_url=server.base_url, api_key="none"))
        ran = await stage.play(lm, lm)
        await lm.close()

    assert ran.outcome.answer == "Ada"


async def test_a_refused_key_is_one_clear_sentence(stage: Stage):
    with LmServer(lambda _body: Trouble.bad_key()) as server:
        lm = make_lm("openai/test", Means(base_url=server.base_url, api_key="wrong"))
        ran = await stage.play(lm, lm)
        await lm.close()

    assert ran.outcome.status == "failed"
    assert "key" in ran.outcome.reason.lower()
    assert "wrong" not in ran.outcome.reason
