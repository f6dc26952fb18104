from pathlib import Path

import pytest

from rlm_desktop.repl.isolation import isolation


def findings(value: dict) -> dict[str, dict]:
    return {finding["about"]: finding for finding in value["findings"]}


def test_a_healthy_place_is_called_so(rlm, stored: Path) -> None:
    said = rlm("doctor", "--json")

    found = findings(said.value)
    assert (said.status, said.value["ok"]) == (0, True)
    assert set(found) == {"versions", "resources", "data", "database", "isolation", "display", "models"}
    assert found["database"]["text"] == "2 runs, healthy"
    assert str(stored) in found["data"]["text"]
    assert "Python 3." in found["versions"]["text"]
    assert "builtin/extractive" in found["models"]["text"]
    assert found["isolation"]["text"].startswith(isolation().name)


def test_a_data_folder_that_cannot_be_used_is_bad_and_said_in_words(rlm, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    said = rlm("doctor", "--data-dir", tmp_path / "file" / "data")

    bad = [line for line in said.out.splitlines() if line.startswith("bad")]
    assert said.status == 2
    assert [line.split()[1] for line in bad] == ["data", "database"]


def test_a_damaged_database_is_bad(rlm, stored: Path) -> None:
    (stored / "rlm-desktop.sqlite").write_bytes(b"this is no database" * 1_000)

    said = rlm("doctor", "--json")

    assert said.status == 2
    assert findings(said.value)["database"]["state"] == "bad"


def test_where_there_is_no_display_it_says_so(rlm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert "none" in findings(rlm("doctor", "--json").value)["display"]["text"]

    monkeypatch.setenv("DISPLAY", ":7")
    assert findings(rlm("doctor", "--json").value)["display"]["text"] == "DISPLAY=:7"


def test_a_model_whose_key_is_set_is_listed(rlm, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {choice["model"] for choice in rlm("models", "--json").value}
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    said = rlm("models", "--json")

    assert before == {"builtin/extractive"}
    assert any(choice["model"].startswith("openai/") for choice in said.value)
    assert "sk-secret" not in said.out
