"""Logs of the official implementation come in as runs like our own: real ones of several versions, and damaged ones."""

import json

import pytest

from rlm_desktop.export import foreign_lines
from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.importing import read_runs
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.trace.events import (
    AnswerGiven,
    CallFinished,
    CallStarted,
    RunFinished,
    RunStarted,
    StepFinished,
    SubcallsQueued,
)
from tests.support.foreign import imported, imported_bytes, json_lines, substance
from tests.support.foreign_samples import OFFICIAL
from tests.support.official_logs import CHILD, DATA, GRANDCHILD, QUESTION

NEWEST = DATA / "rlms-0.1.3.jsonl"


def rows(run, kind):
    return [node for node in trace_of(run).walk() if node.kind == kind]


def said(run) -> str:
    return "\n".join(node.title for node in rows(run, "notice"))


def metadata(**more):
    return {"type": "metadata", "root_model": "m", "max_depth": 1, "max_iterations": 5, **more}


def iteration(number=1, **more):
    return {"type": "iteration", "iteration": number, "prompt": [], "response": "Hello.", "code_blocks": [], **more}


def block(code="print(1)", **result):
    return {"code": code, "result": {"stdout": "", "stderr": "", "locals": {}, "execution_time": 1.0, **result}}


def call(response="yes", **more):
    usage = {"m": {"total_calls": 1, "total_input_tokens": 5, "total_output_tokens": 2}}
    summary = {"model_usage_summaries": usage}
    return {
        "root_model": "m",
        "prompt": "ask",
        "response": response,
        "usage_summary": summary,
        "execution_time": 0.5,
    } | more


@pytest.mark.parametrize("log", OFFICIAL, ids=lambda log: log.stem)
def test_a_real_log_of_each_version_holds_two_runs(log):
    answered, forced = imported(log)

    first, second = trace_of(answered), trace_of(forced)
    assert first.root.fact(RunFinished).status == "answered"
    assert first.root.title == QUESTION
    assert [node.number for node in rows(answered, "turn") if node.parent == first.root.id] == [1, 2, 3]
    assert rows(answered, "turn")[0].title == "I look at the text first."
    assert [node.title for node in rows(answered, "step") if node.status == "failed"] == ["lines[9]"]
    assert second.root.fact(RunFinished).status == "partial"
    assert "turns were used up" in rows(forced, "answer")[0].fact(AnswerGiven).partial
    assert rows(forced, "answer")[0].fact(AnswerGiven).source == "forced"
    assert rows(forced, "call")[-1].fact(CallStarted).role == "final"


@pytest.mark.parametrize(("version", "source"), [("0.1.0", "final-var"), ("0.1.1", "final-var"), ("0.1.3", "variable")])
def test_the_answer_is_that_of_the_log_in_either_era(version, source):
    run, _ = imported(DATA / f"rlms-{version}.jsonl")

    given = [node.fact(AnswerGiven) for node in rows(run, "answer")][-1]
    assert run.text(given.answer.digest) == "in 1981; in 1982; in no year"
    assert given.source == source


@pytest.mark.parametrize("version", ["0.1.1", "0.1.3"])
def test_child_runs_of_a_real_log_are_runs_in_the_steps_that_called_them(version):
    run, _ = imported(DATA / f"rlms-{version}.jsonl")

    trace = trace_of(run)
    _, child, grandchild = rows(run, "run")
    assert [run.text(one.fact(RunStarted).question.digest) for one in (child, grandchild)] == [CHILD, GRANDCHILD]
    assert (child.depth, grandchild.depth) == (1, 2)
    assert trace.nodes[child.parent].kind == "step"
    assert grandchild.id in {node.id for node in trace.walk(child.id)}
    assert all(node.status == "done" for node in (child, grandchild))


def test_the_tokens_of_a_child_run_are_those_that_the_log_gives_for_it():
    run, _ = imported(NEWEST)
    lines = [json.loads(line) for line in NEWEST.read_text().splitlines()]
    logged = lines[2]["code_blocks"][1]["result"]["rlm_calls"][0]
    inner = logged["metadata"]["iterations"][0]["code_blocks"][0]["result"]["rlm_calls"][0]

    wanted = sum(
        one["usage_summary"]["model_usage_summaries"]["scripted-model"]["total_input_tokens"] for one in (logged, inner)
    )
    assert rows(run, "run")[1].totals.input_tokens == wanted
    assert "counts the tokens of this child run's own turns together only" in said(run)


def test_prompts_of_child_runs_end_before_their_replies_although_the_log_repeats_all_messages():
    run, _ = imported(NEWEST)
    child = rows(run, "run")[1]

    for node in trace_of(run).walk(child.id):
        finished = node.fact(CallFinished)
        if finished is not None and finished.preview:
            assert finished.reply.digest not in [one.text.digest for one in node.fact(CallStarted).prompt]


