import logging

import pytest

from rlm_desktop.corpus.errors import VersionGone
from rlm_desktop.corpus.store.collecting import size_of
from tests.support.store_desk import Desk

LATER = 4e9


async def read_and_forget(desk: Desk, **more) -> str:
    """Ingest and keep no corpus open."""
    corpus = await desk.ingest(**more)
    corpus.close()
    return corpus.digest


async def test_what_nothing_needs_is_freed(desk: Desk):
    desk.write("a.txt", "some text " * 10_000)
    await read_and_forget(desk)
    held = size_of(desk.folder)

    won = await desk.store.collect(now=LATER)

    assert won > 100_000
    assert size_of(desk.folder) == held - won
    assert list((desk.folder / "packs").rglob("*.pack")) == []
    assert list((desk.folder / "versions").iterdir()) == []


async def test_what_was_read_lately_is_kept(desk: Desk):
    desk.write("a.txt", "one")
    digest = await read_and_forget(desk)

    await desk.store.collect()
    await desk.ingest()

    assert desk.converted == ["a.txt"]
    assert desk.store.open_version(digest).text == "one"


async def test_an_open_version_is_kept(desk: Desk):
    desk.write("a.txt", "one")
    corpus = await desk.ingest()

    await desk.store.collect(now=LATER, blob_bytes=0)

    assert corpus.folder.exists()
    assert corpus.text == "one"


async def test_a_pinned_version_is_kept_until_its_run_is_gone(desk: Desk):
    path = desk.write("a.txt", "as it was")
    old = await read_and_forget(desk)
    desk.store.pin("run", old)
    path.write_text("as it is now")
    await read_and_forget(desk)

    await desk.store.collect(now=LATER)
    corpus = desk.store.open_version(old)
    assert corpus.text == "as it was"

    corpus.close()
    del corpus
    desk.store.release("run")
    await desk.store.collect(now=LATER)
    with pytest.raises(VersionGone):
        desk.store.open_version(old)


async def test_texts_beyond_the_budget_are_dropped_and_made_anew_when_opened(desk: Desk):
    digests = []
    for number in range(3):
        desk.write("a.txt", f"version {number} " * 100)
        digests.append(await read_and_forget(desk))
        desk.store.pin(f"run {number}", digests[-1])

    await desk.store.collect(blob_bytes=0)

    texts = [(desk.folder / "versions" / digest / "text").exists() for digest in digests]
    assert texts == [False, False, True]
    assert desk.store.open_version(digests[0]).text == "version 0 " * 100


async def test_a_named_corpus_keeps_its_texts_and_removing_it_frees_them(desk: Desk):
    desk.write("a.txt", "some text " * 10_000)
    desk.store.corpora.save("Club", [str(desk.files)])
    await read_and_forget(desk)
    await desk.store.collect(now=LATER)
    kept = size_of(desk.folder)

    desk.store.corpora.remove("Club")
    won = await desk.store.collect(now=LATER)

    assert kept > 200_000
    assert won > 200_000


async def test_what_was_removed_and_is_read_again_is_kept(desk: Desk):
    desk.write("a.txt", "one")
    desk.store.corpora.save("Club", [str(desk.files)])
    await read_and_forget(desk)
    desk.store.corpora.remove("Club")
    await read_and_forget(desk)

    await desk.store.collect()
    await read_and_forget(desk)

    assert desk.converted == ["a.txt"]


async def test_a_pack_that_is_half_empty_is_rewritten(desk: Desk):
    paths = [desk.write(f"{number}.txt", f"text {number} " * 1000) for number in range(10)]
    await read_and_forget(desk)
    for path in paths[1:]:
        path.unlink()
    digest = await read_and_forget(desk)
    desk.store.pin("run", digest)

    await desk.store.collect(now=LATER)
    (desk.folder / "versions" / digest / "text").unlink()

    (pack,) = (desk.folder / "packs").rglob("*.pack")
    assert pack.stat().st_size == len("text 0 " * 1000)
    assert desk.store.open_version(digest).text == "text 0 " * 1000


async def test_a_damaged_text_is_not_moved_but_read_again(desk: Desk, caplog: pytest.LogCaptureFixture):
    paths = [desk.write(f"{number}.txt", f"text {number}") for number in range(10)]
    await read_and_forget(desk)
    for path in paths[3:]:
        path.unlink()
    desk.store.corpora.save("Club", [str(desk.files)])
    digest = await read_and_forget(desk)
    (pack,) = (desk.folder / "packs").rglob("*.pack")
    pack.write_bytes(pack.read_bytes().replace(b"text 1", b"TEXT 1"))
    with desk.store._catalogue.writing() as connection:
        connection.execute("UPDATE sources SET seen_at = 0 WHERE path > ?", (bytes(paths[2]),))

    with caplog.at_level(logging.ERROR):
        await desk.store.collect(now=LATER)
    corpus = await desk.ingest()

    assert corpus.digest == digest
    assert [document.text for document in corpus.documents] == ["text 0", "text 1", "text 2"]
    assert desk.converted[10:] == ["1.txt"]


async def test_many_small_packs_are_joined(desk: Desk):
    for number in range(20):
        desk.write(f"{number}.txt", f"text {number}")
        await read_and_forget(desk)
        await desk.store.close()
        desk.store = desk.open()

    await desk.store.collect()
    corpus = await desk.ingest()

    assert len(list((desk.folder / "packs").rglob("*.pack"))) == 1
    assert [document.text for document in corpus.documents] == [f"text {number}" for number in range(20)]
    assert len(desk.converted) == 20


async def test_another_process_keeps_its_packs_and_open_versions(desk: Desk):
    desk.write("a.txt", "one")
    other = desk.open()
    corpus = await other.ingest([desk.files])

    await desk.store.collect(now=LATER, blob_bytes=0)

    assert corpus.folder.exists()
    assert list((desk.folder / "packs").rglob("*.pack"))
    await other.close()
    await desk.store.collect(now=LATER)
    assert not corpus.folder.exists()
