import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rlm_desktop.corpus.errors import NewerStore, StoreBroken, StoreError, StoreFull, StoreUnwritable
from rlm_desktop.corpus.store.catalogue import FILE_NAME, Catalogue
from tests.support.store_desk import Desk


def test_a_newer_catalogue_is_refused_with_a_sentence(tmp_path: Path):
    Catalogue.open(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(NewerStore, match=r"written by a newer RLM Desktop .format 99.* Update RLM Desktop"):
        Catalogue.open(tmp_path)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
async def test_a_damaged_catalogue_is_set_aside_and_all_is_read_again(
    desk: Desk, content: bytes, caplog: pytest.LogCaptureFixture
):
    desk.write("a.txt", "one")
    corpus = await desk.ingest()
    await desk.store.close()
    (desk.folder / FILE_NAME).write_bytes(content)

    with caplog.at_level(logging.ERROR):
        desk.store = desk.open()
    again = await desk.ingest()

    assert "was damaged and lies now in" in desk.store.notice
    assert next(desk.folder.glob("catalogue.damaged-*")).read_bytes() == content
    assert (again.digest, desk.converted) == (corpus.digest, ["a.txt", "a.txt"])


async def test_versions_outlive_a_damaged_catalogue(desk: Desk, caplog: pytest.LogCaptureFixture):
    path = desk.write("a.txt", "as it was")
    corpus = await desk.ingest()
    desk.store.pin("run", corpus.digest)
    await desk.store.close()
    (desk.folder / FILE_NAME).write_bytes(b"damaged" * 1000)
    path.unlink()

    with caplog.at_level(logging.ERROR):
        desk.store = desk.open()
    await desk.store.collect(blob_bytes=0, now=2e10)

    assert desk.store.open_version(corpus.digest).text == "as it was"


def test_damage_found_in_the_middle_is_mended_at_the_next_opening(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    catalogue = Catalogue.open(tmp_path)
    with pytest.raises(StoreBroken, match=r"is damaged .* Start RLM Desktop again"), catalogue.explaining():
        raise _error(sqlite3.DatabaseError, "SQLITE_CORRUPT")

    with caplog.at_level(logging.ERROR):
        mended = Catalogue.open(tmp_path)

    assert mended.notice
    with mended.reading() as connection:
        assert connection.execute("SELECT count(*) FROM sources").fetchone() == (0,)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("SQLITE_FULL", StoreFull, "no room in"),
        ("SQLITE_IOERR_WRITE", StoreFull, "no room in"),
        ("SQLITE_READONLY", StoreUnwritable, "it may not be written"),
        ("SQLITE_BUSY", StoreUnwritable, "another program keeps it locked"),
    ],
)
def test_what_sqlite_says_is_told_in_sentences(tmp_path: Path, name: str, kind: type[Exception], words: str):
    catalogue = Catalogue.open(tmp_path)

    with pytest.raises(kind, match=words), catalogue.explaining():
        raise _error(sqlite3.OperationalError, name)


def test_an_interrupted_transaction_leaves_nothing(tmp_path: Path):
    catalogue = Catalogue.open(tmp_path)

    with pytest.raises(StoreError, match="no such table"), catalogue.writing() as connection:  # noqa: PT012
        connection.execute("INSERT INTO pins VALUES ('run', 'version')")
        connection.execute("INSERT INTO no_such_table VALUES (1)")

    with catalogue.reading() as connection:
        assert connection.execute("SELECT count(*) FROM pins").fetchone() == (0,)


def _error(kind: type[sqlite3.Error], name: str) -> sqlite3.Error:
    error = kind("it went wrong")
    error.sqlite_errorname = name
    return error
