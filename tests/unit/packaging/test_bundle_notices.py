import importlib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture
def notices(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = importlib.import_module("bundle_notices")
    monkeypatch.setattr(module, "starter", lambda: "the starter")  # PyInstaller is in the bundle's environment only
    return module


def test_every_part_is_there_with_the_text_of_its_licence(notices: ModuleType) -> None:
    licences = importlib.import_module("bundle_licences")

    text = notices.notices()

    for part in licences.parts():
        assert f"\n{part.name} {part.version}\nLicence: " in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in text
    assert "SIL OPEN FONT LICENSE" in text
    assert "Lucide" in text


def test_it_says_that_qt_may_be_replaced(notices: ModuleType) -> None:
    assert "you may replace them by your own builds" in notices.notices()


def test_a_part_without_a_text_is_refused(notices: ModuleType) -> None:
    metadata = {"Name": "strange", "License-Expression": "Beerware"}
    part = SimpleNamespace(name="strange", version="1.0", files=(), metadata=metadata)

    with pytest.raises(importlib.import_module("bundle_licences").Refused, match="no text of the licence of strange"):
        notices.package(part)


def test_a_text_beside_another_part_is_not_taken_for_its_own(notices: ModuleType) -> None:
    licences = importlib.import_module("bundle_licences")
    tokenizers = next(part for part in licences.parts() if part.name == "tokenizers")

    assert "Apache License" in notices.package(tokenizers)


@pytest.mark.skipif(not Path("/usr/share/doc/libc6/copyright").is_file(), reason="this is no Debian")
def test_a_library_of_the_system_is_told_with_its_packages_copyright(notices: ModuleType) -> None:
    library = next(path for path in Path("/lib").glob("*-linux-gnu/libc.so.6"))

    assert "libc6:" in notices.notices([library])
