import asyncio
import os
from pathlib import Path

import pytest

from rlm_desktop.corpus.documents import assemble
from rlm_desktop.corpus.errors import StoreFull
from rlm_desktop.corpus.gathering import gather
from rlm_desktop.corpus.store.reading import KEEPS_CHANGING
from rlm_desktop.corpus.store.seen import FileSeen, Progress, ScanFound
from rlm_desktop.corpus.store.session import store_lock
from rlm_desktop.corpus.store.store import Store
from tests.support.converting import PlainConverters, read_document
from tests.support.engine_runs import until
from tests.support.store_desk import Desk


async def test_files_become_one_corpus_as_in_memory(desk: Desk):
    desk.write("b.txt", "two\nlines ü")
    desk.write("a.md", "# one")
    desk.write("in/c.txt", "three")
    plain = assemble([read_document(file) for file in gather([desk.files]).files])

    corpus = await desk.ingest()

    assert corpus.text == plain.text
    assert list(corpus.facts()) == list(plain.facts())
    assert list(corpus.spans) == list(plain.spans)


async def test_documents_stand_in_the_order_of_the_scan_whatever_is_done_first(desk: Desk):
    for name in ("1.txt", "2.txt", "3.txt"):
        desk.write(name, name)
    desk.prepare = lambda converters: setattr(converters, "order", reversed)

    corpus = await desk.ingest()

    assert desk.converted == ["3.txt", "2.txt", "1.txt"]
    assert [document.name for document in corpus.documents] == ["1.txt", "2.txt", "3.txt"]


async def test_only_new_and_changed_files_are_converted_again(desk: Desk):
    desk.write("a.txt", "one")
    kept = desk.write("b.txt", "two")
    await desk.ingest()
    desk.write("a.txt", "one more")
    desk.write("c.txt", "three")

    corpus = await desk.ingest()

    assert desk.converted == ["a.txt", "b.txt", "a.txt", "c.txt"]
    assert [document.text for document in corpus.documents] == ["one more", "two", "three"]
    assert kept.exists()


async def test_the_same_files_give_the_same_version(desk: Desk):
    desk.write("a.txt", "one")
    first = await desk.ingest()

    second = await desk.ingest()

    assert second.digest == first.digest
    assert len(desk.converted) == 1


async def test_a_file_from_before_all_time_is_read_once(desk: Desk):
    os.utime(desk.write("a.txt", "one"), ns=(0, 0))
    await desk.ingest()

    await desk.ingest()

    assert desk.converted == ["a.txt"]


async def test_again_looks_at_every_file_anew(desk: Desk):
    desk.write("a.txt", "one")
    await desk.ingest()

    await desk.ingest(again=True)

    assert desk.converted == ["a.txt", "a.txt"]


async def test_a_file_left_out_is_not_read_and_changes_no_other_name(desk: Desk):
    desk.write("x/a.txt", "one")
    left_out = desk.write("y/a.txt", "two")

    corpus = await desk.store.ingest([desk.files / "x", desk.files / "y"], left_out=[str(left_out)])

    assert [document.name for document in corpus.documents] == ["x/a.txt"]
    assert desk.converted == ["x/a.txt"]


async def test_a_copy_stays_out_of_the_text_and_is_told_with_the_name_of_the_first(desk: Desk):
    desk.write("a.txt", "the same")
    desk.write("b.txt", "the same")
    desk.write("c.txt", "another")

    corpus = await desk.ingest()

    copy = next(one for one in desk.seen if isinstance(one, FileSeen) and one.state == "duplicate")
    assert (copy.name, copy.duplicate_of, copy.reason) == ("b.txt", "a.txt", "the same as a.txt")
    assert [document.name for document in corpus.documents] == ["a.txt", "c.txt"]
    assert [(Path(one.path).name, one.reason) for one in corpus.skipped] == [("b.txt", "the same as a.txt")]


