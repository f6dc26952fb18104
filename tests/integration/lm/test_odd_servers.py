"""Servers that are slow, hostile or set up wrongly, and what a run learns from those that are not."""

import threading
from typing import Any

import pytest

from rlm_desktop.lm import discovery
from rlm_desktop.lm.connections import Connections
from rlm_desktop.lm.discovery import Looked, Server, look_at
from rlm_desktop.service.finding import find_models
from rlm_desktop.service.making import Access
from rlm_desktop.service.model_messages import ListModels, ModelsListed
from rlm_desktop.service.running import prepare_models
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.settings.preferences import ServerChoice
from tests.support.json_server import serving
from tests.support.lm_server import LmServer


async def look(server: Server) -> Looked:
    connections = Connections()
    try:
        (looked,) = await look_at([server], lambda _provider, _variable: None, connections)
        return looked
    finally:
        await connections.close()


def added(address: str) -> Server:
    return Server(name="box", title="box", base_url=address, is_added=True)


def windows(looked: Looked) -> dict[str, int | None]:
    return {model.name: model.window_tokens for model in looked.models}


def listing(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"data": list(entries)}


async def test_a_list_that_comes_in_many_packets_is_read_whole():
    names = tuple(f"model-{number}-{'x' * 200}" for number in range(1_500))
    with LmServer(lambda _: "", models=names) as server:
        looked = await look(added(server.base_url))

    assert len(looked.models) == 1_500


async def test_json_that_is_nested_without_end_is_no_list():
    with serving({"/v1/models": b"[" * 500_000}) as address:
        looked = await look(added(address))

    assert "something else than its models" in looked.problem


async def test_names_and_windows_that_can_be_none_are_left_out():
    odd = listing(
        {"id": "good", "max_model_len": True, "context_length": 8_192},
        {"id": "bad\x1b[2J"},
        {"id": "x" * 301},
        {"id": ""},
        {"id": 7},
        {"id": "vast", "max_model_len": 10**30, "owned_by": ["library"]},
    )
    with serving({"/v1/models": odd}) as address:
        looked = await look(added(address))

    assert windows(looked) == {"box/good": 8_192, "box/vast": None}


@pytest.mark.parametrize(
    ("owner", "answers", "window"),
    [
        ("library", {"/api/show": {"parameters": "num_ctx 8192"}}, 8_192),
        ("library", {}, 4_096),
        ("llamacpp", {"/props": {"default_generation_settings": {"n_ctx": 16_384}}}, 16_384),
        ("organization_owner", {"/api/v0/models": listing({"id": "m", "loaded_context_length": 9_000})}, 9_000),
        ("somebody", {"/props": {"default_generation_settings": {"n_ctx": 16_384}}}, None),
    ],
)
async def test_an_added_server_is_asked_in_its_own_way(owner, answers, window):
    with serving({"/v1/models": listing({"id": "m", "owned_by": owner}), **answers}) as address:
        looked = await look(added(address))

    assert windows(looked) == {"box/m": window}


async def test_a_server_too_slow_to_tell_its_windows_stays_listed(monkeypatch):
    monkeypatch.setattr(discovery, "LONGEST_SECONDS", 0.5)
    over = threading.Event()
    answers = {"/v1/models": listing({"id": "qwen3"}), "/api/show": lambda: over.wait(20) and {}}
    with serving(answers) as address:
        looked = await look(Server(name="ollama", title="Ollama", base_url=f"{address}/v1"))
        over.set()

    assert (windows(looked), looked.problem) == ({"ollama/qwen3": 4_096}, "")


def find(folder, environ: dict[str, str], **chosen: Any) -> ModelsListed:
    access = Access(folder, environ)
    return access.run(find_models(access, ListModels(**chosen)))


def test_a_usual_server_that_was_moved_to_no_address_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("OLLAMA_API_BASE", "what")

    listed = find(tmp_path, {})

    (told,) = [server for server in listed.servers if server.name == "ollama"]
    assert "'what' is not a web address" in told.problem
    assert listed.models[0].name == "builtin/extractive"


def test_a_key_that_was_named_goes_to_no_added_server(tmp_path):
    with serving({"/v1/models": listing({"id": "m"})}, key="sesame") as address:
        box = ServerChoice(name="box", base_url=address)
        listed = find(tmp_path, {"MY_KEY": "sesame"}, servers=(box,), api_key_env="MY_KEY")
        served = find(tmp_path, {"MY_KEY": "sesame"}, base_url=address, api_key_env="MY_KEY")

    assert "wants a key" in next(server.problem for server in listed.servers if server.name == "box")
    assert "m" in [model.name for model in served.models]


def test_a_run_learns_the_window_that_its_server_gives_now(tmp_path):
    """Nobody has listed models before, and the server's window has changed since the last run."""
    for window in (12_345, 6_789):
        with serving({"/v1/models": listing({"id": "m", "max_model_len": window})}) as address:
            access = Access(tmp_path, {})
            box = ServerChoice(name="box", base_url=address)
            asked = RunSpec(question="?", paths=("x",), root="box/m", worker="builtin/extractive", servers=(box,))
            by_name = access.run(prepare_models(asked, access))
            served = RunSpec(question="?", paths=("x",), root="m", worker="m", base_url=address)
            by_address = access.run(prepare_models(served, access))

        assert by_name.root.facts.window_tokens == by_address.worker.facts.window_tokens == window


def test_a_run_begins_when_its_server_tells_no_window(tmp_path):
    access = Access(tmp_path, {})
    silent = RunSpec(question="?", paths=("x",), root="m", worker="m", base_url="http://127.0.0.1:9/v1")

    assert access.run(prepare_models(silent, access)).root.facts.name == "m"
