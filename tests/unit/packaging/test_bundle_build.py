import importlib
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    module = importlib.import_module("bundle_build")
    monkeypatch.setattr(module, "WORK", tmp_path)
    monkeypatch.setattr(module, "FOLDER", tmp_path / "rlm-desktop")
    return module


def test_programs_are_signed_by_the_command_that_is_named(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "program.exe").write_text("program")
    monkeypatch.setenv("RLM_DESKTOP_SIGN", "sh -c 'echo signed >> \"$1\"' signing")

    build._sign([tmp_path / "program.exe"])

    assert (tmp_path / "program.exe").read_text() == "programsigned\n"


def test_without_such_a_command_nothing_is_signed(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RLM_DESKTOP_SIGN", raising=False)
    (tmp_path / "program.exe").write_text("program")

    build._sign([tmp_path / "program.exe"])

    assert (tmp_path / "program.exe").read_text() == "program"


def test_a_signature_that_fails_ends_the_build(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RLM_DESKTOP_SIGN", "false")

    with pytest.raises(subprocess.CalledProcessError):
        build._sign([Path("program.exe")])


def test_without_binutils_the_build_says_what_to_install(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)

    with pytest.raises(SystemExit, match="apt-get install binutils"):
        build._strip(tmp_path)


def test_icus_data_is_made_smaller_once_and_links_to_it_stay_links(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "Qt").mkdir()
    (tmp_path / "Qt" / "libicudata.so.73").touch()
    (tmp_path / "libicudata.so.73").symlink_to(Path("Qt", "libicudata.so.73"))
    slimmed: list[Path] = []
    monkeypatch.setattr(build.bundle_icu, "slim", slimmed.append)

    build._slim_icu(tmp_path)

    assert slimmed == [tmp_path / "Qt" / "libicudata.so.73"]


def test_the_archives_date_is_the_one_that_is_given_or_the_last_changes(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert build._date() == 1_700_000_000

    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert build._date() > 1_700_000_000


def test_windows_is_told_the_version_in_four_numbers(build: ModuleType) -> None:
    text = build._write_version("0.1.0").read_text(encoding="utf-8")

    compile(text, "version.txt", "eval")
    assert "filevers=(0, 1, 0, 0)" in text


def test_the_folder_gets_what_desktops_look_for(build: ModuleType, tmp_path: Path) -> None:
    importlib.import_module("bundle_icons").make_icons(tmp_path / "icons")

    build._add_share(tmp_path)

    assert (tmp_path / "share" / "icons" / "hicolor" / "48x48" / "apps" / "rlm-desktop.png").is_file()
    assert "Icon=rlm-desktop" in (tmp_path / "share" / "applications" / "rlm-desktop.desktop").read_text()
