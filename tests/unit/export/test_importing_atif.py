"""Trajectories of any agent come in as runs: its steps are turns, its tools code, its sub-agents child runs."""

import json

import pytest

from rlm_desktop.export import foreign_lines
from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.recorded import trace_of, whole_text
from rlm_desktop.export.trajectory import code_of, printed
from rlm_desktop.trace.events import AnswerGiven, CallFinished, CallStarted, RunFinished, RunStarted
from tests.support.foreign import imported_bytes, json_lines
from tests.support.foreign_samples import atif_trajectory


def rows(run, kind):
    return [node for node in trace_of(run).walk() if node.kind == kind]


def read(folder, trajectory, **how):
    (run,) = imported_bytes(folder, json.dumps(trajectory, **how).encode(), "run.json")
    return run


def said(run) -> str:
    return "\n".join(node.title for node in rows(run, "notice"))


@pytest.mark.parametrize("indent", [None, 2])
def test_a_trajectory_becomes_a_run_of_turns(indent, tmp_path):
    run = read(tmp_path, atif_trajectory(), indent=indent)

    root = trace_of(run).root
    started = root.fact(RunStarted)
    assert (whole_text(run, started.question), started.root.name) == ("Who raised the dues?", "some/model")
    assert root.fact(RunFinished).status == "answered"
    assert [node.number for node in rows(run, "turn") if node.parent == root.id] == [1, 2, 3]
    assert run.text(rows(run, "answer")[-1].fact(AnswerGiven).answer.digest) == "Ardvik did."


def test_tools_are_code_with_what_they_gave_back(tmp_path):
    run = read(tmp_path, atif_trajectory())

    steps = rows(run, "step")
    assert [code_of(run, step) for step in steps[:2]] == ['shell(command="ls", seconds=5)', "print(1)"]
    assert [printed(run, trace_of(run), step, "stdout") for step in steps[:2]] == ["dues.txt\n", "1\n"]


def test_prompts_hold_what_came_since_the_turn_before(tmp_path):
    run = read(tmp_path, atif_trajectory())

    first, second, *_ = [node.fact(CallStarted).prompt for node in rows(run, "call")]
    assert [(one.role, run.text(one.text.digest)) for one in first] == [
        ("system", "You have a shell."),
        ("user", "Who raised the dues?"),
    ]
    assert second == ()


def test_metrics_are_taken_and_unknown_costs_stay_unknown(tmp_path):
    run = read(tmp_path, atif_trajectory())

    first, second = [node.fact(CallFinished) for node in rows(run, "call")][:2]
    assert (first.usage.input_tokens, first.usage.cached_input_tokens, first.cost_nano_usd) == (500, 100, 250_000_000)
    assert (second.usage.input_tokens, second.cost_nano_usd) == (600, None)
    assert whole_text(run, first.reasoning) == "Where are they?"


def test_a_sub_agent_is_a_child_run_and_one_in_another_file_is_told(tmp_path):
    run = read(tmp_path, atif_trajectory())

    child = rows(run, "run")[1]
    assert (child.fact(RunStarted).root.name, child.status) == ("small/model", "done")
    assert "a sub-agent's trajectory that is not in this file: elsewhere.json" in said(run)


def test_what_is_no_text_is_named_by_where_it_lies(tmp_path):
    run = read(tmp_path, atif_trajectory())

    assert printed(run, trace_of(run), rows(run, "step")[2], "stdout") == "[image: a.png]\n"


def test_a_run_says_which_agent_it_comes_from_and_what_its_notes_say(tmp_path):
    trajectory = atif_trajectory() | {"continued_trajectory_ref": "part-2.json"}

    run = read(tmp_path, trajectory)

    assert "imported from run.json, an ATIF trajectory of harbour-agent 2.1. A prompt shows" in said(run)
    assert "Its notes say: A note of its maker." in said(run)
    assert "It goes on in another file, which is not imported with it: part-2.json" in said(run)


