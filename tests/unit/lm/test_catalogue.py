"""From a model's name to the model."""

import re
import subprocess
import sys

import pytest

from rlm_desktop.lm.catalogue import Means, endpoint_of, known_models, make_lm
from rlm_desktop.lm.litellm import LiteLlmLM
from rlm_desktop.lm.openai import OpenAiLM
from rlm_desktop.lm.prices import UserPrices
from rlm_desktop.lm.protocol import BadKey, BadRequest, UnknownModel


@pytest.fixture(autouse=True)
def no_keys(monkeypatch):
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OLLAMA_API_BASE"):
        monkeypatch.delenv(name, raising=False)


def test_the_built_in_model_needs_nothing():
    facts = make_lm("builtin/extractive").facts

    assert (facts.name, facts.goes_to, facts.input_price) == ("builtin/extractive", "this computer", 0)


def test_a_provider_that_speaks_the_openai_protocol_is_asked_directly(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")

    lm = make_lm("openai/gpt-5-mini")

    assert isinstance(lm, OpenAiLM)
    assert (lm.facts.name, lm.facts.goes_to) == ("openai/gpt-5-mini", "OpenAI")
    assert lm.facts.input_price
    assert lm.facts.window_tokens > 128_000


def test_other_providers_are_asked_through_litellm(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "x")

    lm = make_lm("anthropic/claude-sonnet-4-5")

    assert isinstance(lm, LiteLlmLM)
    assert lm.facts.goes_to == "Anthropic"
    assert lm.facts.output_price


def test_a_missing_key_is_said_before_anything_is_asked():
    with pytest.raises(
        BadKey, match="set ANTHROPIC_API_KEY, paste the key in the model settings, or choose builtin/extractive"
    ):
        make_lm("anthropic/claude-sonnet-4-5")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "No model was named"),
        ("  ", "No model was named"),
        ("gpt-5-mini", "write provider/model, such as openai/gpt-5-mini"),
        ("builtin/clever", "builtin/extractive"),
    ],
)
def test_a_name_that_means_no_model_is_refused_with_advice(name, says):
    with pytest.raises(UnknownModel, match=says):
        make_lm(name)


def test_a_server_on_this_computer_is_free_knowingly():
    for lm in (make_lm("ollama/qwen3"), make_lm("any/model", Means(base_url="http://localhost:8000/v1"))):
        facts = lm.facts
        assert (facts.goes_to, facts.input_price, facts.output_price) == ("this computer", 0, 0)


def test_a_server_elsewhere_has_no_known_price():
    facts = make_lm("qwen3", Means(base_url="http://192.168.1.20:8000/v1")).facts

    assert (facts.goes_to, facts.input_price, facts.output_price) == ("192.168.1.20:8000", None, None)


def test_prices_of_the_user_come_first():
    facts = make_lm(
        "openai/x", Means(base_url="http://localhost:1/v1", prices=UserPrices(input_usd=1, output_usd=2))
    ).facts

    assert (facts.input_price, facts.output_price) == (1_000_000_000, 2_000_000_000)


@pytest.mark.parametrize("address", ["localhost:8000", "ftp://x/v1", "http://", "what"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(BadRequest, match="write it like http://localhost:8000/v1"):
        make_lm("openai/x", Means(base_url=address))


def test_a_provider_is_listed_with_models_that_are_of_use():
    names = known_models("openai")

    assert len(names) > 5
    assert all(name.startswith("openai/") for name in names)
    assert not any(re.search(r"\d{4}-\d\d-\d\d|audio|preview", name) for name in names)
    assert known_models("no-such-provider") == ()


def test_a_model_of_an_added_server_has_its_address_key_and_window():
    means = Means(
        servers={"office": "http://192.168.1.20:8000"},
        find_key=lambda provider, _variable: f"key of {provider}",
        windows={("office/qwen3", "http://192.168.1.20:8000/v1"): 40_960},
        model_prices={"office/qwen3": UserPrices(input_usd=1, output_usd=2)},
    )

    endpoint, facts = endpoint_of("office/qwen3", means), make_lm("office/qwen3", means).facts

    assert (endpoint.base_url, endpoint.model, endpoint.api_key) == (
        "http://192.168.1.20:8000/v1",
        "qwen3",
        "key of office",
    )
    assert "key of office" not in repr(endpoint) + repr(means)
    assert (facts.goes_to, facts.window_tokens, facts.input_price) == ("192.168.1.20:8000", 40_960, 10**9)


def test_making_a_model_imports_no_sdk():
    code = (
        "import sys\n"
        "from rlm_desktop.lm.catalogue import Means, make_lm\n"
        "make_lm('any', Means(base_url='http://localhost:1/v1')); make_lm('builtin/extractive')\n"
        "print([name for name in ('openai', 'litellm', 'aiohttp', 'numpy', 'bm25s') if name in sys.modules])\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "[]"
