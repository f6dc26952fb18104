"""Between a run and its journal."""

import asyncio

import pytest

from rlm_desktop.service.recording import Recording
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.journal import Journal
from rlm_desktop.trace.ids import RunId
from tests.support.traces import run_finished, run_started, turn_started

RUN = RunId("20260101-000000-000-abcdef")


@pytest.fixture
def database(tmp_path):
    database = Database.open(tmp_path / FILE_NAME)
    yield database
    database.close()


def refuse_entries(database, statement):
    with database.writing() as connection:
        connection.exec_driver_sql(statement)


async def test_a_burst_is_written_at_once_while_the_run_goes_on(database):
    shown, journal, is_shown = [], Journal(database), asyncio.Event()

    def show(entry):
        shown.append(entry)
        is_shown.set()

    recording = Recording(journal, RUN, show)

    async def work():
        for event in (run_started(), turn_started(2), turn_started(3)):
            recording.record(event)
        assert shown == []
        async with asyncio.timeout(5):
            await is_shown.wait()
        assert [entry.seq for entry in shown] == [1, 2, 3]
        assert journal.last_seq(RUN) == 3

    await recording.during(work())


async def test_the_last_events_are_written_before_the_work_is_called_done(database):
    shown = []
    recording = Recording(Journal(database), RUN, shown.append)

    async def work():
        recording.record(run_started())
        recording.record(run_finished())
        return "done"

    assert await recording.during(work()) == "done"
    assert list(Journal(database).entries(RUN)) == shown
    assert len(shown) == 2


async def test_a_journal_that_cannot_be_written_ends_the_work_and_shows_nothing_unwritten(database):
    shown = []
    recording = Recording(Journal(database), RUN, shown.append)
    refuse_entries(database, "CREATE TRIGGER no BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'no'); END")

    async def work():
        recording.record(run_started())
        await asyncio.Event().wait()

    async with asyncio.timeout(5):
        with pytest.raises(StorageError):
            await recording.during(work())

    assert shown == []


async def test_what_waited_for_room_on_the_disk_is_written_when_there_is_some(database):
    recording = Recording(Journal(database), RUN, lambda entry: None)
    refuse_entries(database, "CREATE TRIGGER no BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'no'); END")

    async def work():
        recording.record(run_started())
        try:
            await asyncio.Event().wait()
        finally:
            refuse_entries(database, "DROP TRIGGER no")
            recording.record(run_finished(status="cancelled"))

    with pytest.raises(StorageError):
        await recording.during(work())

    assert [entry.event.kind for entry in Journal(database).entries(RUN)] == ["run_started", "run_finished"]
