"""A run that comes from elsewhere is there as a whole or not at all."""

from pathlib import Path

import pytest

from rlm_desktop.storage import importing
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.importing import Incoming, id_for, take_in, written_apart
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.labels import Labels
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.notes import Notes
from rlm_desktop.storage.payloads import Payloads
from rlm_desktop.storage.spending import read_spending
from rlm_desktop.trace.events import TextKept
from rlm_desktop.trace.references import texts_of
from rlm_desktop.trace.tree import Trace
from tests.support.kinds_of_runs import KINDS, GivenRun, answered, failed
from tests.support.recorded import record


def incoming(run: GivenRun, *, run_id: str | None = "same") -> Incoming:
    def events():
        kept = set()
        for entry in run.given:
            for digest in texts_of(entry.event):
                if digest not in kept and digest in run.texts:
                    kept.add(digest)
                    yield entry.at, TextKept(digest=digest, text=run.texts[digest])
            yield entry.at, entry.event

    chosen = run.run if run_id == "same" else run_id
    return Incoming(run=chosen, events=events(), name=run.name, tags=run.tags, notes=run.notes)


def taken(folder: Path, database: Database, run: Incoming):
    with written_apart(folder, run) as apart:
        told = id_for(database, apart)
        if told.is_new:
            take_in(database, apart, told.run)
    return told


@pytest.fixture
def database(tmp_path):
    database = Database.open(tmp_path / FILE_NAME)
    yield database
    database.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_is_taken_in_with_all_that_belongs_to_it(tmp_path, database, kind):
    run = KINDS[kind]()

    told = taken(tmp_path, database, incoming(run))

    assert (told.run, told.is_new) == (run.run, True)
    assert list(Journal(database).entries(run.run)) == run.given
    referred = {digest for entry in run.given for digest in texts_of(entry.event)} & run.texts.keys()
    assert all(Payloads(database).text(digest) == run.texts[digest] for digest in referred)
    assert Notes(database).of(run.run).keys() == run.notes.keys()
    label = Labels(database).of(run.run)
    assert len(label.tags) == len(run.tags)
    assert not any((tmp_path / "imports").iterdir())


def test_what_its_models_spent_is_what_they_spent_where_it_was_recorded(tmp_path, database):
    run = answered()
    record(tmp_path / "other", run.run, run.given, run.texts)
    other = Database.open(tmp_path / "other" / FILE_NAME)
    expected = read_spending(other).spendings
    other.close()
    taken(tmp_path, database, incoming(failed(), run_id=None))

    taken(tmp_path, database, incoming(run))

    assert expected[0].totals.calls > 0
    assert tuple(one for one in read_spending(database).spendings if one.run == run.run) == expected


def test_its_line_in_the_history_is_that_of_a_run_recorded_here(tmp_path, database):
    run = answered()
    record(tmp_path / "other", run.run, run.given, run.texts)
    other = Database.open(tmp_path / "other" / FILE_NAME)
    expected = Library(other).summary(run.run)
    other.close()

    taken(tmp_path, database, incoming(run))

    assert Library(database).summary(run.run) == expected


def test_the_same_run_is_not_taken_in_twice(tmp_path, database):
    run = answered()
    taken(tmp_path, database, incoming(run))

    again = taken(tmp_path, database, incoming(run))

    assert (again.run, again.is_new) == (run.run, False)
    assert len(Library(database).runs()) == 1


def test_another_run_under_a_taken_id_gets_a_new_one(tmp_path, database):
    first, second = answered(), failed()
    taken(tmp_path, database, incoming(first))

    told = taken(tmp_path, database, incoming(second))

    assert told.is_new
    assert told.run != first.run
    assert list(Journal(database).entries(told.run)) == second.given
    assert list(Journal(database).entries(first.run)) == first.given


def test_a_run_without_an_id_gets_one(tmp_path, database):
    told = taken(tmp_path, database, incoming(answered(), run_id=None))

    assert [summary.run for summary in Library(database).runs()] == [told.run]


def test_texts_that_are_here_already_are_kept_once(tmp_path, database):
    run = answered()
    taken(tmp_path, database, incoming(run))
    with database.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM payloads").scalar_one()

    taken(tmp_path, database, incoming(failed(), run_id=None))
    taken(tmp_path, database, incoming(run, run_id=None))

    with database.reading() as connection:
        after = connection.exec_driver_sql("SELECT count(*) FROM payloads").scalar_one()
    assert after == before + len(failed().texts.keys() - run.texts.keys())


def test_an_imported_run_can_be_deleted_with_its_texts(tmp_path, database):
    run = answered()
    taken(tmp_path, database, incoming(run))

    Library(database).delete(run.run)

    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM payloads").scalar_one() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM node_notes").scalar_one() == 0


def test_nothing_is_left_of_a_run_that_breaks_off(tmp_path, database):
    whole = incoming(answered())

    def events():
        for number, event in enumerate(whole.events):
            if number == 50:
                raise ValueError("cut off")
            yield event

    broken = Incoming(run=whole.run, events=events(), name="", tags=(), notes={})
    with pytest.raises(ValueError, match="cut off"):
        taken(tmp_path, database, broken)

    assert Library(database).runs() == []
    assert not any((tmp_path / "imports").iterdir())


def test_what_a_killed_import_left_is_removed_by_the_next(tmp_path, database):
    left = tmp_path / "imports" / "0123"
    left.mkdir(parents=True)
    (left / FILE_NAME).write_bytes(b"half")
    (tmp_path / "imports" / "0123.lock").touch()

    taken(tmp_path, database, incoming(failed(), run_id=None))

    assert not any((tmp_path / "imports").iterdir())


def test_an_import_under_way_is_left_alone_by_another(tmp_path, database):
    with written_apart(tmp_path, incoming(answered())) as apart:
        taken(tmp_path, database, incoming(failed(), run_id=None))

        assert id_for(database, apart).is_new


def test_many_events_and_long_texts_go_through_in_pieces(tmp_path, database, monkeypatch):
    monkeypatch.setattr(importing, "_MOST_EVENTS", 7)
    monkeypatch.setattr(importing, "_MOST_CHARACTERS", 300)
    run = answered()

    taken(tmp_path, database, incoming(run))

    trace = Trace(Journal(database).entries(run.run))
    assert trace.root.totals == Trace(run.given).root.totals


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "imports").write_text("a file stands where the folder should")

    with pytest.raises(StorageError, match="cannot be written"), written_apart(tmp_path, incoming(answered())):
        pass
