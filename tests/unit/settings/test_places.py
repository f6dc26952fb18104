from pathlib import Path

import pytest

from rlm_desktop.settings import places


def test_the_option_wins_over_the_variable(tmp_path: Path) -> None:
    environ = {"RLM_DESKTOP_DATA_DIR": str(tmp_path / "variable")}

    assert places.data_dir(tmp_path / "option", environ) == tmp_path / "option"
    assert places.data_dir(None, environ) == tmp_path / "variable"


@pytest.mark.parametrize("unset", [{}, {"RLM_DESKTOP_DATA_DIR": ""}, {"RLM_DESKTOP_DATA_DIR": "  "}])
def test_without_a_wish_the_platforms_place_is_used(unset: dict[str, str]) -> None:
    assert places.data_dir(None, unset).name == "rlm-desktop"


def test_a_relative_folder_does_not_move_when_the_process_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert places.data_dir(Path("mine"), {}) == tmp_path / "mine"


def test_a_home_sign_is_understood(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert places.data_dir(None, {"RLM_DESKTOP_DATA_DIR": "~/mine"}) == tmp_path / "mine"


def test_the_resources_hold_icons_and_samples() -> None:
    assert {"icons", "sample"} <= {path.name for path in places.resources_dir().iterdir()}
