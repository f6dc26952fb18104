"""Looking for model servers, each played by a real HTTP server."""

import asyncio
import socket
from typing import Any

import pytest

from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.lm.connections import Connections
from rlm_desktop.lm.discovery import Looked, Server, look_at, usual_servers
from rlm_desktop.service.finding import find_models
from rlm_desktop.service.making import Access
from rlm_desktop.service.model_messages import ListModels
from rlm_desktop.settings.preferences import PriceChoice, ServerChoice
from tests.support.json_server import serving
from tests.support.lm_server import LmServer


async def look(*servers: Server, key: str | None = None) -> list[Looked]:
    connections = Connections()
    try:
        return await look_at(servers, lambda _provider, _variable: key, connections)
    finally:
        await connections.close()


def models(*names: str, **more: Any) -> dict[str, Any]:
    return {"data": [{"id": name, **more} for name in names]}


async def test_ollama_tells_the_window_it_really_gives():
    answers = {
        "/v1/models": models("qwen3", "llama", "small"),
        "/api/ps": {"models": [{"name": "qwen3", "context_length": 32_768}]},
        "/api/show": {"parameters": "stop  x\nnum_ctx    8192"},
    }
    with serving(answers) as address:
        (looked,) = await look(Server(name="ollama", title="Ollama", base_url=f"{address}/v1"))

    assert {model.name: model.window_tokens for model in looked.models} == {
        "ollama/qwen3": 32_768,
        "ollama/llama": 8_192,
        "ollama/small": 8_192,
    }


async def test_an_ollama_that_says_nothing_is_taken_at_its_small_default():
    with serving({"/v1/models": models("qwen3"), "/api/ps": {"models": []}, "/api/show": {}}) as address:
        (looked,) = await look(Server(name="ollama", title="Ollama", base_url=f"{address}/v1"))

    assert looked.models[0].window_tokens == 4_096


@pytest.mark.parametrize(
    ("name", "answers", "window"),
    [
        ("lm_studio", {"/api/v0/models": {"data": [{"id": "m", "loaded_context_length": 9_000}]}}, 9_000),
        ("llamafile", {"/props": {"default_generation_settings": {"n_ctx": 16_384}}}, 16_384),
        ("hosted_vllm", {"/v1/models": models("m", max_model_len=40_960)}, 40_960),
        ("jan", {}, None),
        ("llamafile", {"/props": b"<html>"}, None),
    ],
)
async def test_each_kind_of_server_tells_its_window_in_its_own_way(name, answers, window):
    with serving({"/v1/models": models("m"), **answers}) as address:
        (looked,) = await look(Server(name=name, title=name, base_url=f"{address}/v1"))

    assert [(model.name, model.window_tokens) for model in looked.models] == [(f"{name}/m", window)]


async def test_what_is_no_model_server_is_said_in_a_sentence():
    with serving({"/v1/models": b"<html>hello"}) as page, serving({"/v1/models": models("m")}, key="k") as locked:
        looked = await look(
            Server(name="page", title="page", base_url=f"{page}/v1", is_added=True),
            Server(name="lock", title="lock", base_url=f"{locked}/v1", is_added=True),
            Server(name="none", title="none", base_url="http://127.0.0.1:9/v1", is_added=True),
            Server(name="odd", title="odd", base_url="what", is_added=True),
        )

    said = {one.server.name: one.problem for one in looked}
    assert "something else than its models" in said["page"]
    assert "wants a key" in said["lock"]
    assert said["none"] == "Nothing answers at http://127.0.0.1:9/v1."
    assert "not a web address" in said["odd"]


async def test_an_added_server_is_asked_with_its_key():
    with serving({"/v1/models": models("m")}, key="sesame") as address:
        (looked,) = await look(Server(name="lock", title="lock", base_url=address, is_added=True), key="sesame")

    assert [model.name for model in looked.models] == ["lock/m"]


async def test_a_server_that_never_answers_holds_nothing_up():
    # Connections are made, and nobody ever answers on them.
    listening = socket.create_server(("127.0.0.1", 0), backlog=16)
    port = listening.getsockname()[1]
    slow = [Server(name=f"s{n}", title="s", base_url=f"http://127.0.0.1:{port}/v1") for n in range(5)]

    began = asyncio.get_running_loop().time()
    looked = await look(*slow)
    took = asyncio.get_running_loop().time() - began

    # All five in the time of one.
    assert took < 2 * 2.5
    assert all(one.problem.startswith("Nothing answers") for one in looked)
    listening.close()


def test_the_usual_servers_are_on_this_computer(monkeypatch):
    monkeypatch.setenv("OLLAMA_API_BASE", "http://localhost:7777")

    usual = {server.name: server.base_url for server in usual_servers()}

    assert usual["ollama"] == "http://localhost:7777/v1"
    assert {"lm_studio", "llamafile", "hosted_vllm", "jan"} <= set(usual)


def find(folder, environ: dict[str, str], **chosen: Any):
    access = Access(folder, environ)
    return access.run(find_models(access, ListModels(**chosen)))


@pytest.fixture
def no_usual_servers(monkeypatch):
    monkeypatch.setattr("rlm_desktop.service.finding.usual_servers", list)


def test_models_are_listed_with_prices_windows_and_where_text_goes(tmp_path, no_usual_servers):
    with LmServer(lambda _: "x", models=("a", "b")) as server:
        choice = ServerChoice(name="office", base_url=server.base_url)
        price = PriceChoice(model="office/b", input_usd=1, output_usd=2)
        listed = find(tmp_path, {"OPENAI_API_KEY": "k"}, servers=(choice,), prices=(price,))

    by_name = {model.name: model for model in listed.models}
    assert by_name["builtin/extractive"].is_local
    assert (by_name["office/a"].price_source, by_name["office/a"].is_local) == ("local", True)
    assert by_name["office/a"].window_tokens is None
    assert by_name["builtin/extractive"].window_tokens
    assert by_name["office/b"].price_source == "entered"
    openai = [model for model in listed.models if model.goes_to == "OpenAI"]
    assert openai
    assert all(model.input_price and model.window_tokens for model in openai)
    assert {key.provider: key.place for key in listed.keys}["openai"] == "environment"
    assert "k" not in repr(listed.keys).split("'")


def test_without_keys_and_servers_the_built_in_model_is_what_there_is(tmp_path, no_usual_servers):
    listed = find(tmp_path, {})

    assert [model.name for model in listed.models] == ["builtin/extractive"]
    assert (listed.suggested_root, listed.suggested_worker) == ("builtin/extractive", "builtin/extractive")


def test_with_a_key_a_root_that_is_not_dear_and_a_cheaper_worker_are_suggested(tmp_path, no_usual_servers):
    listed = find(tmp_path, {"OPENAI_API_KEY": "k"})

    by_name = {model.name: model for model in listed.models}
    root, worker = by_name[listed.suggested_root], by_name[listed.suggested_worker]
    assert root.output_price is not None
    assert worker.output_price is not None
    assert worker.output_price < root.output_price <= 16 * 10**9


def test_a_window_that_was_found_is_the_one_that_runs_use(tmp_path, no_usual_servers):
    with serving({"/v1/models": models("m", max_model_len=12_345)}) as address:
        find(tmp_path, {}, servers=(ServerChoice(name="box", base_url=address),))
        access = Access(tmp_path, {})
        means = access.means(ListModels(servers=(ServerChoice(name="box", base_url=address),)))

    assert make_lm("box/m", means).facts.window_tokens == 12_345
    assert make_lm("box/m", Means(servers={"box": address})).facts.window_tokens == 128_000
