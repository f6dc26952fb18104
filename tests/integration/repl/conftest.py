"""One fresh child for each test that asks for `repl` or `unisolated`."""

import pytest

from rlm_desktop.repl.sandbox.tiers import UNISOLATED
from tests.support.repl import open_repl


@pytest.fixture
async def repl(tmp_path):
    async with open_repl(tmp_path) as repl:
        yield repl


@pytest.fixture
async def unisolated(tmp_path):
    """A child that the system does not hold, for what our own code must hold by itself."""
    async with open_repl(tmp_path, tier=UNISOLATED) as repl:
        yield repl
