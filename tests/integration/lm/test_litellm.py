"""Asking through litellm, over real HTTP."""

import asyncio
import os
import subprocess
import sys

import pytest

from rlm_desktop.lm.endpoints import Endpoint
from rlm_desktop.lm.litellm import LiteLlmLM
from rlm_desktop.lm.prices import Prices, Tariff
from rlm_desktop.lm.protocol import (
    BadKey,
    LmError,
    NoQuota,
    Overloaded,
    RateLimited,
    Request,
    UnknownModel,
    Unreachable,
    ask_text,
)
from rlm_desktop.trace.facts import Usage
from tests.support.lm_server import LmServer, Said, Trouble

# litellm warns about its own use of pydantic in the middle of streams.
pytestmark = [
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

REQUEST = Request(messages=ask_text("How many?"))
TARIFF = Tariff(base=Prices(input_price=1_000_000_000, cached_input_price=100_000_000, output_price=2_000_000_000))


def lm_at(base_url: str, model: str = "hosted_vllm/test-model") -> LiteLlmLM:
    endpoint = Endpoint(
        name=model,
        model=model,
        provider=None,
        base_url=base_url,
        api_key="test-key",
        goes_to="this computer",
    )
    return LiteLlmLM(endpoint, TARIFF)


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_reply_comes_with_text_reasoning_usage_and_cost(streamed):
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 40,
        "total_tokens": 140,
        "prompt_tokens_details": {"cached_tokens": 60},
        "completion_tokens_details": {"reasoning_tokens": 30},
    }
    texts: list[str] = []

    with LmServer(lambda _: Said(text="Forty-two.", reasoning="Counting.", usage=usage)) as server:
        reply = await lm_at(server.base_url).ask(
            REQUEST, (lambda text, _reasoning: texts.append(text)) if streamed else None
        )

    assert (reply.text, reply.reasoning) == ("Forty-two.", "Counting.")
    assert reply.usage == Usage(input_tokens=100, cached_input_tokens=60, output_tokens=40, reasoning_tokens=30)
    assert reply.cost_nano_usd == 40_000 + 6_000 + 80_000
    assert "".join(texts) == ("Forty-two." if streamed else "")
    assert server.requests[0]["model"] == "test-model"


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble.bad_key(), BadKey),
        (Trouble.no_model(), UnknownModel),
        (Trouble(status=429, code="insufficient_quota", message="You exceeded your current quota."), NoQuota),
        (Trouble.rate_limited("3"), RateLimited),
        (Trouble(status=503), Overloaded),
    ],
)
async def test_every_trouble_becomes_one_sentence_of_its_own_kind(trouble, error):
    with LmServer(lambda _: trouble) as server, pytest.raises(LmError) as raised:
        await lm_at(server.base_url).ask(REQUEST)

    assert type(raised.value) is error
    assert "\n" not in str(raised.value)
    assert "litellm" not in str(raised.value).lower()
    assert len(server.requests) == 1


async def test_nothing_listening_is_said_with_the_address():
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9"):
        await lm_at("http://127.0.0.1:9/v1").ask(REQUEST)


async def test_cancelling_aborts_the_request():
    with LmServer(lambda _: Trouble(hang=True)) as server:
        task = asyncio.create_task(lm_at(server.base_url).ask(REQUEST))
        await asyncio.to_thread(server.wait_until, lambda it: it.in_flight == 1)

        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.to_thread(server.wait_until, lambda it: it.aborted and not it.in_flight)


def test_importing_litellm_opens_no_connection():
    code = (
        "import socket\n"
        "def refuse(*arguments, **options): raise SystemExit('a connection was opened')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import rlm_desktop.lm.litellm_client\n"
        "print('quiet')\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LITELLM")}

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False, timeout=60
    )

    assert done.stdout.strip().endswith("quiet"), done.stderr


WINDOWS = """
import shutil, socket, sys
from pathlib import Path
from rlm_desktop.corpus.counting import vocabularies

folder = Path(sys.argv[1])
for file in vocabularies._folder().iterdir():
    if file.is_file():
        (folder / file.name).write_bytes(file.read_bytes().replace(b"\\n", b"\\r\\n"))
vocabularies._folder = lambda: folder

def refuse(*arguments, **options): raise SystemExit("a connection was opened")
socket.socket.connect = socket.getaddrinfo = refuse

import rlm_desktop.lm.litellm_client
from litellm.litellm_core_utils.default_encoding import encoding
print(len(encoding.encode("The harbour raised its dues in 1981.")))
"""
"""litellm's package for Windows has its vocabularies with the ends of line of Windows."""


def test_litellms_vocabularies_are_read_where_they_lie_whatever_their_ends_of_line(tmp_path):
    command = [sys.executable, "-W", "ignore", "-c", WINDOWS, str(tmp_path)]

    environment = {**os.environ, "CUSTOM_TIKTOKEN_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)

    assert done.stdout.strip() == "10", done.stderr


async def test_a_streamed_reply_sends_nobody_to_a_hub_for_its_vocabulary(monkeypatch):
    fetched: list[str] = []
    monkeypatch.setattr("tokenizers.Tokenizer.from_pretrained", lambda name, **_options: fetched.append(name))

    with LmServer(lambda _: Said(text="Forty-two.")) as server:
        reply = await lm_at(server.base_url, "hosted_vllm/meta-llama-3-8b").ask(REQUEST, lambda _text, _reasoning: None)

    assert reply.text == "Forty-two."
    assert fetched == []


async def test_a_provider_that_nobody_knows_is_named():
    endpoint = Endpoint(
        name="nosuch/model", model="nosuch/model", provider=None, base_url=None, api_key=None, goes_to="nosuch"
    )
    lm = LiteLlmLM(endpoint, TARIFF)

    with pytest.raises(UnknownModel, match="no provider called 'nosuch'"):
        await lm.ask(REQUEST)
    await lm.close()
