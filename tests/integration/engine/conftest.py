"""A stage for each test."""

from pathlib import Path

import pytest

from tests.support.engine_runs import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Give a fresh stage in a folder of its own."""
    return Stage(tmp_path)
