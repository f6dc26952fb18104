"""What is remembered of models."""

import pytest

from rlm_desktop.settings.model_notes import ModelNote, ModelNotes


def test_notes_last_and_add_up(tmp_path):
    ModelNotes(tmp_path).note("ollama/qwen3", "http://localhost:11434/v1", window_tokens=4_096)
    ModelNotes(tmp_path).note("ollama/qwen3", "http://localhost:11434/v1", badge="root-capable", tested_at=1.5)

    notes = ModelNotes(tmp_path)
    assert notes.of("ollama/qwen3", "http://localhost:11434/v1") == ModelNote(
        window_tokens=4_096, badge="root-capable", tested_at=1.5
    )
    assert notes.of("ollama/qwen3", "http://elsewhere/v1") == ModelNote()
    assert notes.windows() == {("ollama/qwen3", "http://localhost:11434/v1"): 4_096}


@pytest.mark.parametrize("damaged", ["{", "[]", '{" m": 3}', '{" m": {"badge": "great", "window_tokens": -1}}'])
def test_what_is_damaged_is_forgotten(tmp_path, damaged):
    (tmp_path / "models.json").write_text(damaged)

    assert ModelNotes(tmp_path).of("m", "") == ModelNote()


def test_a_folder_that_cannot_be_written_loses_only_the_note(tmp_path, caplog):
    (tmp_path / "data").write_text("a file")

    ModelNotes(tmp_path / "data").note("m", "", badge="unsuitable")

    assert "could not be kept" in caplog.text
    caplog.clear()
