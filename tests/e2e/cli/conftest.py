"""The real command against a real model server."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine


@pytest.fixture
def rlm(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "data")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """One small document."""
    file = tmp_path / "letter.txt"
    file.write_text("The harbour of Ardvik raised its dues in 1981.\nNothing else happened that year.\n")
    return file
