"""Runs leave as agent trajectories that others' models take, and come back with all that those hold."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from nat.atif import Trajectory

from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.export.redaction import redacted
from tests.support.event_strategies import plausible_runs
from tests.support.foreign import exported, imported_bytes, run_of_several_calls_a_turn, substance
from tests.support.kinds_of_runs import KINDS, GivenRun, answered
from tests.unit.export.test_rlm_jsonl import as_run


def trajectory(run) -> Trajectory:
    """Read the export with the models of the NeMo Agent Toolkit, which forbid fields that they do not know."""
    return Trajectory.model_validate_json(exported("atif", run))


def everywhere(top: Trajectory) -> list[Trajectory]:
    return [top, *(one for sub in top.subagent_trajectories or [] for one in everywhere(sub))]


def substance_without_repeats(run) -> str:
    """A prompt in a trajectory holds what came since the last one, and no lone surrogates."""
    return json.dumps(_without_prompts(substance(run)), default=str).replace("\\ud800", "\\ufffd")


def _without_prompts(value):
    if isinstance(value, list | tuple):
        is_call = isinstance(value, tuple) and value[:1] == ("call",)
        is_root = is_call and value[1] != "worker"
        return [_without_prompts(one) for place, one in enumerate(value) if not (is_root and place == 3)]
    return value


@pytest.mark.parametrize("redact", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_is_a_trajectory_to_others(kind, redact):
    run = KINDS[kind]()

    top = trajectory(redacted(run) if redact else run)

    assert top.schema_version == "ATIF-v1.7"
    assert top.session_id == run.run
    # Another reader of the format, Harbor's, is stricter in two points.
    for one in everywhere(top):
        assert one.steps
        for step in one.steps:
            assert step.llm_call_count != 0 or (step.metrics, step.reasoning_content) == (None, None)


@pytest.mark.parametrize("kind", KINDS)
def test_the_sums_of_a_trajectory_are_those_of_the_run(kind):
    run = KINDS[kind]()
    totals = trace_of(run).root.totals

    found = everywhere(trajectory(run))
    steps = [step for one in found for step in one.steps if step.metrics is not None]

    assert len(steps) == totals.calls
    assert sum(step.metrics.prompt_tokens for step in steps) == totals.input_tokens
    assert sum(step.metrics.cached_tokens for step in steps) == totals.cached_input_tokens
    assert sum(step.metrics.completion_tokens for step in steps) == totals.output_tokens
    assert sum(step.metrics.extra["reasoning_tokens"] for step in steps) == totals.reasoning_tokens
    assert round(sum(step.metrics.cost_usd or 0 for step in steps) * 1e9) == totals.cost_nano_usd
    assert sum(one.final_metrics.total_prompt_tokens for one in found) == totals.input_tokens
    assert all(one.final_metrics.total_steps == len(one.steps) for one in found)


@pytest.mark.parametrize("kind", KINDS)
def test_every_reference_leads_to_an_embedded_trajectory_and_each_is_referred_to_once(kind):
    for one in everywhere(trajectory(KINDS[kind]())):
        results = [result for step in one.steps if step.observation for result in step.observation.results]
        referred = [ref.trajectory_id for result in results for ref in result.subagent_trajectory_ref or []]

        assert referred == [sub.trajectory_id for sub in one.subagent_trajectories or []]


@pytest.mark.parametrize("redact", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_comes_back_with_what_it_said_ran_and_cost(kind, redact, tmp_path):
    run = redacted(KINDS[kind]()) if redact else KINDS[kind]()

    (back,) = imported_bytes(tmp_path, exported("atif", run), "run.json")

    assert substance_without_repeats(back) == substance_without_repeats(run)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=plausible_runs())
def test_any_run_is_taken_by_others_and_comes_back_as_it_was(events, tmp_path):
    run = as_run(events)
    trajectory(run)

    (back,) = imported_bytes(tmp_path, exported("atif", run), "run.json")

    assert substance_without_repeats(back) == substance_without_repeats(run)


def test_several_calls_of_a_turn_and_a_last_one_are_steps_and_come_back_as_they_were(tmp_path):
    run = run_of_several_calls_a_turn()
    trajectory(run)

    (back,) = imported_bytes(tmp_path, exported("atif", run), "run.json")

    assert substance_without_repeats(back) == substance_without_repeats(run)


def test_an_unknown_price_leaves_the_whole_cost_open():
    top = trajectory(KINDS["unpriced"]())

    assert top.final_metrics.total_cost_usd is None
    assert top.extra["rlm_desktop"]["totals"]["unpriced_calls"] == 2


def test_a_partial_answer_and_what_was_left_out_stand_in_the_notes():
    top = trajectory(redacted(KINDS["partial"]()))

    assert top.notes.startswith("The answer is a partial one: ")
    assert "redacted" in top.notes


def test_what_its_reader_wrote_goes_along():
    ours = trajectory(answered()).extra["rlm_desktop"]

    assert ours["name"] == "Harbour dues"
    assert ours["notes"][0]["score"] == 4


def test_a_redacted_run_leaves_without_its_words():
    words = ("arbour", "dues", "Torsnes", "annual-19", "Board", "hits", "tonnage", "llm_query")

    whole, left = (exported("atif", run).decode() for run in (answered(), redacted(answered())))

    assert [word for word in words if word not in whole] == []
    assert [word for word in words if word in left] == []


def test_a_record_without_a_run_cannot_leave():
    with pytest.raises(NotFit, match="nothing of a run"):
        exported("atif", GivenRun(given=[], texts={}))
