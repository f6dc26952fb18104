import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rlm_desktop.export.formats import FORMATS


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = importlib.import_module("smoke_exports")
    monkeypatch.setattr(module, "_sizes_from_source", lambda: {one.name: 1_000 for one in FORMATS})
    return module


class Pretending:
    """An installation that says what it is told to, and writes as many bytes as it is told to."""

    title = "here"

    def __init__(self, home: Path, size: int, imported: list[str], transferred: list[dict[str, Any]]) -> None:
        self.home, self._size, self._imported, self._transferred = str(home), size, imported, transferred

    def outside(self, path: str) -> Path:
        return Path(path)

    def told(self, *_words: str) -> Any:
        return {"findings": [{"about": "resources", "text": self.home}]}

    def run(self, *words: str) -> str:
        if words[0] == "import":
            return self._imported.pop(0)
        path = Path(words[-1] if words[0] == "export" else json.loads(words[1]).get("path", Path(self.home, "none")))
        path.write_bytes(bytes(self._size))
        return "\n".join(map(json.dumps, self._transferred))


def test_every_format_of_the_app_is_written(exports: ModuleType, tmp_path: Path) -> None:
    said = exports.exports_in_every_format(Pretending(tmp_path, 1_050, ["a"], []))

    assert f"{len(FORMATS)} in " in said
    assert {path.stem for path in tmp_path.iterdir()} == {one.name for one in FORMATS}


def test_a_file_that_lacks_much_of_what_the_source_writes_fails_the_test(exports: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(exports.Failed, match=r"trace-html.*500, not 1000"):
        exports.exports_in_every_format(Pretending(tmp_path, 500, ["a"], []))


def test_a_run_that_is_taken_in_twice_fails_the_test(exports: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(exports.Failed, match="twice"):
        exports.takes_in_the_recorded_run(Pretending(tmp_path, 1, ["a", "b"], []))


def test_a_transfer_that_tells_of_trouble_fails_the_test(exports: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(exports.Failed, match="None bytes"):
        exports.transfers_for_its_window(Pretending(tmp_path, 1, ["a"], [{"error": "no"}]))


def test_a_guide_without_its_pages_fails_the_test(exports: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(exports.Failed, match="guide"):
        exports.finds_its_guide(Pretending(tmp_path, 1, [], []))
