import importlib
import json
import sys
import urllib.request
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtGui import QColor, QImage


@pytest.fixture
def smoke() -> ModuleType:
    return importlib.import_module("smoke")


def installed(program: Path, **more: str):
    module = importlib.import_module("smoke_installed")
    folder = str(program.parent)
    named = {"title": "here", "program": str(program), "folder": folder, "home": folder, "documents": folder, **more}
    return module.Installed(**named, is_me=True)


def script(folder: Path, code: str) -> Path:
    file = folder / "program"
    file.write_text(f"#!{sys.executable}\n{code}")
    file.chmod(0o755)
    return file


def test_who_may_not_mount_is_told_so(smoke: ModuleType, monkeypatch, capsys) -> None:
    monkeypatch.setattr(smoke.os, "geteuid", lambda: 1000)

    status = smoke.main([])

    assert status == 1
    assert "run it with sudo" in capsys.readouterr().err


def test_without_a_bundle_it_says_how_to_build_one(smoke: ModuleType, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(smoke, "DIST", tmp_path)

    with pytest.raises(smoke.Failed, match="run packaging/dev bundle first"):
        smoke._built("*.deb")


def test_the_command_says_so_too_before_there_is_an_environment(monkeypatch, tmp_path: Path) -> None:
    environment = importlib.import_module("dev_environment")
    monkeypatch.setattr(environment, "BUNDLE_PYTHON", tmp_path / "python")

    with pytest.raises(SystemExit, match="run packaging/dev bundle first"):
        environment.require_bundle()


def test_the_model_answers_at_once_and_in_a_stream() -> None:
    model = importlib.import_module("smoke_model")
    with model.SmokeModel("some words") as served:
        whole, streamed = (_asked(served.base_url, is_streamed) for is_streamed in (False, True))

    assert json.loads(whole)["choices"][0]["message"]["content"] == "some words"
    assert '"content": "some words"' in streamed
    assert streamed.endswith("data: [DONE]\n\n")


def _asked(base_url: str, is_streamed: bool) -> str:
    request = urllib.request.Request(
        f"{base_url}/chat/completions",
        json.dumps({"stream": is_streamed}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as reply:
        return reply.read().decode()


def test_a_program_that_fails_fails_the_test_with_its_words(tmp_path: Path) -> None:
    app = installed(script(tmp_path, "import sys; sys.exit('it is broken')"))

    with pytest.raises(importlib.import_module("smoke_installed").Failed, match="it is broken"):
        app.run("doctor")


def test_a_program_knows_nothing_of_our_environment(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/ours")
    app = installed(script(tmp_path, "import json, os; print(json.dumps(dict(os.environ)))"))

    told = json.loads(app.run("anything"))

    assert "PYTHONPATH" not in told
    assert told["RLM_DESKTOP_DATA_DIR"] == f"{tmp_path}/data"


def test_a_missing_module_a_reached_file_or_a_wrong_sum_fails_the_test(tmp_path: Path, monkeypatch) -> None:
    checks = importlib.import_module("smoke_checks")
    monkeypatch.setattr(checks, "_asked", lambda *_words: {"isolation": "none"})
    app = installed(script(tmp_path, ""))
    for printed in (
        'IMPORTED {"json": "gone"}\nREACHED []',
        'IMPORTED {}\nREACHED ["open a socket"]',
        "IMPORTED {}\nREACHED []\nSOLVED [1.0, 2.0, 6.0, 7.5]",
    ):
        monkeypatch.setattr(checks, "_printed", lambda _app, said=printed: said)

        with pytest.raises(checks.Failed, match=r"gone|open a socket|solves wrongly"):
            checks.imports_the_library(app)


def test_numpy_solves_here_what_the_child_is_given(capsys) -> None:
    code = importlib.import_module("smoke_code")

    exec("import json\n" + code._SOLVING.format(solved=code.SOLVED), {})

    assert json.loads(capsys.readouterr().out.removeprefix(code.SOLVED)) == code.RIGHT


def test_a_picture_of_nothing_is_told_from_one_of_a_window() -> None:
    picture = importlib.import_module("smoke_picture")
    image = QImage(1440, 900, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    assert len(picture.colours(image)) == 1

    for x in range(1440):
        for y in range(0, 900, 3):
            image.setPixelColor(x, y, QColor(x % 256, y % 256, 80))
    assert len(picture.colours(image)) > picture.COLOURS


WAITS = "import subprocess as s, sys; {}; sys.stdin.read()"
STARTS = "p = s.Popen([sys.executable, '-c', {!r}, {!r}], stdin=s.PIPE)"
HELPER = WAITS.format("pass")
ENGINE = WAITS.format(STARTS.format(HELPER, "rlm-desktop-helper"))
WINDOW = WAITS.format(STARTS.format(ENGINE, "--engine"))


def test_a_window_whose_processes_go_with_it_passes(tmp_path: Path) -> None:
    processes = importlib.import_module("smoke_processes")
    app = installed(script(tmp_path, WINDOW))

    assert processes.starts_its_processes(app).startswith("window, engine and helper, gone again")


def test_a_window_that_ends_before_its_engine_is_there_fails(tmp_path: Path) -> None:
    processes = importlib.import_module("smoke_processes")

    with pytest.raises(processes.Failed, match="ended before it started --engine"):
        processes.starts_its_processes(installed(script(tmp_path, "")))
