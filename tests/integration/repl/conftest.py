"""One fresh child for each test that asks for `repl`."""

import pytest

from tests.support.repl import open_repl


@pytest.fixture
async def repl(tmp_path):
    async with open_repl(tmp_path) as repl:
        yield repl
