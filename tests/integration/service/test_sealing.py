"""A large run gets its skeleton when it has ended."""

import asyncio

import pytest

from rlm_desktop.service import sealing
from rlm_desktop.skeleton.places import skeleton_path
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.trace.ids import RunId
from tests.support.recorded import record
from tests.support.sample_runs import harbour_run

RUN = RunId("harbour")


@pytest.fixture
def database(tmp_path):
    record(tmp_path, RUN, *harbour_run())
    database = Database.open(tmp_path / FILE_NAME)
    yield database
    database.close()


async def test_a_large_run_gets_one(database, monkeypatch):
    monkeypatch.setattr(sealing, "LARGE_FROM", 10)

    await sealing.make_skeleton(database, RUN)

    assert skeleton_path(database.path.parent, RUN).is_file()


async def test_a_small_one_does_without(database):
    await sealing.make_skeleton(database, RUN)

    assert not skeleton_path(database.path.parent, RUN).exists()


async def test_an_engine_that_leaves_makes_none(database, monkeypatch):
    monkeypatch.setattr(sealing, "LARGE_FROM", 10)
    making = asyncio.create_task(sealing.make_skeleton(database, RUN))
    await asyncio.sleep(0)
    making.cancel()

    with pytest.raises(asyncio.CancelledError):
        await making

    assert not skeleton_path(database.path.parent, RUN).exists()
