from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.store_desk import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(tmp_path)
    yield made
    await made.store.close()
