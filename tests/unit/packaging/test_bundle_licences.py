import importlib
from email.message import Message
from types import ModuleType

import pytest


@pytest.fixture
def licences() -> ModuleType:
    return importlib.import_module("bundle_licences")


def metadata(**fields: str) -> Message:
    message = Message()
    message["Name"] = "part"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


def test_every_dependency_may_be_passed_on(licences: ModuleType) -> None:
    told = {part.name: licences.check(part.metadata) for part in licences.parts()}

    assert {"litellm", "SQLAlchemy", "pydantic-monty", "PySide6_Essentials"} <= set(told)
    assert len(told) > 60
    assert "pytest" not in told


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "MIT OR GPL-3.0-only",
        "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
        "BSD-3-Clause AND (GPL-2.0 OR Apache-2.0)",
        "GPL-3.0-only WITH GCC-exception-3.1",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "Apache License 2.0",
    ],
)
def test_what_can_be_had_without_the_gpl_is_permitted(licences: ModuleType, licence: str) -> None:
    assert licences.check(metadata(License_Expression=licence)) == licence


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "MIT AND GPL-2.0-only",
        "(MIT OR GPL-2.0-only) AND AGPL-3.0-only",
        "GNU General Public License v3 (GPLv3)",
        "GNU Affero General Public License v3",
    ],
)
def test_the_gpl_alone_is_refused(licences: ModuleType, licence: str) -> None:
    with pytest.raises(licences.Refused, match="does not go into the bundle"):
        licences.check(metadata(License=licence))


def test_a_classifier_alone_tells_the_licence_too(licences: ModuleType) -> None:
    gpl = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"

    assert licences.check(metadata(Classifier="License :: OSI Approved :: MIT License")) == "MIT License"
    with pytest.raises(licences.Refused):
        licences.check(metadata(Classifier=gpl))


def test_silence_about_the_licence_is_refused(licences: ModuleType) -> None:
    with pytest.raises(licences.Refused, match="does not say which licence"):
        licences.check(metadata(Summary="nice"))
