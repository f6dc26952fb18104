import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    return importlib.import_module("dev_environment")


def dev(*words: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "packaging" / "dev"), *words]
    return subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)


def test_a_python_that_refuses_to_run_is_passed_by(tmp_path: Path) -> None:
    for name in ("python3.12", "python3.13", "python3.11"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "python3").symlink_to(sys.executable)

    done = dev("--help", path=f"{tmp_path}:/usr/bin:/bin")

    assert done.returncode == 0
    assert all(
        command in done.stdout for command in ("run", "test", "check", "bench", "screenshots", "bundle", "smoke")
    )


def test_an_unknown_command_or_option_is_refused_before_anything_is_made() -> None:
    assert dev("frobnicate").returncode == 2
    assert dev("check", "--frobnicate").returncode == 2


def test_pips_settings_are_passed_on_to_uv(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = (
        "global.index-url='https://index.example/simple'\n"
        "global.extra-index-url='file:///here https://there.example/simple'\n"
        "global.find-links='/wheels'\n"
        "install.find-links='/wheels /more-wheels'\n"
        ":env:.cert='/certificates.pem'\n"
        "global.timeout='60'\n"
        "list.format='columns'\n"
    )
    monkeypatch.setattr(environment, "_pip_config", lambda: listed)

    assert environment._settings_from_pip() == {
        "UV_DEFAULT_INDEX": "https://index.example/simple",
        "UV_INDEX": "file:///here https://there.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/wheels,/more-wheels",
        "SSL_CERT_FILE": "/certificates.pem",
    }


def test_without_pip_settings_uv_is_left_alone(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_pip_config", lambda: "")

    assert environment._settings_from_pip() == {}


def test_what_is_set_for_uv_stands(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_pip_config", lambda: "global.index-url='https://pip.example'\n")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example")

    assert environment._uv_environment()["UV_DEFAULT_INDEX"] == "https://uv.example"


@pytest.mark.parametrize(
    ("version", "is_recent"),
    [("uv 0.13.8 (x86_64)", True), ("uv 1.0.0", True), ("uv 0.4.30", False), ("", False), ("what is this", False)],
)
def test_an_old_uv_is_not_used(environment: ModuleType, version: str, is_recent: bool) -> None:
    assert environment._is_recent(version) is is_recent


@pytest.mark.parametrize(
    ("system", "machine", "wanted"),
    [
        ("linux", "x86_64", ["-Dallow-noblas=true", "-Dblas=none", "-Dlapack=none", "-Dcpu-dispatch=X86_V3"]),
        ("linux", "aarch64", ["-Dallow-noblas=true", "-Dblas=none", "-Dlapack=none"]),
        ("win32", "AMD64", []),
        ("darwin", "arm64", []),
    ],
)
def test_numpy_is_built_on_linux_alone(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, wanted: list[str]
) -> None:
    monkeypatch.setattr(environment.sys, "platform", system)
    monkeypatch.setattr(environment.platform, "machine", lambda: machine)

    assert environment._numpy_options() == wanted


def test_numpy_is_built_from_pinned_source_by_pinned_tools(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(environment.sys, "platform", "linux")
    monkeypatch.setattr(environment, "_call", lambda command, _environment: calls.append(command))
    monkeypatch.setattr(environment, "BUNDLE_ENVIRONMENT", tmp_path)

    environment._build_numpy(["uv", "pip", "install", "--require-hashes"], {})

    assert calls[0][:4] == ["uv", "pip", "install", "--require-hashes"]
    assert {"--no-build-isolation", "--no-binary", "setup-args=-Dblas=none"} <= set(calls[0])
    pinned = (ROOT / "packaging" / "requirements-bundle.txt").read_text(encoding="utf-8")
    assert all(f"\n{tool}==" in pinned for tool in ("cython", "meson-python", "ninja"))


def test_numpy_does_not_tell_where_it_was_built_and_uvs_copy_stays_as_it_is(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own, kept = tmp_path / "lib" / "python3.11" / "site-packages" / "numpy" / "__config__.py", tmp_path / "kept"
    kept.write_text('{"path": r"/some/folder/bin/python", "version": "3.11"}')
    own.parent.mkdir(parents=True)
    own.hardlink_to(kept)
    monkeypatch.setattr(environment, "_call", lambda _command, _environment: None)
    monkeypatch.setattr(environment, "BUNDLE_ENVIRONMENT", tmp_path)

    environment._build_numpy([], {})

    assert own.read_text() == '{"path": r"python", "version": "3.11"}'
    assert "/some/folder" in kept.read_text()


@pytest.fixture
def called(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Path]]:
    """What `packaging/dev` would start, and in which folder."""
    commands = importlib.import_module("dev_commands")
    calls: list[tuple[list[str], Path]] = []

    def note(command: list[str], folder: Path = ROOT) -> int:
        calls.append((command, folder))
        return 0

    monkeypatch.setattr(environment, "make_ready", lambda: None)
    monkeypatch.setattr(commands, "_call", note)
    return calls


def test_run_hands_a_command_on_with_its_options_and_from_where_one_is(called, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["ask", "Why?", "notes", "--root", "builtin/extractive"]

    importlib.import_module("dev_commands").main(["run", *words])

    (command, folder) = called[0]
    assert (Path(command[0]).name, command[1:], folder) == ("rlm-desktop", words, tmp_path)


def test_run_opens_the_window_with_documents_where_there_is_a_display(called, monkeypatch, tmp_path) -> None:
    (tmp_path / "ask.txt").write_text("Nine.")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISPLAY", ":9")

    importlib.import_module("dev_commands").main(["run", "ask.txt"])

    assert called[0][0][1:] == ["--", str(tmp_path / "ask.txt")]
