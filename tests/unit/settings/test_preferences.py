import json
from pathlib import Path

import pytest

from rlm_desktop.settings import preferences
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.settings.small_file import SettingsError


def test_with_nothing_saved_the_built_in_model_is_used(tmp_path: Path) -> None:
    loaded = preferences.load(tmp_path / "not there yet")

    assert loaded == Preferences()
    assert loaded.root == loaded.worker == "builtin/extractive"


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    chosen = Preferences(
        root="openai/gpt-5-mini",
        worker="ollama/qwen3",
        base_url="http://localhost:8000/v1",
        api_key_env="MY_KEY",
        strategy="direct",
        max_cost_usd=0.5,
        max_turns=12,
        max_seconds=90.5,
        max_depth=0,
        concurrency=4,
        theme="dark",
    )

    preferences.save(chosen, tmp_path / "new" / "folder")

    assert preferences.load(tmp_path / "new" / "folder") == chosen


def test_saving_leaves_one_file(tmp_path: Path) -> None:
    preferences.save(Preferences(), tmp_path)
    preferences.save(Preferences(theme="light"), tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["preferences.json"]


@pytest.mark.parametrize("damage", ["", "{", "[1, 2]", '"text"', "\x00\x01", "[" * 100_000])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: str) -> None:
    (tmp_path / "preferences.json").write_text(damage)

    assert preferences.load(tmp_path) == Preferences()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("root", 7),
        ("worker", " "),
        ("theme", "pink"),
        ("theme", ["light"]),
        ("max_turns", 0),
        ("max_turns", True),
        ("max_cost_usd", -1),
        ("max_cost_usd", float("inf")),
        ("strategy", "guess"),
    ],
)
def test_a_value_of_a_wrong_kind_takes_its_default_and_the_rest_stands(
    tmp_path: Path, name: str, wrong: object
) -> None:
    (tmp_path / "preferences.json").write_text(json.dumps({"base_url": "http://here", name: wrong}))

    assert preferences.load(tmp_path) == Preferences(base_url="http://here")


def test_what_a_newer_version_wrote_survives(tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_text('{"font": "big", "theme": "dark"}')

    preferences.save(preferences.load(tmp_path), tmp_path)

    kept = json.loads((tmp_path / "preferences.json").read_text())
    assert (kept["font"], kept["theme"]) == ("big", "dark")


def test_a_folder_that_cannot_be_written_is_named_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SettingsError, match=r"could not be saved in .*file.*Make it writable\."):
        preferences.save(Preferences(), tmp_path / "file" / "data")