def test_variables_come_from_one_block_to_the_next_without_those_of_the_implementation():
    run, _ = imported(NEWEST)

    changes = [
        [(change.name, change.change, change.size) for change in node.fact(StepFinished).variables]
        for node in rows(run, "step")
    ]

    assert changes[0] == [("lines", "new", "list of 3")]
    assert changes[2] == [("said", "new", "list of 3")]


def test_a_variable_that_is_gone_was_deleted_and_one_of_any_type_is_shown(tmp_path):
    first = block(locals={"a": 1, "b": float("nan"), "c": {"d": []}, "context": "text", "answer": {}})
    written = json_lines(metadata(), iteration(code_blocks=[first, block(locals={"a": 2, "b": float("nan")})]))

    (run,) = imported_bytes(tmp_path, written)

    steps = [node.fact(StepFinished).variables for node in rows(run, "step")]
    assert [(one.name, one.type, one.preview) for one in steps[0]] == [
        ("a", "int", "1"),
        ("b", "float", "NaN"),
        ("c", "dict", '{"d": []}'),
    ]
    assert [(one.name, one.change) for one in steps[1]] == [("a", "changed"), ("c", "deleted")]


def test_times_are_those_of_the_log_and_calls_lie_inside_their_step():
    run, _ = imported(NEWEST)

    for node in trace_of(run).walk():
        above = trace_of(run).nodes[node.parent] if node.parent is not None else None
        if above is not None and node.seconds is not None and above.seconds is not None:
            assert above.started <= node.started
            assert node.started + node.seconds <= above.started + above.seconds + 1e-6


def test_turns_without_times_follow_one_another_by_what_they_took(tmp_path):
    turns = [iteration(number, code_blocks=[block(execution_time=2.0)]) for number in (1, 2)]

    (run,) = imported_bytes(tmp_path, json_lines(metadata(), *turns))

    first, second = rows(run, "turn")
    assert second.started - first.started == pytest.approx(2.0)


def test_a_cost_that_the_log_gives_is_taken_and_none_is_guessed(tmp_path):
    priced = call(usage_summary={"model_usage_summaries": {"m": {"total_input_tokens": 9, "total_cost": 0.0125}}})
    written = json_lines(metadata(), iteration(code_blocks=[block(rlm_calls=[priced, call()])]))

    (run,) = imported_bytes(tmp_path, written)

    costs = [node.fact(CallFinished) for node in rows(run, "call")[1:]]
    assert [(one.cost_nano_usd, one.price_source) for one in costs] == [(12_500_000, "reported"), (None, "unknown")]


def test_failed_calls_are_known_by_their_error(tmp_path):
    failing = [
        call("", error="llm() call failed"),
        call("Error: no budget", usage_summary={}),
        call("Error: is a word"),
    ]
    written = json_lines(metadata(), iteration(code_blocks=[block(rlm_calls=failing)]))

    (run,) = imported_bytes(tmp_path, written)

    assert [node.status for node in rows(run, "call")[1:]] == ["failed", "failed", "done"]


def test_a_child_run_that_failed_says_why(tmp_path):
    trajectory = {"run_metadata": metadata(), "iterations": [iteration()]}
    failed = call("Error: Child RLM completion failed - no", metadata=trajectory)

    (run,) = imported_bytes(tmp_path, json_lines(metadata(), iteration(code_blocks=[block(rlm_calls=[failed])])))

    child = rows(run, "run")[1]
    assert (child.status, child.fact(RunFinished).reason) == ("failed", "Error: Child RLM completion failed - no")


def test_many_calls_of_a_block_are_one_row_called_after_the_function_in_the_code(tmp_path):
    code = "llm_query_batched(prompts)"

    (run,) = imported_bytes(
        tmp_path, json_lines(metadata(), iteration(code_blocks=[block(code, rlm_calls=[call()] * 9)]))
    )

    (batch,) = rows(run, "batch")
    assert (batch.fact(SubcallsQueued).function, batch.fact(SubcallsQueued).count, batch.status) == (
        "llm_query_batched",
        9,
        "done",
    )


def test_a_log_without_its_first_line_and_with_answers_in_the_first_form_is_read(tmp_path):
    written = json_lines(iteration(final_answer=["FINAL", "42"]), iteration(2, final_answer="43"))

    first, second = imported_bytes(tmp_path, written)

    assert [substance(run)[-1][1] for run in (first, second)] == ["42", "43"]


