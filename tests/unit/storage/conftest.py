"""A database in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rlm_desktop.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "rlm-desktop.sqlite")
    yield database
    database.close()