async def test_what_cannot_be_read_is_told_with_its_reason_and_not_tried_again_until_it_changes(desk: Desk):
    desk.write("a.txt", "one")
    desk.write("b.pdf", "no pdf at all")
    await desk.ingest()

    corpus = await desk.ingest()

    assert desk.states()["b.pdf"] == "failed"
    assert [Path(one.path).name for one in corpus.skipped] == ["b.pdf"]


async def test_a_file_that_is_gone_between_scan_and_reading_keeps_a_reason(desk: Desk):
    gone = desk.write("a.txt", "one")
    desk.write("b.txt", "two")
    desk.prepare = lambda converters: setattr(converters, "on_scan", lambda _: gone.unlink())

    corpus = await desk.ingest()

    assert [document.name for document in corpus.documents] == ["b.txt"]
    assert desk.states() == {"a.txt": "failed", "b.txt": "ready"}
    assert "no such file" in corpus.skipped[0].reason


async def test_a_file_that_was_known_and_is_gone_leaves_the_corpus(desk: Desk):
    gone = desk.write("a.txt", "one")
    desk.write("b.txt", "two")
    await desk.ingest()
    gone.unlink()

    corpus = await desk.ingest()

    assert [document.name for document in corpus.documents] == ["b.txt"]


async def test_a_file_that_changes_while_it_is_read_is_read_again(desk: Desk):
    path = desk.write("a.txt", "one")
    changes = iter(["two"])
    desk.prepare = lambda converters: setattr(
        converters, "on_read", lambda _: [path.write_text(text + " longer") for text in changes]
    )

    corpus = await desk.ingest()

    assert corpus.text == "two longer"
    assert desk.converted == ["a.txt", "a.txt"]


async def test_a_file_that_keeps_changing_is_given_up_with_its_reason(desk: Desk):
    path = desk.write("a.txt", "one")
    desk.write("b.txt", "two")

    def grow(file):
        if file.path == str(path):
            path.write_text(path.read_text() + "+")

    desk.prepare = lambda converters: setattr(converters, "on_read", grow)

    corpus = await desk.ingest()

    assert desk.converted.count("a.txt") == 3
    assert [one.reason for one in corpus.skipped] == [KEEPS_CHANGING]
    assert [document.name for document in corpus.documents] == ["b.txt"]


async def test_enough_ends_reading_and_takes_what_is_ready(desk: Desk):
    for number in range(5):
        desk.write(f"{number}.txt", f"text {number}")
    enough, halted = asyncio.Event(), asyncio.Event()

    class Slow(PlainConverters):
        async def convert(self, files, roots=()):
            async for conversion in super().convert(files, roots):
                if conversion.file.name == "2.txt":
                    halted.set()
                    await asyncio.Event().wait()
                yield conversion

    store = Store.open(desk.folder, Slow)
    work = asyncio.create_task(store.ingest([desk.files], enough=enough))
    await halted.wait()
    enough.set()
    corpus = await work
    await store.close()

    assert [document.name for document in corpus.documents] == ["0.txt", "1.txt"]


async def test_what_is_ready_can_be_taken_while_the_rest_is_read(desk: Desk):
    for number in range(5):
        desk.write(f"{number}.txt", f"text {number}")
    enough, halted, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
    enough.set()

    class Slow(PlainConverters):
        async def convert(self, files, roots=()):
            async for conversion in super().convert(files, roots):
                yield conversion
                if conversion.file.name == "1.txt":
                    halted.set()
                    await go_on.wait()

    store = Store.open(desk.folder, Slow)
    work = asyncio.create_task(store.ingest([desk.files]))
    await halted.wait()
    ready = await store.ingest([desk.files], enough=enough)
    while len(ready.documents) < 2:
        ready = await store.ingest([desk.files], enough=enough)
    go_on.set()
    whole = await work
    await store.close()

    assert [document.name for document in ready.documents] == ["0.txt", "1.txt"]
    assert len(whole.documents) == 5


