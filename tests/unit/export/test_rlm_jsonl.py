"""Runs leave as logs that the official implementation's visualizer shows, and come back with all that those hold."""

import json

import pytest
from hypothesis import HealthCheck, given, settings

from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.export.redaction import redacted
from rlm_desktop.trace.events import Entry, ReplyGrew, TextKept
from tests.support.event_strategies import plausible_runs
from tests.support.foreign import exported, imported_bytes, run_of_several_calls_a_turn, substance
from tests.support.kinds_of_runs import KINDS, GivenRun, answered


def lines(run) -> list[dict]:
    return [json.loads(line) for line in exported("rlm-jsonl", run).splitlines()]


def shown(iterations: list[dict]) -> list[dict]:
    """Look at all that the visualizer touches of each iteration, child runs' too; fails where it would."""
    calls = []
    for number, iteration in enumerate(iterations, 1):
        assert iteration["iteration"] == number
        assert "T" in iteration["timestamp"]
        assert all(isinstance(message["content"], str) for message in iteration["prompt"])
        assert isinstance(iteration["response"], str)
        assert iteration["final_answer"] is None or isinstance(iteration["final_answer"], str)
        assert iteration["iteration_time"] is None or iteration["iteration_time"] >= 0
        for block in iteration["code_blocks"]:
            result = block["result"]
            assert isinstance(block["code"] + result["stdout"] + result["stderr"], str)
            assert isinstance(result["locals"], dict)
            assert result["execution_time"] >= 0
            calls += result["rlm_calls"]
    for call in list(calls):
        assert isinstance(call["prompt"], str | list)
        assert isinstance(call["response"] + call["root_model"], str)
        assert call["execution_time"] + call["prompt_tokens"] + call["completion_tokens"] >= 0
        calls += shown(call["metadata"]["iterations"]) if "metadata" in call else []
    return calls


def used(holders: list[dict], name: str) -> int:
    return sum(
        model.get(name, 0) for holder in holders for model in holder["usage_summary"]["model_usage_summaries"].values()
    )


def all_iterations(iterations: list[dict]) -> list[dict]:
    found = list(iterations)
    for iteration in iterations:
        for block in iteration["code_blocks"]:
            for call in block["result"]["rlm_calls"]:
                found += all_iterations(call["metadata"]["iterations"]) if "metadata" in call else []
    return found


@pytest.mark.parametrize("redact", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_is_a_log_that_the_visualizer_shows(kind, redact):
    run = KINDS[kind]()

    first, *iterations = lines(redacted(run) if redact else run)

    assert first["type"] == "metadata"
    assert first["root_model"] == "openai/gpt-5"
    assert {iteration["type"] for iteration in iterations} <= {"iteration"}
    shown(iterations)


@pytest.mark.parametrize("kind", KINDS)
def test_the_tokens_of_a_log_add_up_to_those_of_the_run(kind):
    run = KINDS[kind]()
    _, *iterations = lines(run)
    totals = trace_of(run).root.totals

    plain = [call for call in shown(iterations) if "metadata" not in call]
    holders = [one for one in [*all_iterations(iterations), *plain] if "usage_summary" in one]

    assert used(holders, "total_calls") == totals.calls
    assert used(holders, "total_input_tokens") == totals.input_tokens
    assert used(holders, "total_cached_input_tokens") == totals.cached_input_tokens
    assert used(holders, "total_output_tokens") == totals.output_tokens
    assert used(holders, "total_reasoning_tokens") == totals.reasoning_tokens
    assert round(used(holders, "total_cost") * 1e9) == totals.cost_nano_usd


@pytest.mark.parametrize("redact", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_comes_back_with_what_it_said_ran_and_cost(kind, redact, tmp_path):
    run = redacted(KINDS[kind]()) if redact else KINDS[kind]()

    (back,) = imported_bytes(tmp_path, exported("rlm-jsonl", run))

    assert substance(back) == substance(run)
    assert (back.name, back.tags) == (run.name, run.tags)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=plausible_runs())
def test_any_run_comes_back_as_it_was(events, tmp_path):
    run = as_run(events)

    (back,) = imported_bytes(tmp_path, exported("rlm-jsonl", run))

    assert substance(back) == substance(run)


def as_run(events) -> GivenRun:
    texts = {event.digest: event.text for event in events if isinstance(event, TextKept)}
    journaled = [event for event in events if not isinstance(event, TextKept | ReplyGrew)]
    entries = [Entry(number, 1_760_000_000.0 + number, event) for number, event in enumerate(journaled, 1)]
    return GivenRun(given=entries, texts=texts)


def test_several_calls_of_a_turn_and_a_last_one_are_iterations_and_come_back_as_they_were(tmp_path):
    run = run_of_several_calls_a_turn()

    (back,) = imported_bytes(tmp_path, exported("rlm-jsonl", run))

    assert len(lines(run)) == 1 + 5
    assert substance(back) == substance(run)


def test_a_partial_answer_says_so_where_the_visualizer_shows_it():
    *_, last = lines(KINDS["partial"]())

    assert last["final_answer"].startswith("[Partial answer: $2.00 is spent, so no further call was sent.]")


def test_an_unknown_price_is_left_out_and_never_nothing():
    _, first = lines(KINDS["unpriced"]())

    assert "total_cost" not in first["usage_summary"]
    assert "total_cost" not in json.dumps(first["usage_summary"]["model_usage_summaries"])


def test_what_was_left_out_and_what_its_reader_wrote_stands_in_the_first_line():
    run = answered()

    first = lines(redacted(run))[0]["rlm_desktop"]
    whole = lines(run)[0]["rlm_desktop"]

    assert "redacted" in first["left_out"][0]
    assert whole["tags"] == ["harbour", "1980s"]
    assert whole["notes"][0]["labels"] == ["good", "to check"]


def test_a_child_run_lies_in_the_call_that_made_it():
    _, first = lines(KINDS["deep"]())

    call = first["code_blocks"][0]["result"]["rlm_calls"][0]
    depths = [call["prompt"]]
    while "metadata" in call:
        call = call["metadata"]["iterations"][0]["code_blocks"][0]["result"]["rlm_calls"][:1]
        call = call[0] if call else {}
        depths.append(call.get("prompt"))

    assert depths == ["below 4", "below 3", "below 2", "below 1", "below 0", None]


def test_a_redacted_run_leaves_without_its_words():
    words = ("arbour", "dues", "Torsnes", "annual-19", "Board", "hits", "tonnage", "llm_query")

    whole, left = (exported("rlm-jsonl", run).decode() for run in (answered(), redacted(answered())))

    assert [word for word in words if word not in whole] == []
    assert [word for word in words if word in left] == []


def test_a_record_without_a_run_cannot_leave():
    with pytest.raises(NotFit, match="nothing of a run"):
        lines(GivenRun(given=[], texts={}))
