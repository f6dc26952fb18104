"""Testing what a model is good for, with models that are and that are not."""

import pytest

from rlm_desktop.lm.protocol import LmError
from rlm_desktop.service.making import Access
from rlm_desktop.service.model_messages import ListModels, ModelTested
from rlm_desktop.service.testing import test_model as put_to_the_test
from rlm_desktop.settings.preferences import ServerChoice
from tests.support.engine_runs import block
from tests.support.lm_server import LmServer, Trouble

CUT = "parts = [part for part in context.split('SECTION ') if part.strip()]"
GOOD = (
    block("print(sections)"),
    block(
        CUT,
        "out = llm_query_batched(['Does it mention a bird? yes or no\\n' + part for part in parts])",
        "answer.update(content=str(out.count('yes')), ready=True)",
    ),
)


def model(*turns: str):
    """Say heron, then these turns, the last one again and again."""

    def answer(body):
        if "heron" in body["messages"][-1]["content"] and len(body["messages"]) == 1:
            return "heron"
        spoken = sum(message["role"] == "assistant" for message in body["messages"])
        return turns[min(spoken, len(turns) - 1)]

    return answer


def put(folder, answer) -> ModelTested:
    with LmServer(answer) as server:
        access = Access(folder, {})
        chosen = ListModels(servers=(ServerChoice(name="box", base_url=server.base_url),))
        tested = access.run(put_to_the_test(access, chosen, "box/test-model"))
        noted = access.notes.of("box/test-model", server.base_url)
    assert noted.badge == tested.badge
    return tested


def test_a_model_that_drives_a_run_is_root_capable(tmp_path):
    tested = put(tmp_path, model(*GOOD))

    assert tested.badge == "root-capable", tested.checks
    assert [check.name for check in tested.checks if check.passed] == [
        "reply",
        "fences",
        "slicing",
        "batching",
        "recovery",
        "ending",
    ]


def test_a_model_that_talks_but_writes_no_code_is_for_workers(tmp_path):
    tested = put(tmp_path, model("I would look at the sections, one after the other."))

    assert tested.badge == "worker-only"
    failed = {check.name: check.text for check in tested.checks if not check.passed}
    assert "held code" in failed["fences"]


def test_a_model_that_cannot_say_one_word_is_unsuitable(tmp_path):
    assert put(tmp_path, lambda _: "lorem ipsum").badge == "unsuitable"


def test_a_wrong_count_is_no_good_ending(tmp_path):
    wrong = block(CUT, "answer.update(content='3', ready=True)")

    tested = put(tmp_path, model(wrong))

    assert tested.badge == "worker-only"


def test_hostile_code_only_fails_the_test(tmp_path):
    tested = put(tmp_path, model(block("import os; os._exit(3)"), block("raise SystemExit")))

    assert tested.badge == "worker-only"


def test_a_server_that_refuses_is_said(tmp_path):
    with pytest.raises(LmError, match="key"):
        put(tmp_path, lambda _: Trouble.bad_key())