def test_a_run_begins_where_iterations_are_counted_anew_or_settings_stand(tmp_path):
    written = json_lines(
        metadata(), iteration(), iteration(2), iteration(1), metadata(root_model="other"), iteration(2)
    )

    runs = imported_bytes(tmp_path, written)

    assert [len(rows(run, "turn")) for run in runs] == [2, 1, 1]
    assert trace_of(runs[-1]).root.fact(RunStarted).root.name == "other"
    assert trace_of(runs[0]).root.fact(RunFinished).status == "interrupted"


def test_runs_that_are_not_read_are_passed_over(tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(json_lines(metadata(), iteration(), metadata(), iteration()))

    assert len(list(read_runs(path))) == 2


def test_a_last_line_that_is_cut_off_is_told_and_what_came_before_is_there(tmp_path):
    written = json_lines(metadata(), iteration(), iteration(2))[:-20]

    (run,) = imported_bytes(tmp_path, written)

    assert len(rows(run, "turn")) == 1
    assert "Line 3 of run.jsonl is cut off" in said(run)
    assert trace_of(run).root.fact(RunFinished).status == "interrupted"


def test_lines_of_unknown_kinds_are_counted(tmp_path):
    (run,) = imported_bytes(tmp_path, json_lines(metadata(), {"type": "weather"}, iteration(), {"type": "weather"}))

    assert "2 lines of the unknown kind “weather” were left out." in said(run)


def test_a_run_says_where_it_comes_from_and_what_such_a_log_does_not_hold():
    run, _ = imported(NEWEST)

    assert "rlms-0.1.3.jsonl, a log of the official RLM implementation. Such a log does not hold: tokens" in said(run)


def test_a_run_without_a_question_is_called_after_its_file(tmp_path):
    (run,) = imported_bytes(tmp_path, json_lines(metadata(), iteration()), "monday.jsonl")

    assert run.name == "monday"


WRONG = [
    (iteration(response=5), "Line 2 of run.jsonl cannot be imported: “response” should be a text, but is 5."),
    (iteration(code_blocks={"a": 1}), "“code_blocks” should be a list of objects, but is an object."),
    (iteration(code_blocks=[1]), "“code_blocks” should be a list of objects"),
    (iteration(timestamp="yesterday"), "“timestamp” should be a time, but is “yesterday”."),
    (iteration(timestamp=True), "“timestamp” should be a time"),
    (iteration(iteration_time=float("nan")), "“iteration_time” should be a number of seconds, but is nan."),
    (iteration(iteration_time=-1), "“iteration_time” should be a number of seconds, but is -1."),
    (iteration("one"), "“iteration” should be a count, but is “one”."),
    (iteration(code_blocks=[block(locals=[1])]), "“locals” should be an object, but is a list."),
    (iteration(final_answer={"a": 1}), "“final_answer” should be a text"),
    (iteration(code_blocks=[block(rlm_calls=[call(execution_time=10**30)])]), "a huge number"),
]


@pytest.mark.parametrize(("line", "said"), WRONG)
def test_what_a_line_says_wrongly_is_named_with_its_line(line, said, tmp_path):
    with pytest.raises(BadImport) as caught:
        imported_bytes(tmp_path, json_lines(metadata(), line, iteration(9)))

    assert said in str(caught.value)
    assert str(caught.value).startswith("Line 2 of run.jsonl")
    assert "write it again" in str(caught.value)


DAMAGED = [
    (b'{"type": \n', "it is no JSON from character 11 on"),
    (b"\xff\xfe\n", "it is not written in UTF-8"),
    (b"[1, 2]\n", "it is no JSON object"),
    (b"1" * 9_000 + b"\n", "it holds a number that is too long"),
    (b"[" * 200_000 + b"\n", "it is nested too deep"),
]


@pytest.mark.parametrize(("line", "said"), DAMAGED)
def test_a_line_that_is_none_is_named(line, said, tmp_path):
    with pytest.raises(BadImport) as caught:
        imported_bytes(tmp_path, json_lines(metadata(), iteration()) + line + json_lines(iteration(2)))

    assert f"Line 3 of run.jsonl cannot be imported: {said}" in str(caught.value)


def test_a_line_longer_than_memory_allows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign_lines, "LONGEST_LINE_BYTES", 1_000)

    with pytest.raises(BadImport, match=r"Line 2 of run\.jsonl cannot be imported: it is larger than 1\.0 kB"):
        imported_bytes(tmp_path, json_lines(metadata(), iteration(response="a" * 2_000)))


def test_child_runs_deeper_than_any_program_goes_are_refused(tmp_path):
    line = iteration()
    for _ in range(60):
        deeper = call(metadata={"run_metadata": metadata(), "iterations": [line]})
        line = iteration(code_blocks=[block(rlm_calls=[deeper])])

    with pytest.raises(BadImport, match="runs inside runs more than 50 deep"):
        imported_bytes(tmp_path, json_lines(metadata(), line))
