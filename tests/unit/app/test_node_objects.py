"""What `show --json` tells of each node beyond its text and figures."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rlm_desktop.trace.events import ChoiceAsked, ChoiceMade, LimitsChanged
from rlm_desktop.trace.facts import CodeFinding, Limits
from rlm_desktop.trace.ids import CallId, ChoiceId, NodeId, RunNodeId, StepId
from rlm_desktop.trace.texts import digest_of
from tests.support.recorded import record
from tests.support.traces import (
    call_finished,
    call_started,
    entries,
    model,
    run_finished,
    run_started,
    step_started,
    turn_started,
)

ASKED = ChoiceAsked(
    choice=ChoiceId(NodeId(6)),
    run=RunNodeId(NodeId(1)),
    step=StepId(NodeId(3)),
    about="fan-out",
    text="40 calls are about to be made.",
    actions=("run", "stop"),
    calls=40,
    most_nano_usd=9,
)
MADE = ChoiceMade(choice=ASKED.choice, action="run", text="You let it run.")
FINDING = CodeFinding(kind="dropped-tail", line=2, text="Only the first 3 go.")
EVENTS = (
    run_started(others=(replace(model("lab/strong"), goes_to="Lab"),), cache="reuse"),
    turn_started(2),
    replace(step_started(3, 2), findings=(FINDING,)),
    ASKED,
    MADE,
    LimitsChanged(run=RunNodeId(NodeId(1)), limits=Limits(turns=60)),
    call_started(4, 3),
    call_finished(4, price_source="listed"),
    call_started(5, 3),
    call_finished(5, 0, cached=True, same_as=CallId(NodeId(4)), saved_nano_usd=10, price_source="listed"),
    run_finished(),
)


@pytest.fixture
def told(rlm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[int, Any]:
    monkeypatch.setenv("RLM_DESKTOP_DATA_DIR", str(tmp_path / "data"))
    texts = {digest_of(text): text for text in ("Who raised the dues?", "look")}
    record(tmp_path / "data", "20251009-085320-000-cccccc", entries(EVENTS), texts)
    return {node["id"]: node for node in rlm("show", "last", "--json").value["nodes"]}


def test_a_call_says_whose_prompt_it_shares_what_that_saved_and_who_says_the_price(told) -> None:
    asked, known = told[4], told[5]

    assert (asked["same_as"], asked["saved_nano_usd"], asked["price_source"]) == (None, None, "listed")
    assert (known["same_as"], known["saved_nano_usd"], known["cached"]) == (4, 10, True)


def test_a_step_says_what_a_look_at_its_code_found(told) -> None:
    assert told[3]["findings"] == [{"kind": "dropped-tail", "line": 2, "text": "Only the first 3 go."}]


def test_a_choice_says_what_was_asked_and_chosen(told) -> None:
    choice = told[6]

    assert (choice["kind"], choice["text"], choice["calls"]) == ("choice", ASKED.text, 0)
    assert choice["choice_asked"] == {
        "about": "fan-out",
        "text": "40 calls are about to be made.",
        "actions": ["run", "stop"],
        "limit": None,
        "calls": 40,
        "input_tokens": 0,
        "output_tokens": 0,
        "cost_nano_usd": None,
        "spent_nano_usd": 0,
        "most_nano_usd": 9,
        "seconds": None,
    }
    assert choice["choice_made"] == {"action": "run", "text": "You let it run.", "at": 1005.0}


def test_a_run_says_its_limits_cache_mode_and_further_models(told) -> None:
    run = told[1]

    assert (run["limits"]["turns"], run["limits"]["cost_nano_usd"], run["cache"]) == (30, None, "reuse")
    assert [limits["turns"] for limits in run["limits_changed"]] == [60]
    assert [(other["name"], other["goes_to"]) for other in run["others"]] == [("lab/strong", "Lab")]
    assert run["models"] == {"root": "root", "worker": "worker"}


def test_tokens_written_to_the_prompt_cache_are_counted(told) -> None:
    assert all(node["tokens"]["cache_write_tokens"] == 0 for node in told.values())
