"""Logs of other programs come into the history, with the real command, and are shown like native runs."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.foreign import json_lines
from tests.support.foreign_samples import OFFICIAL, fast_rlm_lines
from tests.support.official_logs import DATA, QUESTION


@pytest.mark.parametrize("log", OFFICIAL, ids=lambda log: log.stem)
def test_both_runs_of_a_real_log_are_in_the_history(rlm: CommandLine, log: Path):
    imported = rlm("import", log)

    assert imported.status == 0
    listed = {row["run_id"]: row for row in rlm("runs", "--json").value}
    first, second = imported.out.split()
    assert (listed[first]["question"], listed[first]["status"]) == (QUESTION, "answered")
    assert listed[second]["status"] == "partial"
    assert listed[second]["models"]["root"] == "scripted-model"


def test_an_imported_log_is_shown_as_a_tree_with_its_child_runs(rlm: CommandLine):
    run = rlm("import", DATA / "rlms-0.1.3.jsonl").out.split()[0]

    nodes = rlm("show", run, "--json").value["nodes"]

    assert [node["kind"] for node in nodes].count("run") == 3
    assert any("a log of the official RLM implementation" in node["label"] for node in nodes)


def test_an_imported_log_leaves_in_the_format_it_came_in_and_comes_in_again(rlm: CommandLine, tmp_path: Path):
    run = rlm("import", DATA / "rlms-0.1.3.jsonl").out.split()[0]

    assert rlm("export", run, "--format", "rlm-jsonl", "-o", tmp_path / "again.jsonl").status == 0

    assert rlm("import", tmp_path / "again.jsonl").status == 0


def test_a_log_with_a_wrong_line_is_refused_in_one_sentence_and_leaves_nothing(rlm: CommandLine, tmp_path: Path):
    lines = fast_rlm_lines()
    lines[4]["time"] = "soon"
    (tmp_path / "fast.jsonl").write_bytes(json_lines(*lines))

    refused = rlm("import", tmp_path / "fast.jsonl")

    assert refused.status == 2
    assert "Line 5 of fast.jsonl cannot be imported: “time” should be a time, but is “soon”." in refused.err
    assert rlm("runs", "--json").value == []


def test_a_file_that_is_no_log_is_refused_in_one_sentence(rlm: CommandLine, tmp_path: Path):
    (tmp_path / "notes.txt").write_text("Buy rope.\n")

    refused = rlm("import", tmp_path / "notes.txt")

    assert refused.status == 2
    assert "holds no run that is known here. What can be imported:" in refused.err


@pytest.mark.parametrize("log", OFFICIAL, ids=lambda log: log.stem)
def test_a_log_that_was_imported_is_known_again(rlm: CommandLine, log: Path):
    first = rlm("import", log)

    second = rlm("import", log)

    assert (second.status, second.out) == (0, first.out)
    assert "in the history already" in second.err
