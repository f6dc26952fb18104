"""Inspect's own reader takes the logs, and finds in them what the trace holds."""

import json
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from rlm_desktop.export.recorded import trace_of
from rlm_desktop.export.spans import well_formed
from rlm_desktop.trace.events import CallFinished, CallStarted
from tests.support.exported import LEAVING, leaving, written
from tests.support.foreign_readers import SCRIPTS, inspect_python

STATUSES = {
    "partial": "success",
    "failed": "error",
    "cancelled": "cancelled",
    "running": "started",
    "from_tomorrow": "error",
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """Give what Inspect read of each kind of run; one process reads them all, as it takes seconds to start."""
    python, folder = inspect_python(), tmp_path_factory.mktemp("logs")
    paths: list[Path] = []
    for number, name in enumerate(LEAVING):
        paths.append(folder / f"{number}.eval")
        paths[-1].write_bytes(written("inspect", leaving(name)))
    command = [str(python), str(SCRIPTS / "inspect_reading.py"), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return dict(zip(LEAVING, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("name", LEAVING)
def test_inspect_finds_every_call_with_its_prompt_reply_tokens_and_cost(read, name):
    run = leaving(name)
    calls = [node for node in trace_of(run).walk() if node.kind == "call"]

    found = read[name]["calls"]

    assert [call["node"] for call in found] == [call.id for call in calls]
    for call, node in zip(found, calls, strict=True):
        started, finished = node.fact(CallStarted), node.fact(CallFinished)
        prompt = [[message.role, well_formed(run.text(message.text.digest))] for message in started.prompt]
        assert (call["prompt"], call["pending"]) == (prompt, node.is_open)
        assert call["retries"] == node.totals.retries
        if finished is not None:
            reply = "" if finished.reply is None else well_formed(run.text(finished.reply.digest))
            assert call["reply"] == reply
            usage, cost = call["usage"], finished.cost_nano_usd
            assert usage["total_tokens"] == finished.usage.input_tokens + finished.usage.output_tokens
            assert usage["total_cost"] == (None if cost is None else cost / 10**9)
            assert (call["error"] is not None) == (finished.status != "done")


@pytest.mark.parametrize("name", LEAVING)
def test_inspect_builds_the_same_tree(read, name):
    parts = [node for node in trace_of(leaving(name)).walk() if node.kind in ("run", "turn", "step", "batch")]
    found: list[dict] = []
    stack = list(reversed(read[name]["tree"]))
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            found.append(node)
            stack.extend(reversed(node["in"]))

    assert [int(span["span"].rpartition(":")[2]) for span in found] == [part.id for part in parts]
    assert all(span["ended"] for span in found)
    assert len(read[name]["tree"]) == 1


@pytest.mark.parametrize("name", LEAVING)
def test_inspect_tells_how_the_run_ended_and_what_was_left_out(read, name):
    run = leaving(name)

    assert read[name]["status"] == STATUSES.get(name.partition(", ")[0], "success")
    assert read[name]["metadata"].get("left_out", []) == list(run.left_out)
    assert Decimal(read[name]["metadata"]["known_cost_usd"]) == Decimal(trace_of(run).root.totals.cost_nano_usd).scaleb(
        -9
    )
    assert read[name]["summary"]["completed"] == (not name.startswith("running"))


def test_inspect_shows_the_question_the_answer_and_the_readers_score(read):
    found = read["answered"]

    assert found["input"].startswith("Which harbours raised their dues")
    assert found["answer"].startswith("## Four harbours raised their dues")
    assert found["task"] == "Harbour dues"
    assert found["tags"] == ["1980s", "harbour"]
    assert found["scores"] == {"reader": 4}
    assert [role for role, _ in found["messages"]] == ["system", "user", "assistant"]


def test_inspect_shows_code_with_what_it_printed(read):
    code, printed = read["deep"]["tools"][-1]

    assert (code, printed) == ("print(context[:9])", "leaf text\n")


def test_inspect_shows_that_an_answer_is_partial_and_which_limit_made_it_so(read):
    found = read["partial"]

    assert found["limit"] == {"type": "cost", "limit": 2.0, "reason": "$2.00 is spent, so no further call was sent."}
    assert found["output_error"] == "This answer is partial. $2.00 is spent, so no further call was sent."
    assert found["metadata"]["outcome"] == "partial"


def test_inspect_shows_why_a_run_failed(read):
    assert read["failed"]["error"] == "Five turns in a row failed."


def test_inspect_shows_what_a_newer_version_wrote(read):
    assert any(
        info.get("data") == {"parent": 1, "sky": ["grey", {"wind": 3}]} for info in read["from_tomorrow"]["infos"]
    )