def test_sub_agents_that_refer_to_one_another_in_a_circle_are_told_once(tmp_path):
    trajectory = atif_trajectory()
    sub = trajectory["subagent_trajectories"][0]
    refs = {"results": [{"subagent_trajectory_ref": [{"trajectory_id": "sub"}] * 3}]}
    sub["steps"][1]["observation"] = refs

    run = read(tmp_path, trajectory)

    assert len(rows(run, "run")) == 2
    assert "once more to the sub-agent's trajectory sub" in said(run)


def test_sub_agents_that_no_step_refers_to_are_there_with_a_notice(tmp_path):
    trajectory = atif_trajectory()
    trajectory["steps"] = trajectory["steps"][:2]

    run = read(tmp_path, trajectory)

    assert len(rows(run, "run")) == 2
    assert "No step refers to these" in said(run)
    assert trace_of(run).root.fact(RunFinished).status == "interrupted"


def test_messages_beside_tools_go_into_the_next_prompt(tmp_path):
    trajectory = atif_trajectory()
    trajectory["steps"][3:] = [
        {"step_id": 4, "source": "agent", "message": "An earlier word.", "llm_call_count": 0},
        {"step_id": 5, "source": "system", "message": "Go on.", "observation": {"results": [{"content": "seen"}]}},
        {"step_id": 6, "source": "agent", "message": "Done."},
    ]

    run = read(tmp_path, trajectory)

    prompt = rows(run, "call")[1].fact(CallStarted).prompt
    assert [(one.role, run.text(one.text.digest)) for one in prompt] == [
        ("assistant", "An earlier word."),
        ("system", "Go on."),
        ("system", "seen"),
    ]


def test_what_an_agent_sees_without_a_tool_goes_into_the_next_prompt(tmp_path):
    trajectory = atif_trajectory()
    trajectory["steps"][3] = {
        "step_id": 4,
        "source": "agent",
        "message": "I wait.",
        "observation": {"results": [{"content": "rain"}, {"subagent_trajectory_ref": [{"session_id": "sub"}]}]},
    }

    run = read(tmp_path, trajectory)

    assert [run.text(one.text.digest) for one in rows(run, "call")[-1].fact(CallStarted).prompt] == ["rain"]
    assert len(rows(run, "run")) == 2


def test_sub_agents_deeper_than_any_program_goes_are_refused(tmp_path):
    trajectory = atif_trajectory()
    for number in range(60):
        trajectory = {**atif_trajectory(), "trajectory_id": f"t{number}", "subagent_trajectories": [trajectory]}

    with pytest.raises(BadImport, match="sub-agents more than 50 deep"):
        read(tmp_path, trajectory)


def test_a_trajectory_larger_than_memory_allows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(foreign_lines, "LARGEST_DOCUMENT_BYTES", 1_000)

    with pytest.raises(BadImport, match=r"run\.json cannot be imported: it is larger than 1\.0 kB, and its runs"):
        read(tmp_path, atif_trajectory(), indent=1)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_mark_of_the_encoding_does_no_harm(mark, tmp_path):
    (run,) = imported_bytes(tmp_path, mark + json.dumps(atif_trajectory()).encode(), "run.json")

    assert trace_of(run).root.title == "Who raised the dues?"


def test_each_line_of_a_file_may_be_a_trajectory(tmp_path):
    runs = imported_bytes(tmp_path, json_lines(atif_trajectory(), atif_trajectory()))

    assert [trace_of(run).root.title for run in runs] == ["Who raised the dues?"] * 2


@pytest.mark.parametrize(("more", "said"), [(b'{"a": 1}\n', "is no trajectory as those"), (b'{"a', "is cut off")])
def test_a_line_that_is_no_whole_trajectory_is_named(more, said, tmp_path):
    with pytest.raises(BadImport, match=f"Line 2 of run.jsonl {said}"):
        imported_bytes(tmp_path, json_lines(atif_trajectory()) + more)


def test_what_a_trajectory_says_wrongly_is_named(tmp_path):
    trajectory = atif_trajectory()
    trajectory["steps"][2]["metrics"] = {"cost_usd": -1}

    with pytest.raises(BadImport, match=r"run\.json cannot be imported: “cost_usd” should be an amount of dollars"):
        read(tmp_path, trajectory)
