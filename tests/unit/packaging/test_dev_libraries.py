import importlib
import io
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def libraries(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module on a Debian where one library is missing and nothing really gets installed."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    module = importlib.import_module("dev_libraries")
    monkeypatch.setattr(module, "_known_libraries", lambda: set(module._PACKAGES) - {"libEGL.so.1"})
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module.shutil, "which", lambda name, **_: f"/usr/bin/{name}")
    monkeypatch.setattr(module, "commands", [], raising=False)
    monkeypatch.setattr(module, "_apt", lambda command: module.commands.append(command) or True)
    return module


def as_user(libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, *, user: int, terminal: bool) -> None:
    monkeypatch.setattr(libraries.os, "geteuid", lambda: user)
    stdin = io.StringIO()
    monkeypatch.setattr(stdin, "isatty", lambda: terminal)
    monkeypatch.setattr(libraries.sys, "stdin", stdin)


def test_root_gets_what_is_missing_without_questions(libraries: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(libraries, monkeypatch, user=0, terminal=False)

    libraries.install_missing()

    update, install = libraries.commands
    assert update[-1] == "update"
    assert install[-1] == "libegl1"
    assert "sudo" not in install


@pytest.mark.parametrize("reply", ["", "y", "Yes"])
def test_others_are_asked_first(libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, reply: str) -> None:
    as_user(libraries, monkeypatch, user=1000, terminal=True)
    monkeypatch.setattr("builtins.input", lambda question: reply if "libegl1" in question else "no")

    libraries.install_missing()

    assert [command[0] for command in libraries.commands] == ["sudo", "sudo"]


@pytest.mark.parametrize(("terminal", "reply"), [(True, "n"), (False, "y")])
def test_without_leave_it_says_what_to_do(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, terminal: bool, reply: str
) -> None:
    as_user(libraries, monkeypatch, user=1000, terminal=terminal)
    monkeypatch.setattr("builtins.input", lambda _question: reply)

    with pytest.raises(SystemExit, match="apt-get install libegl1"):
        libraries.install_missing()

    assert libraries.commands == []


def test_where_nothing_is_missing_nothing_is_done(libraries: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "_known_libraries", lambda: set(libraries._PACKAGES))

    libraries.install_missing()

    assert libraries.commands == []


def test_a_system_without_apt_is_told_the_names(libraries: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries.shutil, "which", lambda name, **_: None)

    with pytest.raises(SystemExit, match="libegl1"):
        libraries.install_missing()


@pytest.mark.parametrize(("user", "has_it", "installed"), [(0, False, True), (0, True, False), (1000, False, False)])
def test_bubblewrap_comes_along_where_that_needs_no_question(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, user: int, has_it: bool, installed: bool
) -> None:
    as_user(libraries, monkeypatch, user=user, terminal=False)
    monkeypatch.setattr(
        libraries.shutil, "which", lambda name, **_: None if name == "bwrap" and not has_it else f"/usr/bin/{name}"
    )

    libraries.install_bubblewrap()

    assert any(command[-1] == "bubblewrap" for command in libraries.commands) is installed


def test_without_bubblewrap_work_goes_on(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    as_user(libraries, monkeypatch, user=0, terminal=False)
    monkeypatch.setattr(libraries.shutil, "which", lambda name, **_: None if name == "bwrap" else f"/usr/bin/{name}")
    monkeypatch.setattr(libraries, "_apt", lambda _command: False)

    libraries.install_bubblewrap()

    assert "could not be installed" in capsys.readouterr().err


def with_browser(libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, *, there: set[str], runs: bool) -> None:
    monkeypatch.setattr(
        libraries.shutil, "which", lambda name, **_: f"/usr/bin/{name}" if name in there | {"apt-get"} else None
    )
    done = libraries.subprocess.CompletedProcess([], 0 if runs else 1)
    monkeypatch.setattr(libraries.subprocess, "run", lambda *_args, **_more: done)


@pytest.mark.parametrize(("user", "asked"), [(0, True), (1000, False)])
def test_a_browser_is_fetched_where_that_needs_no_question(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, user: int, asked: bool
) -> None:
    as_user(libraries, monkeypatch, user=user, terminal=False)
    with_browser(libraries, monkeypatch, there=set(), runs=True)

    assert libraries.browser() is None
    assert any(command[-1] == "chromium" for command in libraries.commands) is asked


@pytest.mark.parametrize(("runs", "found"), [(True, "/usr/bin/chromium-browser"), (False, None)])
def test_a_browser_that_is_there_is_taken_if_it_starts(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, runs: bool, found: str | None
) -> None:
    as_user(libraries, monkeypatch, user=1000, terminal=False)
    with_browser(libraries, monkeypatch, there={"chromium-browser"}, runs=runs)

    assert libraries.browser() == found
    assert libraries.commands == []


@pytest.mark.parametrize(("user", "has_it", "asked"), [(0, False, True), (0, True, False), (1000, False, False)])
def test_a_reader_of_our_files_is_fetched_where_that_needs_no_question(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, user: int, has_it: bool, asked: bool
) -> None:
    as_user(libraries, monkeypatch, user=user, terminal=False)
    with_browser(libraries, monkeypatch, there={"pandoc"} if has_it else set(), runs=True)

    assert libraries.program("pandoc", "pandoc") == ("/usr/bin/pandoc" if has_it else None)
    assert any(command[-1] == "pandoc" for command in libraries.commands) is asked


def test_what_building_takes_is_installed_where_it_is_missing(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_user(libraries, monkeypatch, user=0, terminal=False)
    there = {"strip", "apt-get"}
    monkeypatch.setattr(libraries.shutil, "which", lambda name, **_: f"/usr/bin/{name}" if name in there else None)
    monkeypatch.setattr(libraries.sysconfig, "get_path", lambda _name: str(tmp_path))

    libraries.install_build_tools()

    headers = f"python{sys.version_info.major}.{sys.version_info.minor}-dev"
    assert libraries.commands[-1][-3:] == ["icu-devtools", "g++", headers]


def test_where_building_has_all_it_takes_nothing_is_installed(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "Python.h").touch()
    monkeypatch.setattr(libraries.sysconfig, "get_path", lambda _name: str(tmp_path))

    libraries.install_build_tools()

    assert libraries.commands == []


def test_without_leave_the_building_says_what_it_takes(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_user(libraries, monkeypatch, user=1000, terminal=False)
    monkeypatch.setattr(libraries.sysconfig, "get_path", lambda _name: str(tmp_path))

    with pytest.raises(SystemExit, match=r"What builds the bundle is missing here.*apt-get install python3"):
        libraries.install_build_tools()


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_building_takes_no_packages_of_the_system(
    libraries: ModuleType, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(libraries.sys, "platform", system)
    monkeypatch.setattr(libraries, "find_program", lambda _name: None)

    libraries.install_build_tools()

    assert libraries.commands == []


def test_a_program_for_administrators_is_found_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    monkeypatch.setenv("PATH", "/nowhere")

    assert importlib.import_module("dev_libraries").find_program("ldconfig") is not None
