"""The command line, called in this process."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rlm_desktop.__main__ import main
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run


@dataclass(frozen=True, slots=True)
class Said:
    """What a command wrote and left with."""

    status: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def rlm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Call `rlm-desktop` with these words, in a terminal of 120 columns."""
    monkeypatch.setenv("COLUMNS", "120")

    def call(*words: object) -> Said:
        try:
            status = main([str(word) for word in words])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, recorded once: one that was answered, one whose process died."""
    folder = tmp_path_factory.mktemp("recorded") / "data"
    record(folder, "20251009-085320-000-aaaaaa", *harbour_run())
    record(folder, "20251009-085321-000-bbbbbb", *harbour_run(finished=False))
    return folder


@pytest.fixture
def stored(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a copy of the two runs of its own, as the data folder."""
    monkeypatch.setenv("RLM_DESKTOP_DATA_DIR", str(tmp_path / "data"))
    return Path(shutil.copytree(recorded, tmp_path / "data"))
