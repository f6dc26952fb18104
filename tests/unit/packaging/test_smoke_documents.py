import importlib
from pathlib import Path
from types import ModuleType

import pytest

from rlm_desktop.corpus import readers, reading

NEEDS_MORE = {"image_reader"}
"""What works only where a program that recognises text is installed."""


@pytest.fixture
def documents() -> ModuleType:
    return importlib.import_module("smoke_documents")


def test_there_is_a_document_for_each_reader(documents: ModuleType) -> None:
    tables = {**reading._READERS, **reading._PLAIN_READERS, **reading._READERS_WITH_PARTS}
    kinds = {reading.convert(name, data)[0] for name, data in documents.documents().items()}

    tried = {tables[kind].split(".")[0] for kind in kinds if kind in tables}

    assert tried == {path.stem for path in Path(readers.__path__[0]).glob("*_reader.py")} - NEEDS_MORE


def test_each_document_is_read_from_source(documents: ModuleType) -> None:
    for name, data in documents.documents().items():
        text = reading.convert(name, data)[1].text

        assert documents.WORDS in text or name == "a.pdf", name


def test_a_document_that_was_skipped_fails_the_test(documents: ModuleType, tmp_path: Path, monkeypatch) -> None:
    app = importlib.import_module("smoke_installed").Installed(
        title="here", program="", folder="", home=str(tmp_path), documents=""
    )
    told = {"documents": {"read": 15, "skipped": [{"name": "a.parquet", "why": "damaged"}]}}
    monkeypatch.setattr(type(app), "told", lambda *_words: told)

    with pytest.raises(importlib.import_module("smoke_installed").Failed, match=r"a\.parquet.*damaged"):
        documents.reads_every_kind(app)