async def test_cancelling_keeps_what_is_done(desk: Desk):
    for number in range(5):
        desk.write(f"{number}.txt", f"text {number}")
    halted = asyncio.Event()

    class Slow(PlainConverters):
        async def convert(self, files, roots=()):
            async for conversion in super().convert(files, roots):
                if conversion.file.name == "3.txt":
                    halted.set()
                    await asyncio.Event().wait()
                yield conversion

    store = Store.open(desk.folder, Slow)
    work = asyncio.create_task(store.ingest([desk.files]))
    await halted.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    await store.close()

    corpus = await desk.ingest()

    assert desk.converted == ["3.txt", "4.txt"]
    assert len(corpus.documents) == 5


async def test_cancelling_ends_the_wait_for_another_process_that_assembles(desk: Desk):
    desk.write("a.txt", "one")
    with store_lock(desk.folder):
        work = asyncio.create_task(desk.ingest())
        await until(lambda: bool(list((desk.folder / "versions").iterdir())))
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
    assert list((desk.folder / "versions").iterdir()) == []

    corpus = await desk.ingest()

    assert (corpus.text, desk.converted) == ("one", ["a.txt"])


async def test_a_full_disk_ends_reading_with_a_sentence_and_the_next_try_goes_on(desk: Desk):
    for number in range(4):
        desk.write(f"{number}.txt", f"text {number}")

    def fill(file):
        if file.name == "2.txt" and len(desk.converters) == 1:
            raise OSError(28, "No space left on device")

    desk.prepare = lambda converters: setattr(converters, "before", fill)
    with pytest.raises(StoreFull, match=f"There is no room in {desk.folder}: about .* are needed"):
        await desk.ingest()
    desk.converters[0].before = lambda _: None
    corpus = await desk.ingest()

    assert desk.converted == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert len(corpus.documents) == 4


async def test_the_scan_and_the_progress_are_told(desk: Desk):
    desk.write("a.txt", "one")
    desk.write("b.py", "two = 2")
    await desk.ingest()
    desk.write("c.txt", "three")
    desk.write("d.png", "image")
    desk.write("e.zip", "no zip at all")

    await desk.ingest()

    scan = next(one for one in desk.seen if isinstance(one, ScanFound))
    assert (scan.files, scan.size_bytes, scan.known) == (5, 33, 2)
    assert {kind: files for kind, files, _ in scan.kinds} == {"text": 2, "code": 1, "images": 1, "archive": 1}
    states = {"a.txt": "ready", "b.py": "ready", "c.txt": "ready"}
    assert states.items() <= desk.states().items()
    assert [one for one in desk.seen if isinstance(one, Progress)][-1].done == 3
    assert all(isinstance(one, ScanFound | FileSeen | Progress) for one in desk.seen)


async def test_the_scan_counts_likely_copies_before_they_are_read(desk: Desk):
    desk.write("a/notes.txt", "the same words")
    desk.write("b/notes.txt", "the same words")
    desk.write("other.txt", "as many words!")
    desk.write("report.txt", "long " * 30_000)
    desk.write("report (1).txt", "long " * 30_000)

    await desk.ingest()

    scan = next(one for one in desk.seen if isinstance(one, ScanFound))
    assert scan.duplicates == 2
    assert sorted(name for name, state in desk.states().items() if state == "duplicate") == [
        "b/notes.txt",
        "report.txt",
    ]


async def test_names_that_are_no_utf_8_are_kept(desk: Desk):
    if os.name == "nt":
        pytest.skip("names are text there")
    (desk.files / os.fsdecode(b"odd \xff.txt")).write_text("odd")

    corpus = await desk.ingest()
    await desk.ingest()

    assert corpus.documents[0].name == "odd \ufffd.txt"
    assert len(desk.converted) == 1


async def test_nothing_to_read_gives_an_empty_corpus(desk: Desk):
    corpus = await desk.ingest()

    assert (len(corpus.documents), corpus.text) == (0, "")
