from pathlib import Path

import pytest

from rlm_desktop.app.commands import doctor
from rlm_desktop.repl.isolation import isolation


def findings(value: dict) -> dict[str, dict]:
    return {finding["about"]: finding for finding in value["findings"]}


def test_a_healthy_place_is_called_so(rlm, stored: Path) -> None:
    said = rlm("doctor", "--json")

    found = findings(said.value)
    assert (said.status, said.value["ok"]) == (0, True)
    looked_at = ["versions", "resources", "data", "database", "texts", "isolation", "converters", "scans", "display"]
    assert list(found) == [*looked_at, "models"]
    assert found["texts"]["text"].endswith("nothing read yet")
    assert found["converters"]["text"].startswith("held")
    assert found["database"]["text"] == "2 runs, healthy"
    assert str(stored) in found["data"]["text"]
    assert "Python 3." in found["versions"]["text"]
    assert "on this computer" in found["models"]["text"]
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


def test_the_texts_of_documents_are_counted_and_measured(rlm, stored: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("The harbour raised its dues.")
    assert rlm("corpus", "add", "Harbour", tmp_path / "letter.txt").status == 0

    text = findings(rlm("doctor", "--json").value)["texts"]["text"]

    assert text.startswith(f"{stored / 'corpus'}, 1 text, ")
    assert text.endswith(" named corpus, healthy")


def test_a_damaged_catalogue_of_texts_is_told(rlm, stored: Path) -> None:
    (stored / "corpus").mkdir()
    (stored / "corpus" / "catalogue.sqlite3").write_bytes(b"this is no catalogue" * 1_000)

    texts = findings(rlm("doctor", "--json").value)["texts"]

    assert texts["state"] == "note"
    assert "was damaged" in texts["text"]


def test_whether_scans_can_be_read_is_told(rlm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "tesseract", lambda: None)
    assert findings(rlm("doctor", "--json").value)["scans"]["text"].endswith("install tesseract to read them")

    monkeypatch.setattr(doctor, "tesseract", lambda: "/usr/bin/tesseract")
    assert findings(rlm("doctor", "--json").value)["scans"]["text"] == "read by /usr/bin/tesseract"


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
