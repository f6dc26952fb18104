import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rlm_desktop import processes
from rlm_desktop.confinement import places
from rlm_desktop.repl.sandbox import deciding

HELPERS: tuple[processes.Helper, ...] = ("child", "restricted", "converter", "recogniser")


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "rlm-desktop"))
    for known in (places.python_folders, deciding.program_files):
        known.cache_clear()
    yield tmp_path
    for known in (places.python_folders, deciding.program_files):
        known.cache_clear()


def test_from_source_helpers_run_in_this_python_cut_off_from_the_users_settings() -> None:
    for helper in HELPERS:
        *python, file = processes.helper_command(helper)

        assert python == [sys.executable, "-I", "-X", "utf8"]
        assert Path(file).is_file()


def test_from_source_the_app_is_a_module_of_this_python() -> None:
    assert processes.own_command() == [sys.executable, "-m", "rlm_desktop"]


def test_in_the_bundle_the_app_starts_itself_and_the_helper_beside_it(bundled: Path) -> None:
    assert processes.own_command() == [str(bundled / "rlm-desktop")]
    assert processes.helper_command("child") == [str(bundled / "rlm-desktop-helper"), "child"]


def test_on_windows_the_helper_has_the_apps_suffix(bundled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(bundled / "rlm-desktop.exe"))

    assert processes.helper_command("child")[0] == str(bundled / "rlm-desktop-helper.exe")


def test_in_the_bundle_a_child_may_read_its_library_folder_and_no_other_pythons(bundled: Path) -> None:
    library = str(Path(processes.__file__).parents[1])

    assert places.python_folders() == (library,)
    assert all(path.startswith("/lib") for path in deciding.program_files())


def test_in_the_bundle_the_restricted_python_finds_its_program_in_the_library_folder(bundled: Path) -> None:
    library = Path(processes.__file__).parents[1]

    assert processes.restricted_program() == str(library / "bin" / "monty")


def test_from_source_its_package_finds_that_program() -> None:
    assert processes.restricted_program() is None


@pytest.mark.parametrize(("before", "after"), [("/users/own", "/users/own"), (None, None)])
def test_programs_that_the_bundle_starts_find_the_systems_libraries(
    bundled: Path, monkeypatch: pytest.MonkeyPatch, before: str | None, after: str | None
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(bundled / "_internal"))
    monkeypatch.setenv("PYINSTALLER_RESET_ENVIRONMENT", "0")
    if before:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)

    processes.leave_libraries_to_others()

    assert os.environ.get("LD_LIBRARY_PATH") == after
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    assert os.environ["PYINSTALLER_RESET_ENVIRONMENT"] == "1"  # and the app that it starts, the bundle's


def test_from_source_the_users_library_path_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/users/own")

    processes.leave_libraries_to_others()

    assert os.environ["LD_LIBRARY_PATH"] == "/users/own"


@pytest.mark.parametrize("helper", ["child", "restricted"])
def test_the_side_door_becomes_the_helper_that_is_named(helper: str) -> None:
    code = "from rlm_desktop.side_door import main; main()"

    ran = subprocess.run([sys.executable, "-c", code, helper], input=b"", capture_output=True, check=False)

    assert b'"kind":"hello"' in ran.stdout


def test_the_side_door_is_open_to_nobody_else() -> None:
    code = "from rlm_desktop.side_door import main; main()"

    ran = subprocess.run([sys.executable, "-c", code, "burglar"], input=b"", capture_output=True, check=False)

    assert ran.returncode != 0
    assert b"burglar" in ran.stderr


def test_on_windows_pipes_get_letters_of_all_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    monkeypatch.setattr(sys, "platform", "win32")

    processes.write_utf8()
    print("港口 → café", end="", flush=True)

    assert written.getvalue().decode("utf-8") == "港口 → café"
