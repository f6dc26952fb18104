from pathlib import Path

import pytest

from rlm_desktop.app.commands import outline
from rlm_desktop.trace.tree import Trace
from tests.support import traces


def test_the_tree_has_turns_steps_calls_and_figures(rlm, stored: Path) -> None:
    lines = rlm("show", "20251009-085320").out.splitlines()

    assert lines[0] == "20251009-085320-000-aaaaaa · answered · openai/gpt-5 with openai/gpt-5-mini"
    assert lines[3].startswith("Run: Which harbours")
    assert lines[3].split()[-7:] == ["$0.1582", "814k", "tok", "2", "m", "05", "s"]
    assert any("├─ Turn 2: Find where dues are mentioned" in line for line in lines)
    assert any("│  └─ Step 1: print(len(documents)" in line for line in lines)
    assert any("10 calls of llm_query_batched" in line for line in lines)
    assert any("Output: 212 39,204,118  [3 lines]" in line for line in lines)
    assert any("failed; JSONDecodeError" in line for line in lines)
    assert any("Child run:" in line for line in lines) or "Answer:" in lines[-1]


def test_no_line_is_wider_than_the_terminal(rlm, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")

    assert max(len(line) for line in rlm("show", "last").out.splitlines()[1:]) <= 90


def test_what_lies_deeper_is_counted_not_dropped(rlm, stored: Path) -> None:
    whole = rlm("show", "last").out.splitlines()[3:]
    shallow = rlm("show", "last", "--depth", 1).out.splitlines()[3:]

    hidden = [int(line.split()[-3]) for line in shallow if line.endswith("below")]
    shown = [line for line in shallow if not line.endswith("below")]
    assert len(shown) + sum(hidden) == len(whole)
    assert len(shown) < 12


def test_programs_get_every_node_after_its_parent_with_its_text(rlm, stored: Path) -> None:
    told = rlm("show", "20251009-085320", "--json").value

    seen = set()
    for node in told["nodes"]:
        assert node["parent"] is None or node["parent"] in seen
        seen.add(node["id"])
    run, calls = told["nodes"][0], [node for node in told["nodes"] if node["kind"] == "call"]
    keys = ["id", "parent", "kind", "label", "status", "started", "seconds", "tokens", "cost_usd", "model", "text"]
    assert all(set(keys) <= set(node) for node in told["nodes"])
    assert told["run"]["run_id"] == "20251009-085320-000-aaaaaa"
    assert (run["kind"], run["parent"], run["cost_usd"]) == ("run", None, 0.15816)
    assert calls[0]["prompt"][0]["role"] == "system"
    assert "```repl" in calls[0]["text"]
    assert any("grep(" in node["text"] for node in told["nodes"] if node["kind"] == "step")
    assert [node["text"][:7] for node in told["nodes"] if node["kind"] == "answer"][-1] == "## Four"


def test_an_interrupted_run_is_shown_up_to_its_last_event(rlm, stored: Path) -> None:
    text = rlm("show", "last").out

    assert "interrupted" in text.splitlines()[0]
    assert "Turn 8" in text


@pytest.mark.parametrize("name", ["last", "20251009", "nothing-like-this"])
def test_a_run_that_is_not_there_or_not_clear_is_told_in_one_line(rlm, name: str, stored: Path) -> None:
    said = rlm("show", name)

    if name == "last":
        assert said.status == 0
        return
    assert said.status == 2
    assert said.err.count("\n") == 1


def test_depth_without_end_is_no_trouble() -> None:
    events = [traces.run_started()]
    for level in range(1, 350):
        events += [traces.turn_started(3 * level, run=3 * level - 2), traces.step_started(3 * level - 1, 3 * level)]
        events.append(traces.run_started(3 * level + 1, parent=3 * level - 1, depth=level))

    lines = list(outline.lines(Trace(traces.entries(events)), width=100))

    assert len(lines) == 1 + len(events)


def test_text_from_a_model_cannot_steer_the_terminal() -> None:
    events = [traces.run_started(question="\x1b[2Jgone\x07")]

    text = "\n".join(outline.lines(Trace(traces.entries(events))))

    assert "\x1b" not in text
    assert "gone" in text
