"""Whether the restricted Python can be used."""

import tomllib
from pathlib import Path

from rlm_desktop.repl.restricted import available


def test_the_pinned_version_is_usable_and_any_other_is_not(monkeypatch):
    assert available.why_not() is None

    monkeypatch.setattr(available, "version", lambda _: "9.9.9")
    assert "version 9.9.9, but only" in available.why_not()


def test_without_the_package_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(available, "find_spec", lambda _: None)

    assert "rlm-desktop[restricted]" in available.why_not()


def test_the_project_pins_the_version_that_the_code_expects():
    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text(encoding="utf-8"))
    pin = f"pydantic-monty=={available.PINNED}"

    assert project["project"]["optional-dependencies"]["restricted"] == [pin]
    assert pin in project["dependency-groups"]["dev"]
