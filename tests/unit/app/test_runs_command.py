import sqlite3
from pathlib import Path


def test_runs_are_listed_newest_first_and_a_dead_one_is_interrupted(rlm, stored: Path) -> None:
    said = rlm("runs")

    newest, oldest = said.out.splitlines()
    assert said.status == 0
    assert newest.startswith("20251009-085321-000-bbbbbb")
    assert "interrupted" in newest
    assert "answered" in oldest
    assert "$0.1582" in oldest
    assert "Which harbours raised their dues" in oldest


def test_programs_get_the_same_as_objects(rlm, stored: Path) -> None:
    newest, oldest = rlm("runs", "--json").value

    assert (newest["run_id"], newest["status"]) == ("20251009-085321-000-bbbbbb", "interrupted")
    assert oldest["status"] == "answered"
    assert oldest["models"] == {"root": "openai/gpt-5", "worker": "openai/gpt-5-mini"}
    assert oldest["cost_usd"] == 0.15816
    assert oldest["tokens"]["input"] > 0
    assert oldest["turns"] == 8
    assert oldest["documents"] > 0
    assert oldest["answer"].startswith("## Four harbours")


def test_a_search_looks_into_questions_and_answers(rlm, stored: Path) -> None:
    assert len(rlm("runs", "--json", "--search", "WHICH harbours").value) == 2
    assert len(rlm("runs", "--json", "--search", "four harbours").value) == 1
    assert rlm("runs", "--json", "--search", "zebra").value == []


def test_with_no_runs_the_next_step_is_told(rlm) -> None:
    said = rlm("runs")

    assert (said.status, said.out) == (0, "")
    assert "rlm-desktop ask" in said.err


def test_a_database_of_a_newer_version_is_refused_and_left_alone(rlm, stored: Path) -> None:
    file = stored / "rlm-desktop.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()

    for words in (["runs"], ["show", "last"], ["ask", "Why?", file]):
        said = rlm(*words)

        assert said.status == 2
        assert "newer" in said.err
        assert said.err.count("\n") == 1


def test_a_data_folder_that_cannot_be_made_is_told_in_one_line(rlm, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    said = rlm("runs", "--data-dir", tmp_path / "file" / "data")

    assert said.status == 2
    assert "cannot be made" in said.err
    assert said.err.count("\n") == 1
