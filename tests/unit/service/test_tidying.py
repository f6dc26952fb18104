"""What deleted runs needed is freed; what a run needs, or is about to, is kept."""

import os
import time
from dataclasses import replace

import pytest

from rlm_desktop.corpus.errors import VersionGone
from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.service import tidying
from rlm_desktop.service.making import Access
from rlm_desktop.service.running import Kept
from rlm_desktop.service.tidying import is_due, tidy, tidy_once_idle
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.locks import RunLock
from rlm_desktop.trace.ids import RunId
from tests.support.converting import PlainConverters
from tests.support.traces import run_started

RUN, OTHER = RunId("20260101-000000-000-abcdef"), RunId("20260101-000000-000-fedcba")


@pytest.fixture
async def kept(tmp_path):
    database = Database.open(tmp_path / "data" / FILE_NAME)
    store = Store.open(tmp_path / "data" / "corpus", PlainConverters)
    yield Kept(
        data_dir=tmp_path / "data",
        database=database,
        store=store,
        indexer=Indexer(),
        access=Access(tmp_path / "data", {}),
    )
    await store.close()
    database.close()


async def test_only_what_no_recorded_run_needs_is_released(kept):
    journal = Journal(kept.database)
    journal.begin(RUN)
    journal.record(RUN, run_started())
    for run in (RUN, OTHER):
        kept.store.pin(run, "0" * 32)

    await tidy(kept)

    assert kept.store.pinned() == {RUN}


async def test_what_a_recorded_run_needs_is_kept_after_the_catalogue_was_lost(kept, tmp_path):
    (tmp_path / "minutes.txt").write_text("The dues were raised.")
    corpus = await kept.store.ingest([tmp_path / "minutes.txt"])
    version, folder = corpus.digest, corpus.folder
    corpus.close()
    journal = Journal(kept.database)
    journal.begin(RUN)
    journal.record(RUN, run_started(corpus=version))
    await kept.store.close()
    (kept.store.folder / "catalogue.sqlite3").write_bytes(b"no database at all" * 1_000)
    store = Store.open(kept.store.folder, PlainConverters)

    await tidy(replace(kept, store=store))

    await store.close()
    assert store.pinned() == {RUN}
    assert folder.exists()


async def test_a_run_that_has_its_lock_but_no_record_yet_keeps_its_version(kept):
    kept.store.pin(OTHER, "0" * 32)

    with RunLock(kept.data_dir, OTHER):
        await tidy(kept)

    assert kept.store.pinned() == {OTHER}


async def test_tidying_waits_until_nothing_is_under_way(kept, monkeypatch):
    monkeypatch.setattr(tidying, "IDLE_SECONDS", 0.0)
    answers = iter([False, False, True])
    kept.store.pin(OTHER, "0" * 32)

    await tidy_once_idle(kept, lambda: next(answers))

    assert next(answers, None) is None
    assert kept.store.pinned() == set()


async def test_a_store_that_cannot_be_tidied_disturbs_nobody(kept, monkeypatch):
    async def refuse():
        raise VersionGone("It is gone.")

    monkeypatch.setattr(kept.store, "collect", refuse)

    await tidy(kept)


async def test_a_store_is_due_once_a_day(kept):
    folder = kept.store.folder
    was_due = is_due(folder)
    await tidy(kept)
    is_due_again = is_due(folder)
    yesterday = time.time() - 90_000
    os.utime(folder / "tidied", (yesterday, yesterday))

    assert (was_due, is_due_again, is_due(folder)) == (True, False, True)
