"""Logs of fast-rlm come in as runs: each agent a run in the step that called it."""

import pytest

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, RunFinished, RunStarted, StepFinished
from rlm_desktop.trace.facts import Usage
from tests.support.foreign import imported_bytes, json_lines
from tests.support.foreign_samples import fast_rlm_lines


def rows(run, kind):
    return [node for node in trace_of(run).walk() if node.kind == kind]


def read(folder, lines):
    return imported_bytes(folder, json_lines(*lines))


def test_a_log_becomes_one_run_with_its_agents_in_the_step_that_called_them(tmp_path):
    (run,) = read(tmp_path, fast_rlm_lines())

    trace = trace_of(run)
    root, first, second = rows(run, "run")
    assert [node.number for node in rows(run, "turn") if node.parent == root.id] == [1, 2, 3]
    assert trace.nodes[first.parent].title == trace.nodes[second.parent].title == "ask both"
    assert [node.status for node in (root, first, second)] == ["done", "done", "failed"]
    assert second.fact(RunFinished).reason == "The agent ended without a result."


def test_the_question_is_what_the_first_look_shows_of_the_context(tmp_path):
    (run,) = read(tmp_path, fast_rlm_lines())

    started = trace_of(run).root.fact(RunStarted)
    assert run.text(started.question.digest) == "Which harbours raised their dues? Ardvik did, Torsnes did not."


def test_usage_cost_reasoning_and_times_are_those_of_the_log(tmp_path):
    (run,) = read(tmp_path, fast_rlm_lines())

    first = rows(run, "call")[0]
    finished = first.fact(CallFinished)
    wanted = Usage(input_tokens=900, cached_input_tokens=512, output_tokens=40, reasoning_tokens=16)
    assert (finished.usage, finished.cost_nano_usd, finished.price_source) == (wanted, 2_100_000, "reported")
    assert run.text(finished.reasoning.digest) == "Hm."
    assert finished.reply is None
    assert first.fact(CallStarted).prompt
    assert finished.seconds == pytest.approx(1.0)
    assert trace_of(run).root.totals.calls == 5


def test_a_turn_without_code_says_so_and_models_have_no_name(tmp_path):
    (run,) = read(tmp_path, fast_rlm_lines())

    assert "No code was found in the reply." in [node.title for node in rows(run, "turn")]
    assert {node.fact(CallStarted).model for node in rows(run, "call")} == {"unnamed model"}


def test_answers_are_given_in_the_form_that_the_log_holds(tmp_path):
    (run,) = read(tmp_path, fast_rlm_lines())

    answers = [run.text(node.fact(AnswerGiven).answer.digest) for node in rows(run, "answer")]
    assert answers == ['{"year": 1981}', "Ardvik"]


def test_code_that_raised_is_a_failed_step_with_its_error(tmp_path):
    (run,) = read(tmp_path, fast_rlm_lines())

    error = rows(run, "step")[0].fact(StepFinished).error
    assert (error.type, error.message) == ("ZeroDivisionError", "no")


def test_a_failure_without_a_traceback_is_one_too(tmp_path):
    lines = [{**line, "output": "Value is no number!"} if line.get("hasError") else line for line in fast_rlm_lines()]

    (run,) = read(tmp_path, lines)

    error = rows(run, "step")[0].fact(StepFinished).error
    assert (error.type, error.message) == ("Error", "Value is no number!")


def test_agents_without_times_hang_in_the_step_whose_line_follows_theirs(tmp_path):
    lines = [
        {name: one for name, one in line.items() if name not in ("timestamps", "time")} for line in fast_rlm_lines()
    ]

    (run,) = read(tmp_path, lines)

    trace = trace_of(run)
    assert [trace.nodes[node.parent].title for node in rows(run, "run")[1:]] == ["ask both", "ask both"]


def test_agents_whose_caller_was_stopped_before_its_line_are_there_with_a_notice(tmp_path):
    lines = fast_rlm_lines()[:10]

    (run,) = read(tmp_path, lines)

    assert len(rows(run, "run")) == 3
    assert "does not hold the step that called these" in "\n".join(node.title for node in rows(run, "notice"))
    assert trace_of(run).root.fact(RunFinished).status == "interrupted"


def test_agents_that_nobody_in_the_file_called_are_runs_of_their_own(tmp_path):
    other = [{**line, "run_id": "18-x", "parent_run_id": "gone"} for line in fast_rlm_lines()[:2]]

    assert len(read(tmp_path, [*fast_rlm_lines(), *other])) == 2


def test_a_last_line_that_is_cut_off_is_told(tmp_path):
    (run,) = imported_bytes(tmp_path, json_lines(*fast_rlm_lines())[:-9])

    assert "Line 15 of run.jsonl is cut off" in "\n".join(node.title for node in rows(run, "notice"))


def test_agents_that_call_one_another_in_a_circle_are_refused(tmp_path):
    lines = fast_rlm_lines()
    lines[0]["parent_run_id"] = "17-a"

    with pytest.raises(BadImport, match=r"run\.jsonl cannot be imported: its agents call one another in a circle"):
        read(tmp_path, lines)


def test_what_a_line_says_wrongly_is_named(tmp_path):
    lines = fast_rlm_lines()
    lines[2]["usage"] = {"prompt_tokens": "many"}

    with pytest.raises(BadImport, match=r"Line 3 of run\.jsonl cannot be imported: “prompt_tokens” should be a count"):
        read(tmp_path, lines)
