"""Tests of models end in time and within their money, and blame no model for its server."""

import pytest

from rlm_desktop.service import testing
from rlm_desktop.service.making import Access
from rlm_desktop.service.model_messages import ListModels, ModelTested
from rlm_desktop.service.testing import test_model as put_to_the_test
from rlm_desktop.settings.preferences import PriceChoice, ServerChoice
from tests.support.engine_runs import block
from tests.support.lm_server import LmServer, Trouble


def put(folder, server: LmServer, *prices: PriceChoice) -> ModelTested:
    access = Access(folder, {})
    chosen = ListModels(servers=(ServerChoice(name="box", base_url=server.base_url),), prices=prices)
    tested = access.run(put_to_the_test(access, chosen, "box/test-model"))
    assert access.notes.of("box/test-model", server.base_url).badge == tested.badge
    return tested


def after_the_first(then):
    """Say the word, then something else."""
    return lambda body: "heron" if len(body["messages"]) == 1 else then


def failed(tested: ModelTested) -> dict[str, str]:
    return {check.name: check.text for check in tested.checks if not check.passed}


def test_a_model_that_never_replies_is_unsuitable(tmp_path, monkeypatch):
    monkeypatch.setattr(testing, "_LONGEST_REPLY_SECONDS", 0.2)
    with LmServer(lambda _: Trouble(hang=True)) as server:
        tested = put(tmp_path, server)

    assert tested.badge == "unsuitable"
    assert "did not reply within" in failed(tested)["reply"]


def test_a_model_that_falls_silent_later_ends_in_time(tmp_path, monkeypatch):
    monkeypatch.setattr(testing, "_MOST_SECONDS", 0.5)
    with LmServer(after_the_first(Trouble(hang=True))) as server:
        tested = put(tmp_path, server)

    assert tested.badge == "worker-only"
    assert "ending" in failed(tested)


def test_a_server_that_fails_midway_gives_no_badge(tmp_path):
    with LmServer(after_the_first(Trouble.bad_key())) as server:
        tested = put(tmp_path, server)

    assert tested.badge is None
    assert "key" in tested.problem


@pytest.mark.parametrize("dollars", [1.0, 600.0])
def test_all_calls_are_counted_and_stay_within_the_money(tmp_path, dollars):
    price = PriceChoice(model="box/test-model", input_usd=dollars / 10, output_usd=dollars)
    with LmServer(after_the_first(block("print(len(context))"))) as server:
        tested = put(tmp_path, server, price)
        limits = [body["max_tokens"] for body in server.requests]

    assert tested.cost_nano_usd is not None
    assert 0 < tested.cost_nano_usd <= 250_000_000
    assert limits[0] * dollars / 1e6 <= 0.125
    assert tested.badge == "worker-only"


def test_an_answer_that_names_every_number_is_not_right(tmp_path):
    every = " ".join(str(number) for number in range(25))
    with LmServer(after_the_first(block(f"answer.update(content='{every}', ready=True)"))) as server:
        assert "ending" in failed(put(tmp_path, server))


def test_asking_about_nothing_is_neither_slicing_nor_batching(tmp_path):
    idle = block("context", "llm_query_batched(['yes or no?'] * 24)", "answer.update(content='17', ready=True)")
    with LmServer(after_the_first(idle)) as server:
        tested = put(tmp_path, server)

    assert "slicing" in failed(tested)
    assert tested.badge == "worker-only"
